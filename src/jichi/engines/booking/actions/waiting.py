"""The waiting list: what comes free goes to the next in line by a fixed rule; held places come free with time."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from ..events import PlaceGiven, PlaceLost
from ..models import Entry, EntryPerson, Item, Place, Seat
from ..rules.booking import Waiting, promoted
from .linked import items_linked_with, lock_links, placed_elsewhere
from .noting import locked_draw, note
from .paying import give_place, hold_ended


def promote_next(*, actor: Actor, item_id: int) -> list[UUID]:
    """Give what is free of an item to those who wait, in order, until nobody fits; the entries that got a place.

    Nothing is given of what was cancelled or is over.

    With `answer_hours` they hold it so long and confirm, or pay where something is owed; else they have it at once.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    found: list[UUID] = []
    with unit(actor):
        offering_id, link = Item.objects.values_list("offering_id", "offering__link").get(pk=item_id)
        lock_links([link])
        drawn = locked_draw(offering_id)
        item = Item.objects.select_for_update().select_related("offering").get(pk=item_id)
        while item.offering.state != "cancelled" and (item.ends_at is None or clock.now() < item.ends_at):
            free = _free(item)
            chosen = promoted(_line(item), item.code, free, strict=item.offering.strict) if free else None
            if chosen is None:
                break
            held = _give(item, UUID(chosen.entry))
            note(drawn, "promote", item.code, Entry.objects.values_list("number", flat=True).get(pk=chosen.entry))
            announce(PlaceGiven(offering_id=item.offering_id, entry_id=UUID(chosen.entry), held=held))
            found.append(UUID(chosen.entry))
            item.refresh_from_db(fields=["taken"])
    return found


def _free(item: Item) -> int:
    if item.seated:
        return int(Seat.objects.filter(item=item, place=None).count())
    return item.capacity - item.taken


def _line(item: Item) -> list[Waiting]:
    """Who waits, in order; not those who hold a place in a linked offering meanwhile."""
    found = Entry.objects.filter(offering_id=item.offering_id, state="waiting").order_by("sequence")
    rows = list(found.values_list("pk", "size", "choices"))
    link = item.offering.link
    out = placed_elsewhere(link, [pk for pk, _size, _choices in rows]) if link else set()
    return [Waiting(str(pk), size, tuple(choices)) for pk, size, choices in rows if pk not in out]


def _give(item: Item, entry_id: UUID) -> bool:
    """Is it only held?"""
    Entry.objects.filter(pk=entry_id).update(state="placed")
    entry = Entry.objects.select_related("offering").get(pk=entry_id)
    place = give_place(entry, item, answers=True)
    if item.seated:
        seats = Seat.objects.select_for_update(skip_locked=True).filter(item=item, place=None).order_by("number")
        Seat.objects.filter(pk__in=[seat.pk for seat in seats[: entry.size]]).update(place=place)
    return bool(place.state == "held")


def release_expired(*, actor: Actor, limit: int = 500) -> int:
    """Held places whose time is over come free, and the next in line gets them; how many there were.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    items: list[int] = []
    ended: set[UUID] = set()
    with unit(actor):
        late = Place.objects.filter(state="held", held_until__lte=clock.now())
        lock_links(list(late.values_list("item__offering__link", flat=True).distinct()))
        over = Place.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state="held", held_until__lte=clock.now()
        )
        for place in over.select_related("item", "entry__offering").order_by("held_until")[:limit]:
            Seat.objects.filter(place=place).update(place=None)
            Place.objects.filter(pk=place.pk).update(state="released", held_until=None)
            Entry.objects.filter(pk=place.entry_id).update(state="lost")
            EntryPerson.objects.filter(entry_id=place.entry_id).update(living=False)
            hold_ended(place.entry)
            note(locked_draw(place.item.offering_id), "release", place.item.code, place.entry.number)
            announce(PlaceLost(offering_id=place.item.offering_id, entry_id=place.entry_id))
            items.append(place.item_id)
            ended.add(place.item.offering_id)
        for item_id in sorted({*items, *(one for offering_id in ended for one in items_linked_with(offering_id))}):
            promote_next(actor=actor, item_id=item_id)
    return len(items)
