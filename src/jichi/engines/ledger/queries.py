"""The books as rooms above, pages and `jichi doctor` read them. What an actor sees, row security decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from .checking import Looked, findings, last_look, wrong

__all__ = [
    "AccountInfo", "Closed", "Line", "Looked", "accounts", "balance", "balances", "closed_through", "closes",
    "findings", "first_year", "item_balances", "last_look", "late_postings", "lines_of_account", "lines_of_item",
    "wrong",
]  # fmt: skip


def balance(*, account: str, on: date, division_id: int | None = None, fiscal_year: int | None = None) -> int:
    """The balance of an account at the end of a day in yen, debit positive; one statement over the sums by day.

    Args:
        division_id, fiscal_year: only theirs; None: all that the actor sees.
    """
    return balances(on=on, accounts=(account,), division_id=division_id, fiscal_year=fiscal_year).get(account, 0)


def balances(
    *, on: date, accounts: Sequence[str] | None = None, division_id: int | None = None, fiscal_year: int | None = None
) -> dict[str, int]:
    """残高試算表: account → balance at the end of a day, debit positive; all together are 0. One statement."""
    wanted = ["booked_on <= %s"]
    values: list[date | int | list[str]] = [on]
    for column, value in (("division_id", division_id), ("fiscal_year", fiscal_year)):
        if value is not None:
            wanted.append(f"{column} = %s")
            values.append(value)
    if accounts is not None:
        wanted.append("account = ANY (%s)")
        values.append(list(accounts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account, sum(amount_yen)::bigint FROM eng_ledger_daysum WHERE {' AND '.join(wanted)} "  # noqa: S608 - the parts are fixed text of this function
            "GROUP BY account",
            values,
        )
        return {str(account): int(yen) for account, yen in cursor.fetchall()}


def item_balances(*, items: Collection[str]) -> dict[tuple[str, str], int]:
    """(item, account) → balance of all days in yen; what is 0 is left out. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, account, sum(amount_yen)::bigint FROM eng_ledger_entry WHERE item = ANY (%s) AND item <> '' "
            "GROUP BY 1, 2 HAVING sum(amount_yen) <> 0",
            (list(items),),
        )
        return {(str(item), str(account)): int(yen) for item, account, yen in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a page shows it. `is_late`: booked on another day, or in another year, than it belongs to."""

    key: str
    kind: str
    account: str
    title: str
    item: str
    yen: int
    booked_on: date
    belongs_on: date
    fiscal_year: int
    belongs_year: int

    @property
    def is_late(self) -> bool:
        """Did it come after its day or year was closed?"""
        return (self.booked_on, self.fiscal_year) != (self.belongs_on, self.belongs_year)


_LINES: Final = (
    "SELECT p.key, p.kind, e.account, a.title, e.item, e.amount_yen, e.booked_on, p.belongs_on, p.fiscal_year, "
    "p.belongs_year FROM eng_ledger_entry e JOIN eng_ledger_posting p ON p.id = e.posting_id "
    "JOIN eng_ledger_account a ON a.code = e.account WHERE "
)


def _lines(where: str, values: Sequence[date | int | str]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES + where, values)
        return [Line(*row) for row in cursor.fetchall()]


def lines_of_item(*, item: str) -> list[Line]:
    """Every entry about one thing, oldest posting first, within it 借方 before 貸方. One statement."""
    return _lines("e.item = %s AND e.item <> '' ORDER BY p.id, e.amount_yen DESC, e.id", (item,))


def lines_of_account(*, account: str, first: date, last: date, limit: int = 1_000) -> list[Line]:
    """Entries of an account booked from `first` to `last`, oldest first, at most `limit`. One statement."""
    return _lines(
        "e.account = %s AND e.booked_on BETWEEN %s AND %s ORDER BY e.booked_on, e.id LIMIT %s",
        (account, first, last, limit),
    )


def late_postings(*, limit: int = 1_000) -> list[Line]:
    """Entries of facts that came after their day or year was closed, newest first. One statement."""
    return _lines(
        "(p.booked_on <> p.belongs_on OR p.fiscal_year <> p.belongs_year) ORDER BY p.booked_on DESC, p.id DESC, e.id "
        "LIMIT %s",
        (limit,),
    )


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """One account of the chart."""

    code: str
    title: str
    kind: str


def accounts() -> list[AccountInfo]:
    """The chart in its order. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, title, kind FROM eng_ledger_account ORDER BY position, code")
        return [AccountInfo(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Closed:
    """One close; `fiscal_year` where a year was closed."""

    through_on: date
    fiscal_year: int | None
    closed_at: datetime


def closes(*, limit: int = 100) -> list[Closed]:
    """Closes, newest first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT through_on, fiscal_year, closed_at FROM eng_ledger_close "
            "ORDER BY through_on DESC, id DESC LIMIT %s",
            (limit,),
        )
        return [Closed(*row) for row in cursor.fetchall()]


def first_year() -> int | None:
    """The oldest fiscal year with entries that the actor sees; None while there are none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(fiscal_year) FROM eng_ledger_daysum")
        found: int | None = cursor.fetchone()[0]
        return found


def closed_through() -> date | None:
    """The last closed day; None while none is. One statement."""
    found = closes(limit=1)
    return found[0].through_on if found else None
