"""一括決定: one press for many cases, worked off one by one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from ..rules import DISPATCH_WAYS, SEALS
from .case import Case


class BulkRun(models.Model):
    """What was pressed: one outcome and reason for all. Its cases are `BulkItem` rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField()
    reason_code = models.TextField(default="")
    reason = models.TextField(default="")
    seal = models.TextField(default="omitted")
    dispatch = models.TextField(default="electronic")
    state = models.TextField(default="running")
    total = models.IntegerField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    dedupe_key = models.TextField(unique=True)
    """The same page pressed twice makes one run."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=("approved", "refused")), name="bulk_outcome"),
            models.CheckConstraint(condition=Q(state__in=("running", "done", "cancelled")), name="bulk_state"),
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(reason=""), name="bulk_refusal_has_reason"),
            models.CheckConstraint(condition=Q(seal__in=SEALS, dispatch__in=DISPATCH_WAYS), name="bulk_words"),
            models.CheckConstraint(condition=Q(total__gte=1), name="bulk_total"),
        )
        indexes = (models.Index(fields=("account", "-created_at"), name="bulk_by_account"),)


class BulkItem(models.Model):
    """One case of a run: waiting → decided (number given) → done (document and notice out); or left out."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    version = models.IntegerField()
    """Of the case as the preview showed it."""
    state = models.TextField(default="waiting")
    code = models.TextField(default="")
    """Why it was left out."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "case"), name="bulk_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "decided", "done", "left", "cancelled")), name="bulk_item_state"
            ),
            models.CheckConstraint(condition=~Q(state="left") | ~Q(code=""), name="bulk_item_left_has_code"),
        )
        indexes = (models.Index(fields=("run", "state", "position"), name="bulk_item_next"),)
