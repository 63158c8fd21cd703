"""窓口の一覧 and one counter with its day."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_time

from .. import queries
from ..permissions import CONFIRM, SELL, VIEW
from ..queries import DayView, DeskView, SaleView
from .parts import DAY_STATES, desk_of


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: counters of the official's divisions."""
    columns = (
        Column(key="name", title="窓口", head=True), Column(key="code", title="番号"),
        Column(key="division", title="課"),
        Column(key="state", title="状態"), Column(key="on", title="開いた日"), Column(key="act", title="すること"),
    )  # fmt: skip
    sells = request.actor.may(SELL)
    rows = [_row(one, sells=sells) for one in queries.desks(request.actor.divisions)]
    table = Listing(
        caption="窓口", columns=columns, rows=rows, url=request.path, html_id="desks",
        empty="あなたの課の窓口は、まだ登録されていません。",
    )  # fmt: skip
    return listing_response(request, "front_cashless/desks.html", {"title": "窓口の収納"}, table)


def _row(one: DeskView, *, sells: bool) -> Row:
    words, tone = DAY_STATES[one.state]
    act = ""
    if sells and not one.state:
        go = reverse("front_cashless:open", args=[one.id])
        act = format_html('<a href="{}">{}を開く</a>', go, one.name)
    return Row(
        url=reverse("front_cashless:desk", args=[one.id]),
        cells=(one.name, one.code, one.division, tag(words, tone=tone), format_date(one.on) if one.on else "", act),
    )


@access(audience="staff", permission=VIEW)
def desk(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: a counter: what can be done now, today's sales, days before."""
    found = desk_of(request, id)
    day = queries.open_day_of(id)
    words, tone = DAY_STATES[found.state]
    allowed = not found.clerks or request.actor.account_id in found.clerks
    may = request.actor.may(SELL) and allowed
    list_id, fees = queries.fee_at(id, clock.today())
    context = {
        "title": found.name, "breadcrumb": [("窓口の収納", reverse("front_cashless:desks"))], "desk": found,
        "state": tag(words, tone=tone), "day": day, "is_old": day is not None and day.on != clock.today(),
        "on": format_date(day.on) if day else "", "may": may, "not_clerk": request.actor.may(SELL) and not allowed,
        "has_fees": list_id is not None, "fees": [(fee.title, f"{fee.unit_yen:,}", fee.code) for fee in fees],
        "facts": _facts(found), "sales": sales_rows(queries.sales_of(day.id)) if day else [],
        "may_tablets": request.actor.may(CONFIRM),
        "days": [_day_row(one) for one in queries.days_of(id)],
    }  # fmt: skip
    return render(request, "front_cashless/desk.html", context)


def _facts(found: DeskView) -> list[Fact]:
    rows = [
        ("窓口番号", found.code), ("課", found.division),
        ("登録番号", found.registration_no or "なし(非課税の料金だけ)"),
        ("2人で確かめる差", f"{found.confirm_over_yen:,}円を超えるとき"),
        ("扱える職員", f"登録した{len(found.clerks)}人" if found.clerks else "課の担当者の全員"),
    ]  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows]


def sales_rows(sales: list[SaleView]) -> list[dict[str, object]]:
    """Sales as a table shows them."""
    return [
        {
            "url": reverse("front_cashless:sale", args=[one.id]), "number": one.number,
            "at": format_time(one.sold_at.astimezone(clock.TOKYO), "ja", "staff"), "way": one.way,
            "kind": "返金" if one.of_id else "売上", "yen": f"{-one.total_yen if one.of_id else one.total_yen:,}",
            "clerk": one.clerk, "late": f"{format_date(one.belongs_on)}の分" if one.is_late else "",
        }
        for one in sales
    ]  # fmt: skip


def _day_row(one: DayView) -> tuple[str, str, object, str, str]:
    words, tone = DAY_STATES[one.state]
    counted = "" if one.counted_yen is None else f"{one.counted_yen:,}"
    difference = "" if one.counted_yen is None else f"{one.difference_yen:+,}" if one.difference_yen else "0"
    url = reverse("front_cashless:day", args=[one.id])
    return url, format_date(one.on), tag(words, tone=tone), counted, difference
