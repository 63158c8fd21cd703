"""What nursery admission deletes by itself, with a certificate: rounds whose years are over, drafts never sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import current_actor
from jichi.engines.files import actions as files
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound

from .models import Entry, RoundSecret
from .rules.keeping import DRAFT_DAYS, entries_over, last_day_kept

ROUNDS: Final = "nursery.rounds"


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over on a day, oldest first: rounds that hold persons, or drafts of rounds long closed. One statement."""
    if key == ROUNDS:
        rows = RoundSecret.objects.filter(round__entry_on__lt=entries_over(day)).order_by("round__entry_on")
        found = rows.values_list("round_id", "round__name", "round__entry_on")[:limit]
        return [(str(pk), name, last_day_kept(entry)) for pk, name, entry in found]
    before = datetime.combine(day - timedelta(days=DRAFT_DAYS), time.min, TOKYO)
    drafts = Entry.objects.filter(state="draft", round__closes_at__lt=before).order_by("round__closes_at")
    return [
        (str(pk), str(account), (closed.astimezone(TOKYO) + timedelta(days=DRAFT_DAYS)).date())
        for pk, account, closed in drafts.values_list("pk", "account_id", "round__closes_at")[:limit] if closed
    ]  # fmt: skip


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Erase these: (rows by table, SHA-256 of each row). The database checks a round's years again."""
    return _rounds(keys) if key == ROUNDS else _drafts(keys)


def _rounds(keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    counts: dict[str, int] = {}
    hashes: list[str] = []
    for key in keys:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nursery_erase_round(%s, %s)", (UUID(key), entries_over(clock.today())))
            answer: str | dict[str, Any] | None = cursor.fetchone()[0]
        erased = json.loads(answer) if isinstance(answer, str) else answer
        if erased is None:
            continue
        for table, gone in erased["hashes"].items():
            counts[table] = counts.get(table, 0) + len(gone)
            hashes += gone
        for file_id in erased["files"]:
            try:
                files.discard_file(actor=current_actor(), file_id=UUID(file_id))
            except NotFound:
                continue
            counts["eng_files_storedfile"] = counts.get("eng_files_storedfile", 0) + 1
    return counts, hashes


def _drafts(keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    hashes = []
    for row in Entry.objects.select_for_update().filter(pk__in=keys, state="draft"):
        text = json.dumps({"id": row.pk, "content": row.content}, sort_keys=True, default=str)
        hashes.append(hashlib.sha256(text.encode()).hexdigest())
        row.delete()
    return ({"family_nursery_entry": len(hashes)} if hashes else {}), hashes
