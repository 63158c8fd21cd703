"""Tickets of an offering as a device at the door keeps them: nothing that names anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

_TICKETS: Final = """
SELECT booking_ticket(e.token), e.number, e.size, e.arrived_at IS NOT NULL, e.id
FROM eng_booking_entry e WHERE e.offering_id = %s AND e.state = 'placed'
    AND EXISTS (SELECT FROM eng_booking_place p WHERE p.entry_id = e.id AND p.state = 'taken')
ORDER BY 1
"""
_TWICE: Final = """
SELECT e.number, e.size, array_agg(a.device ORDER BY a.arrived_at, a.id),
    array_agg(a.arrived_at ORDER BY a.arrived_at, a.id)
FROM eng_booking_ticketread a JOIN eng_booking_entry e ON e.id = a.entry_id
WHERE e.offering_id = %s AND a.outcome <> 'no_place' GROUP BY e.id, e.number, e.size
HAVING count(DISTINCT a.device) > 1 ORDER BY min(a.arrived_at), e.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket that lets in: 32 hex digits of its token's SHA-256, 16 of its number's (with the offering), persons."""

    ticket: str
    number: str
    size: int
    arrived: bool
    entry_id: UUID
    """Stays in the house."""


def number_mark(offering_id: UUID, number: str) -> str:
    """What a device keeps of a receipt number that somebody may read aloud."""
    return hashlib.sha256(f"{offering_id}:{number}".encode()).hexdigest()[:16]


def tickets_of(offering_id: UUID) -> tuple[Ticket, ...]:
    """Everybody who has a place, as the actor of the unit sees them. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, (offering_id,))
        return tuple(
            Ticket(
                ticket=ticket, number=number_mark(offering_id, number), size=size, arrived=arrived, entry_id=entry_id
            )
            for ticket, number, size, arrived, entry_id in cursor.fetchall()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetInTwice:
    """One ticket that several devices let in: each with its time, the first one first."""

    number: str
    size: int
    by: Sequence[tuple[str, datetime]]


def let_in_twice(offering_id: UUID) -> tuple[LetInTwice, ...]:
    """Tickets that more than one device let in. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, (offering_id,))
        return tuple(
            LetInTwice(number=number, size=size, by=tuple(zip(devices, times, strict=True)))
            for number, size, devices, times in cursor.fetchall()
        )
