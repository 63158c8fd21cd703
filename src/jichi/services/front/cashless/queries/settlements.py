"""Firms, their files, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Sum, When

from jichi.engines.accounts import queries as accounts

from .. import rules
from ..models import Difference, Firm, Sale, Settlement, SettlementLine


def firms() -> dict[str, str]:
    """Code → title. One statement."""
    return dict(Firm.objects.order_by("code").values_list("code", "title"))


def booked(brands: Sequence[str], first: date, last: date) -> list[rules.Booked]:
    """What all counters took by brand and the day it happened, less what went back. One statement."""
    sign = Case(When(of=None, then=1), default=-1)
    rows = (
        Sale.objects.filter(brand__in=brands, belongs_on__range=(first, last))
        .values_list("brand", "belongs_on").annotate(count=Sum(sign), yen=Sum(F("total_yen") * sign))
        .order_by("brand", "belongs_on")
    )  # fmt: skip
    return [rules.Booked(brand, day, int(count), int(yen)) for brand, day, count, yen in rows]


def judged(terms: Mapping[str, Any], data: bytes) -> tuple[tuple[rules.Judged, ...], tuple[rules.Booked, ...]]:
    """A file's lines against the books as they stand now. Two statements."""
    agreed = rules.firm_terms(terms)
    lines, _wrong = rules.said(data, agreed)
    if not lines:
        return (), ()
    first, last = min(one.from_day for one in lines), max(one.to_day for one in lines)
    before = set(
        SettlementLine.objects.filter(outcome="matched", from_day__lte=last, to_day__gte=first).values_list(
            "brand", "from_day", "to_day"
        )
    )
    rows = booked(sorted(agreed.brands), first, last)
    return rules.judge(lines, rows, set(agreed.brands), lambda period: period in before)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementView:
    """A firm's file; `lines` as they were taken in, or as they would be."""

    id: UUID
    number: int
    firm: str
    filename: str
    state: str
    taken_at: datetime
    taken_by: str
    ended_at: datetime | None
    errors: tuple[tuple[int, str, str, Mapping[str, Any]], ...]
    lines: tuple[rules.Judged, ...] = ()
    missing: tuple[rules.Booked, ...] = ()


def _view(row: Settlement, names: Mapping[UUID, str], **more: Any) -> SettlementView:
    return SettlementView(
        id=row.pk, number=row.number, firm=row.firm.title, filename=row.filename, state=row.state,
        taken_at=row.taken_at, taken_by=names.get(row.taken_by, "") if row.taken_by else "", ended_at=row.ended_at,
        errors=tuple(tuple(one) for one in row.errors), **more,
    )  # fmt: skip


def settlements(limit: int = 100) -> list[SettlementView]:
    """The newest files, newest first. One statement."""
    rows = Settlement.objects.select_related("firm").defer("content").order_by("-number")[:limit]
    return [_view(row, {}) for row in rows]


def settlement(id: UUID) -> SettlementView | None:
    """One file with its lines. At most five statements."""
    row = Settlement.objects.select_related("firm").filter(pk=id).first()
    if row is None:
        return None
    names = accounts.account_names([row.taken_by] if row.taken_by else [])
    if row.state == "ready":
        lines, missing = judged(row.firm.terms, bytes(row.content))
        return _view(row, names, lines=lines, missing=missing)
    kept = SettlementLine.objects.filter(settlement=row).order_by("line")
    return _view(row, names, lines=tuple(map(_line, kept)))


def _line(row: SettlementLine) -> rules.Judged:
    said = rules.Said(
        line=row.line, from_day=row.from_day, to_day=row.to_day, brand=row.brand, count=row.count, gross=row.gross_yen,
        fee=row.fee_yen, tax=row.tax_yen, net=row.net_yen, remit_on=row.remit_on,
    )  # fmt: skip
    return rules.Judged(said, row.booked_count, row.booked_yen, row.outcome, False)  # noqa: FBT003 - a finding that stands in the work list


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """One entry of the work list."""

    id: UUID
    settlement_id: UUID
    settlement_number: int
    firm: str
    kind: str
    brand: str
    from_day: date
    to_day: date
    said_yen: int | None
    booked_yen: int | None
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    note: str


def _difference(row: Difference, names: Mapping[UUID, str]) -> DifferenceView:
    return DifferenceView(
        id=row.pk, settlement_id=row.settlement_id, settlement_number=row.settlement.number,
        firm=row.settlement.firm.title, kind=row.kind, brand=row.brand, from_day=row.from_day, to_day=row.to_day,
        said_yen=row.said_yen, booked_yen=row.booked_yen, opened_at=row.opened_at, closed_at=row.closed_at,
        closed_by=names.get(row.closed_by, "") if row.closed_by else "", note=row.note,
    )  # fmt: skip


def differences(*, is_open: bool = True, limit: int = 200) -> list[DifferenceView]:
    """Entries, oldest first while they are open, else newest first. One statement."""
    rows = Difference.objects.select_related("settlement__firm").defer("settlement__content")
    rows = rows.filter(closed_at__isnull=is_open).order_by("opened_at" if is_open else "-closed_at", "pk")
    return [_difference(row, {}) for row in rows[:limit]]


def difference(id: UUID) -> DifferenceView | None:
    """One entry. Two statements."""
    row = Difference.objects.select_related("settlement__firm").defer("settlement__content").filter(pk=id).first()
    return _difference(row, accounts.account_names([row.closed_by] if row.closed_by else [])) if row else None
