"""Opening and closing what people enter for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.localized import LocalizedText

from ..events import OfferingCancelled
from ..models import Entry, EntryPerson, Item, Offering, Place, Seat
from ..permissions import require_manager
from ..rules.booking import COUNTED_UP_TO, LIVING, MODES, Facts, unmet, weight_of
from ..rules.paying import steps_of

SYSTEM = system_actor("booking")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSpec:
    """Places of one class: `seated` gives each a row of its own (numbered, or more than `COUNTED_UP_TO`)."""

    code: str
    title: LocalizedText
    capacity: int
    place_class: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    seated: bool = False


def open_offering(
    *,
    actor: Actor,
    code: str,
    title: LocalizedText,
    division_id: int,
    mode: str,
    opens_at: datetime,
    closes_at: datetime,
    items: Sequence[ItemSpec],
    most_people: int = 1,
    waiting_list: bool = False,
    strict: bool = False,
    hold_minutes: int = 0,
    answer_hours: int = 0,
    conditions: Sequence[Mapping[str, Any]] = (),
    tiers: Sequence[Sequence[Mapping[str, Any]]] = (),
    weights: Sequence[Mapping[str, Any]] = (),
    series: str = "",
    season: str = "",
    link: str = "",
    withdraw_until: datetime | None = None,
    cancel_fees: Sequence[Mapping[str, Any]] = (),
) -> UUID:
    """Publish an offering with its items; who may enter is told by `conditions` (`rules.booking.unmet`).

    Of money paid `cancel_fees` says what is kept when somebody does not come (`rules.paying.steps_of`).
    Of offerings with the same `link` a person has a place in one, and who takes it leaves the others' waiting lists;
    what is drawn can't be linked.
    In lotteries `tiers` say who is drawn first, `weights` who has more slips (`rules.booking.tier_of`, `weight_of`).

    Raises:
        Forbidden: not an official of the division.
        Invalid: an unknown mode or condition, no items, closing before opening; a lottery that is linked.
    """
    require_manager(actor, division_id)
    if link and mode.startswith("lottery"):
        raise Invalid(fields={"link": FieldError("field.invalid")})
    if mode not in MODES or not items or closes_at <= opens_at:
        raise Invalid(fields={"mode": FieldError("field.invalid")})
    try:
        unmet(conditions, Facts())
        for tier in tiers:
            unmet(tier, Facts())
        weight_of(weights, Facts())
    except (ValueError, KeyError, TypeError):
        raise Invalid(fields={"conditions": FieldError("field.invalid")}) from None
    try:
        steps_of(cancel_fees)
    except (ValueError, KeyError, TypeError):
        raise Invalid(fields={"cancel_fees": FieldError("field.invalid")}) from None
    with unit(actor), unit(SYSTEM):
        offering = Offering.objects.create(
            code=code, title=dict(title), division_id=division_id, mode=mode, opens_at=opens_at, closes_at=closes_at,
            most_people=most_people, waiting_list=waiting_list, strict=strict, hold_minutes=hold_minutes,
            answer_hours=answer_hours, conditions=[dict(one) for one in conditions],
            tiers=[[dict(one) for one in tier] for tier in tiers], weights=[dict(row) for row in weights],
            series=series, season=season, link=link, withdraw_until=withdraw_until,
            cancel_fees=[dict(row) for row in cancel_fees],
        )  # fmt: skip
        for spec in items:
            _add_item(offering, spec)
    return offering.pk


def _add_item(offering: Offering, spec: ItemSpec) -> None:
    seated = spec.seated or spec.capacity > COUNTED_UP_TO
    item = Item.objects.create(
        offering=offering, code=spec.code, title=dict(spec.title), place_class=spec.place_class, capacity=spec.capacity,
        starts_at=spec.starts_at, ends_at=spec.ends_at, seated=seated,
    )  # fmt: skip
    if seated:
        Seat.objects.bulk_create(
            (Seat(item=item, number=number) for number in range(1, spec.capacity + 1)), batch_size=5000
        )


def close_offering(*, actor: Actor, offering_id: UUID) -> None:
    """Accept nothing more, before the time or for good.

    Raises:
        Forbidden: not an official of the division.
    """
    offering = Offering.objects.get(pk=offering_id)
    require_manager(actor, offering.division_id)
    with unit(actor), unit(SYSTEM):
        Offering.objects.filter(pk=offering_id, state="open").update(state="closed")


def cancel_offering(*, actor: Actor, offering_id: UUID, reason: str) -> int:
    """What people entered for does not take place (中止): living entries end, places come free; how many entries.

    Told again it changes nothing. The record of a draw stays as it was drawn. What was paid goes back whole, in the
    background (`paying.end_money_of_ended`). Whoever announces it to people hears it
    by `events.OfferingCancelled` in the same transaction.

    Raises:
        Forbidden: not an official of the division.
        Invalid: no reason; people read it.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor), unit(SYSTEM):
        # Items first, as who enters does: they are in before this, or find the offering cancelled.
        list(Item.objects.select_for_update().filter(offering_id=offering_id).order_by("pk").values_list("pk"))
        offering = Offering.objects.select_for_update().get(pk=offering_id)
        require_manager(actor, offering.division_id)
        if offering.state == "cancelled":
            return 0
        places = Place.objects.filter(entry__offering=offering).exclude(state="released")
        Offering.objects.filter(pk=offering_id).update(state="cancelled")
        Seat.objects.filter(place__in=places.values("pk")).update(place=None)
        ended = list(Entry.objects.filter(offering=offering, state__in=LIVING).values_list("pk", flat=True))
        places.update(state="released", held_until=None)
        Entry.objects.filter(pk__in=ended).update(state="cancelled", arrived_at=None)
        EntryPerson.objects.filter(offering=offering).update(living=False)
        announce(OfferingCancelled(offering_id=offering_id, reason=reason.strip()))
    return len(ended)
