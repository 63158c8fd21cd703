"""A thousand decisions in bulk, each with its PDF, by two workers; and again with both killed half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground, server_of
from bench.meter import cpu_of_all

WARD: Final = 20_000
COUNT: Final = 1000
PROMISE: Final = 60.0
WORKERS: Final = 2
"""Processes for heavy jobs, beside the one for everything else, as `jichi up` starts them on two cores."""
_LIGHT: Final = ("--queue", "default", "--queue", "notify")
_HEAVY: Final = ("--queue", "heavy", "--concurrency", "1", "--no-loops")
GIVE_UP: Final = 300.0


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """From the press of the button to the last document; seconds."""
    count = 100 if quick else COUNT
    figures = Figures(
        "bulk", "Decisions in bulk, each with number, notice, mail and PDF",
        ("way", "cases", "seconds", "per second", "CPU s", "numbers without a gap", "documents"),
        sizes={"residents": WARD, "cases": count, "worker processes": WORKERS},
    )  # fmt: skip
    found: dict[str, float] = {}
    for way in ("straight", "workers killed half-way"):
        with ground.copied(ground.ward(WARD)) as name:
            run_id = _pressed(ground, name, count)
            found[way], cpu = _until_done(ground, name, run_id, killed=way != "straight", count=count)
            gapless, documents = _checked(ground, name, run_id)
            figures.rows.append(
                (way, count, round(found[way], 1), round(count / found[way], 1), round(cpu, 1), gapless, documents)
            )  # fmt: skip
            if gapless != count or documents != count:
                raise RuntimeError(f"{way}: {gapless} numbers, {documents} documents for {count} cases")
    per_case = found["straight"] / count
    figures.goals.append(
        Goal(name="1,000 decisions with PDFs", value=per_case * COUNT, sense="at most", limit=PROMISE, unit="s")
    )
    figures.notes.append("Killed: a fresh worker takes the jobs up once the dead one has been silent for 30 seconds.")
    return figures.finish()


def _pressed(ground: Ground, name: str, count: int) -> str:
    """Applications that wait, and the button pressed: id of the run."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bulk", str(count)], env=ground.environ(ground.url(name)), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.strip().splitlines()[-1]


@contextmanager
def _workers(ground: Ground, name: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    with (ground.home / "worker.log").open("ab") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "jichi.config.cli", "worker", *queues], env=ground.environ(ground.url(name)),
                cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )
            for queues in (_LIGHT, *[_HEAVY] * WORKERS)
        ]  # fmt: skip
    try:
        yield processes
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until_done(ground: Ground, name: str, run_id: str, *, killed: bool, count: int) -> tuple[float, float]:
    """Seconds on the clock; seconds that workers (their start included) and the server computed."""
    server = server_of(ground)
    began, before = time.monotonic(), cpu_of_all(server)
    cpu = 0.0
    if killed:
        with _workers(ground, name) as workers:
            while _finished(ground, name, run_id) < count // 2:
                _wait(began, workers)
            cpu = cpu_of_all([worker.pid for worker in workers])
    with _workers(ground, name) as workers:
        while _finished(ground, name, run_id) < count:
            _wait(began, workers)
        cpu += cpu_of_all([worker.pid for worker in workers])
        return time.monotonic() - began, cpu + cpu_of_all(server_of(ground)) - before


def _wait(began: float, workers: list[subprocess.Popen[bytes]]) -> None:
    time.sleep(0.1)
    if any(worker.poll() is not None for worker in workers):
        raise RuntimeError("a worker ended; worker.log says why")
    if time.monotonic() - began > GIVE_UP:
        raise RuntimeError("the run does not end")


def _finished(ground: Ground, name: str, run_id: str) -> int:
    with ground.connect(name) as connection:
        row = connection.execute(
            "SELECT count(*) FROM eng_cases_bulkitem WHERE run_id = %s AND state = 'done'", (run_id,)
        ).fetchone()
    return int(row[0]) if row else 0


def _checked(ground: Ground, name: str, run_id: str) -> tuple[int, int]:
    """How far the numbers go without a gap, and how many documents there are."""
    with ground.connect(name) as connection:
        row = connection.execute(
            "SELECT (SELECT count(DISTINCT n.serial) FROM eng_cases_issuednumber n JOIN eng_cases_bulkitem i "
            "ON i.case_id = n.case_id WHERE n.kind = 'document' AND i.run_id = %(run)s HAVING "
            "max(n.serial) - min(n.serial) + 1 = count(*)), (SELECT count(*) FROM eng_cases_issueddocument d "
            "JOIN eng_cases_bulkitem i ON i.case_id = d.case_id WHERE i.run_id = %(run)s)",
            {"run": run_id},
        ).fetchone()
    return (int(row[0] or 0), int(row[1])) if row else (0, 0)


def _press(count: int) -> None:
    """In a process of the house: `count` applications of different people wait, and one official decides them all."""
    import django

    django.setup()
    from django.db import connection, transaction

    from jichi.engines.accounts import queries as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.cases import actions
    from jichi.engines.cases.models import Case
    from jichi.engines.cases.rules import Draft
    from jichi.engines.forms import queries as forms
    from jichi.engines.forms.tests.sending import send
    from jichi.kernel import clock
    from jichi.kernel.receipt_number import new_number

    platform, now = system_actor("bench"), clock.now()
    found = forms.procedure("coming-of-age")
    text = (ROOT / "src/jichi/services/front/applications/procedures/coming-of-age.yaml").read_text(encoding="utf-8")
    cases: list[tuple[object, int]] = []
    with transaction.atomic(), unit(platform), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM eng_accounts_account WHERE kind = 'resident' LIMIT 1")
        account_id = cursor.fetchone()[0]
        cursor.execute("SELECT addressee_no, name FROM eng_registry_resident ORDER BY addressee_no LIMIT %s", (count,))
        for number, name in cursor.fetchall():
            version_id, submission_id = send(
                text, division_id=found.division_id, account_id=account_id, subject_no=number, answers={}
            )
            case = Case.objects.create(
                number=new_number(os.urandom(16)), procedure=found.slug, form_version_id=version_id,
                submission_id=submission_id, title=dict(found.definition.title), division_id=found.division_id,
                account_id=account_id, subject_no=number, applicant_no=number, name=name, received_at=now,
                due_on=clock.today(),
            )  # fmt: skip
            cases.append((case.pk, 1))
    official = accounts.staff_account_id("sato")
    signed = accounts.signed_in(account_id=official) if official else None
    if signed is None:
        raise RuntimeError("no official named sato")
    actor = signed.actor("", "bench")
    print(
        actions.start_bulk(
            actor=actor,
            cases=cases,
            draft=Draft(outcome="approved"),
            dedupe_key="bench",  # type: ignore[arg-type] # ids
        )
    )


if __name__ == "__main__":
    _press(int(sys.argv[1]))
