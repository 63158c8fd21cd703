"""Places by selection (選考): after closing, the division chooses among those who entered, once."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from ..events import DrawHeld
from ..models import Draw, Entry, EntryPerson, Item, Offering
from ..permissions import require_manager
from .offering import SYSTEM
from .paying import give_place


def select_entries(*, actor: Actor, offering_id: UUID, chosen: Mapping[UUID, str]) -> tuple[int, int]:
    """Give the chosen entries a place of the item named for each; the others wait in the order of arrival, where there
    is a waiting list, or have none: (chosen, others). Everybody hears it as after a draw (`DrawHeld`).

    The offering is one of mode "lottery": people enter until it closes, and a draw and a selection exclude each other.

    Raises:
        Forbidden: not an official of the division.
        Conflict: "booking.not_now": still open, cancelled, drawn or chosen already, or an item that was not wished for;
            "booking.too_many": more than there is.
    """
    with unit(actor), unit(SYSTEM):
        offering = Offering.objects.select_for_update(of=("self",)).get(pk=offering_id)
        require_manager(actor, offering.division_id)
        rows = Entry.objects.select_for_update(of=("self",)).select_related("offering")
        applied = {one.pk: one for one in rows.filter(offering=offering, state="applied").order_by("sequence")}
        drawn = Draw.objects.filter(offering=offering).exclude(state="void").exists()
        odd = any(pk not in applied or code not in applied[pk].choices for pk, code in chosen.items())
        if clock.now() < offering.closes_at or offering.state == "cancelled" or drawn or odd or not applied:
            raise Conflict("booking.not_now")
        items = {one.code: one for one in Item.objects.filter(offering=offering).select_related("offering")}
        try:
            with transaction.atomic():
                for pk, entry in applied.items():
                    entry.state = "placed" if pk in chosen else "waiting" if offering.waiting_list else "lost"
                    if pk in chosen:
                        give_place(entry, items[chosen[pk]], answers=False)
        except IntegrityError:
            raise Conflict("booking.too_many") from None
        Entry.objects.bulk_update(applied.values(), ["state"], batch_size=1000)
        EntryPerson.objects.filter(entry__in=[pk for pk, one in applied.items() if one.state == "lost"]).update(
            living=False
        )
        announce(DrawHeld(offering_id=offering_id))
    return len(chosen), len(applied) - len(chosen)
