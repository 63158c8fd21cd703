"""How full the houses are (利用率), what they took, what to expect, and what other quotas would have meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_choice, filter_field
from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, fiscal_year, fiscal_year_label
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import write_table

from ... import queries
from ...permissions import VIEW
from ...queries import HouseView, MonthFigures
from ...rules import Occupancy, Replayed, replay
from .desk import UNPROCESSABLE, houses_here, tabs

YEARS: Final = 5
AHEAD: Final = 4
CHARTED: Final = 5


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year of the division's houses."""

    number: int
    houses: tuple[HouseView, ...]
    months: dict[Any, list[MonthFigures]]
    before: dict[Any, list[MonthFigures]]


def _year(request: SignedInRequest) -> Year:
    today = clock.today()
    text = request.GET.get("year", "")
    last = fiscal_year(today) + 1
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else fiscal_year(today)
    number = min(max(number, last - YEARS), last)
    houses = tuple(one for one in houses_here(request) if one.division_id in request.actor.divisions)
    now = clock.now()
    with joining(request.actor):
        months = queries.by_month(houses, date(number, 4, 1), 12, now=now)
        before = queries.by_month(houses, date(number - 1, 4, 1), 12, now=now)
    return Year(number, houses, months, before)


def whole(rows: list[MonthFigures], until: date) -> Occupancy:
    """Some months together, up to the one of a day."""
    kept = [one.occupancy for one in rows if one.month <= until]
    return Occupancy(sum(one.used for one in kept), sum(one.there for one in kept))


@access(audience="staff", permission=VIEW)
def figures(request: SignedInRequest) -> HttpResponse:
    """A10: occupancy and money by house and month, a forecast, a what-if that keeps nothing."""
    found, today = _year(request), clock.today()
    until = max(today.replace(day=1), date(found.number, 4, 1))
    now_month = today.replace(day=1)
    with joining(request.actor):
        coming = queries.expected(found.houses, now_month, AHEAD, now=clock.now())
    fields, what_if, wrong = _what_if(request, found)
    current = fiscal_year(today)
    context = {
        "title": "保養施設の利用率と見込み", "tabs": tabs(request, "figures"), "year": fiscal_year_label(found.number),
        "year_field": filter_choice(
            "year", "年度", str(found.number),
            [(str(n), fiscal_year_label(n)) for n in range(current + 1, current - YEARS, -1)], every="今年度",
        ),
        "key_figures": [_figure(one, found, until) for one in found.houses], "chart": _chart(found),
        "rows": [
            (_name(one), _month(row.month), row.occupancy.used, row.occupancy.there, row.occupancy.percent, row.stays,
             row.people, f"{row.yen:,}", f"{row.tax_yen:,}", f"{row.charge_yen:,}", row.cancelled)
            for one in found.houses for row in found.months[one.id] if row.occupancy.used or row.stays or row.cancelled
        ],
        "coming": [
            (_name(one.house), _month(one.month), one.booked, one.last_year, one.expected.used, one.expected.percent)
            for one in coming
        ],
        "csv_url": f"{reverse('front_retreats_staff:figures_export')}?year={found.number}", "fields": fields,
        "what_if": what_if, "errors": errors_for(fields),
    }  # fmt: skip
    return render(request, "front_retreats/staff/figures.html", context, status=UNPROCESSABLE if wrong else 200)


def _name(one: HouseView) -> str:
    return str(one.title.get("ja", one.code))


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def _figure(one: HouseView, found: Year, until: date) -> Figure:
    now, before = whole(found.months[one.id], until), whole(found.before[one.id], date(found.number, 3, 1))
    return Figure(
        label=_name(one), value=now.percent or "0.0", unit="%",
        last_year=f"{before.percent}%" if before.percent else "",
    )  # fmt: skip


def _chart(found: Year) -> Chart | None:
    """Occupancy by month of up to five houses; the same numbers stand in the table."""
    shown = found.houses[:CHARTED]
    if not shown:
        return None
    best = max(shown, key=lambda one: whole(found.months[one.id], date(found.number + 1, 3, 1)).used)
    return Chart(
        title="月ごとの利用率", unit="%", source="宿泊の予約", kind="line",
        description=f"部屋の泊数のうち、使われた割合です。使われた泊数が最も多いのは{_name(best)}です。",
        labels=[f"{row.month.month}月" for row in found.months[shown[0].id]],
        series=[
            Series(_name(one), [float(row.occupancy.percent or 0) for row in found.months[one.id]]) for one in shown
        ],
    )  # fmt: skip


def _what_if(request: SignedInRequest, found: Year) -> tuple[list[FormField], dict[str, Any], bool]:
    """The form of the what-if and, where it was asked, both replays side by side."""
    get = request.GET
    house = next((one for one in found.houses if one.code == get.get("house", "")), None)
    rooms_now = sum(len(kind.rooms) for kind in house.room_types) if house else 0
    rooms, share = get.get("rooms", ""), get.get("share", "")
    wrong: dict[str, FieldError] = {}
    for name, text, most in (("rooms", rooms, 200), ("share", share, 100)):
        if text and not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= most):
            wrong[name] = FieldError("retreats.number", {"least": 0, "most": most})
    months = [add_months(date(found.number, 4, 1), n) for n in range(12)]
    month = next((one for one in months if one.isoformat() == get.get("month", "")), None)
    fields = [
        FormField(
            name="house", label="施設", kind="select", value=get.get("house", ""),
            options=tuple(Option(one.code, _name(one)) for one in found.houses),
        ),
        FormField(
            name="month", label="月", kind="select", value=get.get("month", ""),
            options=tuple(Option(one.isoformat(), _month(one)) for one in months),
        ),
        filter_field("rooms", "部屋の数", rooms, size=4, error=wrong.get("rooms")),
        filter_field("share", "区民でない方の部屋の割合(%)", share, size=4, error=wrong.get("share")),
    ]  # fmt: skip
    if house is None or month is None or wrong:
        return fields, {}, bool(wrong)
    with joining(request.actor):
        asked = queries.asked_for(house.id, month)
    days = (add_months(month, 1) - month).days
    new_rooms = int(rooms) if rooms else rooms_now
    as_is = replay(asked, rooms=rooms_now, others_percent=100)
    other = replay(asked, rooms=new_rooms, others_percent=int(share) if share else 100)
    return fields, {
        "house": _name(house), "month": _month(month), "asked": len(asked),
        "rows": [
            ("今の部屋の数", rooms_now, 100, *_told(as_is, rooms_now * days)),
            ("変えたとき", new_rooms, int(share) if share else 100, *_told(other, new_rooms * days)),
        ],
    }, False  # fmt: skip


def _told(one: Replayed, there: int) -> tuple[int, int, int, str, str]:
    residents = Occupancy(one.resident_nights, one.nights)
    return one.served, one.turned_away, one.nights, Occupancy(one.nights, there).percent, residents.percent


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The figures of a fiscal year as CSV."""
    found = _year(request)
    headings = (
        "施設", "月", "使われた部屋の泊数", "使える部屋の泊数", "利用率(%)", "予約(件)", "人数", "宿泊・食事(円)",
        "税(円)",
        "取消料(円)", "取消し(件)",
    )  # fmt: skip
    rows = (
        [
            _name(one), f"{row.month:%Y-%m}", str(row.occupancy.used), str(row.occupancy.there), row.occupancy.percent,
            str(row.stays), str(row.people), str(row.yen), str(row.tax_yen), str(row.charge_yen), str(row.cancelled),
        ]
        for one in found.houses for row in found.months[one.id]
    )  # fmt: skip
    response = HttpResponse(write_table(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="retreats_{found.number}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
