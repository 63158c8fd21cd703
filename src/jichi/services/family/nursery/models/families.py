"""What families applied for, online and on paper: children with wishes and scores, certificates, pins."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ..rules.intake import CONDITIONS, SOLO, SPLIT
from .places import CLASSES
from .rounds import Round

ENTRY_STATES = ("draft", "sent", "returned", "accepted", "withdrawn")


class Application(models.Model):
    """申込み: one family in a round, with what scores are counted from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    code = models.TextField()
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    addressee_no = models.TextField(default="", blank=True)
    guardian_name = models.TextField()
    condition = models.TextField()
    solo = models.TextField()
    split = models.TextField(default="", blank=True)
    sibling_at = models.TextField(default="", blank=True)
    missing = ArrayField(models.TextField(), default=list, db_default=[])
    guardians = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    origins = models.JSONField(default=dict)
    """{"1": {title: [certificate, item]}}: answers of a guardian that were taken from a certificate."""
    revision = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "code"), name="nursery_application_once"),
            models.CheckConstraint(condition=Q(condition__in=tuple(CONDITIONS)), name="nursery_application_condition"),
            models.CheckConstraint(condition=Q(solo__in=tuple(SOLO)), name="nursery_application_solo"),
            models.CheckConstraint(condition=Q(split__in=tuple(SPLIT)), name="nursery_application_split"),
        )
        indexes = (models.Index(fields=("account",), name="nursery_application_account"),)


class Entry(models.Model):
    """オンラインの申込み: what a family writes (`content`), what it sent last (`sent`), and what became of it.

    One for a login in a round, under one receipt number. Accepted, it is an application; sent again, it waits again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    addressee_no = models.TextField(default="", blank=True)
    number = models.TextField(default="", blank=True)
    """受付番号, from the first sending on; also the code of the application."""
    state = models.TextField(default="draft")
    content = models.JSONField(default=dict)
    sent = models.JSONField(null=True)
    sent_at = models.DateTimeField(null=True)
    accepted = models.JSONField(null=True)
    """What was sent when an official took it over last."""
    remark = models.TextField(default="", blank=True)
    """What the office asked to be put right."""
    application = models.OneToOneField(Application, null=True, on_delete=models.PROTECT, related_name="entry")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "account"), name="nursery_entry_once"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="nursery_entry_number"),
            models.CheckConstraint(condition=Q(state__in=ENTRY_STATES), name="nursery_entry_state"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent__isnull=False, sent_at__isnull=False) & ~Q(number=""),
                name="nursery_entry_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(application__isnull=False), name="nursery_entry_accepted"
            ),
        )


class Certificate(models.Model):
    """就労証明: what an employer is asked to certify of guardian 1 or 2, and what came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="certificates")
    place = models.IntegerField()
    state = models.TextField(default="asked")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    file = models.ForeignKey("eng_files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.TextField(default="", blank=True)
    """Of what came, file included: the certificate stays as it arrived."""
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(place__in=(1, 2)), name="nursery_certificate_place"),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "arrived", "replaced")), name="nursery_certificate_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False) & ~Q(sha256=""),
                name="nursery_certificate_arrived",
            ),
            models.UniqueConstraint(
                fields=("entry", "place"), condition=Q(state="asked"), name="nursery_certificate_one_asked"
            ),
        )


class Child(models.Model):
    """申込児童: class, wishes, and its score as two officials have confirmed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="children")
    code = models.TextField()
    seq = models.IntegerField()
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    birth = models.DateField()
    unborn = models.BooleanField(default=False)
    """出生前の申込み: `birth` is the day it is expected, until the family tells the real one."""
    class_id = models.IntegerField()
    current = models.TextField(default="", blank=True)
    wishes = ArrayField(models.TextField(), default=list, db_default=[])
    answers = models.JSONField(default=dict)
    score = models.JSONField(null=True)
    score_sha256 = models.TextField(default="", blank=True)
    first_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "code"), name="nursery_child_once"),
            models.UniqueConstraint(
                fields=("application", "seq"), name="nursery_child_seq", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(class_id__in=CLASSES), name="nursery_child_class"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="nursery_child_two",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(score__isnull=False, confirmed_at__isnull=False),
                name="nursery_child_scored",
            ),
        )

    @property
    def key(self) -> str:
        """The child's name inside its round, from which its pseudonym comes; asks for the application."""
        return f"{self.application.code}/{self.code}"


class Pin(models.Model):
    """固定: a child that an official places by hand, or keeps without a seat ("")."""

    child = models.OneToOneField(Child, primary_key=True, on_delete=models.CASCADE, related_name="pin")
    facility = models.TextField(default="", blank=True)
    reason = models.TextField()
    set_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="nursery_pin_reason"),)
