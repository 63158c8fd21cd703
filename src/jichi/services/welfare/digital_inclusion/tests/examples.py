"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.services.welfare.digital_inclusion import actions, queries
from jichi.services.welfare.digital_inclusion.actions import Booking, DeskContent
from jichi.services.welfare.digital_inclusion.models import Session
from jichi.services.welfare.digital_inclusion.rules import Hours
from jichi.services.welfare.digital_inclusion.tests.office import enter, published

ROOM = "welfare_digital_inclusion"
SHARED = frozenset({
    f"{ROOM}:course", f"{ROOM}:apply", f"{ROOM}:desk", f"{ROOM}:book", f"{ROOM}:figures_file",
})  # fmt: skip
"""What is on and its figures are for everybody; to apply or book for every resident."""


def _course(world: Any, **more: Any) -> Mapping[str, Any]:
    return {"code": published(world.division.id, **more)}


def _session(world: Any) -> Mapping[str, Any]:
    """A session that the instructor of the world teaches: others' are not there for them."""
    found = _course(world)
    teacher = next(one for one in world.roles if one.title == "role digital_supporter")
    with unit(system_actor("test")):
        Session.objects.filter(course__code=found["code"]).update(teacher_id=teacher.actor.account_id)
    return {**found, "number": 1}


def _lottery(world: Any) -> Mapping[str, Any]:
    return _course(world, mode="lottery", draw_at=clock.now() + timedelta(days=15))


def _number(entry_id: UUID | None) -> str:
    with unit(system_actor("test")):
        return booking.entries_by_id([entry_id])[entry_id].number  # type: ignore[list-item, index] # there is one


def _entry(world: Any) -> Mapping[str, Any]:
    return {"number": _number(enter(published(world.division.id), world.resident.actor).entry_id)}


def _over(world: Any) -> Mapping[str, Any]:
    """An entry of a class that is over, whose person came."""
    system = system_actor("test")
    with clock.standing_at(clock.now() - timedelta(days=60)):
        code = published(world.division.id)
        done = enter(code, world.resident.actor)
    with unit(system):
        people = queries.roll(Session.objects.filter(course__code=code)[0].course_id)
    actions.mark_attendance(actor=system, code=code, number=1, participants=[one.id for one in people])
    return {"number": _number(done.entry_id)}


def _team(world: Any) -> Mapping[str, Any]:
    code = published(world.division.id, team_places=4, team_most=4)
    return {"number": _number(enter(code, world.resident.actor, team="みどり町会", size=2).entry_id)}


def _entry_of_division(world: Any) -> Mapping[str, Any]:
    code = published(world.division.id)
    return {"code": code, "number": _number(enter(code, world.resident.actor).entry_id)}


def _desk(world: Any) -> Mapping[str, Any]:
    system, code = system_actor("test"), "example"
    content = DeskContent(title={"ja": "見本の窓口"})
    actions.put_desk(actor=system, code=code, division_id=world.division.id, content=content)
    begin = clock.today() - timedelta(days=7)
    week = [
        Hours(valid_from=begin, weekday=day, opens=time(10), closes=time(16), supporters=9) for day in range(7)
    ]  # fmt: skip
    actions.set_hours(actor=system, code=code, valid_from=begin, hours=week)
    return {"code": code}


def _visit(world: Any) -> Mapping[str, Any]:
    code = str(_desk(world)["code"])
    at = datetime.combine(clock.today() + timedelta(days=3), time(10), TOKYO)
    done = actions.book_visit(
        actor=world.resident.actor, code=code, at=at, dedupe_key=str(uuid4()),
        booking=Booking(name="見本 花子", phone="03-1234-5678"),
    )  # fmt: skip
    if not done.number:  # this resident's two are there already: theirs is shown
        with unit(world.resident.actor):
            return {"number": queries.visits_of(world.resident.actor.account_id, since=clock.now())[0].number}
    return {"number": done.number}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    desks = ("desk", "desk_telephone", "desk_hours", "desk_change")
    courses = ("course", "change", "cancel", "entries", "export", "telephone", "ask", "outcome", "outcome_csv",
               "outcome_pdf")  # fmt: skip
    sessions = ("session", "door", "door_state", "door_list", "door_worker", "door_send")
    return {
        f"{ROOM}:course": _course,
        f"{ROOM}:apply": _course,
        **dict.fromkeys((f"{ROOM}:{name}" for name in ("entry", "done", "withdraw", "ticket")), _entry),
        f"{ROOM}:names": _team,
        f"{ROOM}:survey": _over,
        **dict.fromkeys((f"{ROOM}_staff:{name}" for name in courses), _course),
        f"{ROOM}_staff:entry": _entry_of_division,
        f"{ROOM}_staff:draw": _lottery,
        f"{ROOM}:desk": _desk,
        f"{ROOM}:book": _desk,
        f"{ROOM}:visit": _visit,
        f"{ROOM}:figures_file": lambda world: {"year": 2026},
        **dict.fromkeys((f"{ROOM}_staff:{name}" for name in desks), _desk),
        f"{ROOM}_staff:visit": lambda world: {"code": "example", **_visit(world)},
        **dict.fromkeys((f"{ROOM}_staff:{name}" for name in sessions), _session),
    }
