"""One's own entries: how they stand, ticket, attendance, names of an association, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.files.documents import qr_svg
from jichi.engines.inbox import actions as inbox
from jichi.engines.programmes import actions as programmes
from jichi.engines.surveys import queries as surveys
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, format_deadline
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

from .. import actions, queries
from ..actions.telling import subject_key
from ..queries import CourseView, Enrolled, VisitView
from ..rules import survey_code
from . import words
from .applying import UNPROCESSABLE
from .desks import VISIT_CHIPS, visit_word

CONFLICT: Final = 409
VISITS_BACK: Final = timedelta(days=90)


@access(audience="resident")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: everything one has entered, newest first."""
    now, over = _classes(request)
    context = {
        "title": _("わたしのスマホ教室"), "now": now, "over": over,
        "list_url": reverse("welfare_digital_inclusion:list"),
        "visits": [_visit_card(one, request.LANGUAGE_CODE) for one in _visits(request)],
        "desks_url": reverse("welfare_digital_inclusion:desks"),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/mine.html", context)


def cards(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """Classes and visits to a help desk: (under way, over)."""
    now, over = _classes(request)
    for one in _visits(request):
        coming = one.state == "booked" and (one.ends_at or one.starts_at) > clock.now()
        (now if coming else over).append(_visit_card(one, request.LANGUAGE_CODE))
    return now, over


def _visits(request: SignedInRequest) -> Sequence[VisitView]:
    with joining(request.actor):
        return queries.visits_of(request.signed_in.account_id, since=clock.now() - VISITS_BACK)


def _classes(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """(under way, over), newest first."""
    with joining(request.actor):
        found = queries.enrolled_by(request.signed_in.account_id)
    courses = queries.courses_by_id([one.course_id for one in found])
    made = [_card(one, courses[one.course_id], request.LANGUAGE_CODE) for one in reversed(found)]
    return [card for card, alive in made if alive], [card for card, alive in made if not alive]


def _visit_card(one: VisitView, language: str) -> Card:
    number = format_number(one.number)
    return Card(
        title=_("相談の予約 (%(number)s)") % {"number": number}, status=VISIT_CHIPS[one.state],
        url=reverse("welfare_digital_inclusion:visit", args=[number]), status_text=visit_word(one.state),
        facts=[(_("日時"), words.span(one.starts_at, one.ends_at or one.starts_at, language))],
    )  # fmt: skip


def _alive(one: Enrolled, course: CourseView) -> bool:
    return one.entry.state in words.LIVING and course.sessions[-1].ends_at > clock.now()


def _card(one: Enrolled, course: CourseView, language: str) -> tuple[Card, bool]:
    coming = next((session for session in course.sessions if session.ends_at > clock.now()), None)
    facts = [(_("次の回"), words.span(coming.starts_at, coming.ends_at, language))] if coming else []
    number = format_number(one.entry.number)
    past = one.entry.state == "taken" and not coming
    card = Card(
        title=format_html("{} ({})", written(pick(course.title, language)), number), facts=facts,
        url=reverse("welfare_digital_inclusion:entry", args=[number]),
        status="closed" if past else words.ENTRY_CHIPS[one.entry.state],
        status_text=_("終わりました") if past else words.entry_word(one.entry, _mode(one, course)),
    )  # fmt: skip
    return card, _alive(one, course)


def came_to(request: SignedInRequest, one: Enrolled, course: CourseView) -> bool:
    """Did it have a place in a class that is over, and did somebody of it come?"""
    if one.entry.state != "taken" or course.sessions[-1].ends_at > clock.now():
        return False
    with joining(request.actor):
        return any(member.came for member in queries.attended(one.entry.id))


def _mode(one: Enrolled, course: CourseView) -> str:
    """Associations are never drawn."""
    return "first_come" if one.team else course.plan.mode


def own(request: SignedInRequest, number: str) -> tuple[Enrolled, CourseView]:
    """One's own entry. Raises NotFound."""
    plain = parse_number(number)
    with joining(request.actor):
        entry = booking.entry_by_number(plain) if plain else None
        one = queries.enrolment(entry.id) if entry and entry.account_id == request.actor.account_id else None
    if one is None:
        raise NotFound
    return one, queries.courses_by_id([one.course_id])[one.course_id]


@access(audience="resident")
def done(request: SignedInRequest, number: str) -> HttpResponse:
    """A4: the number, and what happens next."""
    one, course = own(request, number)
    language, plan = request.LANGUAGE_CODE, course.plan
    shown = format_number(one.entry.number)
    context = {
        "title": _("キャンセル待ちに入りました") if one.entry.state == "waiting" else _("申込みを受け付けました"),
        "own_heading": True, "number": shown, "course": written(pick(course.title, language)),
        "state": one.entry.state, "in_line": one.entry.in_line, "is_team": bool(one.team),
        "draw_at": format_datetime(plan.draw_at, language) if plan.draw_at and not one.team else "",
        "entry_url": reverse("welfare_digital_inclusion:entry", args=[shown]),
        "help": accounts.office_contact(course.division_id, language),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/done.html", context)


@access(audience="resident", methods=("GET", "POST"))
def record(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one entry; here one says yes or no to an offered place."""
    one, course = own(request, number)
    notices: list[dict[str, str]] = []
    if request.method == "POST":
        comes = request.POST.get("act") == "yes"
        if programmes.answer_offer(actor=request.actor, entry_id=one.entry.id, comes=comes):
            inbox.close_items(actor=request.actor, subject_key=subject_key(one.entry.id), kinds=["todo"])
            return redirect("welfare_digital_inclusion:entry", number=number)
        notices.append({"tone": "error", "title": "", "text": _("返事の期限が過ぎたため、次の方に回りました。")})
        one, course = own(request, number)
    inbox.mark_read(actor=request.actor, subject_key=subject_key(one.entry.id))
    context = {**_record(request, one, course), "notices": notices}
    return render(request, "welfare_digital_inclusion/entry.html", context)


def _record(request: SignedInRequest, one: Enrolled, course: CourseView) -> dict[str, Any]:
    language, entry = request.LANGUAGE_CODE, one.entry
    shown, alive = format_number(entry.number), _alive(one, course)
    with joining(request.actor):
        members = queries.attended(entry.id)
    came: set[int] = set().union(*(member.came for member in members))
    return {
        "title": pick(course.title, language).text, "heading": written(pick(course.title, language)), "number": shown,
        "status": words.ENTRY_CHIPS[entry.state], "status_text": words.entry_word(entry, _mode(one, course)),
        "next_step": _next(one, course, language), "facts": _facts(one, language),
        "cancelled": words.typed(course.cancel_reason) if course.state == "cancelled" else "",
        "offered": entry.state == "held" and entry.held_until is not None and entry.held_until > clock.now(),
        "ticket_url": reverse("welfare_digital_inclusion:ticket", args=[shown])
        if entry.state == "taken" and alive else "",
        "sessions": [
            (words.span(session.starts_at, session.ends_at, language), session.number in came)
            for session in course.sessions
        ],
        "members": [member.name for member in members if member.name] if one.team else [],
        "names_url": reverse("welfare_digital_inclusion:names", args=[shown]) if one.team and alive else "",
        "withdraw_url": reverse("welfare_digital_inclusion:withdraw", args=[shown]) if alive and not came else "",
        "survey_url": reverse("welfare_digital_inclusion:survey", args=[shown])
        if surveys.surveyed([survey_code(course.id)]) and came_to(request, one, course) else "",
        "course_url": reverse("welfare_digital_inclusion:course", args=[course.code]),
        "breadcrumb": [(_("わたしのスマホ教室"), reverse("welfare_digital_inclusion:mine"))],
        "help": accounts.office_contact(course.division_id, language),
    }  # fmt: skip


def _next(one: Enrolled, course: CourseView, language: str) -> str:
    entry = one.entry
    if entry.state == "held" and entry.held_until:
        due = format_deadline(entry.held_until, language, today=clock.today())
        return _("%(due)sに、参加の返事をしてください。") % {"due": due}
    if entry.state == "applied" and course.plan.draw_at:
        at = format_datetime(course.plan.draw_at, language)
        return _("抽選は%(at)sです。結果はお知らせ箱に届きます。") % {"at": at}
    if entry.state == "waiting":
        return _("キャンセル待ちの%(place)d番目です。空きが出たら、お知らせ箱に届きます。") % {
            "place": entry.in_line or 0
        }
    return ""


def _facts(one: Enrolled, language: str) -> list[Fact]:
    rows = []
    if one.team:
        rows += [
            Fact(label=_("団体の名前"), value=one.team, name=True),
            Fact(label=_("参加する人数"), value=_("%(count)d人") % {"count": one.entry.size}),
        ]
    who = _("代表の方の氏名") if one.team else _("参加する方の氏名")
    rows += [
        Fact(label=who, value=one.name, name=True),
        Fact(label=_("電話番号"), value=one.phone),
        Fact(label=_("申し込んだ日時"), value=format_datetime(one.entry.entered_at, language)),
    ]
    return rows


@access(audience="resident", methods=("GET", "POST"))
def names(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: who of an association comes."""
    one, course = own(request, number)
    if not one.team:
        raise NotFound
    wrong: dict[str, FieldError] = {}
    with joining(request.actor):
        text = "\n".join(member.name for member in queries.attended(one.entry.id) if member.name)
    if request.method == "POST":
        text = request.POST.get("names", "")[:10_000]
        try:
            actions.name_participants(actor=request.actor, entry_id=one.entry.id, names=text.splitlines())
            return redirect("welfare_digital_inclusion:entry", number=number)
        except Invalid as problem:
            wrong = dict(problem.fields)
    field = FormField(
        name="names", label=_("参加する方の氏名"), kind="textarea", rows=8, required=False, value=text,
        error=wrong.get("names"),
        hint=_("1行に1人ずつ、%(count)d人まで書いてください。あとで変えられます。") % {"count": one.entry.size},
    )  # fmt: skip
    context = {
        "title": _("参加する方の氏名を入力する"), "course": written(pick(course.title, request.LANGUAGE_CODE)),
        "team": one.team, "fields": [field], "errors": errors_for([field]),
        "back": reverse("welfare_digital_inclusion:entry", args=[number]),
        "help": accounts.office_contact(course.division_id, request.LANGUAGE_CODE),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/names.html", context, status=UNPROCESSABLE if wrong else 200)


@access(audience="resident", methods=("GET", "POST"))
def withdraw(request: SignedInRequest, number: str) -> HttpResponse:
    """A5: what withdrawing means, then it is done."""
    one, course = own(request, number)
    problem, language = "", request.LANGUAGE_CODE
    if request.method == "POST":
        try:
            booking_actions.withdraw(actor=request.actor, entry_id=one.entry.id)
        except Conflict as error:
            problem = catalogue.message(error.code, language)
        else:
            return redirect("welfare_digital_inclusion:entry", number=number)
    context = {
        "title": _("申込みを取り消す"), "course": written(pick(course.title, language)),
        "number": format_number(one.entry.number), "problem": problem, "gone": one.entry.state not in words.LIVING,
        "back": reverse("welfare_digital_inclusion:entry", args=[number]),
        "help": accounts.office_contact(course.division_id, language),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/withdraw.html", context, status=CONFLICT if problem else 200)


@access(audience="resident")
def ticket(request: SignedInRequest, number: str) -> HttpResponse:
    """The QR code of the ticket: opens the page of attendance on the instructor's telephone."""
    one, _course = own(request, number)
    if one.entry.state != "taken":
        raise NotFound
    address = request.build_absolute_uri(f"/staff/smartphone/ticket/?token={one.entry.token}")
    response = HttpResponse(qr_svg(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
