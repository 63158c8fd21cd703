"""Tables of this room; guards and row security are in `sql/`. Money is whole yen. Private to this room."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

RUN_STATES = ("printing", "done")


class SlipTerms(models.Model):
    """What the contract with the collecting agent says, from a day on; written once, a later row takes its place."""

    id = models.BigAutoField(primary_key=True)
    valid_from = models.DateField(unique=True)
    issuer = models.TextField()
    prefix = models.TextField(default="")
    limit_yen = models.IntegerField()
    places = models.TextField()
    apps = models.TextField(default="")
    dpi = models.SmallIntegerField()
    window = models.JSONField(default=dict)
    """Millimetres of `rules.Window`; what is left out is the usual."""
    body_code = models.TextField(default="")
    """Common agency code of the local body (eL-QR); "" where it takes no part."""
    office = models.TextField(default="000")
    agency = models.TextField(default="")
    """収納機関番号 of Pay-easy; "" without it."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(issuer__regex=r"^[0-9]{6}$"), name="terms_issuer"),
            models.CheckConstraint(condition=Q(prefix__regex=r"^[0-9]{0,12}$"), name="terms_prefix"),
            models.CheckConstraint(condition=Q(limit_yen__gte=0, limit_yen__lte=999_999), name="terms_limit"),
            models.CheckConstraint(condition=Q(dpi__in=(300, 400, 600)), name="terms_dpi"),
            models.CheckConstraint(condition=Q(body_code__regex=r"^([0-9]{5})?$"), name="terms_body"),
            models.CheckConstraint(condition=Q(agency__regex=r"^([0-9]{5})?$"), name="terms_agency"),
        )


class SlipRun(models.Model):
    """Slips issued together (発行): `key` is the ordering room's name for the press: a repeat is the same run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.TextField(unique=True)
    fingerprint = models.TextField()
    """SHA-256 of what was asked for, so that another content under the same key is noticed."""
    title = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    terms = models.ForeignKey(SlipTerms, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    large = models.BooleanField(default=False)
    total = models.IntegerField()
    state = models.TextField(default="printing")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="slip_run_state"),
            models.CheckConstraint(condition=Q(total__gte=1) & ~Q(key="") & ~Q(title=""), name="slip_run_named"),
            models.CheckConstraint(
                condition=Q(state="done", ended_at__isnull=False) | Q(state="printing", ended_at__isnull=True),
                name="slip_run_ended",
            ),
        )
        indexes = (models.Index(F("division"), F("created_at").desc(), name="slip_run_newest"),)


class Slip(models.Model):
    """納付書: one paper. Key and reissue flag are what comes back from stores; `subject` is opaque here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(SlipRun, on_delete=models.PROTECT, related_name="slips", db_index=False)
    position = models.IntegerField()
    number = models.TextField()
    """The payment number as it is printed, without the agent's digits."""
    free_area = models.TextField()
    reissue = models.SmallIntegerField()
    subject = models.TextField()
    amount = models.IntegerField()
    due = models.DateField()
    pay_by = models.DateField(null=True)
    issued_on = models.DateField()
    digits = models.TextField(default="")
    """The barcode; "" where `why_none` says why there is none."""
    why_none = models.TextField(default="")
    paper = models.JSONField()
    """What else is printed: address, name, title, rows, eL-QR, Pay-easy."""
    replaced_at = models.DateTimeField(null=True)
    """Since when a reissue has taken its place."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("free_area", "reissue"), name="slip_once"),
            models.UniqueConstraint(fields=("free_area",), condition=Q(replaced_at=None), name="slip_one_in_force"),
            models.UniqueConstraint(fields=("run", "position"), name="slip_place"),
            models.CheckConstraint(condition=Q(free_area__regex=r"^[0-9]{21}$"), name="slip_free_area"),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{1,21}$"), name="slip_number"),
            models.CheckConstraint(condition=Q(reissue__gte=0, reissue__lte=9), name="slip_reissue"),
            models.CheckConstraint(condition=Q(amount__gte=1) & ~Q(subject=""), name="slip_amount"),
            models.CheckConstraint(
                condition=Q(digits__regex=r"^91[0-9]{42}$", why_none="") | (Q(digits="") & ~Q(why_none="")),
                name="slip_bars_or_why",
            ),
            models.CheckConstraint(condition=Q(position__gte=0), name="slip_position"),
        )
        indexes = (models.Index(fields=("subject",), name="slip_by_subject"),)


class SlipPart(models.Model):
    """One PDF of a run: the slips from `first` to `last`, both included."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(SlipRun, on_delete=models.PROTECT, related_name="parts", db_index=False)
    number = models.IntegerField()
    first = models.IntegerField()
    last = models.IntegerField()
    file = models.ForeignKey("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "number"), name="slip_part_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, first__gte=0, last__gte=F("first")), name="slip_part_range"
            ),
        )
