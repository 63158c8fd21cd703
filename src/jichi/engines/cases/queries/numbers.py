"""番号簿 as a page shows it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number

from .. import permissions
from ..models import IssuedNumber
from .lists import require


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One line of the book; `case` is the 受付番号 it belongs to as people write it, "" for papers from elsewhere."""

    id: UUID
    text: str
    kind: str
    what: str
    case: str
    state: str
    void_reason: str
    issued_at: datetime
    is_main: bool


@dataclass(frozen=True, slots=True)
class NumberPage:
    """Some lines, newest first; `next_after` continues ("" at the end)."""

    rows: tuple[NumberRow, ...]
    next_after: str


def numbers(*, actor: Actor, kind: str = "document", after: str = "", limit: int = 50) -> NumberPage:
    """The book of the actor's divisions, newest first. One statement; deep pages cost as much as the first."""
    require(actor, permissions.NUMBERS)
    found = IssuedNumber.objects.filter(division_id__in=actor.divisions, kind=kind).select_related("case")
    found = found.order_by("-issued_at", "-id")
    at, _, last = after.partition("~")
    if last:
        with contextlib.suppress(ValueError):
            found = found.filter(issued_at__lte=datetime.fromisoformat(at)).exclude(
                issued_at=datetime.fromisoformat(at), id__gte=UUID(last)
            )
    rows = list(found[: limit + 1])
    shown = tuple(_row(row) for row in rows[:limit])
    more = f"{rows[limit - 1].issued_at.isoformat()}~{rows[limit - 1].pk}" if len(rows) > limit else ""
    return NumberPage(shown, more)


def _row(row: IssuedNumber) -> NumberRow:
    case = row.case
    return NumberRow(
        id=row.pk, text=row.text, kind=row.kind, what=row.what or (case.title["ja"] if case else ""),
        case=format_number(case.number) if case else "", state=row.state, void_reason=row.void_reason,
        issued_at=row.issued_at, is_main=row.branch == 1,
    )  # fmt: skip


def number_row(*, actor: Actor, number_id: UUID) -> NumberRow:
    """One line of the book. One statement.

    Raises:
        NotFound: none, or another division's.
    """
    require(actor, permissions.NUMBERS)
    found = IssuedNumber.objects.filter(pk=number_id, division_id__in=actor.divisions).select_related("case").first()
    if found is None:
        raise NotFound
    return _row(found)
