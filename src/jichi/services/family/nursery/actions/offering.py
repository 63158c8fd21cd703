"""Seats from the facilities themselves (園による入力): each is asked by a link of its own, for one round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from ..models import CLASSES, Facility, FacilityAsk
from ..permissions import EDIT, require
from ..queries.links import asked_facility
from .rounds import MOST_SEATS, locked_round, put_seats

LONGEST: Final = {"hours": 60, "about": 300, "by": 60}


def ask_facilities(*, actor: Actor, round_id: UUID, until: datetime) -> int:
    """Ask every facility for its seats until a moment; who was asked before keeps the link. Answers how many.

    Raises:
        Forbidden; NotFound. Invalid: field "until", a moment that is over. Conflict: "nursery.published".
    """
    require(actor, EDIT)
    if until <= clock.now():
        raise Invalid(fields={"until": FieldError("nursery.until")})
    with unit(actor):
        row = locked_round(actor, round_id)
        asked = 0
        for facility in Facility.objects.order_by("code"):
            FacilityAsk.objects.update_or_create(round=row, facility=facility, defaults={"until": until})
            asked += 1
        return asked


def answer_facility(*, actor: Actor, token: str, seats: Mapping[int, str], texts: Mapping[str, str]) -> None:
    """Keep the seats of a facility's classes (blank: no such class), its hours and what it says of itself.

    Args:
        seats: class → number as entered.
        texts: "hours", "about", "by" (who entered it).

    Raises:
        NotFound; Conflict as `asked_facility`. Invalid: by field, "seats_0" to "seats_5" and the texts.
    """
    wrong: dict[str, FieldError] = {}
    numbers: dict[int, int] = {}
    for group in CLASSES:
        text = seats.get(group, "").strip()
        if not text:
            continue
        if not (text.isdecimal() and len(text) < 5 and int(text) <= MOST_SEATS):
            wrong[f"seats_{group}"] = FieldError("nursery.seats_offered")
        else:
            numbers[group] = int(text)
    for name, most in LONGEST.items():
        if len(texts.get(name, "")) > most:
            wrong[name] = FieldError("field.too_long", {"max": most, "now": len(texts[name])})
    if not texts.get("by", "").strip():
        wrong["by"] = FieldError("field.required")
    if not numbers and not wrong:
        wrong["seats_0"] = FieldError("nursery.seats_offered")
    if wrong:
        raise Invalid(fields=wrong)
    asked = asked_facility(token)
    system = system_actor("nursery.offer", purpose="nursery")
    with unit(actor), unit(system):
        facility = Facility.objects.select_for_update().get(code=asked.code)
        facility.hours, facility.about = texts.get("hours", "").strip(), texts.get("about", "").strip()
        facility.save(update_fields=["hours", "about"])
        put_seats(locked_round(system, asked.round_id), facility, numbers)
        FacilityAsk.objects.filter(pk=asked.id).update(answered_at=clock.now(), answered_by=texts["by"].strip())
