"""Writing to the books and closing them. Who may cause a fact, the room above decides that posts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from . import rules
from .models import Account
from .permissions import CLOSE
from .rules import Posting

_POST: Final = (
    "SELECT * FROM ledger_post((SELECT array_agg(ROW(l.*)::ledger_line) FROM unnest(%s::text[], %s::text[], "
    "%s::bigint[], %s::int[], %s::date[], %s::text[], %s::text[], %s::bigint[]) l), %s)"
)


@dataclass(frozen=True, slots=True)
class Posted:
    """How many postings are new, how many were there with the same content, how many came too late for their day."""

    fresh: int
    repeated: int
    late: int


def post(*, actor: Actor, postings: Sequence[Posting]) -> Posted:
    """Write the facts into the books in the caller's transaction, all or none; one statement for any number.

    A posting whose key is there with the same content changes nothing. One whose day is closed goes to the first open
    day and keeps the day it belongs on (`queries.late_postings`). Entries of 0 yen are left out.

    Raises:
        Invalid: "ledger.uneven", "ledger.unknown_account".
        Conflict: "ledger.other_repeat": the key is there with other content.
    """
    rules.check(postings)
    lines = [(posting, entry) for posting in postings for entry in posting.entries if entry.yen]
    if not lines:
        return Posted(0, 0, 0)
    columns = (
        [posting.key for posting, _ in lines], [posting.kind for posting, _ in lines],
        [posting.division_id for posting, _ in lines], [posting.fiscal_year for posting, _ in lines],
        [posting.belongs_on for posting, _ in lines], [entry.account for _, entry in lines],
        [entry.item for _, entry in lines], [entry.yen for _, entry in lines],
    )  # fmt: skip
    with posting_unit(actor=actor), connection.cursor() as cursor:
        cursor.execute(_POST, [*columns, clock.now()])
        return Posted(*cursor.fetchone())


def open_account(*, actor: Actor, code: str, title: str, kind: rules.AccountKind, position: int = 100) -> None:
    """Add an account to the chart; told again it changes nothing.

    Raises:
        Forbidden: without "eng_ledger.close".
    """
    _require(actor)
    with unit(actor):
        Account.objects.get_or_create(code=code, defaults={"title": title, "kind": kind, "position": position})


def close_days(*, actor: Actor, through: date) -> bool:
    """Close every day through `through`; False where it was closed already. Month ends are closed the same way.

    Raises:
        Forbidden: without "eng_ledger.close".
        Invalid: "ledger.close_future".
        Conflict: "ledger.close_year_first": 31 May of a fiscal year is closed with the year.
    """
    _require(actor)
    if through > clock.today():
        raise Invalid("ledger.close_future", day=format_date(through))
    with posting_unit(actor=actor, day=format_date(through)), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_fold(), ledger_close_days(%s, %s)", (through, clock.now()))
        fresh = bool(cursor.fetchone()[1])
        if fresh:
            audit.record(
                actor=actor, action="close_days", table="eng_ledger_close", object_id=through.isoformat(),
            )  # fmt: skip
    return fresh


def close_year(*, actor: Actor, fiscal_year: int) -> bool:
    """出納閉鎖: carry assets and liabilities over, then close the fiscal year with 31 May; False where it was closed.

    Raises:
        Forbidden: without "eng_ledger.close".
        Invalid: "ledger.year_not_over": 31 May of the year after is not past.
        Conflict: "ledger.earlier_year_open".
    """
    _require(actor)
    last = rules.last_day_of_books(fiscal_year)
    if clock.today() <= last:
        raise Invalid("ledger.year_not_over", year=fiscal_year, day=format_date(last))
    with posting_unit(actor=actor), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_fold(), ledger_close_year(%s, %s)", (fiscal_year, clock.now()))
        fresh = bool(cursor.fetchone()[1])
        if fresh:
            audit.record(actor=actor, action="close_year", table="eng_ledger_close", object_id=str(fiscal_year))
    return fresh


def fold_sums(*, actor: Actor) -> int:
    """Join the sums of each day into one row; how many rows that saved. Nothing that anybody reads changes."""
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_fold()")
        return int(cursor.fetchone()[0])


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(CLOSE):
        raise Forbidden("forbidden", permission=CLOSE)


@contextmanager
def posting_unit(*, actor: Actor, **params: object) -> Iterator[None]:
    """A unit of work in which what the database refuses of the books becomes an error with a code.

    For rooms that call `ledger_post` in SQL of their own.
    """
    try:
        with unit(actor):
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name, said = getattr(diagnosis, "constraint_name", None), getattr(diagnosis, "message_primary", "")
        if name == "ledger_repeat_equal":
            raise Conflict("ledger.other_repeat", key=said) from error
        if name == "ledger_unknown_account":
            raise Invalid("ledger.unknown_account", account=said) from error
        if name == "ledger_even":
            raise Invalid("ledger.uneven", key=said) from error
        if name in {"ledger_close_year_first", "ledger_earlier_year_open"}:
            raise Conflict(name.replace("ledger_", "ledger.", 1), year=said, **params) from error
        raise
