"""Tables of the books. Written by the functions in `sql/` alone; nothing here is ever changed. Money is whole yen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .rules import ACCOUNT_KINDS


class Account(models.Model):
    """勘定科目: chart of accounts as data."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    kind = models.TextField()
    position = models.SmallIntegerField(default=100, db_default=100)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(kind__in=ACCOUNT_KINDS), name="ledger_account_kind"),)


class Posting(models.Model):
    """仕訳: one fact. Booked on another day than it belongs to where that one was closed."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    kind = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    fiscal_year = models.SmallIntegerField()
    belongs_year = models.SmallIntegerField()
    """The fiscal year it was meant for."""
    booked_on = models.DateField()
    belongs_on = models.DateField()
    booked_at = models.DateTimeField()
    booked_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), name="eng_ledger_posting_key_key"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind=""), name="ledger_posting_named"),
            models.CheckConstraint(condition=Q(booked_on__gte=models.F("belongs_on")), name="ledger_posting_not_early"),
        )
        indexes = (
            models.Index(
                fields=("booked_on", "id"),
                name="ledger_late",
                condition=~Q(booked_on=models.F("belongs_on")) | ~Q(fiscal_year=models.F("belongs_year")),
            ),
        )


class Entry(models.Model):
    """One side of a posting. Day, division and fiscal year are the posting's; a trigger compares them and both keys."""

    id = models.BigAutoField(primary_key=True)
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_column="account", db_constraint=False, db_index=False
    )
    item = models.TextField(default="", db_default="")
    amount_yen = models.BigIntegerField()
    booked_on = models.DateField()
    division_id = models.BigIntegerField()
    fiscal_year = models.SmallIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(amount_yen=0), name="ledger_entry_amount"),)
        indexes = (
            models.Index(fields=("posting",), name="ledger_entry_posting"),
            models.Index(fields=("account", "booked_on"), name="ledger_entry_account"),
            models.Index(fields=("item",), name="ledger_entry_item", condition=~Q(item="")),
        )


class DaySum(models.Model):
    """Sums of entries by account, division, fiscal year and day. Every statement adds rows, `ledger_fold` joins them:
    nobody waits for another's row."""

    id = models.BigAutoField(primary_key=True)
    account = models.TextField()
    booked_on = models.DateField()
    division_id = models.BigIntegerField()
    fiscal_year = models.SmallIntegerField()
    amount_yen = models.BigIntegerField()
    entries = models.IntegerField()

    class Meta:
        indexes = (
            models.Index(
                fields=("account", "booked_on"),
                name="ledger_daysum_account",
                include=("division_id", "fiscal_year", "amount_yen"),
            ),
        )


class Close(models.Model):
    """締め: everything through a day, or a fiscal year (出納閉鎖). `sums`: account → balance at that moment."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    through_on = models.DateField()
    fiscal_year = models.SmallIntegerField(null=True)
    sums = models.JSONField()
    closed_at = models.DateTimeField()
    closed_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("days", "year")), name="ledger_close_kind"),
            models.CheckConstraint(
                condition=Q(kind="year", fiscal_year__isnull=False) | Q(kind="days", fiscal_year__isnull=True),
                name="ledger_close_year",
            ),
            models.UniqueConstraint(fields=("fiscal_year",), name="ledger_close_year_once"),
            models.UniqueConstraint(fields=("through_on",), condition=Q(kind="days"), name="ledger_close_days_once"),
        )
        indexes = (models.Index(fields=("-through_on",), name="ledger_close_newest"),)


class Check(models.Model):
    """A look at all entries (`checking.look_at_all`): how far they went, what was wrong."""

    id = models.BigAutoField(primary_key=True)
    checked_at = models.DateTimeField()
    through_entry = models.BigIntegerField()
    through_posting = models.BigIntegerField()
    wrong = models.JSONField()
