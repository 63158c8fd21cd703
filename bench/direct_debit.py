"""Account transfers of 50,000 payers: mandates taken in, requests to the bank, its results."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from typing import Final
from uuid import UUID

from bench.collection import Meter
from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground

PAYERS: Final = 50_000
LIMIT: Final = 120.0
DUE: Final = date(2026, 6, 30)
FAILS: Final = 50
"""One debit in so many finds too little money."""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """A cycle in a process of the house on a database of its own."""
    sizes = {"payers": PAYERS // 10 if quick else PAYERS}
    figures = Figures(
        "direct_debit", "Account transfers: mandates, requests, results",
        ("what", "payers", "seconds", "CPU s", "per CPU second"), sizes=sizes,
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        done = subprocess.run(
            [sys.executable, "-m", "bench.direct_debit", json.dumps(sizes)], env=ground.environ(ground.url(name)),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, tuple[int, float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    for what, (count, seconds, cpu) in found.items():
        figures.rows.append((what, count, round(seconds, 2), round(cpu, 2), round(count / cpu)))
        figures.goals.append(
            Goal(name=f"{what}, 50,000 payers", value=seconds * PAYERS / count, sense="at most", limit=LIMIT, unit="s")
        )
    return figures.finish()


def _work(sizes: dict[str, int]) -> dict[str, tuple[int, float, float]]:
    """In a process of the house; each part's count, seconds and CPU seconds."""
    import django

    django.setup()
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor
    from jichi.engines.bankfiles import actions as bankfiles
    from jichi.engines.collection import actions as collection
    from jichi.engines.collection.actions import NewAssessment
    from jichi.engines.mandates import actions as mandates
    from jichi.engines.mandates.actions import NewMandate
    from jichi.engines.mandates.rules import checked_account
    from jichi.engines.mandates.tests.keys import sealing_key
    from jichi.kernel import clock
    from jichi.services.tax.direct_debit import actions
    from jichi.services.tax.direct_debit.tests.desk import NAMES

    actor, meter, count = system_actor("bench"), Meter(), sizes["payers"]
    with sealing_key(), clock.standing_at(datetime(2026, 6, 15, 9, tzinfo=clock.TOKYO)):
        division = accounts.create_division(actor=actor, code="bench", names={"ja": "計測"}).pk
        collection.set_levy_kind(actor=actor, code="tax", title="税", division_id=division, nature="tax",
                                 takes_unknown=True)  # fmt: skip
        bankfiles.set_partner(actor=actor, code="bank", kind="bank", title="銀行", terms=_terms())
        hours = clock.now().time().replace(hour=0)
        actions.set_bank(actor=actor, code="0001", title="銀行", partner="bank", opens=hours, closes=hours)
        actions.set_offer(actor=actor, kind="tax", names=NAMES)
        collection.open_assessments(actor=actor, assessments=[
            NewAssessment(
                dedupe_key=f"a:{n}", kind="tax", levy_year=2026, fiscal_year=2026, assessed_on=date(2026, 6, 1),
                decision_ref="1", payer_no=f"{n:015d}", term="1", lines=(("base", "税額", 5_000 + n),),
                instalments=((DUE, 5_000 + n),),
            )
            for n in range(count)
        ])  # fmt: skip
        news = [
            NewMandate(
                dedupe_key=f"m:{n}", payer_no=f"{n:015d}", kind="tax", source="import", since=date(2026, 6, 1),
                account=checked_account(bank="0001", branch="001", type="1", number=str(n + 1), holder="ミホン ハナコ"),
            )
            for n in range(count)
        ]  # fmt: skip
        with meter.of("mandates of a file kept", count):
            mandates.open_mandates(actor=actor, news=news)
        with meter.of("request to the bank", count):
            made = actions.run_cycle(actor=actor, kind="tax", day=DUE)
        data = _answer(made.requests[0])
        file, _ = bankfiles.read_file(actor=actor, partner="bank", purpose="results", filename="x.txt", data=data)
        with meter.of("results booked and followed", count):
            bankfiles.apply_file(actor=actor, id=file)
    return meter.found


def _terms() -> dict[str, str]:
    from jichi.engines.bankfiles.tests.made import HEADER

    return {name: value for name, value in HEADER.items() if name != "mmdd"}


def _answer(request: UUID) -> bytes:
    """The bank's file: nearly everything taken."""
    from django.db import connection

    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.bankfiles import rules
    from jichi.engines.bankfiles.tests.made import DEBIT, HEADER
    from jichi.engines.files import queries as files

    with connection.cursor() as cursor, unit(system_actor("bench")):
        cursor.execute("SELECT stored_id FROM eng_bankfiles_transferrequest WHERE id = %s", (request,))
        with files.open_file(cursor.fetchone()[0]) as found:
            asked = rules.read_file(found.read(), DEBIT).data.tuples()
    rows = [(*row[:-1], "1" if place % FAILS == 0 else "0") for place, row in enumerate(asked)]
    return rules.write_file(DEBIT, {**HEADER, "mmdd": f"{DUE:%m%d}"}, rows, results=True).data


if __name__ == "__main__":
    print(json.dumps(_work(json.loads(sys.argv[1]))))
