"""Reads of published draws, each one SQL statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from .models import Draw
from .rules.draw import record_bytes


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
