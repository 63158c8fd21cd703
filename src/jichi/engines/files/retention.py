"""Files whose last day (保存期限) has passed, for the job that deletes with a certificate; held ones stay above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from .models import StoredFile


def over(_key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """Files that no day of retention is left to on a day, oldest first: (id, id, last day). One statement."""
    rows = StoredFile.objects.filter(keep_until__lt=day).order_by("keep_until", "pk").values_list("pk", "keep_until")
    return [(str(pk), str(pk), last) for pk, last in rows[:limit] if last is not None]


def erase(_key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Forget these files, except those a room still refers to; their content goes with the next sweep.

    The hash of a file is that of its content.
    """
    hashes = []
    for file in StoredFile.objects.filter(pk__in=keys).order_by("keep_until", "pk"):
        try:
            with transaction.atomic():
                file.delete()
        except (ProtectedError, IntegrityError):
            continue
        hashes.append(file.blob_id)
    return ({"eng_files_storedfile": len(hashes)} if hashes else {}), hashes
