"""Places that nobody took go from one offering to another: those kept for associations to single persons."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Forbidden

from ..models import Draw, Entry, Item
from .waiting import promote_next


def move_free_places(*, actor: Actor, source_id: UUID, target_id: UUID, item: str) -> int:
    """Give what is free of an item in one offering to the item of the same code in another; who waits there gets it.

    Nothing moves while somebody waits at the source, where places have numbers, or once the target's list was frozen:
    a draw stays what its frozen rules say. How many moved; told again it is none.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        found = {
            one.offering_id: one
            for one in Item.objects.select_for_update(of=("self",))
            .select_related("offering")
            .filter(offering_id__in=[source_id, target_id], code=item)
            .order_by("pk")
        }
        source, target = found[source_id], found[target_id]
        waits = Entry.objects.filter(offering_id=source_id, state="waiting").exists()
        frozen = Draw.objects.filter(offering_id=target_id).exclude(state="void").exists()
        free = source.capacity - source.taken
        if free <= 0 or waits or frozen or source.seated or target.seated or target.offering.state != "open":
            return 0
        Item.objects.filter(pk=source.pk).update(capacity=source.capacity - free)
        Item.objects.filter(pk=target.pk).update(capacity=target.capacity + free)
        promote_next(actor=actor, item_id=target.pk)
    return free
