"""納付の一覧: the charges of a division, page by page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.receipt_number import parse_number

from .. import permissions
from ..models import CHARGE_STATES, Charge
from ..rules import is_overdue

EXPORT_LIMIT: Final = 100_000
COUNT_CAP: Final = 10_000
"""Lists count up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFilters:
    """What the list is narrowed by; empty fields do not narrow."""

    q: str = ""
    state: str = ""
    overdue: bool = False
    opened_from: date | None = None
    opened_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """One line of the list."""

    id: UUID
    title: str
    state: str
    total_yen: int
    about: str
    payer_no: str
    opened_at: datetime
    due_on: date | None
    paid_at: datetime | None
    receipt_number: str
    method: str
    reason: str

    def is_overdue(self, today: date) -> bool:
        """Unpaid past its day."""
        return is_overdue(self.state, self.due_on, today)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the keys of the pages after and before ("" = there is none)."""

    rows: tuple[ChargeRow, ...]
    next_key: str
    before_key: str = ""


def _filtered(actor: Actor, filters: ChargeFilters) -> QuerySet[Charge]:
    found = Charge.objects.all()
    if actor.kind == "staff":
        found = found.filter(division_id__in=actor.divisions)
    if filters.state in CHARGE_STATES:
        found = found.filter(state=filters.state)
    if filters.overdue:
        found = found.filter(state="due", due_on__lt=clock.today())
    if filters.opened_from:
        found = found.filter(opened_at__gte=_midnight(filters.opened_from))
    if filters.opened_to:
        found = found.filter(opened_at__lt=_midnight(filters.opened_to + timedelta(days=1)))
    if words := filters.q.strip():
        about = parse_number(words)
        found = found.filter(Q(about=about) if about else Q(payer_no=words) | Q(payments__receipt__number=words))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)


def list_charges(*, actor: Actor, filters: ChargeFilters, after: str = "", before: str = "", limit: int = 20) -> Page:
    """A page of the division's charges, newest first. Two statements; deep pages cost as much as the first.

    Args:
        after, before: `next_key` or `before_key` of a neighbouring page; `before` counts when `after` is "".

    Raises:
        Forbidden: the official may not see charges at all.
    """
    permissions.require(actor, permissions.VIEW)
    backwards = bool(before and not after)
    found = _filtered(actor, filters).filter(_beyond(after or before, backwards=backwards))
    found = found.order_by("opened_at", "id") if backwards else found.order_by("-opened_at", "-id")
    charges = list(found.prefetch_related("payments__receipt")[: limit + 1])
    more = len(charges) > limit
    rows = tuple(_row(one) for one in charges[:limit])
    if backwards:
        rows = rows[::-1]
    if not rows:
        return Page((), "")
    first, last = _key(rows[0]), _key(rows[-1])
    return Page(rows, last if more or backwards else "", first if (more if backwards else bool(after)) else "")


def _key(row: ChargeRow) -> str:
    return f"{row.opened_at.isoformat()}~{row.id}"


def _beyond(key: str, *, backwards: bool) -> Q:
    """Rows after the one with this key; none is left out for a key that can't be read."""
    first, _, last = key.partition("~")
    try:
        edge, charge_id = datetime.fromisoformat(first), UUID(last)
    except ValueError:
        return Q()
    if edge.tzinfo is None:
        return Q()
    way = "gt" if backwards else "lt"
    # The first condition repeats what the second says, so that an index can begin there.
    return Q(**{f"opened_at__{way}e": edge}) & (Q(**{f"opened_at__{way}": edge}) | Q(**{f"id__{way}": charge_id}))


def _row(one: Charge) -> ChargeRow:
    settling = next((p for p in one.payments.all() if p.kind != "surplus" and p.voided_at is None), None)
    receipt = getattr(settling, "receipt", None) if settling else None
    return ChargeRow(
        id=one.pk, title=one.title.get("ja", ""), state=one.state, total_yen=one.total_yen, about=one.about,
        payer_no=one.payer_no, opened_at=one.opened_at, due_on=one.due_on, paid_at=one.paid_at,
        receipt_number=receipt.number if receipt else "", method=settling.method if settling else "",
        reason=one.reason,
    )  # fmt: skip


def count_charges(*, actor: Actor, filters: ChargeFilters) -> int:
    """How many charges the filters leave, counted up to COUNT_CAP. One statement."""
    permissions.require(actor, permissions.VIEW)
    return _filtered(actor, filters).order_by()[:COUNT_CAP].count()


def export_charges(*, actor: Actor, filters: ChargeFilters) -> Iterator[Sequence[ChargeRow]]:
    """All rows of a filtered list in batches, for a file; that it was taken is logged, with its filters.

    Raises:
        Forbidden: no right to export.
    """
    permissions.require(actor, permissions.EXPORT)
    audit.record(
        actor=actor, action="export", table="eng_payments_charge", object_id="",
        detail={
            "q": bool(filters.q), "state": filters.state, "overdue": filters.overdue,
            "from": filters.opened_from and filters.opened_from.isoformat(),
            "to": filters.opened_to and filters.opened_to.isoformat(),
        },
    )  # fmt: skip
    after, taken = "", 0
    while taken < EXPORT_LIMIT:
        page = list_charges(actor=actor, filters=filters, after=after, limit=500)
        taken += len(page.rows)
        yield page.rows
        if not page.next_key:
            return
        after = page.next_key
