"""Collection: a month's run of 60,000 assessments with ledger, lateness of 100,000 instalments, files of receipts."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground
from bench.meter import cpu_of_all

RUN: Final = 60_000
OVERDUE: Final = 100_000
RECEIPTS: Final = 160_000
RUN_PROMISE: Final = 60.0
LATE_PROMISE: Final = 5.0


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """The run and the files in a process of the house on a database of their own; lateness without one as well."""
    sizes = {"run": 6_000 if quick else RUN, "overdue": OVERDUE, "receipts": 20_000 if quick else RECEIPTS}
    figures = Figures(
        "collection", "Collection: month run, lateness, files of receipts",
        ("what", "count", "seconds", "CPU s", "per CPU second"),
        sizes=sizes,
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        done = subprocess.run(
            [sys.executable, "-m", "bench.collection", json.dumps(sizes)], env=ground.environ(ground.url(name)),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, tuple[int, float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    for what, (count, seconds, cpu) in found.items():
        figures.rows.append((what, count, round(seconds, 2), round(cpu, 2), round(count / cpu)))
    count, seconds, _ = found["month run with ledger"]
    figures.goals += [
        Goal(name="60,000 assessments with ledger", value=seconds / count * RUN, sense="at most", limit=RUN_PROMISE,
             unit="s"),
        Goal(name="lateness of 100,000 instalments, from the tables", value=found["lateness from the tables"][1],
             sense="at most", limit=LATE_PROMISE, unit="s"),
    ]  # fmt: skip
    return figures.finish()


class Meter:
    """Seconds on the clock, and CPU seconds of this process and of its PostgreSQL backend together."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = int(cursor.fetchone()[0])
        self.found: dict[str, tuple[int, float, float]] = {}

    def _cpu(self) -> float:
        return time.process_time() + cpu_of_all([self.backend])

    @contextmanager
    def of(self, what: str, count: int) -> Iterator[None]:
        """Measure the block."""
        began, before = time.monotonic(), self._cpu()
        yield
        self.found[what] = (count, time.monotonic() - began, self._cpu() - before)


def _work(sizes: dict[str, int]) -> dict[str, tuple[int, float, float]]:
    """In a process of the house; each part's count, seconds and CPU seconds."""
    import django

    django.setup()
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.collection import actions, queries
    from jichi.engines.collection.actions import Money, NewAssessment

    actor, chance, meter = system_actor("bench"), random.Random(5), Meter()
    division = accounts.create_division(actor=actor, code="bench", names={"ja": "計測"}).pk
    actions.set_levy_kind(actor=actor, code="tax", title="税", division_id=division, nature="tax", takes_unknown=True)

    def run(key: str, count: int, due: date) -> list[NewAssessment]:
        return [
            NewAssessment(
                dedupe_key=f"{key}:{n}", kind="tax", levy_year=due.year, fiscal_year=2026, assessed_on=date(2026, 4, 1),
                decision_ref="1", payer_no=f"{n:015d}", term="1",
                lines=(("base", "月額", 5_000 + n % 90_000), ("snack", "おやつ代", 1_500)),
                instalments=((due + timedelta(days=n % 300), 6_500 + n % 90_000),),
            )
            for n in range(count)
        ]  # fmt: skip

    month = run("month", sizes["run"], date(2026, 6, 30))
    with meter.of("month run with ledger", len(month)):
        actions.open_assessments(actor=actor, assessments=month)
    with meter.of("the same as preview", len(month)), unit(actor):
        queries.preview_assessments(assessments=month)
    actions.open_assessments(actor=actor, assessments=run("old", sizes["overdue"], date(2025, 1, 31)))
    with meter.of("lateness from the tables", sizes["overdue"]), unit(actor):
        late = queries.late_as_of(day=date(2026, 6, 1))
    if len(late) < sizes["overdue"] // 2:
        raise RuntimeError("too little is late")
    keys = _keys(sizes["receipts"])
    money = [
        Money(source=f"s:{n}", channel="store", key=key.ljust(21, "0"), amount_yen=yen,
              paid_on=due - timedelta(days=chance.randrange(9)))
        for n, (key, due, yen) in enumerate(keys)
    ]  # fmt: skip
    with meter.of("receipts booked and posted", len(money)):
        slow = actions.take_money(actor=actor, money=money)
    if slow or queries.wrong():
        raise RuntimeError(f"{slow} one by one; {queries.wrong()}")
    return meter.found


def _keys(count: int) -> list[tuple[str, date, int]]:
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.collection.models import Instalment

    with unit(system_actor("bench")):
        return list(Instalment.objects.order_by("id").values_list("key", "due_on", "amount_yen")[:count])


if __name__ == "__main__":
    print(json.dumps(_work(json.loads(sys.argv[1]))))
