"""Money of whole files, in the transaction that takes the file in: in steps for all, one by one only where it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from django.db import IntegrityError, connection

from jichi.engines.audit.context import Actor
from jichi.engines.ledger.actions import posting_unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from .. import booking
from ..permissions import COLLECT, require

CHUNK: Final = 50_000
"""Receipts a statement: bounds the memory of a file."""
_BOOK: Final = (
    "SELECT * FROM collection_book((SELECT array_agg(ROW(m.*)::collection_money) FROM unnest(%s::text[], %s::text[], "
    "%s::text[], %s::date[], %s::bigint[], %s::text[]) m), %s)"
)
_BOOK_FILE: Final = (
    "SELECT b.* FROM (SELECT array_agg(ROW('bankfiles:' || f.receipt_id, f.channel, f.key, f.paid_on, f.amount_yen, "
    "f.kind)::collection_money) AS money FROM (SELECT *, (row_number() OVER () - 1) / %s AS part "
    "FROM bankfiles_to_book(%s)) f GROUP BY f.part ORDER BY f.part) c, LATERAL collection_book(c.money, %s) b"
)

_PUT_ASIDE: Final = "SELECT bankfiles_put_aside(%s, 'unknown', %s)"
_OF_BANKFILES: Final = "bankfiles:"
"""Before the number that engine bankfiles gave a receipt: its name here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """One line of a channel's file. `source`: its own name of this receipt; `key`: 納付番号, padded or not."""

    source: str
    channel: str
    key: str
    paid_on: date
    amount_yen: int
    kind: Literal["provisional", "final", "cancelled"] = "final"


def take_money(*, actor: Actor, money: Sequence[Money]) -> int:
    """Book the lines of a file; how many instalments were settled one by one. Sources that are there change nothing.

    Provisional lines (速報) and their cancellation book nothing: they are shown beside the instalment.

    Raises:
        Forbidden: without "eng_collection.collect".
        Conflict: "collection.nobody_takes": a key is unknown and no division takes such money.
        Invalid: "collection.rate_missing": a late payment falls into a year without rates; nothing is booked.
    """
    require(actor, COLLECT)
    slow = 0
    with posting_unit(actor=actor):
        for start in range(0, len(money), CHUNK):
            part = money[start : start + CHUNK]
            columns = [
                [line.source for line in part], [line.channel for line in part], [line.key for line in part],
                [line.paid_on for line in part], [line.amount_yen for line in part], [line.kind for line in part],
            ]  # fmt: skip
            slow += _settled(actor, _booked(_BOOK, [*columns, clock.now()]))
    return slow


def take_file(*, actor: Actor, file_id: UUID) -> int:
    """As `take_money`, for all that engine bankfiles has to book of a file; what nobody knows goes on its work list."""
    require(actor, COLLECT)
    with posting_unit(actor=actor):
        rows = _booked(_BOOK_FILE, [CHUNK, file_id, clock.now()])
        unknown = [int(source.removeprefix(_OF_BANKFILES)) for source, instalment, _ in rows if instalment is None]
        if unknown:
            with connection.cursor() as cursor:
                cursor.execute(_PUT_ASIDE, [unknown, clock.now()])
        return _settled(actor, rows)


def _booked(statement: str, values: Sequence[object]) -> list[tuple[str, int | None, date]]:
    """Book them; (source, instalment, day paid) of those that need more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # a file of a million receipts takes a minute
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute(statement, values)  # type: ignore[arg-type] # lists of columns, as psycopg takes them
            rows: list[tuple[str, int | None, date]] = cursor.fetchall()
            return rows
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "column_name", None) == "division_id":
            raise Conflict("collection.nobody_takes") from error
        raise


def _settled(actor: Actor, rows: Sequence[tuple[str, int | None, date]]) -> int:
    by_day: dict[date, set[int]] = {}
    for _, instalment, day in rows:
        if instalment is not None:
            by_day.setdefault(day, set()).add(instalment)
    return sum(booking.settle_all(actor, by_day[day], on=day) for day in sorted(by_day))
