"""Who entered and how it stands. Row security decides who sees what: call inside a unit of work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import system_actor, unit

SYSTEM: Final = system_actor("booking.count")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry. `state` says how it stands: "applied", "taken", "held", "waiting", "lost", "withdrawn", "cancelled".

    `item` is the code of what it has a place of, `in_line` its place on the waiting list.
    """

    id: UUID
    offering_id: UUID
    number: str
    account_id: UUID | None
    size: int
    choices: Sequence[str]
    channel: str
    state: str
    tier: int
    weight: int
    entered_at: datetime
    token: UUID
    arrived_at: datetime | None
    no_show: bool
    item: str | None
    held_until: datetime | None
    in_line: int | None
    owes_yen: int = 0
    paid_at: datetime | None = None
    money_done: bool = False

    @property
    def pays_first(self) -> bool:
        """Is its place held until it is paid for?"""
        return self.state == "held" and self.owes_yen > 0 and self.paid_at is None and self.channel == "web"


_SELECT: Final = """
SELECT e.id, e.offering_id, e.number, e.account_id, e.size, e.choices, e.channel,
    CASE WHEN e.state = 'placed' THEN coalesce(p.state, 'lost') ELSE e.state END, e.tier, e.weight, e.entered_at,
    e.token, e.arrived_at, e.no_show, i.code, p.held_until,
    CASE WHEN e.state = 'waiting' THEN booking_in_line(e.offering_id, e.sequence) END,
    e.owes_yen, e.paid_at, e.money_done_at IS NOT NULL
FROM eng_booking_entry e
LEFT JOIN LATERAL (SELECT p.state, p.item_id, p.held_until FROM eng_booking_place p
    WHERE p.entry_id = e.id AND p.state <> 'released' ORDER BY p.id LIMIT 1) p ON true
LEFT JOIN eng_booking_item i ON i.id = p.item_id
"""


def _views(where: str, given: Sequence[Any]) -> tuple[EntryView, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + where, list(given))
        rows = cursor.fetchall()
    return tuple(
        EntryView(
            id=r[0], offering_id=r[1], number=r[2], account_id=r[3], size=r[4],
            choices=tuple(json.loads(r[5]) if isinstance(r[5], str) else r[5]), channel=r[6], state=r[7], tier=r[8],
            weight=r[9], entered_at=r[10], token=r[11], arrived_at=r[12], no_show=r[13], item=r[14], held_until=r[15],
            in_line=r[16], owes_yen=r[17], paid_at=r[18], money_done=r[19],
        )
        for r in rows
    )  # fmt: skip


def entry_by_number(number: str) -> EntryView | None:
    """The entry with this receipt number (without hyphen); None where the actor sees none. One statement."""
    return next(iter(_views("WHERE e.number = %s", (number,))), None)


def entry_by_token(token: UUID) -> EntryView | None:
    """The entry whose ticket holds this token; None where the actor sees none. One statement."""
    return next(iter(_views("WHERE e.token = %s", (token,))), None)


def own_entries(account_id: UUID) -> tuple[EntryView, ...]:
    """An account's entries, newest first, at most 200. One statement."""
    return _views("WHERE e.account_id = %s ORDER BY e.entered_at DESC, e.id LIMIT 200", (account_id,))


def entries_of(offering_id: UUID, *, limit: int = 20_000) -> tuple[EntryView, ...]:
    """Entries of an offering in the order in which they came. One statement."""
    return _views("WHERE e.offering_id = %s ORDER BY e.entered_at, e.id LIMIT %s", (offering_id, limit))


def entries_by_id(ids: Sequence[UUID]) -> dict[UUID, EntryView]:
    """Entries by id. One statement."""
    return {one.id: one for one in _views("WHERE e.id = ANY (%s)", (list(ids),))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Entries of an offering: how many of each state (as `EntryView.state`), and their persons."""

    entries: Mapping[str, int]
    people: Mapping[str, int]
    arrived: int = 0
    no_shows: int = 0


_TOTALS: Final = """
SELECT e.offering_id, CASE WHEN e.state <> 'placed' THEN e.state
        WHEN EXISTS (SELECT FROM eng_booking_place p WHERE p.entry_id = e.id AND p.state = 'held') THEN 'held'
        ELSE 'taken' END, count(*), sum(e.size), count(e.arrived_at), count(*) FILTER (WHERE e.no_show)
FROM eng_booking_entry e WHERE e.offering_id = ANY (%s) GROUP BY 1, 2
"""


def totals(ids: Sequence[UUID]) -> dict[UUID, Totals]:
    """How many entered, for everybody to know: numbers, no persons. One statement; every id has its row."""
    found: dict[UUID, list[tuple[Any, ...]]] = {one: [] for one in ids}
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_TOTALS, (list(ids),))
        for row in cursor.fetchall():
            found[row[0]].append(row)
    return {
        one: Totals(
            entries={row[1]: row[2] for row in rows}, people={row[1]: int(row[3]) for row in rows},
            arrived=sum(row[4] for row in rows), no_shows=sum(row[5] for row in rows),
        )
        for one, rows in found.items()
    }  # fmt: skip
