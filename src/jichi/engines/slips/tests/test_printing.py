"""Printing on real commits: every slip once, also after kill -9 and with two workers; who takes a file is recorded."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from pypdf import PdfReader

from conftest import TestDatabase, own_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import unit
from jichi.engines.files import queries as files
from jichi.kernel.errors import Forbidden, NotFound

from .. import actions, drawing, queries
from ..actions import printing
from ..models import Slip, SlipPart
from .conftest import SYSTEM, Office, build
from .examples import order

ROOT = Path(__file__).parents[5]
PROGRAM = """
import django; django.setup()
import os, sys
from uuid import UUID
from jichi.engines.audit.context import system_actor
from jichi.engines.slips.actions import printing
printing.PART, real, made = 2, printing.draw, []
def draw(*papers, **how):
    pdf = real(*papers, **how)
    made.append(1)
    if len(made) == 2:
        os.kill(os.getpid(), 9)
    return pdf
printing.draw = draw
printing.print_run(actor=system_actor("test"), run_id=UUID(sys.argv[1]))
"""
office = own_world(build)


@pytest.fixture(autouse=True)
def _two_slips_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PART", 2)


def issued(office: Office, count: int) -> UUID:
    orders = [order(f"{number:010}") for number in range(1, count + 1)]
    return actions.issue_slips(
        actor=office.clerk, run_key="run", division_id=office.division, title="6月分", orders=orders
    )


def printed(run_id: UUID) -> list[str]:
    """Payment numbers on the pages of all files, in order."""
    found = []
    with unit(SYSTEM):
        for part in SlipPart.objects.filter(run_id=run_id).order_by("number"):
            with files.open_file(part.file_id) as file:
                pages = PdfReader(io.BytesIO(file.read())).pages
            found += [page.extract_text().split("(91)900000-12345")[1][:10] for page in pages]
    return found


def wanted(count: int) -> list[str]:
    return [f"{number:010}" for number in range(1, count + 1)]


def at_once(*presses: Callable[[], object]) -> list[BaseException | None]:
    gate = threading.Barrier(len(presses))
    found: list[BaseException | None] = [None] * len(presses)

    def run(place: int, press: Callable[[], object]) -> None:
        gate.wait()
        try:
            press()
        except BaseException as error:  # handed to the test
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_a_worker_killed_half_way_leaves_a_run_that_goes_on(
    office: Office, own_db: TestDatabase, settings: Any
) -> None:
    run_id = issued(office, 5)
    environ = {**os.environ, "JICHI_DATABASE_URL": own_db.app_url, "JICHI_HOME": str(settings.JICHI_HOME)}
    killed = subprocess.run([sys.executable, "-c", PROGRAM, str(run_id)], cwd=ROOT, check=False, env=environ)
    assert killed.returncode == -9
    with unit(office.clerk):
        half = queries.run(run_id)
    assert half is not None
    assert (half.state, half.printed, len(half.parts)) == ("printing", 2, 1)
    for _ in range(2):  # the second time there is nothing left to do
        actions.print_run(actor=SYSTEM, run_id=run_id)
    assert printed(run_id) == wanted(5)
    with unit(office.clerk):
        whole = queries.run(run_id)
    assert whole is not None
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(title ->> 'ja') FROM eng_inbox_workitem")
        assert cursor.fetchone() == (1, "納付書の印刷用のファイルができました(5枚)")
    assert (whole.state, whole.printed, [(part.first, part.last) for part in whole.parts]) == (
        "done", 5, [(1, 2), (3, 4), (5, 5)],
    )  # fmt: skip


def test_two_workers_share_a_run(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = issued(office, 4)
    drawn: list[int] = []
    real = drawing.draw

    def draw(*papers: Any, **how: Any) -> bytes:
        drawn.append(1)
        return real(*papers, **how)

    monkeypatch.setattr(printing, "draw", draw)
    lanes = [lambda lane=lane: actions.print_run(actor=SYSTEM, run_id=run_id, lane=lane, lanes=2) for lane in range(2)]
    assert at_once(*lanes) == [None, None]
    actions.print_run(actor=SYSTEM, run_id=run_id)
    assert (printed(run_id), len(drawn)) == (wanted(4), 2)


def test_without_the_claim_two_workers_would_make_the_same_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = issued(office, 2)
    gate = threading.Barrier(2)
    real = drawing.draw

    def draw(*papers: Any, **how: Any) -> bytes:
        pdf = real(*papers, **how)
        gate.wait(timeout=30)
        return pdf

    monkeypatch.setattr(printing, "draw", draw)
    monkeypatch.setattr(printing, "_claimed", lambda run, number: True)
    found = at_once(*[lambda: actions.print_run(actor=SYSTEM, run_id=run_id)] * 2)
    assert sorted(type(error).__name__ for error in found) == ["IntegrityError", "NoneType"]
    assert printed(run_id) == wanted(2)  # the database kept the second away


def test_a_number_given_to_two_runs_at_once_gets_two_flags(office: Office) -> None:
    def press(key: str) -> Callable[[], object]:
        return lambda: actions.issue_slips(
            actor=office.clerk, run_key=key, division_id=office.division, title="6月分", orders=[order("0000000001")]
        )

    assert at_once(press("a"), press("b")) == [None, None]
    assert at_once(press("a"), press("a")) == [None, None]
    with unit(SYSTEM):
        rows = [(slip.reissue, slip.replaced_at is None) for slip in Slip.objects.order_by("reissue")]
    assert rows == [(0, False), (1, True)]


def test_who_takes_a_file_is_recorded_and_others_get_none(office: Office) -> None:
    run_id = issued(office, 1)
    with pytest.raises(NotFound):
        actions.take_file(actor=office.clerk, run_id=run_id, number=1)
    actions.print_run(actor=SYSTEM, run_id=run_id)
    info = actions.take_file(actor=office.clerk, run_id=run_id, number=1)
    assert (info.media_type, info.purpose) == ("application/pdf", "slips.print")
    for actor, refusal in ((office.reader, Forbidden), (office.stranger, NotFound)):
        with pytest.raises(refusal):
            actions.take_file(actor=actor, run_id=run_id, number=1)
    with unit(SYSTEM):
        part = SlipPart.objects.get()
        trail = audit.events_of(table="eng_slips_slippart", object_id=str(part.pk))
    assert sorted(event.action for event in trail) == ["download", "insert"]
