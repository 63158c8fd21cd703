"""`jichi sample load` and `jichi sample remove`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from queue import Queue
from threading import Thread

from django.conf import settings

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.registry import actions, queries
from jichi.engines.registry.actions import Batch, LoadResult
from jichi.kernel import clock
from jichi.kernel.errors import Conflict
from jichi.kernel.manifest import load_manifests, resolve
from jichi.kernel.sampling import SampleContext

from .accounts import DEFAULT_CITY, demo_accounts, make_accounts, played_numbers, write_stand_in_people
from .ward import Ward

SIZE = 20_000
ACTOR = system_actor("sample", purpose="sample")


def main(argv: Sequence[str]) -> int:
    """Run `sample …`; returns the exit status."""
    parser = argparse.ArgumentParser(prog="jichi sample", description="The invented ward みどり区.")
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load", help="fill the register, the demo accounts and every room's sample")
    load.add_argument("--size", type=int, default=SIZE, help=f"present residents (default {SIZE:,})")
    load.add_argument("--seed", type=int, default=1, help="the same seed and day give the same ward (default 1)")
    load.add_argument(
        "--city", default=DEFAULT_CITY, help="whose towns: five-digit code in Tokyo (default 13103, Minato)"
    )
    load.add_argument("--today", type=date.fromisoformat, default=None, help="the day the ward is described as of")
    load.add_argument("--if-empty", action="store_true", help="do nothing where the register holds somebody")
    load.add_argument("--no-accounts", action="store_true", help="do not list the demo accounts afterwards")
    commands.add_parser("remove", help="empty the register again; refuses when it was loaded from a file")
    given = parser.parse_args(list(argv))
    try:
        return _remove() if given.command == "remove" else _load(given)
    except ValueError as error:
        _complain(str(error))
    except Conflict as error:
        if error.code != "registry.not_a_sample":
            raise
        _complain("the register was loaded from a file; the sample does not touch it")
    return 1


def _load(given: argparse.Namespace) -> int:
    state = queries.register_state()
    if given.if_empty and state.kind:
        _say(f"the register holds {state.residents:,} residents ({state.label}); left as it is")
        return 0
    started = time.monotonic()
    context = SampleContext(seed=given.seed, size=given.size, today=given.today or clock.today())
    result = load_ward(context, city_code=given.city)
    seconds = time.monotonic() - started
    if settings.JICHI_DEMO:
        write_stand_in_people(settings.JICHI_HOME / "sandbox" / "identity", context.today, given.city)
    _say(
        f"{result.persons:,} residents, {result.rows:,} history rows in {seconds:.1f} s; digest {result.checksum[:16]}"
    )
    for account in () if given.no_accounts else demo_accounts():
        _say(f"  {account}")
    return 0


def _remove() -> int:
    rows = actions.remove_sample(actor=ACTOR)
    _say(f"{rows:,} history rows removed; accounts and cases stay")
    return 0


def load_ward(context: SampleContext, *, city_code: str = DEFAULT_CITY) -> LoadResult:
    """Register, accounts, then every room's sample in its order: one transaction, all or nothing.

    The rooms' part is made once in a database: a later load replaces the people and leaves accounts,
    cases and messages alone.

    Raises:
        Conflict: the register was loaded from a file.
        ValueError: no towns with that code.
    """
    ward = Ward(context, city_code)
    label = f"みどり区 size={context.size} seed={context.seed} city={city_code}"
    with unit(ACTOR):
        result = actions.replace_current(
            actor=ACTOR, label=label, as_of=context.today, batches=_ahead(ward.batches()), reference=ward.reference
        )
        if not make_accounts(actor=ACTOR, today=context.today):
            _say("the demo's accounts and cases were made by an earlier load; they stay as they are")
            return result
        rooms = load_manifests(tuple(settings.JICHI_ROOMS))
        with clock.nothing_ahead() if context.today == clock.today() else nullcontext():
            for room in sorted((m for m in rooms if m.sample), key=lambda m: m.sample_order):
                resolve(room.sample)(replace(context, played=played_numbers(context.today)))
    return result


def _ahead(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same batches, the next one being drawn while the database takes in the last."""
    waiting: Queue[Batch | BaseException | None] = Queue(maxsize=1)

    def draw() -> None:
        try:
            for batch in batches:
                waiting.put(batch)
            waiting.put(None)
        except BaseException as error:  # handed to the thread that reads
            waiting.put(error)

    Thread(target=draw, name="sample-ward", daemon=True).start()
    while True:
        got = waiting.get()
        if got is None:
            return
        if isinstance(got, BaseException):
            raise got
        yield got


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"jichi sample: {text}\n")
