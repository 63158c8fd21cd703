"""The books at ten million entries: the balance of any account at any date; and how fast postings are written."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from bench.figures import Figures, Goal, middle
from bench.ground import Ground

ENTRIES: Final = 10_000_000
QUICK: Final = 1_000_000
PART: Final = 50_000
"""Postings a call."""
WRITTEN: Final = 500_000
"""Entries that go through the books' own function, to see how fast that is; the rest are laid beside them."""
DIVISIONS: Final = 20
YEARS: Final = (2024, 2025, 2026)
PROMISE_MS: Final = 100.0
ASKED: Final = 200
_SYSTEM: Final = "SELECT set_config('jichi.actor_kind', 'system', false)"
_LINES: Final = """
    FROM generate_series(%(from)s::bigint, %(to)s::bigint) n,
        LATERAL (SELECT make_date(%(year)s, 4, 1) + (n * 7919 %% 365)::int AS day) d,
        LATERAL (VALUES
            (CASE n %% 3 WHEN 0 THEN 'claims' WHEN 1 THEN 'agents' ELSE 'cash' END, 'i' || n / 4, 100 + n %% 9999),
            (CASE n %% 3 WHEN 0 THEN 'revenue' ELSE 'claims' END, 'i' || n / 4, -100 - n %% 9999)) v(account, item, yen)
"""
_POST: Final = f"""
SELECT fresh FROM ledger_post((
    SELECT array_agg(ROW('bench:' || n, 'bench', %(first)s + n %% %(divisions)s, %(year)s, day, account, item,
        yen)::ledger_line) {_LINES}
), now())
"""
_LAY: Final = f"""
WITH laid AS (
    INSERT INTO eng_ledger_posting (id, key, kind, division_id, fiscal_year, belongs_year, booked_on, belongs_on,
        booked_at)
    SELECT n, 'bench:' || n, 'bench', %(first)s + n %% %(divisions)s, %(year)s, %(year)s, day, day, now()
    FROM generate_series(%(from)s::bigint, %(to)s::bigint) n,
        LATERAL (SELECT make_date(%(year)s, 4, 1) + (n * 7919 %% 365)::int AS day) d
), entered AS (
    INSERT INTO eng_ledger_entry (posting_id, account, item, amount_yen, booked_on, division_id, fiscal_year)
    SELECT n, account, item, yen, day, %(first)s + n %% %(divisions)s, %(year)s {_LINES}
    RETURNING account, booked_on, division_id, fiscal_year, amount_yen
)
INSERT INTO eng_ledger_daysum (account, booked_on, division_id, fiscal_year, amount_yen, entries)
SELECT account, booked_on, division_id, fiscal_year, sum(amount_yen), count(*) FROM entered GROUP BY 1, 2, 3, 4
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Fill the books, the first part through their own function; fold as the night does; ask as the application."""
    entries = QUICK if quick else ENTRIES
    figures = Figures(
        "ledger", "Books: writing, and the balance of any account at any date",
        ("what", "count", "seconds", "per second"),
        sizes={"entries": entries, "divisions": DIVISIONS, "fiscal years": len(YEARS)},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name, psycopg.connect(ground.url(name), autocommit=True) as app:
        app.execute(_SYSTEM)
        first = _divisions(ground, name)
        written = min(entries, WRITTEN)
        began = time.monotonic()
        for start in range(1, written // 2 + 1, PART):
            app.execute(_POST, _part(first, start, PART))
        seconds = time.monotonic() - began
        figures.rows.append(("entries written", written, round(seconds, 1), round(written / seconds)))
        began = time.monotonic()
        with ground.connect(name, quiet=True) as owner, _indexes_afterwards(owner):
            for start in range(written // 2 + 1, entries // 2 + 1, 10 * PART):
                owner.execute(_LAY, _part(first, start, min(10 * PART, entries // 2 + 1 - start)))
        figures.rows.append(("entries laid beside", entries - written, round(time.monotonic() - began, 1), ""))
        began = time.monotonic()
        app.execute("SELECT ledger_fold()")
        figures.rows.append(("sums by day joined", 1, round(time.monotonic() - began, 2), ""))
        with ground.connect(name) as owner:
            owner.execute("ANALYZE")
            size = _size(owner)
        times = sorted(_asked(app))
        _check(app)
    figures.rows.append(("balances asked", ASKED, round(sum(times), 2), round(ASKED / sum(times))))
    figures.goals.append(Goal(name="balance at any date, slowest of 200", value=times[-1] * 1000, sense="at most",
                              limit=PROMISE_MS, unit="ms"))  # fmt: skip
    figures.notes.append(f"Median of the balances: {middle(times) * 1000:.1f} ms. The sum of all accounts was 0.")
    figures.notes.append(f"Tables with their indexes: {size / 1_000_000:,.0f} MB, {size / entries:.0f} bytes an entry.")
    return figures.finish()


@contextmanager
def _indexes_afterwards(owner: psycopg.Connection[Any]) -> Iterator[None]:
    """All indexes of postings and entries but those of their keys are made when all rows are there."""
    rows = owner.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i "
        "WHERE i.tablename IN ('eng_ledger_posting', 'eng_ledger_entry') "
        "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).fetchall()
    for name, _ in rows:
        owner.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    owner.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in rows:
        owner.execute(definition)


def _part(first: int, start: int, count: int) -> dict[str, int]:
    """Values of `_POST` and `_LAY` for so many postings; a fiscal year for each part."""
    year = YEARS[start // PART % len(YEARS)]
    return {"first": first, "divisions": DIVISIONS, "year": year, "from": start, "to": start + count - 1}


def _divisions(ground: Ground, name: str) -> int:
    with ground.connect(name) as owner:
        rows = owner.execute(
            "INSERT INTO eng_accounts_division (code, names, phone, email, counter, document_prefix, is_active) "
            "SELECT 'bench-' || n, '{}', '', '', '{}', '', true FROM generate_series(1, %s) n RETURNING id",
            (DIVISIONS,),
        ).fetchall()
    return int(min(row[0] for row in rows))


def _size(owner: psycopg.Connection[Any]) -> int:
    """Bytes of the books on disk."""
    row = owner.execute(
        "SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(ARRAY['eng_ledger_posting', 'eng_ledger_entry', "
        "'eng_ledger_daysum']) t"
    ).fetchone()
    return int(row[0]) if row else 0


def _asked(app: psycopg.Connection[Any]) -> list[float]:
    """Seconds of each question: an account at a date, over all divisions, and of one."""
    chance, times = random.Random(5), []
    for number in range(ASKED):
        account = chance.choice(["claims", "agents", "cash", "revenue"])
        on = date(2024, 4, 1) + timedelta(days=chance.randrange(1_200))
        more = f" AND division_id = {1 + number % DIVISIONS}" if number % 2 else ""
        began = time.monotonic()
        app.execute(
            "SELECT account, sum(amount_yen)::bigint FROM eng_ledger_daysum WHERE booked_on <= %s "
            f"AND account = ANY (%s){more} GROUP BY account",
            (on, [account]),
        ).fetchall()
        times.append(time.monotonic() - began)
    return times


def _check(app: psycopg.Connection[Any]) -> None:
    row = app.execute(
        "SELECT (SELECT sum(amount_yen) FROM eng_ledger_daysum), (SELECT count(*) FROM eng_ledger_entry), "
        "(SELECT sum(entries) FROM eng_ledger_daysum)"
    ).fetchone()
    if row is None or row[0] != 0 or row[1] != row[2]:
        raise RuntimeError(f"the books are wrong: {row}")
