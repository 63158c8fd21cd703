"""Tables of administration. Private to this room."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class PeopleLoad(models.Model):
    """取込: a file of people as it was read, and what became of it. The content goes when it is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    filename = models.TextField()
    sha256 = models.TextField()
    content = models.BinaryField()
    state = models.TextField()
    rows = models.IntegerField(default=0)
    changes = models.IntegerField(default=0)
    errors = models.JSONField(default=list)
    """The first errors: [line, column, code, params]."""
    error_count = models.IntegerField(default=0)
    started_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("refused", "ready"), ended_at=None)
                | Q(state__in=("applied", "dropped"), ended_at__isnull=False, content=b""),
                name="people_load_state",
            ),
            models.CheckConstraint(condition=Q(state="refused") | Q(error_count=0), name="people_load_errors"),
        )


class Plan(models.Model):
    """人事異動の計画: who leaves and takes which post on a day. `answers` say who takes over what would have nobody.

    Written by one administrator, confirmed by another, carried out by the platform at the beginning of `day`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    title = models.TextField()
    day = models.DateField()
    state = models.TextField(default="draft")
    moves = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    written_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    """Who changed it last; never who confirms it."""
    confirmed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    problem = models.TextField(default="")
    """Why the last try to carry it out failed."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="plan_title"),
            models.CheckConstraint(
                condition=Q(state="draft", confirmed_at=None, ended_at=None)
                | Q(state="confirmed", confirmed_at__isnull=False, ended_at=None)
                | Q(state="done", confirmed_at__isnull=False, ended_at__isnull=False)
                | Q(state="cancelled", ended_at__isnull=False),
                name="plan_state",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(written_by=None) | ~Q(confirmed_by=F("written_by")),
                name="plan_second_person",
            ),
        )
        indexes = (models.Index(fields=("day",), condition=Q(state="confirmed"), name="plan_due"),)


class Hold(models.Model):
    """保全: what retention must not delete, and why (訴訟、審査請求、監査). It ends when somebody lifts it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.TextField(default="", blank=True)
    """Key of the rule it stops; "" stops all."""
    subject = models.TextField(default="", blank=True)
    """受付番号, procedure, 宛名番号 or login that it is about; "" is everything of the rule."""
    reason = models.TextField()
    set_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="hold_reason"),)
        indexes = (models.Index(fields=("rule", "subject"), condition=Q(lifted_at=None), name="hold_open"),)


class Erasure(models.Model):
    """消去証明: what one step of retention deleted, by which rule. Written with the deletion, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    rule = models.TextField()
    told = models.JSONField()
    """The rule as it was: title, basis, period, what is deleted, what stays."""
    items = models.IntegerField()
    counts = models.JSONField()
    """Table → rows deleted."""
    ended_from = models.DateField()
    ended_to = models.DateField()
    """Days on which what was deleted had ended, first and last."""
    hashes = models.JSONField()
    """SHA-256 of each row deleted, in the order of deletion."""
    digest = models.TextField()
    """SHA-256 of the list of hashes."""
    erased_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(items__gt=0), name="erasure_of_something"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="erasure_digest"),
            models.CheckConstraint(condition=Q(ended_to__gte=F("ended_from")), name="erasure_days"),
        )
        indexes = (models.Index(fields=("rule", "-number"), name="erasure_by_rule"),)
