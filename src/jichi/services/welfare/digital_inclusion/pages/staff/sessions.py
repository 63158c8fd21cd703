"""Sessions for who teaches them: one's own, the list of a session with attendance, the ticket at the door."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.programmes.arranging import CONFLICT
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, Forbidden, NotFound
from jichi.kernel.receipt_number import format_number

from ... import actions, queries
from ...permissions import EDIT, TEACH, VIEW
from ...queries import CourseView, SessionView
from .form import teacher_options

BACK: Final = timedelta(days=30)


@access(audience="staff", permission=TEACH)
def teaching(request: SignedInRequest) -> HttpResponse:
    """A6: one's own sessions, those of the last month too."""
    assert request.actor.account_id is not None  # noqa: S101 - `access` let only officials through
    found = queries.taught_by(request.actor.account_id, since=clock.today() - BACK)
    with joining(request.actor):
        counts = queries.attendance_counts(list({course.id for course, _session in found}))
    rows = [_line(course, session, counts) for course, session in found]
    over = sum(1 for _course, session in found if session.day < clock.today())
    context = {
        "title": "わたしの教室", "coming": rows[over:], "over": rows[:over],
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/staff/teaching.html", context)


def _line(course: CourseView, session: SessionView, counts: dict[tuple[UUID, int], int]) -> dict[str, object]:
    return {
        "title": course.title["ja"], "number": session.number, "all": len(course.sessions),
        "when": format_datetime(session.starts_at, "ja", "staff"), "place": course.plan.place_name,
        "came": counts.get((course.id, session.number), 0),
        "url": reverse("welfare_digital_inclusion_staff:session", args=[course.code, session.number]),
    }  # fmt: skip


def shown(request: SignedInRequest, code: str, number: int) -> tuple[CourseView, SessionView]:
    """A session that the official teaches or whose division they serve. Raises NotFound."""
    found = queries.course(code)
    if found is None or not 1 <= number <= len(found.sessions):
        raise NotFound
    one = found.sessions[number - 1]
    serves = found.division_id in request.actor.divisions and request.actor.may(VIEW)
    if not serves and one.teacher_id != request.actor.account_id:
        raise NotFound
    return found, one


@access(audience="staff", permission=TEACH, methods=("GET", "POST"))
def session(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """A6: who has a place of a session, and who came."""
    found, one = shown(request, code, number)
    may = found.division_id in request.actor.divisions and request.actor.may(EDIT)
    problem = ""
    if request.method == "POST":
        try:
            _acted(request, found, number)
            return redirect("welfare_digital_inclusion_staff:session", code=code, number=number)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    with joining(request.actor):
        members = queries.roll(found.id)
    rows = [
        {
            "id": member.id, "name": member.name or f"{member.team} {member.place}人目", "team": member.team,
            "came": number in member.came, "times": len(member.came),
        }
        for member in members
    ]  # fmt: skip
    teacher = next(iter(accounts.account_names([one.teacher_id]).values()), "") if one.teacher_id else ""
    officials = {option.label: option.value for option in teacher_options()} if may else {}
    field = FormField(
        name="teacher", label="講師を変える", kind="select", required=False, show_mark=False,
        options=teacher_options() if may else (), value=officials.get(teacher, ""),
    )  # fmt: skip
    context = {
        "title": f"{found.title['ja']} 第{number}回", "session": one, "rows": rows, "problem": problem,
        "when": format_datetime(one.starts_at, "ja", "staff"), "place": found.plan.place_name, "teacher": teacher,
        "came": sum(1 for row in rows if row["came"]), "field": field, "may": may,
        "door_url": reverse("welfare_digital_inclusion_staff:door", args=[code, number]),
        "begun": one.day <= clock.today(), "ids": ",".join(str(row["id"]) for row in rows if not row["came"]),
        "breadcrumb": [("わたしの教室", reverse("welfare_digital_inclusion_staff:teaching"))]
        if not may else [("スマホ教室", reverse("welfare_digital_inclusion_staff:list")),
                         (found.title["ja"], reverse("welfare_digital_inclusion_staff:course", args=[code]))],
    }  # fmt: skip
    status = CONFLICT if problem else 200
    return render(request, "welfare_digital_inclusion/staff/session.html", context, status=status)


def _acted(request: SignedInRequest, found: CourseView, number: int) -> None:
    act = request.POST.get("act", "")
    if act == "teacher":
        actions.set_teacher(
            actor=request.actor, code=found.code, number=number, login=request.POST.get("teacher", "")[:100]
        )
        return
    people = [one for one in map(uuid_of, request.POST.get("participants", "")[:40_000].split(",")) if one]
    actions.mark_attendance(
        actor=request.actor, code=found.code, number=number, participants=people, came=act != "undo"
    )


def uuid_of(text: str) -> UUID | None:
    """A UUID as sent; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@access(audience="staff", permission=TEACH, methods=("GET", "POST"))
def ticket(request: SignedInRequest) -> HttpResponse:
    """A7: what a ticket's QR code opens on an instructor's telephone: whose it is, and one button."""
    token = uuid_of(request.GET.get("token", ""))
    outcome, list_url = "", ""
    with joining(request.actor):
        one = queries.by_token(token) if token else None
        members = queries.attended(one.entry.id) if one else ()
    course = queries.courses_by_id([one.course_id])[one.course_id] if one else None
    today = next((each for each in course.sessions if each.day == clock.today()), None) if course else None
    if token and one and course and request.method == "POST":
        try:
            found = actions.arrive(actor=request.actor, token=token)
        except Forbidden:
            found = ("not_mine", "", 0)
        outcome = found[0] if found else ""
        with joining(request.actor):
            members = queries.attended(one.entry.id)
    if course and today:
        list_url = reverse("welfare_digital_inclusion_staff:session", args=[course.code, today.number])
    there = bool(today and members and all(today.number in member.came for member in members))
    context = {
        "title": "教室の券", "narrow": True, "asked": bool(request.GET.get("token")), "outcome": outcome, "one": one,
        "course": course.title["ja"] if course else "", "number": format_number(one.entry.number) if one else "",
        "people": [member.name for member in members if member.name], "today": today, "there": there,
        "may": bool(one and one.entry.state == "taken" and today and not there),
        "has_place": bool(one and one.entry.state == "taken"), "list_url": list_url,
        "breadcrumb": [("わたしの教室", reverse("welfare_digital_inclusion_staff:teaching"))],
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/staff/ticket.html", context)
