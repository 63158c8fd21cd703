"""The web process: granian, WSGI, some threads per worker.

`python -m jichi.config.web` is what the supervisor starts. The application is imported before the
workers are forked, so that they share its memory and are ready together.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

from jichi.kernel.turns import turns

from .environment import environment
from .processes import die_with_parent

AT_ONCE: Final = 4
"""Requests that each worker works on at the same time."""
THREADS: Final = 32
"""Requests that each worker has in hand: the others wait for a turn, or in a rush to be answered together."""
WAITING_CONNECTIONS: Final = 512
"""Open connections per worker; more wait in the kernel's queue. Keep-alive connections count too."""
DATABASE_CONNECTIONS: Final = 80
"""For all web workers together, of the server's 100."""


def worker_count(cores: int | None = None) -> int:
    """One worker per core unless JICHI_WEB_WORKERS says otherwise, at most 16."""
    given = os.environ.get("JICHI_WEB_WORKERS", "")
    return min(16, int(given)) if given.isdecimal() and int(given) else min(16, cores or os.cpu_count() or 1)


def pool_size(workers: int) -> int:
    """Connections each worker may hold, together within the server's limit: one for each turn, one for a rush."""
    return max(AT_ONCE + 1, min(8, DATABASE_CONNECTIONS // workers))


def _load(main: int) -> Callable[..., Any]:
    from jichi.config.wsgi import application

    if os.getpid() != main:
        # A killed server must not leave workers behind that go on answering on its port.
        die_with_parent(signal.SIGKILL)()
        if os.getppid() != main:
            sys.exit(1)
    from jichi.engines.statistics.recorder import recorder

    recorder.start()
    return application


def main() -> None:
    """Serve until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces

    told = environment()
    workers = worker_count()
    _warm_up()
    server = Granian(
        "jichi.config.wsgi:application",
        address=told.address,
        port=told.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=WAITING_CONNECTIONS,
        backlog=2048,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_access=False,
        websockets=False,
    )
    turns.limit(AT_ONCE)
    me = os.getpid()
    server.serve(target_loader=lambda: _load(me), wrap_loader=False)


def _warm_up() -> None:
    """Import what every request needs, so that no resident pays for it. No connection is opened here."""
    from django.urls import get_resolver

    import jichi.config.wsgi  # noqa: F401 - imported for its effect
    from jichi.config.observing.middleware import folder

    folder.clear()
    _ = get_resolver().url_patterns


if __name__ == "__main__":
    main()
