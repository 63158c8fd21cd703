"""Reads of published draws, each one SQL statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .models import Draw


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
    """The record of a draw as it was written; None where there is none."""
    return Draw.objects.filter(pk=pk, drawn_at__isnull=False).values_list("record", flat=True).first()
