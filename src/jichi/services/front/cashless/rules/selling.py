"""A sale and what goes back of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import FieldError, Invalid

CASH: Final = "cash"
CASHLESS: Final[Mapping[str, str]] = {"card": "カード", "emoney": "電子マネー", "code": "コード決済"}
METHODS: Final[Mapping[str, str]] = {CASH: "現金", **CASHLESS}
MOST_YEN: Final = 99_999_999
MOST_COUNT: Final = 999
MOST_SLIP: Final = 40
MOST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a sale, price with tax; `position` from 0."""

    position: int
    code: str
    title: str
    unit_yen: int
    count: int
    tax: str = "none"
    rate: int = 0

    @property
    def yen(self) -> int:
        """Price times number."""
        return self.unit_yen * self.count


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to pay for."""

    lines: tuple[Line, ...]

    @property
    def total_yen(self) -> int:
        """All lines together."""
        return total_of(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """How it is paid: cash with what was handed over, or cashless by brand with the terminal's slip number."""

    method: str
    tendered_yen: int | None = None
    brand: str = ""
    slip_no: str = ""


def total_of(lines: Sequence[Line]) -> int:
    """Yen of these lines."""
    return sum(line.yen for line in lines)


def checked_order(order: Order, tender: Tender, brands: Mapping[str, str]) -> int:
    """The change in yen that goes back with a sale.

    Args:
        brands: brand → its method.

    Raises:
        Invalid: by field: "lines", "method", "tendered", "brand", "slip_no".
    """
    wrong: dict[str, FieldError] = {}
    total = order.total_yen
    if not order.lines or any(not 0 < line.count <= MOST_COUNT for line in order.lines) or not 0 < total <= MOST_YEN:
        wrong["lines"] = FieldError("cashless.nothing", {"max": MOST_COUNT})
    if tender.method not in METHODS:
        wrong["method"] = FieldError("field.choose_one")
    elif tender.method == CASH:
        if tender.tendered_yen is None or not total <= tender.tendered_yen <= MOST_YEN:
            wrong["tendered"] = FieldError("cashless.tendered", {"total": f"{total:,}"})
    elif brands.get(tender.brand) != tender.method:
        wrong["brand"] = FieldError("cashless.brand")
    if len(tender.slip_no) > MOST_SLIP:
        wrong["slip_no"] = FieldError("field.too_long", {"max": MOST_SLIP, "now": len(tender.slip_no)})
    if wrong:
        raise Invalid(fields=wrong)
    return (tender.tendered_yen or total) - total if tender.method == CASH else 0


def checked_back(sold: Sequence[Line], gone: Mapping[int, int], wanted: Mapping[int, int], reason: str) -> Order:
    """The lines that go back.

    Args:
        sold: lines of the sale.
        gone: position → how many went back already.
        wanted: position → how many go back now; 0 is nothing.

    Raises:
        Invalid: by field: "lines", "n<position>", "reason".
    """
    wrong: dict[str, FieldError] = {}
    back = []
    for line in sold:
        count, left = wanted.get(line.position, 0), line.count - gone.get(line.position, 0)
        if not 0 <= count <= left:
            wrong[f"n{line.position}"] = FieldError("cashless.more_than_sold", {"left": left})
        elif count:
            back.append(Line(line.position, line.code, line.title, line.unit_yen, count, line.tax, line.rate))
    if not back and not wrong:
        wrong["lines"] = FieldError("cashless.nothing_back")
    if not reason.strip():
        wrong["reason"] = FieldError("field.required")
    elif len(reason) > MOST_REASON:
        wrong["reason"] = FieldError("field.too_long", {"max": MOST_REASON, "now": len(reason)})
    if wrong:
        raise Invalid(fields=wrong)
    return Order(tuple(back))
