"""What people paid and owe for an offering; the charges of one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.payments import queries as payments
from jichi.engines.payments.queries import ChargeView

from ..models import Entry
from ..rules.paying import subject_of

SYSTEM: Final = system_actor("booking.count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Living entries of an offering that cost something: how many have paid, how many have not, and how much."""

    paid: int = 0
    paid_yen: int = 0
    due: int = 0
    due_yen: int = 0


def money_of(offering_id: UUID) -> Money:
    """What would go back, and what would not be owed any more, if it were cancelled now: numbers. One statement."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE paid_at IS NOT NULL), sum(owes_yen) FILTER (WHERE paid_at IS NOT NULL),
                count(*) FILTER (WHERE paid_at IS NULL), sum(owes_yen) FILTER (WHERE paid_at IS NULL)
            FROM eng_booking_entry e WHERE offering_id = %s AND owes_yen > 0 AND money_done_at IS NULL
                AND state = 'placed'""",
            (offering_id,),
        )
        paid, paid_yen, due, due_yen = cursor.fetchone()
    return Money(paid=paid, paid_yen=int(paid_yen or 0), due=due, due_yen=int(due_yen or 0))


def charge_of(entry_id: UUID) -> ChargeView | None:
    """The charge of an entry, as the actor of the unit sees it: the newest. Five statements."""
    code = Entry.objects.filter(pk=entry_id).values_list("offering__code", flat=True).first()
    found = payments.charges_of(subject_of(code, entry_id)) if code else ()
    return found[-1] if found else None
