"""After-school clubs: the month of 3,300 children, previewed and run, at the start and at the end of a fiscal year."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from typing import Final

from bench.collection import Meter
from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground

CHILDREN: Final = 3_300
PREVIEW_LIMIT: Final = 10.0
RUN_LIMIT: Final = 30.0


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Previews and runs in a process of the house on a database of their own."""
    sizes = {"children": CHILDREN // 10 if quick else CHILDREN, "months": 3 if quick else 12}
    figures = Figures(
        "after_school", "After-school clubs: the month of all children",
        ("what", "children", "seconds", "CPU s", "per CPU second"), sizes=sizes,
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        done = subprocess.run(
            [sys.executable, "-m", "bench.after_school", json.dumps(sizes)], env=ground.environ(ground.url(name)),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, tuple[int, float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    for what, (count, seconds, cpu) in found.items():
        figures.rows.append((what, count, round(seconds, 2), round(cpu, 2), round(count / cpu)))
    scale = CHILDREN / sizes["children"]
    previews = [seconds for what, (_, seconds, _) in found.items() if what.startswith("preview")]
    runs = [seconds for what, (_, seconds, _) in found.items() if what.startswith("run")]
    figures.goals += [
        Goal(name="preview of 3,300 children, slowest month", value=max(previews) * scale, sense="at most",
             limit=PREVIEW_LIMIT, unit="s"),
        Goal(name="run of 3,300 children with ledger, slowest month", value=max(runs) * scale, sense="at most",
             limit=RUN_LIMIT, unit="s"),
    ]  # fmt: skip
    return figures.finish()


def _work(sizes: dict[str, int]) -> dict[str, tuple[int, float, float]]:
    """In a process of the house; each part's count, seconds and CPU seconds."""
    import django

    django.setup()
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.kernel import clock
    from jichi.services.family.after_school import actions, queries, rules
    from jichi.services.family.after_school.commands import set_up
    from jichi.services.family.after_school.sample import EXAMPLES, TABLE

    actor, meter, count = system_actor("bench"), Meter(), sizes["children"]
    division = accounts.create_division(actor=actor, code="bench", names={"ja": "計測"}).pk
    set_up(division)
    with clock.standing_at(datetime(2026, 4, 1, 9, tzinfo=clock.TOKYO)):
        made = actions.save_table(actor=actor, fiscal_year=2026, division_id=division, given=TABLE, examples=EXAMPLES)
        actions.approve_table(actor=actor, table_id=made)
        _children(count, division)
    shown = ""
    for place in range(sizes["months"]):
        month = date(2026 + (place + 3) // 12, (place + 3) % 12 + 1, 1)
        with clock.standing_at(datetime(month.year, month.month, 5, 9, tzinfo=clock.TOKYO)):
            shown = rules.month_text(month)
            with meter.of(f"preview {shown}", count), unit(actor):
                lines = queries.preview(month=month)
            with meter.of(f"run {shown}", count):
                actions.make_run(
                    actor=actor, month=month, division_id=division, expected=rules.fingerprint(lines), decision_ref="1"
                )
    ends = {name for name in meter.found if name.endswith(("2026-04", shown))}
    return {name: told for name, told in meter.found.items() if name in ends}


def _children(count: int, division: int) -> None:
    """So many children in ten clubs, every third with an older one in its home, classes A to D."""
    from jichi.engines.audit.context import system_actor, unit
    from jichi.kernel import clock
    from jichi.services.family.after_school import actions
    from jichi.services.family.after_school.models import Enrolment, Term

    actor, april = system_actor("bench"), date(2026, 4, 1)
    clubs = [
        actions.set_club(actor=actor, code=f"c{n}", name=f"クラブ{n}", capacity=count, division_id=division)
        for n in range(10)
    ]
    with unit(actor):
        rows = Enrolment.objects.bulk_create(
            [
                Enrolment(
                    child_no=f"{n:015d}", payer_no=f"8{n - (n % 3 == 1):014d}", club_id=clubs[n % 10], grade=n % 6 + 1,
                    division_id=division, applied_on=april, first_month=april, state="approved", decided_on=april,
                    decision_ref="1",
                )
                for n in range(count)
            ],
            batch_size=2_000,
        )  # fmt: skip
        Term.objects.bulk_create(
            [
                Term(enrolment=row, kind="class", word="DDDDDDDCBA"[n % 10], first_month=april, decision_ref="1",
                     recorded_at=clock.now())
                for n, row in enumerate(rows)
            ],
            batch_size=2_000,
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_work(json.loads(sys.argv[1]))))
