"""Classes as pages show them; drafts too: the caller decides who sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, Q

from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LocalizedText
from jichi.kernel.text import fold_for_search

from ..models import Course, Session
from ..rules import Plan, plan_from


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One date of a class."""

    number: int
    starts_at: datetime
    ends_at: datetime
    teacher_id: UUID | None

    @property
    def day(self) -> date:
        """Its day in Japan."""
        return self.starts_at.astimezone(TOKYO).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """A class with its sessions."""

    id: UUID
    code: str
    division_id: int
    state: str
    title: LocalizedText
    plan: Plan
    offering_id: UUID | None
    team_offering_id: UUID | None
    cancel_reason: str
    revision: int
    updated_at: datetime
    last_day: date | None
    sessions: Sequence[SessionView]

    def offerings(self) -> list[UUID]:
        """Offerings by which it is entered: none, of persons, of persons and of associations."""
        return [one for one in (self.offering_id, self.team_offering_id) if one is not None]


def _session(row: Session) -> SessionView:
    return SessionView(number=row.number, starts_at=row.starts_at, ends_at=row.ends_at, teacher_id=row.teacher_id)


def _views(rows: Iterable[Course]) -> tuple[CourseView, ...]:
    kept = list(rows)
    sessions: dict[UUID, list[SessionView]] = {}
    for one in Session.objects.filter(course__in=[row.pk for row in kept]).order_by("course", "number"):
        sessions.setdefault(one.course_id, []).append(_session(one))
    return tuple(
        CourseView(
            id=row.pk, code=row.code, division_id=row.division_id, state=row.state, title=row.title,
            plan=plan_from(row.plan), offering_id=row.offering_id, team_offering_id=row.team_offering_id,
            cancel_reason=row.cancel_reason, revision=row.revision, updated_at=row.updated_at, last_day=row.last_day,
            sessions=tuple(sessions.get(row.pk, ())),
        )
        for row in kept
    )  # fmt: skip


def course(code: str) -> CourseView | None:
    """One class, drafts too. Two statements."""
    return next(iter(_views(Course.objects.filter(code=code))), None)


def courses_by_id(ids: Sequence[UUID]) -> dict[UUID, CourseView]:
    """Classes by id. Two statements."""
    return {one.id: one for one in _views(Course.objects.filter(pk__in=list(ids)))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is looked for; "" narrows nothing. `open_only`: what may be entered now."""

    text: str = ""
    level: str = ""
    spoken: str = ""
    open_only: bool = False


def listed(chosen: Filter, *, now: datetime, limit: int = 100) -> tuple[CourseView, ...]:
    """Published classes with a session to come, soonest first. Two statements."""
    found = Course.objects.filter(state="published", last_day__gte=now.astimezone(TOKYO).date())
    if chosen.level:
        found = found.filter(level=chosen.level)
    if chosen.spoken:
        found = found.filter(spoken=chosen.spoken)
    if chosen.open_only:
        open_now = Q(offering__state="open", offering__opens_at__lte=now, offering__closes_at__gt=now)
        found = found.filter(open_now)
    for word in fold_for_search(chosen.text, keep_spaces=True).split():
        found = found.filter(search_text__contains=word)
    return _views(found.annotate(begins=Min("sessions__starts_at")).order_by("begins", "code")[:limit])


def courses_of_divisions(
    divisions: Iterable[int], *, text: str = "", state: str = "", limit: int = 300
) -> tuple[CourseView, ...]:
    """A division's classes, last dates first, drafts before all. Two statements."""
    found = Course.objects.filter(division_id__in=list(divisions))
    if state:
        found = found.filter(state=state)
    for word in fold_for_search(text, keep_spaces=True).split():
        found = found.filter(search_text__contains=word)
    return _views(found.order_by("-last_day", "code")[:limit])


def taught_by(account_id: UUID, *, since: date) -> tuple[tuple[CourseView, SessionView], ...]:
    """Sessions that somebody teaches from a day on, soonest first, at most 200. Three statements."""
    rows = list(
        Session.objects.filter(teacher_id=account_id, starts_at__date__gte=since, course__state="published")
        .order_by("starts_at", "course", "number")
        .values_list("course_id", "number")[:200]
    )
    found = courses_by_id(list({course_id for course_id, _number in rows}))
    return tuple((found[course_id], found[course_id].sessions[number - 1]) for course_id, number in rows)
