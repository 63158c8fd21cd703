"""What the clock does to drafts: a reminder 7 days and 1 day before, then the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError
from django.db.models import F, ProtectedError, Q

from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.messages.actions import send_message
from jichi.kernel import clock

from ..models import Draft, DraftFile
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


def expire_drafts(*, actor: Actor) -> int:
    """Delete drafts whose days are over, with their files; returns how many. May run twice and in parallel."""
    deleted = 0
    over = Draft.objects.filter(submitted_at=None, expires_at__lte=clock.now())
    for draft_id in list(over.order_by(F("expires_at")).values_list("pk", flat=True)[: 10 * BATCH]):
        with unit(actor):
            row = over.select_for_update(skip_locked=True).filter(pk=draft_id).first()
            if row is None:
                continue
            ids = list(DraftFile.objects.filter(draft=row).values_list("file_id", flat=True))
            row.delete()
            forget_told(actor, draft_id)
            deleted += 1
            for file_id in ids:
                try:
                    files.discard_file(actor=actor, file_id=file_id)
                except (ProtectedError, IntegrityError):
                    continue  # a submission still holds it
    return deleted
