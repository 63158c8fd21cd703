"""Are the books right? All of them every night, and for the doctor what came since: ten million cost no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Finding

from .models import Check

SYSTEM: Final = system_actor("ledger")
STALE: Final = timedelta(days=3)
"""So old a nightly look at all entries is told as missing."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at all entries: up to which entry and posting, when, what was wrong."""

    entry: int = 0
    posting: int = 0
    at: datetime | None = None
    wrong: tuple[str, ...] = ()


NEVER: Final = Looked()
_UNEVEN: Final = (
    "SELECT count(*) FROM (SELECT posting_id FROM eng_ledger_entry WHERE id > %(entry)s GROUP BY 1 "
    "HAVING sum(amount_yen) <> 0) x"
)
_EMPTY: Final = (
    "SELECT count(*) FROM eng_ledger_posting p WHERE p.id > %(posting)s AND NOT EXISTS "
    "(SELECT FROM eng_ledger_entry e WHERE e.posting_id = p.id)"
)
_DAYS: Final = "SELECT coalesce(array_agg(DISTINCT booked_on), '{}') FROM eng_ledger_entry WHERE id > %(entry)s"
_DAY: Final = "WHERE account = ANY (ARRAY(SELECT code FROM eng_ledger_account)) AND booked_on = ANY (%(days)s)"
_DIFFERENT: Final = (
    "WITH e AS (SELECT account, booked_on, division_id, fiscal_year, sum(amount_yen) AS yen, count(*) AS rows "
    "FROM eng_ledger_entry {0} GROUP BY 1, 2, 3, 4), s AS (SELECT account, booked_on, division_id, fiscal_year, "
    "sum(amount_yen) AS yen, sum(entries) AS rows FROM eng_ledger_daysum {0} GROUP BY 1, 2, 3, 4) "
    "SELECT count(*) FROM e FULL JOIN s USING (account, booked_on, division_id, fiscal_year) "
    "WHERE e.yen IS DISTINCT FROM s.yen OR e.rows IS DISTINCT FROM s.rows"
)
_TOTAL: Final = "SELECT coalesce(sum(amount_yen), 0) FROM eng_ledger_daysum"


def wrong(*, since: Looked = NEVER) -> tuple[str, ...]:
    """What is wrong with the books, () where nothing is; by default all of them, four statements over all rows.

    Args:
        since: only what was written after this look, and the days on which that was booked; five statements.
    """
    values: dict[str, int | list[date]] = {"entry": since.entry, "posting": since.posting}
    with unit(SYSTEM), connection.cursor() as cursor:
        different = _DIFFERENT.format("")
        if since.entry:
            cursor.execute(_DAYS, values)
            values["days"] = cursor.fetchone()[0]
            different = _DIFFERENT.format(_DAY)
        found = []
        for what, statement in (
            ("the sum of all accounts is not 0", _TOTAL),
            ("postings that don't balance", _UNEVEN),
            ("sums by day that are not those of the entries", different),
            ("postings without entries", _EMPTY),
        ):
            cursor.execute(statement, values)
            if off := int(cursor.fetchone()[0]):
                found.append(f"{what} ({off})")
    return tuple(found)


def look_at_all() -> Looked:
    """Look at every entry and keep what was found; the doctor starts from there. Every night, or by hand."""
    with unit(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # ten million take longer than a page may
            cursor.execute(
                "SELECT (SELECT coalesce(max(id), 0) FROM eng_ledger_entry), "
                "(SELECT coalesce(max(id), 0) FROM eng_ledger_posting)"
            )
            entry, posting = cursor.fetchone()
        now = clock.now()
        found = Looked(int(entry), int(posting), now, wrong())
        Check.objects.create(
            checked_at=now, through_entry=found.entry, through_posting=found.posting, wrong=list(found.wrong)
        )
    return found


def last_look() -> Looked:
    """The newest look at all entries; `NEVER` before the first. One statement."""
    row = Check.objects.order_by("-id").first()
    return Looked(row.through_entry, row.through_posting, row.checked_at, tuple(row.wrong)) if row else NEVER


def findings() -> list[Finding]:
    """For `jichi doctor`: what the last look at all entries found, and what came since."""
    last = last_look()
    found = (*last.wrong, *(one for one in wrong(since=last) if one not in last.wrong))
    if found:
        return [Finding("ledger", "wrong", "; ".join(found), "see docs/ledger.md, When the books differ")]
    if last.at is not None and clock.now() - last.at > STALE:
        day = format_date(last.at.astimezone(clock.TOKYO).date())
        return [Finding("ledger", "wrong", f"all entries were looked at last on {day}", "keep a worker running")]
    return [Finding("ledger", "ok", "every posting is even, sums by day agree")]
