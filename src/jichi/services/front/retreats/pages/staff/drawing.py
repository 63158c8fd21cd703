"""Draws of months: opened by the division, frozen, drawn with public randomness, or started again with a reason."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking.queries import DrawState
from jichi.engines.programmes.drawing import DrawPage, draw_facts, respond
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, format_date, format_datetime
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ... import actions
from ...permissions import EDIT
from ...queries import HouseView, LotteryView
from .desk import UNPROCESSABLE, read_day
from .houses import crumbs, owned

MOMENTS: Final = {
    "opens_at": "申込みの始まり", "closes_at": "申込みの締切", "draw_at": "抽選の日時",
    "confirm_until": "当たった方の返事の期限",
}  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def lotteries(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the draws of a house, and the form for another month."""
    found, post = owned(request, code), request.POST
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        given, wrong = _given(post)
        try:
            if not wrong:
                actions.open_lottery(actor=request.actor, code=code, **given)
                return redirect("front_retreats_staff:lotteries", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            wrong = {"month": FieldError("retreats.lottery_month_taken")}
    fields = _month_fields(post, wrong)
    context = {
        "title": f"{found.title.get('ja', code)}の月の抽選", "fields": fields, "errors": errors_for(fields),
        "breadcrumb": crumbs(found), "narrow": True,
        "lotteries": [
            (f"{one.month.year}年{one.month.month}月", format_datetime(one.draw_at, "ja", "staff"),
             reverse("front_retreats_staff:lottery", args=[code, f"{one.month:%Y-%m}"])) for one in found.lotteries
        ],
    }  # fmt: skip
    return render(request, "front_retreats/staff/lotteries.html", context, status=UNPROCESSABLE if wrong else 200)


def _month_fields(post: Any, wrong: dict[str, FieldError]) -> list[FormField]:
    today = clock.today().replace(day=1)
    months = [add_months(today, n) for n in range(1, 13)]
    return [
        FormField(
            name="month", label="抽選する月", kind="select", value=post.get("month", ""), error=wrong.get("month"),
            options=tuple(Option(one.isoformat(), f"{one.year}年{one.month}月") for one in months),
        ),
        FormField(
            name="nights", label="1回の当選の泊数", kind="number", size=3, value=post.get("nights", "1"),
            error=wrong.get("nights"), hint="月の1日から、この泊数ずつに区切って抽選します。",
        ),
        *(
            FormField(name=name, label=label, value=post.get(name, ""), size=18, error=wrong.get(name),
                      hint="例: 2026-06-20 17:00") for name, label in MOMENTS.items()
        ),
        FormField(
            name="first_come_on", label="残りを先着順にする日", value=post.get("first_come_on", ""), size=18,
            error=wrong.get("first_come_on"), hint="例: 2026-07-01",
        ),
    ]  # fmt: skip


def _given(post: Any) -> tuple[dict[str, Any], dict[str, FieldError]]:
    given: dict[str, Any] = {
        "month": read_day(post.get("month", "")),
        "first_come_on": read_day(post.get("first_come_on", "")),
    }
    given |= {name: _moment(post.get(name, "")) for name in MOMENTS}
    nights = post.get("nights", "1").strip()
    given["nights"] = int(nights) if nights.isascii() and nights.isdecimal() and len(nights) < 3 else 0
    return given, {name: FieldError("retreats.moment") for name, value in given.items() if value is None}


def _moment(text: str) -> datetime | None:
    day, _, hour = text.strip().replace("T", " ").partition(" ")
    found = read_day(day)
    try:
        return datetime.combine(found, time.fromisoformat(hour.strip()), TOKYO) if found else None
    except ValueError:
        return None


def _lottery(found: HouseView, month: str) -> LotteryView:
    for one in found.lotteries:
        if f"{one.month:%Y-%m}" == month:
            return one
    raise NotFound


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def draw(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """A5: one step after the other; each is there only when it may be taken."""
    found = owned(request, code)
    lot = _lottery(found, month)
    around = {
        "title": f"{found.title.get('ja', '')} {lot.month.year}年{lot.month.month}月の抽選",
        "breadcrumb": [*crumbs(found), ("月の抽選", reverse("front_retreats_staff:lotteries", args=[found.code]))],
    }
    return respond(
        request,
        DrawPage(
            offering_id=lot.offering_id, name=f"{found.code}-{lot.month:%Y-%m}", draw_at=lot.draw_at,
            here=reverse("front_retreats_staff:lottery", args=[code, month]),
            template="front_retreats/staff/draw.html", around=around, facts=lambda drawn: _facts(lot, drawn),
        ),
    )  # fmt: skip


def _facts(lot: LotteryView, drawn: DrawState | None) -> list[Fact]:
    rows = [
        ("1回の当選の泊数", f"{lot.nights}泊"),
        ("抽選の日時", format_datetime(lot.draw_at, "ja", "staff")),
        ("返事の期限", format_datetime(lot.confirm_until, "ja", "staff")),
        ("残りを先着順にする日", format_date(lot.first_come_on)),
    ]
    return [*(Fact(label=label, value=value) for label, value in rows), *draw_facts(drawn)]
