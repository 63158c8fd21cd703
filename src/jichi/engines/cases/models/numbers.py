"""収受番号 and 文書番号: the counters, and every number that was ever given."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from .case import Case

KINDS = ("receipt", "document")


class NumberSeries(models.Model):
    """The last number given to a division in a year. Locked while one is taken: no gaps."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(default="document", db_default="document")
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.IntegerField()
    """Or the calendar year, where the series' rule says so."""
    last = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "kind", "fiscal_year"), name="number_series_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="number_series_kind"),
        )


class SeriesRule(models.Model):
    """Whether a division's series of a kind begins anew with the fiscal or the calendar year. No row: fiscal."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    year_by = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "kind"), name="series_rule_once"),
            models.CheckConstraint(
                condition=Q(kind__in=KINDS, year_by__in=("fiscal", "calendar")), name="series_rule_words"
            ),
        )


class IssuedNumber(models.Model):
    """番号簿: one line for each number given. A cancelled one stays as 欠番 with its reason and is given to nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    year = models.IntegerField()
    serial = models.IntegerField()
    branch = models.IntegerField(default=1)
    """1: the number itself; 2 and on: branch numbers (第123号の2)."""
    text = models.TextField()
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.TextField(default="")
    """件名, of numbers taken for something outside of this house."""
    state = models.TextField(default="used")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    void_reason = models.TextField(default="")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "kind", "year", "serial", "branch"), name="issued_number_once"),
            models.UniqueConstraint(fields=("kind", "text"), name="issued_number_text_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS, serial__gte=1, branch__gte=1), name="issued_number"),
            models.CheckConstraint(
                condition=Q(state="used", void_reason="", voided_at__isnull=True)
                | (Q(state="void", voided_at__isnull=False) & ~Q(void_reason="")),
                name="issued_number_void_has_reason",
            ),
            models.CheckConstraint(condition=Q(case__isnull=False) | ~Q(what=""), name="issued_number_for_something"),
        )
        indexes = (models.Index(fields=("case",), name="issued_number_by_case"),)
