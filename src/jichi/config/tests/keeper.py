"""A supervisor over dummy children, run by the tests as a process of its own so that they can kill it.

`python -m jichi.config.tests.keeper FOLDER KIND…`; a child writes its process id to FOLDER/<kind>.pid.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from jichi.config.instance import Instance
from jichi.config.postgres import Cluster
from jichi.config.supervisor import Database, Process, Service, Supervisor

_WRITE = "import os, pathlib, signal, sys, time; me = pathlib.Path(sys.argv[1]); "
_NOTE = "new = me.with_suffix('.new'); new.write_text(str(os.getpid())); new.replace(me.with_suffix('.pid')); "
_GOODBYE = (
    "signal.signal(signal.SIGTERM, lambda *_: (me.with_suffix('.bye').write_text(str(time.time())), sys.exit(0))); "
)
KINDS = {
    "first": _WRITE + _GOODBYE + _NOTE + "time.sleep(600)",
    "second": _WRITE + _GOODBYE + _NOTE + "time.sleep(600)",
    "stubborn": _WRITE + "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + _NOTE + "time.sleep(600)",
    # Like a web server: a parent with a worker that knows nothing of its parent's death.
    "family": _WRITE
    + "worker = os.fork(); worker or (signal.signal(signal.SIGTERM, signal.SIG_IGN), time.sleep(600)); "
    + "me.with_suffix('.worker').write_text(str(worker)); "
    + _NOTE
    + "time.sleep(600)",
}


def main(folder: Path, kinds: list[str]) -> int:
    """Keep the children until told to stop."""
    instance = Instance(folder)
    with instance.locked():
        instance.clear_leftovers(within=0.5)

        def service(kind: str) -> Service:
            if kind == "postgres":
                return Database(Cluster(folder / "pg"))
            command = [sys.executable, "-c", KINDS[kind], str(folder / kind)]
            return Process(kind, command, environ=instance.child_environment({}), log=folder / f"{kind}.log")

        say: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731, T201 - a test's child
        supervisor = Supervisor([service(kind) for kind in kinds], report=say, stop_within=20)
        with supervisor.signals_caught():
            try:
                for kind in kinds:
                    supervisor.start(kind)
                (folder / "ready").touch()
                supervisor.watch()
            finally:
                supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
