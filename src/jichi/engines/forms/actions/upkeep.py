"""What the clock does to drafts: a reminder 7 days and 1 day before, then the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import ProtectedError, Q

from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.messages.actions import send_message
from jichi.kernel import clock
from jichi.kernel.erasing import Erasure

from ..models import Confirmation, Draft, DraftFile
from ..rules import ENTERED
from .meanwhile import forget_told

REMIND_DAYS: Final = (7, 1)
BATCH: Final = 500


def remind_drafts(*, actor: Actor) -> int:
    """Send the reminders that are due; returns how many. Run twice, it sends each once.

    A draft changed since lives longer and is reminded anew before its new end. What an official is entering from
    paper is nobody's to be reminded of.
    """
    now, sent = clock.now(), 0
    for days in REMIND_DAYS:
        due = Draft.objects.filter(
            Q(reminded_days=0) | Q(reminded_days__gt=days),
            submitted_at=None, corrects=None, expires_at__gt=now, expires_at__lte=now + timedelta(days=days),
        ).exclude(applies_as__in=ENTERED)  # fmt: skip
        # A draft whose last day has come needs only the nearer of the two reminders.
        if days != min(REMIND_DAYS):
            due = due.filter(expires_at__gt=now + timedelta(days=min(REMIND_DAYS)))
        for draft_id in list(due.values_list("pk", flat=True)[:BATCH]):
            with unit(actor):
                row = due.select_for_update(skip_locked=True).filter(pk=draft_id).first()
                if row is None:
                    continue
                Draft.objects.filter(pk=row.pk).update(reminded_days=days)
                send_message(
                    actor=actor, template="forms.draft_ends", account_id=row.account_id,
                    params={"url_path": "/my/", "due_on": (row.expires_at.astimezone(clock.TOKYO)).date()},
                    dedupe_key=f"eng_forms:draft:{row.pk}:{row.expires_at.isoformat()}:{days}",
                )  # fmt: skip
                sent += 1
    return sent


def erase_drafts(*, actor: Actor, ids: Sequence[UUID]) -> tuple[dict[str, int], list[str]]:
    """Delete drafts whose days are over, with their files and what was asked of a second person, for retention.

    Those that were sent, touched again or deleted meanwhile stay. May run twice and in parallel.

    Returns:
        rows by table, and the SHA-256 of each row but those of files.
    """
    erased = Erasure()
    for draft_id in ids:
        with unit(actor):
            free = Draft.objects.select_for_update(skip_locked=True)
            row = free.filter(pk=draft_id, submitted_at=None, expires_at__lte=clock.now()).first()
            if row is None:
                continue
            files_of = list(DraftFile.objects.filter(draft=row))
            erased.note([row, *files_of, *Confirmation.objects.filter(draft=row)])
            row.delete()
            forget_told(actor, draft_id)
            for file_id in {one.file_id for one in files_of}:
                try:
                    with unit(actor):
                        files.discard_file(actor=actor, file_id=file_id)
                except (ProtectedError, IntegrityError):
                    continue  # a submission still holds it
                erased.counts["eng_files_storedfile"] = erased.counts.get("eng_files_storedfile", 0) + 1
    return erased.told()
