"""Runs and slips as officials' pages show them; row security keeps to their divisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from jichi.kernel.calendar import format_date

from ..models import Slip, SlipRun
from ..rules import Fault, PaymentBarcode
from .records import SlipView, current_slip, find_slip, view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One printed file: number from 1, places of its slips from 1."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run. `printed`: slips in files so far; `state`: "printing" or "done"."""

    id: UUID
    title: str
    division_id: int
    total: int
    printed: int
    state: str
    large: bool
    created_at: datetime
    ended_at: datetime | None
    without_bars: int = 0
    parts: tuple[PartView, ...] = ()


def _view(row: SlipRun, parts: Sequence[PartView], *, without_bars: int = 0) -> RunView:
    return RunView(
        id=row.pk, title=row.title, division_id=row.division_id, total=row.total,
        printed=sum(part.last - part.first + 1 for part in parts), state=row.state, large=row.large,
        created_at=row.created_at, ended_at=row.ended_at, without_bars=without_bars, parts=tuple(parts),
    )  # fmt: skip


def _parts(row: SlipRun) -> list[PartView]:
    return [
        PartView(number=part.number, first=part.first + 1, last=part.last + 1)
        for part in sorted(row.parts.all(), key=lambda part: part.number)
    ]


def runs(limit: int = 100) -> list[RunView]:
    """The newest runs of the official's divisions. Two statements."""
    rows = SlipRun.objects.prefetch_related("parts").order_by("-created_at", "pk")[:limit]
    return [_view(row, _parts(row)) for row in rows]


def run(run_id: UUID) -> RunView | None:
    """One run with its files; None if it is not there or another division's. Two statements."""
    found = (
        SlipRun.objects.prefetch_related("parts")
        .annotate(bare=Count("slips", filter=Q(slips__digits="")))
        .filter(pk=run_id)
        .first()
    )
    return _view(found, _parts(found), without_bars=found.bare) if found else None


def slip(slip_id: UUID) -> SlipView | None:
    """One slip; None if it is not there or another division's. One statement."""
    row = Slip.objects.select_related("run").filter(pk=slip_id).first()
    return view_of(row) if row else None


def slips_named(number: str, limit: int = 20) -> list[SlipView]:
    """Slips of a payment number, newest reissue first. One statement."""
    rows = Slip.objects.select_related("run").filter(number=number).order_by("-reissue", "pk")[:limit]
    return [view_of(row) for row in rows]


def record_faults(barcode: PaymentBarcode, issuer: str) -> tuple[Fault, ...]:
    """What our records say against a barcode that is right in itself. At most two statements.

    Args:
        issuer: our issuer code today; older terms' slips are known by their record all the same.
    """
    found = find_slip(barcode.free_area, barcode.reissue)
    if found is None:
        if issuer and barcode.issuer != issuer:
            return (Fault("slip.issuer", {"found": barcode.issuer}),)
        return (Fault("slip.unknown_key"),)
    faults = []
    if found.replaced_at is not None and (current := current_slip(barcode.free_area)):
        faults.append(Fault("slip.old_reissue", {"found": barcode.reissue, "current": current.reissue}))
    if barcode.amount != found.amount:
        faults.append(Fault("slip.amount_differs", {"right": f"{found.amount:,}", "found": f"{barcode.amount:,}"}))
    if barcode.pay_by != found.pay_by:
        right = format_date(found.pay_by) if found.pay_by else "なし"
        faults.append(Fault("slip.pay_by_differs", {"right": right}))
    return tuple(faults)
