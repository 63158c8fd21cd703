"""What an event still lacks before people may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jichi.kernel.errors import FieldError

from .content import Content
from .prices import is_table

FREEZE: Final = timedelta(minutes=15)
"""Between closing and the randomness: ten minutes the draw asks for, and five to freeze."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing or wrong, and in which field."""

    field: str
    error: FieldError


def problems(content: Content, now: datetime) -> tuple[Problem, ...]:
    """Everything that stands between a draft and its publication, in the order of the form."""
    found = [
        Problem(name, FieldError("field.required"))
        for name, value in (
            ("title_ja", content.title.get("ja")), ("description_ja", content.description.get("ja")),
            ("place_name", content.place_name), ("first", content.first), ("starts", content.starts),
            ("ends", content.ends),
        )
        if not value
    ]  # fmt: skip
    return (*found, *_dates(content, now), *(_entering(content) if content.mode != "none" else ()), *_money(content))


def _money(content: Content) -> list[Problem]:
    if not content.pay_first:
        return []
    found = []
    if content.mode == "none" or not content.costs:
        found.append(Problem("pay_first", FieldError("events.pay_first")))
    if not 5 <= content.hold_minutes <= 1440:
        found.append(Problem("hold_minutes", FieldError("events.number", {"least": 5, "most": 1440})))
    if not is_table(content.cancel_steps):
        found.append(Problem("cancel1", FieldError("events.cancel_steps")))
    return found


def _dates(content: Content, now: datetime) -> list[Problem]:
    if content.first is None or content.starts is None or content.ends is None:
        return []
    try:
        slots = content.slots()
    except ValueError:
        return [Problem("until", FieldError("events.series"))]
    if not slots:
        return [Problem("first", FieldError("events.no_dates"))]
    return [Problem("first", FieldError("events.over"))] if slots[0].starts_at < now else []


def _entering(content: Content) -> list[Problem]:
    found = [
        Problem(name, FieldError("field.required"))
        for name, value in (("opens_at", content.opens_at), ("closes_at", content.closes_at))
        if value is None
    ]
    if not 1 <= content.capacity <= 100_000:
        found.append(Problem("capacity", FieldError("events.number", {"least": 1, "most": 100_000})))
    if content.opens_at and content.closes_at and content.closes_at <= content.opens_at:
        found.append(Problem("closes_at", FieldError("events.closes_at")))
    if content.is_lottery and content.closes_at:
        if content.draw_at is None:
            found.append(Problem("draw_at", FieldError("field.required")))
        elif content.draw_at < content.closes_at + FREEZE and content.mode == "lottery":
            found.append(Problem("draw_at", FieldError("events.draw_at")))
    if content.linked_with and content.mode not in ("first_come", "waiting_list"):
        found.append(Problem("linked_with", FieldError("events.linked_mode")))
    if content.age_least is not None and content.age_most is not None and content.age_most < content.age_least:
        found.append(Problem("age_most", FieldError("events.times")))
    return found
