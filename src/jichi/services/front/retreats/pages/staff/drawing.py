"""Draws of months: opened by the division, frozen, drawn with public randomness, or started again with a reason."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import DrawState
from jichi.engines.booking.rules.draw import QUICKNET, round_at
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, format_date, format_datetime
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ... import actions
from ...permissions import EDIT
from ...queries import HouseView, LotteryView
from .desk import CONFLICT, UNPROCESSABLE, read_day
from .houses import crumbs, owned

LEAST: Final = timedelta(minutes=11)
"""Ten minutes the draw asks for, and one to press the button."""
MOMENTS: Final = {
    "opens_at": "申込みの始まり", "closes_at": "申込みの締切", "draw_at": "抽選の日時",
    "confirm_until": "当たった方の返事の期限",
}  # fmt: skip
RESULTS: Final = {"taken": "当選", "lost": "落選", "waiting": "補欠", "withdrawn": "取消し"}


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
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            _acted(request, found, lot)
            return redirect("front_retreats_staff:lottery", code=code, month=month)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            problem = "今はこの操作ができません。ページを読み直して、状態を確かめてください。"
    return _page(request, found, lot, wrong, problem)


def _acted(request: SignedInRequest, found: HouseView, lot: LotteryView) -> None:
    post, act = request.POST, request.POST.get("act", "")
    draws = booking.draws_of(lot.offering_id)
    if act == "freeze":
        _frozen(request, found, lot, draws)
    elif act == "draw" and draws:
        signature = post.get("signature", "").strip().lower()
        try:
            randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
            booking_actions.perform_draw(
                actor=request.actor, draw_pk=draws[0].pk, randomness=randomness, signature=signature
            )
        except (Invalid, ValueError):
            raise Invalid(fields={"signature": FieldError("retreats.randomness")}) from None
    elif act == "void" and draws:
        booking_actions.void_draw(actor=request.actor, draw_pk=draws[0].pk, reason=post.get("reason", ""))


def _frozen(request: SignedInRequest, found: HouseView, lot: LotteryView, draws: tuple[DrawState, ...]) -> None:
    soonest = clock.now() + LEAST
    due = max(lot.draw_at, soonest)
    beacon = {"kind": "drand", "chain": QUICKNET.hash, "round": round_at(QUICKNET, int(due.timestamp()))}
    booking_actions.freeze_draw(
        actor=request.actor, offering_id=lot.offering_id, draw_id=f"{found.code}-{lot.month:%Y-%m}-{len(draws) + 1}",
        beacon=beacon, randomness_due_at=due, reason=draws[0].void_reason if draws else "",
    )  # fmt: skip


def _step(counts: DrawState | None, stands: str) -> str:
    if counts is None:
        return "open" if stands in ("open", "before") else "freeze"
    if counts.state == "drawn":
        return "drawn"
    return "draw" if counts.due_at <= clock.now() else "wait"


def _page(
    request: SignedInRequest, found: HouseView, lot: LotteryView, wrong: dict[str, FieldError], problem: str
) -> HttpResponse:
    offered = booking.offerings([lot.offering_id])[lot.offering_id]
    draws = booking.draws_of(lot.offering_id)
    counts = draws[0] if draws and draws[0].state != "void" else None
    step = _step(counts, offered.stands(clock.now()))
    total = booking.totals([lot.offering_id])[lot.offering_id]
    signature = FormField(
        name="signature", label="その回の署名(signature)", error=wrong.get("signature"),
        hint="drandの公開ページの、その回の signature を写します。96文字の英数字です。",
    )  # fmt: skip
    void = FormField(
        name="reason", label="やり直す理由", kind="textarea", rows=2, hint="公表されます。", error=wrong.get("reason")
    )
    context = {
        "title": f"{found.title.get('ja', '')} {lot.month.year}年{lot.month.month}月の抽選",
        "breadcrumb": [*crumbs(found), ("月の抽選", reverse("front_retreats_staff:lotteries", args=[found.code]))],
        "step": step, "problem": problem, "fields": [signature] if step == "draw" else [], "void_field": void,
        "errors": errors_for([signature, void]), "closes": format_datetime(offered.closes_at, "ja", "staff"),
        "applied": total.entries.get("applied", 0), "facts": _facts(lot, counts),
        "void": [one for one in draws if one.state == "void"],
        "results": [(word, total.entries.get(key, 0)) for key, word in RESULTS.items()],
        "check_url": f"{reverse('eng_booking:check')}?draw={counts.pk}" if counts and step == "drawn" else "",
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_retreats/staff/draw.html", context, status=status)


def _facts(lot: LotteryView, counts: DrawState | None) -> list[Fact]:
    rows = [
        ("1回の当選の泊数", f"{lot.nights}泊"),
        ("抽選の日時", format_datetime(lot.draw_at, "ja", "staff")),
        ("返事の期限", format_datetime(lot.confirm_until, "ja", "staff")),
        ("残りを先着順にする日", format_date(lot.first_come_on)),
    ]
    if counts is not None:
        rows += [
            ("抽選の番号", counts.draw_id), ("名簿の申込み", f"{counts.entries:,}件"),
            ("乱数", f"drand quicknet 第{counts.beacon.get('round', 0):,}回"),
            ("乱数の決まる日時", format_datetime(counts.due_at, "ja", "staff")),
            ("規則の指紋", counts.params_sha256), ("名簿の指紋", counts.entries_sha256),
        ]  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows]
