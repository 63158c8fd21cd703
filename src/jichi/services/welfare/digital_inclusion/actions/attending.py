"""Who came to a session: by name or by the ticket; who teaches it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.actions import Arrival, ReadTicket
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ..models import Attendance, Participant, Session
from ..permissions import require_editor, require_teacher
from .organising import SYSTEM


def mark_attendance(
    *, actor: Actor, code: str, number: int, participants: Sequence[UUID], came: bool = True, at: datetime | None = None
) -> int:
    """Write down who came to a session, or take it back; how many were changed. Told again it changes nothing.

    Args:
        at: when they came, where that was noted down before it was sent here.

    Raises:
        NotFound: no such session.
        Forbidden: neither its instructor nor an official of the division.
        Conflict: "digital.too_early", the day of the session is not there yet.
    """
    with unit(actor):
        session = Session.objects.select_related("course").filter(course__code=code, number=number).first()
        if session is None:
            raise NotFound
        require_teacher(actor, session.course.division_id, session.teacher_id)
        if session.starts_at.astimezone(TOKYO).date() > clock.today():
            raise Conflict("digital.too_early")
        with unit(SYSTEM):
            if not came:
                return Attendance.objects.filter(session=session, participant__in=list(participants)).delete()[0]
            rows = Participant.objects.filter(pk__in=list(participants), course_id=session.course_id)
            placed = _placed([one.enrolment_id for one in rows])
            there = set(
                Attendance.objects.filter(session=session, participant__in=rows).values_list("participant", flat=True)
            )
            new = [one for one in rows if one.enrolment_id in placed and one.pk not in there]
            Attendance.objects.bulk_create(
                [Attendance(participant=one, session=session, noted_at=at or clock.now()) for one in new],
                ignore_conflicts=True,
            )
            return len(new)


def _placed(entries: Sequence[UUID]) -> set[UUID]:
    """Entries that have a place. Inside a unit of the platform."""
    return {one.id for one in booking.entries_by_id(entries).values() if one.state == "taken"}


def arrive(*, actor: Actor, token: UUID) -> tuple[str, str, int] | None:
    """The ticket at the door: everybody of the entry is there; (outcome, code of the class, number of the session).

    Outcomes: "arrived", "already", "no_place", "no_session" (none today that the actor teaches or looks after).
    None: no ticket of a class.

    Raises:
        Forbidden: neither the instructor of today's session nor an official of the division.
    """
    with unit(actor):
        with unit(SYSTEM):
            entry = booking.entry_by_token(token)
            people = list(Participant.objects.filter(enrolment_id=entry.id).select_related("course")) if entry else []
        if not people or entry is None:
            return None
        course = people[0].course
        today = next(
            (
                one
                for one in Session.objects.filter(course=course).order_by("number")
                if one.starts_at.astimezone(TOKYO).date() == clock.today()
            ),
            None,
        )
        require_teacher(actor, course.division_id, today.teacher_id if today else None)
        if today is None:
            return "no_session", course.code, 0
        if entry.state != "taken":
            return "no_place", course.code, today.number
        new = mark_attendance(
            actor=actor, code=course.code, number=today.number, participants=[one.pk for one in people]
        )
    return "arrived" if new else "already", course.code, today.number


def take_arrival(*, actor: Actor, code: str, number: int, read: ReadTicket) -> Arrival:
    """A ticket that a device at the door of a session read, perhaps while the line was away; sent again it is the same.

    Raises:
        NotFound: no such session, or no ticket of its class.
        Forbidden: neither its instructor nor an official of the division.
        Conflict: "digital.too_early", the day of the session is not there yet.
    """
    with unit(actor):
        session = Session.objects.select_related("course").filter(course__code=code, number=number).first()
        if session is None:
            raise NotFound
        course = session.course
        require_teacher(actor, course.division_id, session.teacher_id)

        def let_in(entry_id: UUID, at: datetime) -> bool:
            people = list(Participant.objects.filter(enrolment_id=entry_id).values_list("pk", flat=True))
            return mark_attendance(actor=actor, code=code, number=number, participants=people, at=at) > 0

        offerings = [one for one in (course.offering_id, course.team_offering_id) if one is not None]
        return booking_actions.take_arrival(actor=SYSTEM, offering_ids=offerings, read=read, let_in=let_in)


def set_teacher(*, actor: Actor, code: str, number: int, login: str) -> None:
    """Another instructor takes a session; "" takes the present one off.

    Raises:
        NotFound: no such session. Forbidden: not an official of the division.
        Invalid: "teacher", nobody has this login name.
    """
    with unit(actor):
        session = Session.objects.select_for_update(of=("self",)).select_related("course").filter(
            course__code=code, number=number
        ).first()  # fmt: skip
        if session is None:
            raise NotFound
        require_editor(actor, session.course.division_id)
        teacher = accounts.staff_account_id(login) if login else None
        if login and teacher is None:
            raise Invalid(fields={"teacher": FieldError("field.choose_one")})
        Session.objects.filter(pk=session.pk).update(teacher_id=teacher)
