"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.services.welfare.digital_inclusion.tests.office import enter, published

ROOM = "welfare_digital_inclusion"
SHARED = frozenset({f"{ROOM}:course", f"{ROOM}:apply"})
"""What is on is for everybody; to apply for it for every resident."""


def _course(world: Any, **more: Any) -> Mapping[str, Any]:
    return {"code": published(world.division.id, **more)}


def _lottery(world: Any) -> Mapping[str, Any]:
    return _course(world, mode="lottery", draw_at=clock.now() + timedelta(days=15))


def _number(entry_id: UUID | None) -> str:
    with unit(system_actor("test")):
        return booking.entries_by_id([entry_id])[entry_id].number  # type: ignore[list-item, index] # there is one


def _entry(world: Any) -> Mapping[str, Any]:
    return {"number": _number(enter(published(world.division.id), world.resident.actor).entry_id)}


def _team(world: Any) -> Mapping[str, Any]:
    code = published(world.division.id, team_places=4, team_most=4)
    return {"number": _number(enter(code, world.resident.actor, team="みどり町会", size=2).entry_id)}


def _entry_of_division(world: Any) -> Mapping[str, Any]:
    code = published(world.division.id)
    return {"code": code, "number": _number(enter(code, world.resident.actor).entry_id)}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    courses = ("course", "change", "cancel", "entries", "export", "telephone")
    return {
        f"{ROOM}:course": _course,
        f"{ROOM}:apply": _course,
        **dict.fromkeys((f"{ROOM}:{name}" for name in ("entry", "done", "withdraw", "ticket")), _entry),
        f"{ROOM}:names": _team,
        **dict.fromkeys((f"{ROOM}_staff:{name}" for name in courses), _course),
        f"{ROOM}_staff:entry": _entry_of_division,
        f"{ROOM}_staff:draw": _lottery,
        f"{ROOM}_staff:session": lambda world: {**_course(world), "number": 1},
    }
