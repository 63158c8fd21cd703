"""Tables of mandates. Private to this room."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from .rules import END_REASONS, SOURCES, STATES, TYPES


class Mandate(models.Model):
    """口座振替の契約: dues of one kind of one payer, and the account they are taken from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.TextField(unique=True)
    """As people are told it; characters of a 受付番号."""
    dedupe_key = models.TextField(unique=True)
    payer_no = models.TextField()
    kind = models.ForeignKey("eng_collection.LevyKind", on_delete=models.PROTECT, related_name="+", db_index=False)
    division_id = models.BigIntegerField()
    bank = models.TextField()
    branch = models.TextField()
    type = models.TextField()
    tail = models.TextField()
    """The last digits, for pages."""
    sealed = models.BinaryField()
    """Number and holder, encrypted."""
    source = models.TextField()
    state = models.TextField(default="live")
    since = models.DateField()
    """Dues from this day on are taken."""
    ended_on = models.DateField(null=True)
    reason = models.TextField(default="", db_default="", blank=True)
    """Why it is held or ended."""
    failures = models.SmallIntegerField(default=0)
    """Debits that failed in a row."""
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("payer_no", "kind"), condition=~Q(state="ended"), name="mandates_one_that_lives"
            ),
            models.CheckConstraint(condition=~Q(payer_no=""), name="mandates_payer"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="mandates_state"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="mandates_source"),
            models.CheckConstraint(condition=Q(type__in=tuple(TYPES)), name="mandates_type"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False, reason__in=END_REASONS)
                | ~Q(state="ended") & Q(ended_on__isnull=True),
                name="mandates_end",
            ),
        )
        indexes = (models.Index(fields=("kind", "state"), name="mandates_by_kind"),)


class MandateEvent(models.Model):
    """履歴: what happened to a mandate, in order."""

    id = models.BigAutoField(primary_key=True)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="events")
    what = models.TextField()
    detail = models.JSONField(default=dict)
    by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
