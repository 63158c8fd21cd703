"""Days and sales as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Sum

from jichi.engines.accounts import queries as accounts

from .. import rules
from ..models import DeskDay, FeeList, Sale, SaleLine


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """A counter's day; names instead of ids where people stand."""

    id: UUID
    desk_id: UUID
    desk_code: str
    desk_name: str
    division_id: int
    on: date
    state: str
    opened_at: datetime
    opened_by: str
    float_yen: int
    float_pieces: dict[int, int]
    expected_yen: int | None
    counted_yen: int | None
    counted_pieces: dict[int, int]
    counted_at: datetime | None
    counted_by: str
    counted_by_id: UUID | None
    reason: str
    confirmed_at: datetime | None
    confirmed_by: str
    closed_at: datetime | None
    handed_at: datetime | None
    handed_by: str
    handover_id: UUID | None
    confirm_over_yen: int

    @property
    def difference_yen(self) -> int:
        """Counted less booked; 0 before the count."""
        return (self.counted_yen or 0) - (self.expected_yen or 0) if self.counted_yen is not None else 0


def _day(row: DeskDay, names: dict[UUID, str]) -> DayView:
    def name(id: UUID | None) -> str:
        return names.get(id, "") if id else ""

    return DayView(
        id=row.pk, desk_id=row.desk_id, desk_code=row.desk.code, desk_name=row.desk.name,
        division_id=row.desk.division_id, on=row.on, state=row.state, opened_at=row.opened_at,
        opened_by=name(row.opened_by), float_yen=row.float_yen, float_pieces=_pieces(row.float_pieces),
        expected_yen=row.expected_yen, counted_yen=row.counted_yen, counted_pieces=_pieces(row.counted_pieces),
        counted_at=row.counted_at, counted_by=name(row.counted_by), counted_by_id=row.counted_by, reason=row.reason,
        confirmed_at=row.confirmed_at, confirmed_by=name(row.confirmed_by), closed_at=row.closed_at,
        handed_at=row.handed_at, handed_by=name(row.handed_by), handover_id=row.handover_id,
        confirm_over_yen=row.desk.confirm_over_yen,
    )  # fmt: skip


def _pieces(kept: dict[str, int] | None) -> dict[int, int]:
    return {int(piece): count for piece, count in (kept or {}).items()}


def day(id: UUID) -> DayView | None:
    """One day. Two statements."""
    row = DeskDay.objects.select_related("desk").filter(pk=id).first()
    if row is None:
        return None
    people = [one for one in (row.opened_by, row.counted_by, row.confirmed_by, row.handed_by) if one]
    return _day(row, accounts.account_names(people))


def days_of(desk_id: UUID, limit: int = 62) -> list[DayView]:
    """The newest days of a counter, newest first. One statement."""
    rows = DeskDay.objects.select_related("desk").filter(desk_id=desk_id).order_by("-on")[:limit]
    return [_day(row, {}) for row in rows]


def open_day_of(desk_id: UUID) -> DayView | None:
    """The counter's day that is not closed. One statement."""
    row = DeskDay.objects.select_related("desk").filter(desk_id=desk_id).exclude(state="closed").first()
    return _day(row, {}) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleView:
    """A sale, or what went back (`of_id`)."""

    id: UUID
    day_id: UUID
    on: date
    desk_id: UUID
    desk_code: str
    desk_name: str
    division_id: int
    registration_no: str
    of_id: UUID | None
    of_number: str
    number: str
    method: str
    brand: str
    slip_no: str
    total_yen: int
    tendered_yen: int | None
    sold_at: datetime
    belongs_on: date
    device_at: datetime | None
    clerk: str
    reason: str
    prints: int
    fee_list_id: UUID
    is_old_list: bool = False

    @property
    def change_yen(self) -> int:
        """What was given back in coins."""
        return (self.tendered_yen or self.total_yen) - self.total_yen

    @property
    def is_late(self) -> bool:
        """Did it happen on a day that was closed when it came?"""
        return self.belongs_on != self.on and self.of_id is None

    @property
    def way(self) -> str:
        """Method and brand in words."""
        return f"{rules.METHODS[self.method]} {self.brand}".strip()


def _sale(row: Sale, names: dict[UUID, str]) -> SaleView:
    desk = row.day.desk
    return SaleView(
        id=row.pk, day_id=row.day_id, on=row.day.on, desk_id=desk.pk, desk_code=desk.code, desk_name=desk.name,
        division_id=desk.division_id, registration_no=desk.registration_no, of_id=row.of_id,
        of_number=row.of.number if row.of else "", number=row.number, method=row.method, brand=row.brand,
        slip_no=row.slip_no, total_yen=row.total_yen, tendered_yen=row.tendered_yen, sold_at=row.sold_at,
        belongs_on=row.belongs_on, device_at=row.device_at, clerk=names.get(row.clerk_id, "") if row.clerk_id else "",
        reason=row.reason, prints=row.prints, fee_list_id=row.fee_list_id,
    )  # fmt: skip


def sale(id: UUID) -> SaleView | None:
    """One sale. Three statements."""
    row = Sale.objects.select_related("day__desk", "of").filter(pk=id).first()
    if row is None:
        return None
    found = _sale(row, accounts.account_names([row.clerk_id] if row.clerk_id else []))
    of_then = (
        FeeList.objects.filter(desk_id=found.desk_id, valid_from__lte=row.belongs_on)
        .order_by("-valid_from").values_list("pk", flat=True).first()
    )  # fmt: skip
    return replace(found, is_old_list=row.of_id is None and of_then != row.fee_list_id)


def sales_of(day_id: UUID) -> list[SaleView]:
    """Sales and refunds of a day, newest first. Two statements."""
    rows = list(Sale.objects.select_related("day__desk", "of").filter(day_id=day_id).order_by("-serial"))
    names = accounts.account_names(sorted({row.clerk_id for row in rows if row.clerk_id}))
    return [_sale(row, names) for row in rows]


def backs_of(sale_id: UUID) -> list[SaleView]:
    """What went back of a sale, oldest first. One statement."""
    rows = Sale.objects.select_related("day__desk", "of").filter(of_id=sale_id).order_by("sold_at")
    return [_sale(row, {}) for row in rows]


def lines_of(sale_id: UUID) -> list[rules.Line]:
    """The lines of a sale. One statement."""
    return [
        rules.Line(row.position, row.code, row.title, row.unit_yen, row.count, row.tax, row.rate)
        for row in SaleLine.objects.filter(sale_id=sale_id).order_by("position")
    ]


def gone_of(sale_id: UUID) -> dict[int, int]:
    """Position of a sale's line → how many went back. One statement."""
    rows = SaleLine.objects.filter(sale__of_id=sale_id).values_list("position").annotate(gone=Sum("count"))
    return {position: int(gone) for position, gone in rows.order_by("position")}
