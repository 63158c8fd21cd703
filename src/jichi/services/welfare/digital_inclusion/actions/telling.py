"""What people hear: a notice in their inbox, and a message that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.engines.messages import actions as messages
from jichi.engines.programmes import actions as programmes
from jichi.engines.programmes.actions import Voice
from jichi.engines.surveys import queries as surveys
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.localized import LANGUAGES, pick

from ..models import Attendance, Course, Enrolment, Session, Visit
from ..notices import TITLES
from ..rules import survey_code

SYSTEM: Final = system_actor("digital_inclusion")
VOICE: Final = Voice(
    actor=SYSTEM, titles=TITLES, name="course", key="welfare_digital_inclusion:entry", path="/smartphone/mine/",
    template=lambda what: "digital.offered" if what == "offered" else "digital.notice", pages={"survey": "survey/"},
)  # fmt: skip


def subject_key(entry_id: UUID) -> str:
    """What notices about an entry are about."""
    return f"{VOICE.key}:{entry_id}"


def tell_entered(*, course: Course, entry_id: UUID, account_id: UUID, outcome: str) -> None:
    """An entry came in; in the transaction that keeps it."""
    programmes.tell_entered(actor=SYSTEM, voice=VOICE, title=course.title, entry_id=entry_id, outcome=outcome)


def _course_of(offering_id: UUID) -> Course | None:
    """The class that is entered by an offering, of persons or of associations."""
    return (
        Course.objects.filter(offering_id=offering_id).first()
        or Course.objects.filter(team_offering_id=offering_id).first()
    )


def tell_one(*, offering_id: UUID, entry_id: UUID, what: str) -> None:
    """One entry moved: "offered", "given" or "too_late". Offerings that are no class's are left alone."""
    course = _course_of(offering_id)
    if course is not None:
        programmes.tell_moved(actor=SYSTEM, voice=VOICE, title=course.title, entry_id=entry_id, what=what)


def tell_results(*, actor: Actor, offering_id: UUID) -> int:
    """Everybody of a drawn list hears the outcome, or everybody of a cancelled class that it is; may run twice.

    Raises:
        Forbidden: not the platform itself.
    """
    course = _course_of(offering_id)
    if course is None:
        return 0
    return programmes.tell_everybody(
        actor=actor, voice=VOICE, title=course.title, offering_id=offering_id, is_cancelled=course.state == "cancelled"
    )


def remind(*, actor: Actor) -> int:
    """Who has a place of a session tomorrow, or a booking at a desk, hears of it once; how many were told.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    tomorrow = clock.today() + timedelta(days=1)
    told = 0
    with unit(actor):
        sessions = Session.objects.filter(starts_at__date=tomorrow, course__state="published").select_related("course")
        for session in sessions:
            rows = Enrolment.objects.filter(course=session.course).values_list("entry_id", flat=True)
            for entry in booking.entries_by_id(list(rows)).values():
                if entry.state == "taken":
                    programmes.tell_entry(
                        actor=SYSTEM, voice=VOICE, title=session.course.title, entry=entry, what="tomorrow",
                        again=f":{tomorrow}",
                    )  # fmt: skip
                    told += 1
        visits = Visit.objects.filter(starts_at__date=tomorrow, state="booked", account__isnull=False)
        for visit in visits.select_related("desk"):
            tell_visit(visit=visit, what="visit_tomorrow")
            told += 1
    return told


def ask(*, actor: Actor) -> int:
    """Who came to a class that ended yesterday is asked what it was like, where the division asks; how many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    told = 0
    with unit(actor):
        courses = list(Course.objects.filter(state="published", last_day=clock.today() - timedelta(days=1)))
        asked = surveys.surveyed([survey_code(one.pk) for one in courses])
        for course in courses:
            if survey_code(course.pk) not in asked:
                continue
            there = Attendance.objects.filter(session__course=course).values("participant__enrolment_id")
            rows = Enrolment.objects.filter(course=course, pk__in=there).values_list("entry_id", flat=True)
            for entry in booking.entries_by_id(list(rows)).values():
                if entry.state == "taken":
                    programmes.tell_entry(actor=SYSTEM, voice=VOICE, title=course.title, entry=entry, what="survey")
                    told += 1
    return told


def visit_key(visit_id: UUID) -> str:
    """What notices about a visit are about."""
    return f"welfare_digital_inclusion:visit:{visit_id}"


def tell_visit(*, visit: Visit, what: str) -> None:
    """A booking at a desk was made, or is tomorrow; the same again makes no second."""
    if visit.account_id is None:
        return
    words: dict[str, str] = {
        language: TITLES[what][language].format(course=pick(visit.desk.title, language).text) for language in LANGUAGES
    }
    key, path = f"{visit_key(visit.pk)}:{what}", f"/smartphone/visits/{visit.number}/"
    messages.notify(
        actor=SYSTEM, account_id=visit.account_id, template="digital.notice", title=words, url_path=path,
        subject_key=visit_key(visit.pk), dedupe_key=key, about=visit.number,
    )  # fmt: skip
