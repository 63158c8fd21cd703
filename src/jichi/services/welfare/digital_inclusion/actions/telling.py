"""What people hear: a notice in their inbox, and a message that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.inbox import actions as inbox
from jichi.engines.messages import actions as messages
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Forbidden
from jichi.kernel.localized import LANGUAGES, pick

from ..models import Course, Enrolment, Session, Visit
from ..notices import TITLES

SYSTEM: Final = system_actor("digital_inclusion")
OUTCOMES: Final = {"taken": "received", "held": "received", "applied": "received", "waiting": "waiting"}


def subject_key(entry_id: UUID) -> str:
    """What notices about an entry are about."""
    return f"welfare_digital_inclusion:entry:{entry_id}"


def _tell(course: Course, entry: EntryView, what: str, *, kind: str = "notice", again: str = "") -> None:
    """One notice and one message for an entry; the same again makes no second."""
    if entry.account_id is None:
        return
    words: dict[str, str] = {
        language: TITLES[what][language].format(course=pick(course.title, language).text) for language in LANGUAGES
    }
    key, path = f"{subject_key(entry.id)}:{what}{again}", f"/smartphone/mine/{entry.number}/"
    due = entry.held_until.astimezone(TOKYO).date() if what == "offered" and entry.held_until else None
    inbox.put_item(
        actor=SYSTEM, kind=kind, title=words, url_path=path, subject_key=subject_key(entry.id),
        account_id=entry.account_id, due_on=due, about=entry.number, dedupe_key=key,
    )  # fmt: skip
    messages.send_message(
        actor=SYSTEM, template="digital.offered" if due else "digital.notice", dedupe_key=key,
        account_id=entry.account_id, params={"url_path": path, **({"due_on": due} if due else {})}, about=entry.number,
    )  # fmt: skip


def tell_entered(*, course: Course, entry_id: UUID, account_id: UUID, outcome: str) -> None:
    """An entry came in; in the transaction that keeps it."""
    with unit(SYSTEM):
        _tell(course, booking.entries_by_id([entry_id])[entry_id], OUTCOMES[outcome])


def _course_of(offering_id: UUID) -> Course | None:
    """The class that is entered by an offering, of persons or of associations."""
    return (
        Course.objects.filter(offering_id=offering_id).first()
        or Course.objects.filter(team_offering_id=offering_id).first()
    )


def tell_one(*, offering_id: UUID, entry_id: UUID, what: str) -> None:
    """One entry moved: "offered", "given" or "too_late". Offerings that are no class's are left alone."""
    course = _course_of(offering_id)
    if course is None:
        return
    with unit(SYSTEM):
        entry = booking.entries_by_id([entry_id])[entry_id]
        inbox.close_items(actor=SYSTEM, subject_key=subject_key(entry_id), kinds=["todo"])
        _tell(course, entry, what, kind="todo" if what == "offered" else "notice")


def tell_results(*, actor: Actor, offering_id: UUID) -> int:
    """Everybody of a drawn list hears the outcome, or everybody of a cancelled class that it is; may run twice.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    course = _course_of(offering_id)
    if course is None:
        return 0
    told = 0
    with unit(actor):
        for entry in booking.entries_of(offering_id):
            what = _outcome(course, entry)
            if what:
                _tell(course, entry, what)
                told += 1
    return told


def _outcome(course: Course, entry: EntryView) -> str:
    if course.state == "cancelled":
        return "cancelled" if entry.state == "cancelled" else ""
    return {"taken": "won", "held": "won", "waiting": "lost", "lost": "lost"}.get(entry.state, "")


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
                    _tell(session.course, entry, "tomorrow", again=f":{tomorrow}")
                    told += 1
        visits = Visit.objects.filter(starts_at__date=tomorrow, state="booked", account__isnull=False)
        for visit in visits.select_related("desk"):
            tell_visit(visit=visit, what="visit_tomorrow")
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
    with unit(SYSTEM):
        inbox.put_item(
            actor=SYSTEM, kind="notice", title=words, url_path=path, subject_key=visit_key(visit.pk),
            account_id=visit.account_id, about=visit.number, dedupe_key=key,
        )  # fmt: skip
        messages.send_message(
            actor=SYSTEM, template="digital.notice", dedupe_key=key, account_id=visit.account_id,
            params={"url_path": path}, about=visit.number,
        )  # fmt: skip
