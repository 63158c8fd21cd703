"""Tablets of a counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.kernel import clock

from ..models import Tablet


@dataclass(frozen=True, slots=True)
class TabletView:
    """A tablet; `state` "waiting" for its number, "missed" it, "paired" or "revoked"."""

    id: UUID
    name: str
    state: str
    registered_at: datetime
    registered_by: str
    paired_at: datetime | None
    revoked_at: datetime | None


def tablets(desk_id: UUID) -> list[TabletView]:
    """Tablets of a counter, newest first. Two statements."""
    rows = list(Tablet.objects.filter(desk_id=desk_id).order_by("-registered_at")[:100])
    names = accounts.account_names([row.registered_by for row in rows if row.registered_by])
    return [
        TabletView(
            row.pk, row.name, _state(row), row.registered_at,
            names.get(row.registered_by, "") if row.registered_by else "", row.paired_at, row.revoked_at,
        )
        for row in rows
    ]  # fmt: skip


def _state(row: Tablet) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.paired_at is not None:
        return "paired"
    return "waiting" if row.code_until >= clock.now() else "missed"
