"""`jichi demo` and `jichi up`: everything in one foreground process, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from .cli import complain, say
from .environment import Environment, environment
from .instance import Instance
from .launch import Launch, StoppedError, explain_missing
from .supervisor import require_port

SIZE: Final = 20_000
SEED: Final = 1


def demo(argv: Sequence[str]) -> int:
    """`jichi demo`: the sample ward, nothing to configure."""
    parser = argparse.ArgumentParser(
        prog="jichi demo",
        description="Sets up a sample ward and serves it until Ctrl-C; starting again continues where it was.",
    )
    parser.add_argument("--size", type=int, default=SIZE, help=f"residents of the sample ward (default {SIZE:,})")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed makes the same ward")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    given = parser.parse_args(list(argv))
    if given.size < 1:
        parser.error("--size must be at least 1")
    os.environ["JICHI_DEMO"] = "1"
    environment.cache_clear()
    told = environment()

    def fill(launch: Launch) -> None:
        launch.load_sample(given.size, given.seed)

    def ready(launch: Launch) -> None:
        launch.welcome()
        if not given.no_open:
            _open_browser(told.origin)

    return _serve(told, demo=True, fill=fill, ready=ready)


def up(argv: Sequence[str]) -> int:
    """`jichi up`: a real ward; refuses to start half configured."""
    parser = argparse.ArgumentParser(prog="jichi up", description="Serves your own ward until it is told to stop.")
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="how long to wait for JICHI_DATABASE_URL to answer"
    )
    given = parser.parse_args(list(argv))
    told = environment()
    missing = explain_missing(told, os.environ)
    if missing:
        complain("not everything is configured; set these variables (or see `jichi demo`):")
        for line in missing:
            sys.stderr.write(f"    {line}\n")
        return 1
    return _serve(told, demo=False, wait=given.wait, ready=lambda _launch: say(f"Jichi serves {told.origin}/"))


def _serve(
    told: Environment,
    *,
    demo: bool,
    ready: Callable[[Launch], None],
    fill: Callable[[Launch], None] = lambda _launch: None,
    wait: float = 0.0,
) -> int:
    """Start in order, keep running, stop in order. 0 when asked to stop."""
    began = time.monotonic()
    instance = Instance(told.home)
    with instance.locked(wait=3.0):
        left = instance.clear_leftovers()
        if left:
            report(f"ended {left} processes that an earlier run left behind")
        require_port(told.address, told.port)
        instance.make_secrets()
        environment.cache_clear()
        launch = Launch(environment(), instance, demo=demo, report=report)
        instance.make_folders(launch.account)
        supervisor = launch.supervisor
        with supervisor.signals_caught(), _stopping_after(launch):
            launch.start_database(wait=wait)
            launch.prepare()
            fill(launch)
            launch.start_processes()
            report(f"ready after {time.monotonic() - began:.1f} s")
            ready(launch)
            supervisor.watch()
        instance.forget_running()
        report("stopped")
    return 0


@contextlib.contextmanager
def _stopping_after(launch: Launch) -> Iterator[None]:
    try:
        yield
    except StoppedError:
        pass
    finally:
        report("stopping")
        launch.supervisor.stop()


def report(text: str) -> None:
    """One line about what happens, with the time of day."""
    say(f"{time.strftime('%H:%M:%S')} {text}")


def _open_browser(origin: str) -> None:
    """Only where somebody sits in front of a screen."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
        return
    import webbrowser

    webbrowser.open(origin)
