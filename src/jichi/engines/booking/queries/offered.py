"""What is offered, and how many places are left: public."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.kernel.localized import LocalizedText

from ..models import Offering
from ..rules.booking import is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """Places of one class on one occasion; `left` as of now."""

    pk: int
    code: str
    title: LocalizedText
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingView:
    """An offering with its items, in the order of their codes."""

    id: UUID
    state: str
    mode: str
    opens_at: datetime
    closes_at: datetime
    most_people: int
    waiting_list: bool
    answer_hours: int
    withdraw_until: datetime | None
    conditions: Sequence[Mapping[str, Any]]
    cancel_fees: Sequence[Mapping[str, Any]] = ()
    items: Sequence[ItemView] = field(default_factory=tuple)

    def stands(self, now: datetime) -> str:
        """ "before", "open", "closed" or "cancelled"."""
        if self.state != "open":
            return self.state
        if is_open(self.opens_at, self.closes_at, now):
            return "open"
        return "before" if now < self.opens_at else "closed"


_ITEMS: Final = """
SELECT i.offering_id, i.id, i.code, i.title, i.starts_at, i.ends_at, i.capacity,
    CASE WHEN i.seated THEN (SELECT count(*) FROM eng_booking_seat s WHERE s.item_id = i.id AND s.place_id IS NULL)
        ELSE i.capacity - i.taken END
FROM eng_booking_item i WHERE i.offering_id = ANY (%s) ORDER BY i.offering_id, i.code
"""


def offerings(ids: Sequence[UUID]) -> dict[UUID, OfferingView]:
    """Offerings by id, with items. Two statements, whatever their number."""
    items: dict[UUID, list[ItemView]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, (list(ids),))
        for offering, pk, code, title, starts, ends, capacity, left in cursor.fetchall():
            words = json.loads(title) if isinstance(title, str) else title
            items.setdefault(offering, []).append(
                ItemView(pk=pk, code=code, title=words, starts_at=starts, ends_at=ends, capacity=capacity, left=left)
            )
    return {
        row.pk: OfferingView(
            id=row.pk, state=row.state, mode=row.mode, opens_at=row.opens_at, closes_at=row.closes_at,
            most_people=row.most_people, waiting_list=row.waiting_list, answer_hours=row.answer_hours,
            withdraw_until=row.withdraw_until, conditions=row.conditions,
            cancel_fees=row.cancel_fees, items=items.get(row.pk, ()),
        )
        for row in Offering.objects.filter(pk__in=list(ids))
    }  # fmt: skip
