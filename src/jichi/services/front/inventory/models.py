"""Tables of the inventory. Private to this room."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .rules import MAY_PLAN, REASONS, STATES

LOAD_STATES = ("refused", "ready", "applied", "dropped")


class ListedProcedure(models.Model):
    """棚卸しの手続: one procedure of the ward, online or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    """The ward's own number (手続番号)."""
    name = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    basis = models.TextField(default="", blank=True)
    applicants = models.TextField(default="", blank=True)
    volume = models.IntegerField(null=True)
    state = models.TextField()
    reasons = ArrayField(models.TextField(), default=list, db_default=[])
    note = models.TextField(default="", blank=True)
    planned_on = models.DateField(null=True)
    online_since = models.DateField(null=True)
    slug = models.TextField(default="", blank=True)
    """The procedure of this house that takes it online, "" for none."""
    place = models.TextField(default="", blank=True)
    search_text = models.TextField(default="", blank=True)
    """Number, name and basis, folded for search."""
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=tuple(STATES)), name="inventory_state"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="inventory_named"),
            models.CheckConstraint(condition=Q(reasons__contained_by=list(REASONS)), name="inventory_reasons"),
            models.CheckConstraint(
                condition=~Q(state__in=("online", "ended")) | Q(reasons=[]), name="inventory_reasons_offline"
            ),
            models.CheckConstraint(condition=~Q(state="none") | ~Q(reasons=[]), name="inventory_reason_given"),
            models.CheckConstraint(condition=Q(volume__isnull=True) | Q(volume__gte=0), name="inventory_volume"),
            models.CheckConstraint(
                condition=Q(state__in=tuple(sorted(MAY_PLAN)), planned_on__isnull=False)
                | (~Q(state__in=tuple(sorted(MAY_PLAN))) & Q(planned_on__isnull=True)),
                name="inventory_planned",
            ),
            models.CheckConstraint(condition=Q(state="online") | Q(online_since__isnull=True), name="inventory_since"),
            models.UniqueConstraint(fields=("slug",), condition=~Q(slug=""), name="inventory_slug_once"),
        )
        indexes = (models.Index(fields=("division", "state"), name="inventory_by_division"),)


class Target(models.Model):
    """目標: how many procedures shall be online on a day."""

    day = models.DateField(primary_key=True)
    count = models.IntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(count__gt=0), name="inventory_target"),)


class Load(models.Model):
    """取込: a file of the inventory as it was read, what it would change, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    filename = models.TextField()
    sha256 = models.TextField()
    content = models.BinaryField()
    state = models.TextField()
    rows = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    error_count = models.IntegerField(default=0)
    errors = models.JSONField(default=list)
    """The first errors: [line, column, code, params]."""
    started_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=LOAD_STATES), name="inventory_load_state"),
            models.CheckConstraint(
                condition=Q(state="refused", error_count__gt=0) | (~Q(state="refused") & Q(error_count=0)),
                name="inventory_load_errors",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("refused", "ready"), ended_at__isnull=True))
                | (Q(state__in=("applied", "dropped"), ended_at__isnull=False)),
                name="inventory_load_ended",
            ),
        )
