"""What forms deletes by itself, with a certificate: drafts whose 30 days are over. The manifest says it in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from jichi.engines.audit.context import current_actor
from jichi.kernel.clock import TOKYO

from . import actions
from .models import Draft


def over(_key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """Drafts that ended before a day, oldest first: (id, id of the login, day it ended). One statement."""
    before = datetime.combine(day, time.min, TOKYO)
    rows = Draft.objects.filter(submitted_at=None, expires_at__lt=before).order_by("expires_at")
    return [
        (str(pk), str(account), at.astimezone(TOKYO).date())
        for pk, account, at in rows.values_list("pk", "account_id", "expires_at")[:limit]
    ]


def erase(_key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Delete these drafts with their files: (rows by table, SHA-256 of each row but those of files)."""
    return actions.erase_drafts(actor=current_actor(), ids=[UUID(key) for key in keys])
