"""What a division decides ahead of its rounds: tables of scores, the wording of notices."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

TABLE_STATES = ("draft", "proposed", "approved")


class ScoreTable(models.Model):
    """指数表: rules of points for entries between two days; in force once a second official has approved it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    content = models.BinaryField()
    """The CSV, as `rules.score_tables` writes it."""
    cases = models.BinaryField(default=b"")
    """What it is tested with before it takes effect, as `rules.table_cases` writes it."""
    state = models.TextField(default="draft")
    is_example = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=TABLE_STATES), name="nursery_table_state"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="nursery_table_days"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="nursery_table_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="nursery_table_two"
            ),
        )


class RemedyText(models.Model):
    """教示: the wording under notices published from a day on. Public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    text = models.TextField()
    appeal_months = models.IntegerField()
    suit_months = models.IntegerField()
    changed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "valid_from"), name="nursery_remedies_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(appeal_months__gte=1, suit_months__gte=1), name="nursery_remedies_whole"
            ),
        )


class CertificateSheet(models.Model):
    """就労証明の様式: what employers are asked, what it feeds and where a spreadsheet has it, from a day on. Public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    content = models.BinaryField()
    """The CSV, as `rules.certificate_form` reads it."""
    changed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("division", "valid_from"), name="nursery_form_once"),)
