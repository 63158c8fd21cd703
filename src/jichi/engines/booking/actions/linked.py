"""Linked offerings: one place a person among them; who takes it leaves the waiting lists of the others.

Who gives places in them does so one after the other: the link is locked before any row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from jichi.engines.audit.context import unit

from ..models import Entry, Item, LinkedPerson, Offering
from .offering import SYSTEM

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('eng_booking_link'), hashtext(%s))"


def link_key(link: str, person: str) -> str:
    """An opaque key of a person that says nothing outside of the linked offerings."""
    return hashlib.sha256(f"{link}:{person}".encode()).hexdigest()


def lock_links(links: Sequence[str]) -> None:
    """Wait for whoever gives places in these just now; "" is no link. Until the transaction ends."""
    with connection.cursor() as cursor:
        for link in sorted({*links} - {""}):
            cursor.execute(LOCK, (link,))


def link_of(entry_id: UUID) -> str:
    """How the offering of an entry is linked; "" where it is not."""
    with unit(SYSTEM):
        return Entry.objects.filter(pk=entry_id).values_list("offering__link", flat=True).first() or ""


def name_people(entry_id: UUID, link: str, people: Sequence[str]) -> None:
    """Keep who is in a new entry; the same again changes nothing.

    Raises:
        IntegrityError: somebody of them has a place in a linked offering.
    """
    keys = [link_key(link, person) for person in dict.fromkeys(people)]
    with unit(SYSTEM):
        if LinkedPerson.objects.filter(entry_id=entry_id).exists():
            return
        LinkedPerson.objects.bulk_create([LinkedPerson(entry_id=entry_id, link=link, person=key) for key in keys])
        if LinkedPerson.objects.filter(link=link, person__in=keys, placed=True).exclude(entry_id=entry_id).exists():
            raise IntegrityError("somebody has a place in a linked offering")


def placed_elsewhere(link: str, entries: Sequence[UUID]) -> set[UUID]:
    """Of these entries that wait, those of whom somebody holds or has a place in a linked offering."""
    waiting = LinkedPerson.objects.filter(entry_id__in=list(entries), link=link)
    placed = LinkedPerson.objects.filter(link=link, placed=True).values("person")
    return set(waiting.filter(person__in=placed).values_list("entry_id", flat=True))


def items_linked_with(offering_id: UUID) -> list[int]:
    """Items of the other offerings of its link that somebody waits for."""
    link = Offering.objects.values_list("link", flat=True).get(pk=offering_id)
    if not link:
        return []
    waited = Entry.objects.filter(state="waiting", offering__link=link).exclude(offering=offering_id)
    items = Item.objects.filter(offering__in=waited.values("offering")).order_by("pk")
    return list(items.values_list("pk", flat=True))
