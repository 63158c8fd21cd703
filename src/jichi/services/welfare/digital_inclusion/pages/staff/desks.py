"""A help desk's day for who sits there: walk-ins with one press, bookings, what was asked. Works on a tablet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact, Link
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.programmes.arranging import CONFLICT, UNPROCESSABLE
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number, parse_number

from ... import actions, queries
from ...actions import Booking
from ...permissions import DESK, EDIT
from ...queries import DeskView, FreeSlot, VisitView
from ...rules import CHANNELS, OUTCOMES, STATES
from .. import words
from ..desks import moment_of

AHEAD: Final = 14
OUTCOME_WORDS: Final = {
    "full": "たった今、埋まりました。別の時間を選んでください。", "closed": "この時間は開いていません。",
    "too_many": "この方の予約は、もう2件あります。",
}  # fmt: skip


def owned(request: SignedInRequest, code: str) -> DeskView:
    """A desk of the official's divisions. Raises NotFound."""
    found = queries.desk(code, since=clock.today() - timedelta(days=31))
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def tabs(found: DeskView, here: str, request: SignedInRequest) -> list[Link]:
    """The pages of a desk, as tabs."""
    pages = [("desk", "今日"), ("desk_telephone", "電話の予約")]
    if request.actor.may(EDIT):
        pages += [("desk_hours", "開設の曜日と時間"), ("desk_change", "窓口の内容")]
    return [
        Link(word, reverse(f"welfare_digital_inclusion_staff:{name}", args=[found.code]), current=name == here)
        for name, word in pages
    ]


def crumbs(found: DeskView | None = None) -> list[tuple[str, str]]:
    """The way back."""
    way = [("相談窓口", reverse("welfare_digital_inclusion_staff:desks"))]
    if found is None:
        return way
    return [*way, (found.title["ja"], reverse("welfare_digital_inclusion_staff:desk", args=[found.code]))]


@access(audience="staff", permission=DESK)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's desks, today's visits and the next free slot of each."""
    today, now = clock.today(), clock.now()
    found = queries.desks(since=today, divisions=request.actor.divisions)
    free = queries.free_slots(found, now=now, days=AHEAD)
    with joining(request.actor):
        visits = {one.id: queries.visits_on(one.id, today) for one in found}
    rows = []
    for one in found:
        span = one.open_on(today)
        slot = next((each for each in free[one.id] if each.left), None)
        rows.append(
            {
                "title": one.title["ja"], "url": reverse("welfare_digital_inclusion_staff:desk", args=[one.code]),
                "hours": f"{span.opens:%H:%M}–{span.closes:%H:%M} {span.supporters}人" if span else "休み",
                "booked": sum(1 for each in visits[one.id] if each.state == "booked"),
                "here": sum(1 for each in visits[one.id] if each.state == "here"),
                "done": sum(1 for each in visits[one.id] if each.state == "done"),
                "next": format_datetime(slot.starts_at, "ja", "staff") if slot else "なし",
                "is_open": one.is_open,
            }
        )  # fmt: skip
    context = {"title": "相談窓口", "rows": rows, "may": request.actor.may(EDIT)}
    return render(request, "welfare_digital_inclusion/staff/desks.html", context)


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def desk(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: the desk's day: who is there, who comes, one press for who walks in."""
    found, problem = owned(request, code), ""
    if request.method == "POST":
        try:
            _pressed(request, found)
            return redirect("welfare_digital_inclusion_staff:desk", code=code)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    now = clock.now()
    with joining(request.actor):
        visits = queries.visits_on(found.id, clock.today())
        lost = queries.visits_without_place(found, now=now)
    free = next((one for one in queries.free_slots([found], now=now, days=AHEAD)[found.id] if one.left), None)
    span = found.open_on(clock.today())
    rows = [_line(one, code) for one in visits]
    context = {
        "title": found.title["ja"], "breadcrumb": crumbs(), "tabs": tabs(found, "desk", request), "problem": problem,
        "hours": f"{span.opens:%H:%M}から{span.closes:%H:%M}まで、{span.supporters}人" if span else "今日は休みです",
        "next": format_datetime(free.starts_at, "ja", "staff") if free else "", "press": str(uuid.uuid4()),
        "here": [row for row in rows if row["state"] == "here"],
        "booked": [row for row in rows if row["state"] == "booked"],
        "over": [row for row in rows if row["state"] in ("done", "absent")], "lost": [_line(one, code) for one in lost],
    }  # fmt: skip
    status = CONFLICT if problem else 200
    return render(request, "welfare_digital_inclusion/staff/desk.html", context, status=status)


def _line(one: VisitView, code: str) -> dict[str, Any]:
    at = one.starts_at.astimezone(TOKYO)
    return {
        "number": format_number(one.number), "plain": one.number, "time": format_time(at, "ja", "staff"),
        "when": format_datetime(at, "ja", "staff"), "name": one.name or "飛び込みの方", "phone": one.phone,
        "wish": one.wish, "how": CHANNELS[one.channel], "state": one.state, "word": STATES[one.state],
        "minutes": one.minutes, "outcome": OUTCOMES.get(one.outcome, ""),
        "url": reverse("welfare_digital_inclusion_staff:visit", args=[code, format_number(one.number)]),
    }  # fmt: skip


def _pressed(request: SignedInRequest, found: DeskView) -> None:
    act, number = request.POST.get("act", ""), request.POST.get("number", "")[:20]
    if act == "walk_in":
        key = f"walk-in:{request.actor.account_id}:{request.POST.get('press', '')[:64]}"
        actions.walk_in(actor=request.actor, code=found.code, dedupe_key=key)
    elif act in ("came", "absent"):
        actions.receive_visit(actor=request.actor, number=number, came=act == "came")


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def visit(request: SignedInRequest, code: str, number: str) -> HttpResponse:
    """A7: one visit: what was asked, how long, what became of it; or the booking given back."""
    found, plain = owned(request, code), parse_number(number)
    with joining(request.actor):
        one = queries.visit(plain) if plain else None
    if one is None or one.desk_id != found.id:
        raise NotFound
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "cancel":
                actions.cancel_visit(actor=request.actor, number=one.number)
            else:
                _finish(request, one)
            return redirect("welfare_digital_inclusion_staff:desk", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    fields = [field.with_error(wrong.get(field.name)) for field in _fields(request, one)]
    may = one.state in ("here", "done")
    context = {
        "title": f"相談 {format_number(one.number)}", "breadcrumb": crumbs(found), "narrow": True, "problem": problem,
        "word": STATES[one.state], "fields": fields if may else [], "errors": errors_for(fields),
        "may_cancel": one.state == "booked", "facts": _facts(one),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/visit.html", context, status=status)


def _facts(one: VisitView) -> list[Fact]:
    rows = (
        ("日時", format_datetime(one.starts_at, "ja", "staff")), ("方法", CHANNELS[one.channel]), ("氏名", one.name),
        ("電話", one.phone), ("聞きたいこと", one.wish),
        ("来た時刻", format_datetime(one.arrived_at, "ja", "staff") if one.arrived_at else ""),
    )  # fmt: skip
    return [Fact(label=label, value=value, name=True) for label, value in rows if value]


def _finish(request: SignedInRequest, one: VisitView) -> None:
    post = request.POST
    minutes = post.get("minutes", "").strip()
    if minutes and not (minutes.isdecimal() and len(minutes) < 5):
        raise Invalid(fields={"minutes": FieldError("digital.number", {"least": 1, "most": 480})})
    actions.finish_visit(
        actor=request.actor, number=one.number, topics=post.getlist("topics")[:50], outcome=post.get("outcome", ""),
        minutes=int(minutes) if minutes else None, age=post.get("age", ""), passed_to=post.get("passed_to", "")[:300],
    )  # fmt: skip


def _fields(request: SignedInRequest, one: VisitView) -> list[FormField]:
    post, sent = request.POST, request.method == "POST"
    topics = tuple(Option(each.code, each.title["ja"]) for each in queries.topics())
    ages = tuple(Option(key, str(word)) for key, word in words.AGES.items())
    outcomes = tuple(Option(key, word) for key, word in OUTCOMES.items())
    minutes = str(one.minutes) if one.minutes else ""
    return [
        FormField(
            name="topics", label="聞かれたこと", kind="checkboxes", options=topics,
            value=post.getlist("topics") if sent else list(one.topics), hint="いくつでも選べます。",
        ),
        FormField(
            name="outcome", label="どうなったか", kind="radio", options=outcomes,
            value=post.get("outcome", "") if sent else one.outcome,
        ),
        FormField(
            name="passed_to", label="つないだ先", required=False, hint="例: 携帯電話の店、警察、区の窓口",
            value=post.get("passed_to", "") if sent else one.passed_to,
        ),
        FormField(
            name="minutes", label="かかった時間", kind="number", size=4, unit="分", required=False,
            hint="空なら、来てから今までです。", value=post.get("minutes", "") if sent else minutes,
        ),
        FormField(
            name="age", label="年齢の見当", kind="select", options=ages, required=False,
            value=post.get("age", "") if sent else one.age_class,
        ),
    ]  # fmt: skip


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: a slot for somebody on the telephone; the next free one stands first."""
    found, post = owned(request, code), request.POST
    wrong: dict[str, FieldError] = {}
    number, problem = "", ""
    if request.method == "POST":
        at = moment_of(post.get("at", ""))
        try:
            if at is None:
                raise Invalid(fields={"at": FieldError("field.choose_one")})
            done = actions.book_visit(
                actor=request.actor, code=code, at=at, channel="telephone",
                dedupe_key=f"visit:telephone:{request.actor.account_id}:{post.get('press', '')[:64]}",
                booking=Booking(name=post.get("name", "")[:300], phone=post.get("phone", "")[:300],
                                wish=post.get("wish", "")[:300], age_class=post.get("age", "") or "unknown"),
            )  # fmt: skip
            number, problem = done.number, OUTCOME_WORDS.get(done.outcome, "")
        except Invalid as error:
            wrong = dict(error.fields)
    if number:
        post = type(post)()  # the next caller begins with empty fields
    slots = [one for one in queries.free_slots([found], now=clock.now(), days=AHEAD)[found.id] if one.left]
    fields = _caller(slots, post, wrong)
    context = {
        "title": f"{found.title['ja']}の電話の予約", "breadcrumb": crumbs(found), "narrow": True, "fields": fields,
        "tabs": tabs(found, "desk_telephone", request), "errors": errors_for(fields), "problem": problem,
        "number": format_number(number) if number else "", "press": post.get("press", "") or str(uuid.uuid4()),
        "next": format_datetime(slots[0].starts_at, "ja", "staff") if slots else "",
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/desk_telephone.html", context, status=status)


def _caller(slots: Sequence[FreeSlot], post: Any, wrong: dict[str, FieldError]) -> list[FormField]:
    """What is asked of somebody on the telephone, in speaking order."""
    options = tuple(
        Option(f"{one.starts_at.astimezone(TOKYO):%Y-%m-%dT%H:%M}",
               f"{format_datetime(one.starts_at, 'ja', 'staff')} 残り{one.left}")
        for one in slots
    )  # fmt: skip
    ages = tuple(Option(key, str(word)) for key, word in words.AGES.items())
    asked: tuple[tuple[str, str, Any, dict[str, Any]], ...] = (
        ("at", "時間", "select", {"options": options}), ("name", "氏名", "text", {}),
        ("phone", "電話番号", "phone", {}),
        ("wish", "聞きたいこと", "textarea", {"required": False, "rows": 2}),
        ("age", "年齢", "select", {"required": False, "options": ages}),
    )  # fmt: skip
    return [
        FormField(name=name, label=label, kind=kind, value=post.get(name, ""), error=wrong.get(name), **more)
        for name, label, kind, more in asked
    ]
