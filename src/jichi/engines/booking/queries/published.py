"""Reads of published draws, each one SQL statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ..models import Draw
from ..rules.draw import record_bytes


@dataclass(frozen=True, slots=True)
class PublishedDraw:
    """A draw as the public list shows it; `void_reason` where it counts no more."""

    pk: int
    draw_id: str
    drawn_at: datetime
    entries: int
    record_sha256: str
    reason: str
    void_reason: str


def published_draws(*, limit: int = 100) -> tuple[PublishedDraw, ...]:
    """Records that anybody may have, newest first; void draws stay in the list."""
    fields = ("pk", "draw_id", "drawn_at", "entries_count", "record_sha256", "reason", "void_reason")
    rows = Draw.objects.filter(drawn_at__isnull=False).order_by("-drawn_at", "-pk").values_list(*fields)[:limit]
    return tuple(PublishedDraw(*row) for row in rows)


def record_of(pk: int) -> str | None:
    """The record of a draw with what changed since; without changes as it was written. None where there is none."""
    found = Draw.objects.filter(pk=pk, drawn_at__isnull=False).values_list("record", "changes").first()
    if found is None or not found[1]:
        return found and str(found[0])
    return record_bytes({**json.loads(found[0]), "changes": found[1]}).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawState:
    """How the draw of an offering stands: fingerprints as soon as the list is frozen, then what came of it."""

    pk: int
    draw_id: str
    state: str
    params_sha256: str
    entries_sha256: str
    entries: int
    beacon: Mapping[str, Any]
    frozen_at: datetime
    due_at: datetime
    drawn_at: datetime | None
    record_sha256: str
    void_reason: str


def draws_of(offering_id: UUID) -> tuple[DrawState, ...]:
    """Draws of an offering, the one that counts (or the last void one) first. One statement."""
    rows = Draw.objects.filter(offering_id=offering_id).defer("entries", "record", "changes").order_by("-pk")
    return tuple(
        DrawState(
            pk=row.pk, draw_id=row.draw_id, state=row.state, params_sha256=row.params_sha256,
            entries_sha256=row.entries_sha256, entries=row.entries_count, beacon=json.loads(row.params)["beacon"],
            frozen_at=row.frozen_at, due_at=row.randomness_due_at, drawn_at=row.drawn_at,
            record_sha256=row.record_sha256, void_reason=row.void_reason,
        )
        for row in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an entry came in a draw: 1 is first; `filled_at` is the last place in the order that won anything."""

    place: int
    entries: int
    filled_at: int
    waiting: int | None


def standing_of(offering_id: UUID, number: str) -> Standing | None:
    """An entry's place in the order of the draw that counts; None where it was in none. One statement."""
    text = Draw.objects.filter(offering_id=offering_id, state="drawn").values_list("record", flat=True).first()
    record = json.loads(text) if text else {"orders": [[]]}
    order: list[str] = record["orders"][0]
    if number not in order:
        return None
    won = [place for place, one in enumerate(order, 1) if record["wins"].get(one)]
    lines = [line.index(number) + 1 for line in record["waitlists"].values() if number in line]
    return Standing(
        place=order.index(number) + 1,
        entries=len(order),
        filled_at=max(won, default=0),
        waiting=min(lines, default=None),
    )
