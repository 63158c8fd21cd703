"""Help desks for everybody: where they are, when they are open, a slot to book, one's own booking."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.design.parts import Card, Contact, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

from .. import actions, queries
from ..actions import Booking
from ..actions.telling import visit_key
from ..queries import DeskView, FreeSlot, VisitView
from . import words
from .applying import UNPROCESSABLE, known_name

CONFLICT: Final = 409
SHOWN_DAYS: Final = 14
VISIT_CHIPS: Final = {
    "booked": "received", "here": "in_review", "done": "approved", "absent": "expired", "cancelled": "withdrawn",
}  # fmt: skip


def _hours(span: Any, language: str) -> str:
    return _("%(begin)sから%(end)sまで") % {
        "begin": format_time(span.opens, language), "end": format_time(span.closes, language)
    }  # fmt: skip


def _next(slots: tuple[FreeSlot, ...], language: str) -> str:
    found = next((one for one in slots if one.left), None)
    return words.span(found.starts_at, found.ends_at, language) if found else _("今は空きがありません")


@access(audience="public")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: every desk, with its next free slot. Four statements."""
    language, today = request.LANGUAGE_CODE, clock.today()
    found = queries.desks(since=today)
    free = queries.free_slots(found, now=clock.now(), days=SHOWN_DAYS)
    cards = []
    for one in found:
        span = one.open_on(today)
        cards.append(
            Card(
                title=written(pick(one.title, language)),
                url=reverse("welfare_digital_inclusion:desk", args=[one.code]),
                facts=[
                    (_("今日"), _hours(span, language) if span else _("休み")),
                    (_("次に空いている時間"), _next(free[one.id], language)),
                    (_("住所"), written(one.address)),
                ],
            )
        )
    context = {"title": _("スマホの相談窓口"), "cards": cards, "wide": True}
    return render(request, "welfare_digital_inclusion/desks.html", context)


def _desk(code: str) -> DeskView:
    found = queries.desk(code, since=clock.today())
    if found is None or not found.is_open:
        raise NotFound
    return found


def _help(found: DeskView, language: str) -> Contact | None:
    return accounts.office_contact(found.division_id, language)


@access(audience="public")
def desk(request: SignedInRequest, code: str) -> HttpResponse:
    """A1: a desk: hours of the coming days, and the slots that are free."""
    found, language, now = _desk(code), request.LANGUAGE_CODE, clock.now()
    slots = queries.free_slots([found], now=now, days=SHOWN_DAYS)[found.id]
    by_day: dict[date, list[FreeSlot]] = {}
    for one in slots:
        by_day.setdefault(one.starts_at.astimezone(TOKYO).date(), []).append(one)
    book = reverse("welfare_digital_inclusion:book", args=[code])
    days = []
    for offset in range(SHOWN_DAYS + 1):
        day = clock.today() + timedelta(days=offset)
        span = found.open_on(day)
        if span is None:
            continue
        free = [one for one in by_day.get(day, []) if one.left]
        days.append(
            {
                "day": format_date(day, language), "hours": _hours(span, language),
                "free": _("空き%(count)d件") % {"count": len(free)} if free else "",
                "url": f"{book}?day={day.isoformat()}" if free else "",
            }
        )  # fmt: skip
    closed = [
        (format_date(one.rule.day, language), words.typed(one.reason)) for one in found.days if one.rule.opens is None
    ]
    context = {
        "title": pick(found.title, language).text, "heading": written(pick(found.title, language)), "days": days,
        "closed": closed, "minutes": found.slot_minutes,
        "facts": [
            Fact(label=label, value=value)
            for label, value in (
                (_("住所"), words.typed(found.address)), (_("行き方"), words.typed(found.access)),
                (_("電話"), found.phone), (_("料金"), _("無料")), (_("次に空いている時間"), _next(slots, language)),
            )
            if value
        ],
        "breadcrumb": [(_("スマホの相談窓口"), reverse("welfare_digital_inclusion:desks"))],
        "help": _help(found, language),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/desk.html", context)


def moment_of(text: str) -> datetime | None:
    """「2026-12-01T10:30」 in Japanese time; None where it is none."""
    try:
        return datetime.fromisoformat(text[:16]).replace(tzinfo=TOKYO)
    except ValueError:
        return None


@access(audience="resident", methods=("GET", "POST"))
def book(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: a slot, and who comes."""
    found, language = _desk(code), request.LANGUAGE_CODE
    free = [one for one in queries.free_slots([found], now=clock.now(), days=SHOWN_DAYS)[found.id] if one.left]
    wrong: dict[str, FieldError] = {}
    post, problem = request.POST, ""
    day = request.GET.get("day", "")
    shown = [one for one in free if one.starts_at.astimezone(TOKYO).date().isoformat() == day] or free
    at = moment_of(post.get("at", ""))
    if request.method == "POST":
        if at is None or at not in [one.starts_at for one in free]:
            wrong["at"] = FieldError("field.choose_one")
        else:
            try:
                done = _booked(request, code, at)
                if done.number:
                    return redirect("welfare_digital_inclusion:visit", number=format_number(done.number))
                problem = _why(done.outcome)
            except Invalid as error:
                wrong = dict(error.fields)
    fields = [one.with_error(wrong.get(one.name)) for one in _fields(request, shown, at)]
    context = {
        "title": _("相談を予約する"), "desk": written(pick(found.title, language)), "fields": fields,
        "errors": errors_for(fields), "problem": problem, "none": not free,
        "press": post.get("press", "")[:64] or str(uuid.uuid4()),
        "back": reverse("welfare_digital_inclusion:desk", args=[code]), "help": _help(found, language),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/book.html", context, status=status)


def _booked(request: SignedInRequest, code: str, at: datetime) -> actions.Booked:
    post = request.POST
    key = f"visit:{request.actor.account_id}:{post.get('press', '')[:64]}"
    return actions.book_visit(
        actor=request.actor, code=code, at=at, dedupe_key=key,
        booking=Booking(
            name=post.get("name", "")[:300], phone=post.get("phone", "")[:300], wish=post.get("wish", "")[:300],
            age_class=post.get("age", "") or "unknown", language=request.LANGUAGE_CODE,
        ),
    )  # fmt: skip


def _why(outcome: str) -> str:
    return {
        "full": _("たった今、ほかの方が予約しました。別の時間を選んでください。"),
        "closed": _("この時間は予約できません。別の時間を選んでください。"),
        "too_many": _("予約は2件までです。終わってから、次を予約してください。"),
    }[outcome]


def _fields(request: SignedInRequest, free: list[FreeSlot], at: datetime | None) -> list[FormField]:
    language, post = request.LANGUAGE_CODE, request.POST
    options = tuple(
        Option(f"{one.starts_at.astimezone(TOKYO):%Y-%m-%dT%H:%M}", words.span(one.starts_at, one.ends_at, language))
        for one in free
    )
    fields = [
        FormField(
            name="at", label=_("来る時間"), kind="select", options=options, value=f"{at:%Y-%m-%dT%H:%M}" if at else ""
        )
    ]  # fmt: skip
    known = known_name(request)
    if known:
        fields.append(FormField(name="name", label=_("相談する方の氏名"), kind="shown", value=known))
    else:
        fields.append(
            FormField(name="name", label=_("相談する方の氏名"), value=post.get("name", ""), autocomplete="name")
        )
    fields += [
        FormField(
            name="phone", label=_("電話番号"), kind="phone", value=post.get("phone", ""),
            hint=_("窓口が急に休みになるときなどに連絡します。"),
        ),
        FormField(
            name="wish", label=_("聞きたいこと"), kind="textarea", rows=3, required=False, value=post.get("wish", ""),
            hint=_("暗証番号やパスワードは書かないでください。"),
        ),
    ]  # fmt: skip
    if not known:
        ages = tuple(Option(key, str(word)) for key, word in words.AGES.items())
        fields.append(
            FormField(
                name="age", label=_("年齢"), kind="select", required=False, options=ages, value=post.get("age", "")
            )
        )
    return fields


def _own(request: SignedInRequest, number: str) -> tuple[VisitView, DeskView]:
    """One's own booking. Raises NotFound."""
    plain = parse_number(number)
    with joining(request.actor):
        one = queries.visit(plain) if plain else None
    if one is None or one.account_id != request.actor.account_id:
        raise NotFound
    found = next(each for each in queries.desks_by_id([one.desk_id]))
    return one, found


@access(audience="resident", methods=("GET", "POST"))
def visit(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one's booking at a desk; here it is given back."""
    one, found = _own(request, number)
    problem, language = "", request.LANGUAGE_CODE
    if request.method == "POST":
        try:
            actions.cancel_visit(actor=request.actor, number=one.number)
            return redirect("welfare_digital_inclusion:visit", number=number)
        except Conflict as error:
            problem = catalogue.message(error.code, language)
    inbox.mark_read(actor=request.actor, subject_key=visit_key(one.id))
    context = {
        "title": _("相談の予約"), "number": format_number(one.number), "status": VISIT_CHIPS[one.state],
        "status_text": visit_word(one.state), "problem": problem, "booked": one.state == "booked",
        "may": one.state == "booked" and one.starts_at > clock.now(),
        "facts": [
            Fact(label=label, value=value, name=name)
            for label, value, name in (
                (_("日時"), words.span(one.starts_at, one.ends_at or one.starts_at, language), False),
                (_("窓口"), written(pick(found.title, language)), False),
                (_("住所"), words.typed(found.address), False),
                (_("相談する方の氏名"), one.name, True), (_("電話番号"), one.phone, False),
                (_("聞きたいこと"), one.wish, True),
            )
            if value
        ],
        "desk_url": reverse("welfare_digital_inclusion:desk", args=[found.code]) if found.is_open else "",
        "breadcrumb": [(_("わたしのスマホ教室"), reverse("welfare_digital_inclusion:mine"))],
        "help": _help(found, language),
    }  # fmt: skip
    status = CONFLICT if problem else 200
    return render(request, "welfare_digital_inclusion/visit.html", context, status=status)


def visit_word(state: str) -> str:
    """How a booking stands, in a word."""
    return {
        "booked": _("予約しました"), "here": _("相談中"), "done": _("終わりました"), "absent": _("来ませんでした"),
        "cancelled": _("取り消しました"),
    }[state]  # fmt: skip
