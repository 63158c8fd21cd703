"""Files: what content there is (Blob), who brought it and why (StoredFile), what was made of it (Rendition)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Blob(models.Model):
    """Content on disk under its SHA-256. One row and one file for the same bytes, whoever brought them."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    seen_at = models.DateTimeField()
    """Last time somebody stored this content; the sweep leaves fresh content alone."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="blob_sha256_is_hex"),
            models.CheckConstraint(condition=Q(size__gte=0), name="blob_size_not_negative"),
        )


class StoredFile(models.Model):
    """One file somebody brought or the platform made. Who may open it is the owner room's business."""

    class State(models.TextChoices):
        """`waiting`: stored, but the scanner has not answered, so nobody may open it."""

        READY = "ready"
        WAITING = "waiting"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, db_column="sha256", related_name="files")
    media_type = models.TextField()
    filename = models.TextField()
    purpose = models.TextField()
    state = models.TextField(choices=State.choices, default=State.READY)
    scan_result = models.TextField(default="", blank=True)
    """What the scanner said: "" (made by the platform), "clean:<backend>", "found:<name>", "away:<why>"."""
    scanned_at = models.DateTimeField(null=True)
    created_by = models.UUIDField(null=True)
    """Account that brought it; a plain value because accounts stand above this engine."""
    created_at = models.DateTimeField()
    keep_until = models.DateField(null=True)
    """Last day of retention (保存期限); null: as long as its owner keeps it."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("ready", "waiting", "refused")), name="storedfile_state"),
            models.CheckConstraint(condition=~Q(filename="") & ~Q(purpose=""), name="storedfile_named"),
        )
        indexes = (
            models.Index(fields=("created_at",), name="storedfile_waiting", condition=Q(state="waiting")),
            models.Index(fields=("keep_until",), name="storedfile_keep_until", condition=Q(keep_until__isnull=False)),
        )


class Rendition(models.Model):
    """Something derived from a file, e.g. a thumbnail. Can be made again; never the only copy."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="renditions")
    kind = models.TextField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, db_column="sha256", related_name="renditions")
    media_type = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("file", "kind"), name="rendition_once_per_kind"),)


class RetentionRule(models.Model):
    """How long files of a purpose are kept (保存年限), counted from the day they were stored."""

    purpose = models.TextField(primary_key=True)
    keep_days = models.PositiveIntegerField()
    basis = models.TextField()
    """The rule of the ward that says so, e.g. 「文書管理規程 別表第2 5年」."""

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(keep_days__gte=1), name="retention_at_least_a_day"),)
