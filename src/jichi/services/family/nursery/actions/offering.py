"""Seats from the facilities themselves (園による入力): each has a login or a link of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import LocalizedText

from ..models import CLASSES, Facility, FacilityAsk, Round, Vacancy
from ..permissions import DESK, EDIT, require
from ..queries.links import AskView, asked_facility, mark_of, own_ask
from .rounds import MOST_SEATS, locked_round, put_seats

LONGEST: Final = {"hours": 60, "about": 300, "by": 60}
SYSTEM: Final = system_actor("nursery.offer", purpose="nursery")
ASKED: Final[LocalizedText] = {"ja": "園の空き枠を入力してください"}


def ask_facilities(*, actor: Actor, round_id: UUID, until: datetime) -> int:
    """Ask every facility for its seats until a moment; who was asked before keeps the link. Answers how many.

    Facilities whose people sign in find it among what waits for them.

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
            ask, _ = FacilityAsk.objects.update_or_create(round=row, facility=facility, defaults={"until": until})
            if facility.desk_id is not None and ask.answered_at is None:
                _wait(ask, facility.desk_id, until)
            asked += 1
        return asked


def _wait(ask: FacilityAsk, desk_id: int, until: datetime) -> None:
    inbox.put_item(
        actor=SYSTEM, kind="decide", title=ASKED, url_path=f"/staff/nursery/desk/{ask.pk}/", division_id=desk_id,
        subject_key=f"family_nursery:ask:{ask.pk}", due_on=until.astimezone(clock.TOKYO).date(), permission=DESK,
    )  # fmt: skip


def answer_facility(
    *, actor: Actor, token: str, seats: Mapping[int, str], texts: Mapping[str, str], expected: str | None = None
) -> None:
    """Keep the seats of a facility's classes (blank: no such class), its hours and what it says of itself.

    Args:
        seats: class → number as entered.
        texts: "hours", "about", "by" (who entered it).
        expected: `AskView.mark` of what was on the page; None is not compared.

    Raises:
        NotFound; Conflict as `asked_facility`, and "nursery.offer_changed": somebody has entered other seats since.
            Invalid: by field, "seats_0" to "seats_5" and the texts; with every class blank "nursery.seats_empty".
    """
    numbers = _numbers(seats, texts)
    _keep(actor, asked_facility(token), numbers, texts, expected)


def answer_own(
    *, actor: Actor, ask_id: UUID, seats: Mapping[int, str], texts: Mapping[str, str], expected: str | None = None
) -> None:
    """The same from somebody who signs in for the facility: their own name is kept with it.

    Raises:
        Forbidden: not of a facility. NotFound: another facility's. Conflict: "nursery.offer_over",
            "nursery.offer_changed". Invalid.
    """
    require(actor, DESK)
    named = {**texts, "by": accounts.account_names([actor.account_id])[actor.account_id] if actor.account_id else ""}
    numbers = _numbers(seats, named)
    with unit(actor):
        asked = own_ask(ask_id, actor.divisions)
    _keep(actor, asked, numbers, named, expected)


def _numbers(seats: Mapping[int, str], texts: Mapping[str, str]) -> dict[int, int]:
    """Class → seats, where everything entered is right."""
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
        wrong["seats_0"] = FieldError("nursery.seats_empty")
    if wrong:
        raise Invalid(fields=wrong)
    return numbers


def _keep(
    actor: Actor, asked: AskView, numbers: Mapping[int, int], texts: Mapping[str, str], expected: str | None
) -> None:
    with unit(actor), unit(SYSTEM):
        facility = Facility.objects.select_for_update().get(code=asked.code)
        round_ = Round.objects.select_for_update().get(pk=asked.round_id)
        ask = FacilityAsk.objects.get(pk=asked.id)  # as it is now that nobody else can write
        if ask.until <= clock.now() or round_.published_run_id:
            raise Conflict("nursery.offer_over")
        words = (texts.get("hours", "").strip(), texts.get("about", "").strip())
        there = dict(Vacancy.objects.filter(round=round_, facility=facility).values_list("class_id", "seats"))
        if expected is not None and expected != mark_of(ask.answered_at):
            if (there, (facility.hours, facility.about)) != (dict(numbers), words):
                raise Conflict("nursery.offer_changed")
            return  # the same press twice
        facility.hours, facility.about = words
        facility.save(update_fields=["hours", "about"])
        put_seats(round_, facility, numbers)
        FacilityAsk.objects.filter(pk=ask.pk).update(answered_at=clock.now(), answered_by=texts["by"].strip())
        inbox.close_items(actor=SYSTEM, subject_key=f"family_nursery:ask:{ask.pk}")
