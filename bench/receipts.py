"""A store's file of a million receipts: parsed, matched, posted; beside COPY of the rows that it became."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import psycopg

from bench.collection import Meter
from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground
from bench.meter import cpu_of_all

RECEIPTS: Final = 1_000_000
QUICK: Final = 50_000
RATE: Final = 20_000
OF_COPY: Final = 0.3
DAYS: Final = 5
"""Days on which the receipts of a file were paid."""
TAKEN: Final = "taken in, matched, posted"
COPIED: Final = "COPY of the same rows"
PIECE: Final = 1 << 20
PARENT: Final = "eng_bankfiles_takenfile"
TABLES: Final = (
    "eng_bankfiles_storereceipt", "eng_collection_receipt", "eng_collection_allocation", "eng_ledger_posting",
    "eng_ledger_entry",
)  # fmt: skip
_CLAIMS: Final = """
WITH owed AS (
    INSERT INTO eng_collection_assessment (dedupe_key, kind_id, division_id, levy_year, fiscal_year, term, payer_no,
        total_yen, assessed_on, decision_ref, opened_at)
    SELECT 'bench:' || n, 'tax', %(division)s, 2026, 2026, '1', lpad(n::text, 15, '0'), 1000 + n %% 90000,
        '2026-06-01', '1', now()
    FROM generate_series(1, %(count)s) n RETURNING id, payer_no, total_yen
), parts AS (
    INSERT INTO eng_collection_instalment (assessment_id, number, key, due_on, amount_yen, division_id, kind_code,
        fiscal_year)
    SELECT id, 1, collection_key(payer_no::bigint), '2026-06-30', total_yen, %(division)s, 'tax', 2026
    FROM owed ORDER BY payer_no RETURNING key, amount_yen
), posting AS (
    INSERT INTO eng_ledger_posting (key, kind, division_id, fiscal_year, belongs_year, booked_on, belongs_on, booked_at)
    VALUES ('bench', 'assessed', %(division)s, 2026, 2026, '2026-06-01', '2026-06-01', now()) RETURNING id
), entries AS (
    INSERT INTO eng_ledger_entry (posting_id, account, item, amount_yen, booked_on, division_id, fiscal_year)
    SELECT p.id, e.account, e.item, e.yen, '2026-06-01', %(division)s, 2026 FROM posting p, (
        SELECT 'claims' AS account, key AS item, amount_yen AS yen FROM parts
        UNION ALL SELECT 'revenue', '', -sum(amount_yen)::bigint FROM parts) e
    RETURNING account, amount_yen
)
INSERT INTO eng_ledger_daysum (account, booked_on, division_id, fiscal_year, amount_yen, entries)
SELECT account, '2026-06-01', %(division)s, 2026, sum(amount_yen), count(*) FROM entries GROUP BY 1
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """The room's actions in a process of the house on a durable database, then COPY into one that was the same."""
    count = QUICK if quick else RECEIPTS
    figures = Figures(
        "receipts", "Receipts of a store's file: parsed, matched, posted to the ledger",
        ("what", "how many", "seconds", "per second", "CPU s", "per CPU second"),
        sizes={"receipts": count, "instalments": count, "fsync": True},
        notes=[
            "Taken in as by `jichi receipts take`: kept, read, weighed, written, matched, posted; one transaction.",
            "COPY: what that wrote, in one transaction, into the same tables with indexes, constraints, foreign keys,",
            "without the triggers that look whether the books balance.",
        ],
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        _prepare(ground, name, count)
        with ground.copied(name) as before:
            path = ground.home / "receipts.txt"
            _write(ground, name, path)
            found = _taken(ground, name, path)
            found |= _copied(ground, name, before)
            path.unlink()
    for what, (seconds, cpu) in found.items():
        figures.rows.append((
            what, f"{count:,}", f"{seconds:.2f}", f"{count / seconds:,.0f}", f"{cpu:.2f}", f"{count / cpu:,.0f}",
        ))  # fmt: skip
    taken, copied = found[TAKEN], found[COPIED]
    figures.goals += [
        Goal(name="receipts parsed, matched, posted", value=count / taken[0], sense="at least", limit=RATE, unit="/s"),
        Goal(name="share of COPY", value=copied[0] / taken[0], sense="at least", limit=OF_COPY, unit=""),
    ]
    return figures.finish()


def _prepare(ground: Ground, name: str, count: int) -> None:
    """A division with so many instalments to be paid, in the books, and an agent."""
    _run(ground, name, "prepare")
    with ground.connect(name, quiet=True) as owner:
        row = owner.execute("SELECT division_id FROM eng_collection_levykind WHERE code = 'tax'").fetchone()
        owner.execute(_CLAIMS, {"division": row[0] if row else None, "count": count})
        owner.execute("VACUUM ANALYZE")


def _write(ground: Ground, name: str, path: Path) -> None:
    """Final reports of all of them, in no order."""
    from jichi.engines.bankfiles.rules.invented import report, slip_code

    with ground.connect(name) as owner:
        owed = owner.execute("SELECT key, amount_yen FROM eng_collection_instalment ORDER BY id").fetchall()
    random.Random(7).shuffle(owed)
    with path.open("w", encoding="ascii") as out:
        for place, (key, yen) in enumerate(owed):
            code = slip_code(int(key + "00"), yen)
            day = f"202606{20 + place % DAYS}"
            out.write(report("02", code, day=day, time=f"{place % 24:02}{place % 60:02}", shop=f"{place % 5000:07}"))
            out.write("\r\n")


def _run(ground: Ground, name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.receipts", *arguments], env=ground.environ(ground.url(name)), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout


def _taken(ground: Ground, name: str, path: Path) -> dict[str, tuple[float, float]]:
    told: dict[str, tuple[int, float, float]] = json.loads(_run(ground, name, "take", str(path)).splitlines()[-1])
    return {what: (seconds, cpu) for what, (_, seconds, cpu) in told.items()}


def _copied(ground: Ground, name: str, before: str) -> dict[str, tuple[float, float]]:
    """Rows of the one database into the other, as nobody of the house may: past row security."""
    files = {table: ground.home / f"{table}.copy" for table in (PARENT, *TABLES)}
    with ground.connect(name) as taken:
        for table, path in files.items():
            column = {"eng_ledger_posting": "id", "eng_ledger_entry": "posting_id"}.get(table)
            fresh = f"WHERE {column} > (SELECT id FROM eng_ledger_posting WHERE key = 'bench')" if column else ""
            statement = f"COPY (SELECT * FROM {table} {fresh} ORDER BY id) TO STDOUT"
            with path.open("wb") as out, taken.cursor() as cursor, cursor.copy(statement) as copy:
                for piece in copy:
                    out.write(piece)
    with ground.connect(before, quiet=True) as owner:
        _copy(owner, PARENT, files.pop(PARENT))
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with ground.connect(before, autocommit=False) as owner:
        pids = [owner.info.backend_pid, os.getpid()]
        began, cpu = time.monotonic(), cpu_of_all(pids)
        for table, path in files.items():
            _copy(owner, table, path)
        owner.commit()
        found = (time.monotonic() - began, cpu_of_all(pids) - cpu)
    for path in files.values():
        path.unlink()
    (ground.home / f"{PARENT}.copy").unlink()
    return {COPIED: found}


def _copy(owner: psycopg.Connection[Any], table: str, path: Path) -> None:
    with path.open("rb") as rows, owner.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        while piece := rows.read(PIECE):
            copy.write(piece)


def _side(how: str, *arguments: str) -> dict[str, tuple[int, float, float]]:
    """In a process of the house: an agent and what is levied; or the file taken in as the command does."""
    import django

    django.setup()
    from django.db import connection

    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.bankfiles import actions
    from jichi.engines.bankfiles import queries as bankfiles
    from jichi.engines.collection import actions as collection
    from jichi.engines.collection import queries
    from jichi.engines.ledger import queries as ledger

    actor = system_actor("bench")
    if how == "prepare":
        division = accounts.create_division(actor=actor, code="bench", names={"ja": "計測"}).pk
        collection.set_levy_kind(actor=actor, code="tax", title="税", division_id=division, nature="tax",
                                 takes_unknown=True)  # fmt: skip
        actions.set_partner(actor=actor, code="bench", kind="stores", title="bench", terms={"prefix": "25207"})
        return {}
    path, meter = Path(arguments[0]), Meter()
    count = path.stat().st_size // 122
    with meter.of(TAKEN, count):
        id, _ = actions.take_whole(
            actor=actor, partner="bench", purpose="receipts", filename=path.name, data=path.read_bytes()
        )
    with unit(actor):
        told = bankfiles.taken_file(id)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # comparing millions of rows takes longer than a page may
    wrong = (*queries.wrong(), *ledger.wrong())
    if wrong or told is None or told.outcome["final"] != count:
        raise RuntimeError(f"{wrong}; {told}")
    return meter.found


if __name__ == "__main__":
    print(json.dumps(_side(*sys.argv[1:])))
