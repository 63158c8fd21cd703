"""Tables of account transfers. Private to this room; the mandates themselves are engine mandates'."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .rules.registering import STATES

ENTRY_KINDS = ("duplicate", "holder", "contradicts", "result", "slip", "left")


class Bank(models.Model):
    """取扱金融機関: a bank that takes part, and when its page is open."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    partner = models.TextField()
    """Its code in engine bankfiles: who gets our requests."""
    opens = models.TimeField()
    closes = models.TimeField()
    closed_weekdays = ArrayField(models.SmallIntegerField(), default=list)
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{4}$"), name="debit_bank_code"),)


class Offer(models.Model):
    """口座振替にできる費目, and what happens when a debit fails."""

    kind = models.OneToOneField("eng_collection.LevyKind", primary_key=True, on_delete=models.PROTECT, related_name="+")
    names = models.JSONField()
    """In five languages, for residents."""
    lead_days = models.SmallIntegerField(default=20)
    retries = models.SmallIntegerField(default=1)
    """再振替: so often an unpaid instalment is asked for again, with the next cycles."""
    stop_after = models.SmallIntegerField(default=3)
    """After so many failures in a row the mandate ends and slips are sent."""
    goal_permille = models.SmallIntegerField(default=500)

    class Meta:
        constraints = (
            models.CheckConstraint(
                # Not __range: several BETWEENs print with other brackets once they were restored from a dump.
                condition=Q(
                    lead_days__gte=0,
                    lead_days__lte=90,
                    retries__gte=0,
                    retries__lte=5,
                    stop_after__gte=1,
                    stop_after__lte=12,
                ),
                name="debit_offer_ranges",
            ),
        )


class Registration(models.Model):
    """申込: one visit to a bank's page, from the press of the button to the bank's word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.TextField(unique=True)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    payer_no = models.TextField()
    kana = models.TextField()
    """The payer's name as handed to the bank."""
    kinds = ArrayField(models.TextField())
    divisions = ArrayField(models.BigIntegerField())
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaces = models.BooleanField(default=False)
    state = models.TextField(default="open")
    reason = models.TextField(default="", db_default="", blank=True)
    provider_ref = models.TextField(unique=True)
    url = models.TextField()
    nonce = models.TextField()
    since = models.DateField(null=True)
    """Dues from this day on are taken, once it is done."""
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="debit_registration_state"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="debit_registration_end",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_look_at",), condition=Q(next_look_at__isnull=False), name="debit_registration_look"
            ),
        )


class Entry(models.Model):
    """仕事: something about account transfers that a person has to look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    subject = models.TextField()
    """What it is about, so that the same thing stands here once."""
    division_id = models.BigIntegerField()
    payer_no = models.TextField()
    mandate_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject"), name="debit_entry_once"),
            models.CheckConstraint(condition=Q(kind__in=ENTRY_KINDS), name="debit_entry_kind"),
        )
        indexes = (models.Index(fields=("opened_at",), condition=Q(closed_at__isnull=True), name="debit_entry_open"),)
