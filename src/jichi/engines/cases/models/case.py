"""A case, its timeline, what was asked to be put right, and what was given out."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from ..rules import CHANNELS, PAYMENTS, STAGES, Status

STATUSES = tuple(status.value for status in Status)


class Case(models.Model):
    """案件: one application on its way. `version` counts changes, so that two officials can't overwrite each other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.TextField(unique=True)
    procedure = models.TextField()
    form_version = models.ForeignKey("eng_forms.FormVersion", on_delete=models.PROTECT, related_name="+")
    submission = models.OneToOneField("eng_forms.Submission", on_delete=models.PROTECT, related_name="+")
    title = models.JSONField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    subject_no = models.TextField(default="")
    """宛名番号 of the person it is about."""
    applicant_no = models.TextField(default="")
    name = models.TextField()
    kana = models.TextField(default="")
    name_folded = models.TextField(default="")
    status = models.TextField(default=Status.RECEIVED.value)
    assignee = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    correction_due_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    once_key = models.TextField(null=True)  # noqa: DJ001 - unique where present
    """Who may have only one of these (such as person and fiscal year); freed by refusal and withdrawal."""
    checks = models.JSONField(default=list)
    channel = models.TextField(default="web")
    """web, or what an official entered: paper, phone, counter."""
    entered_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    """The official who entered it; null for what people sent themselves."""
    receipt_number = models.TextField(default="", db_default="")
    """収受番号, given when the division takes it in; "" until then."""
    stage = models.TextField(default="", db_default="")
    """起案 of the decision: "", "on_route" (決裁待ち) or "sent_back" (差戻し)."""
    payment = models.TextField(default="none", db_default="none")
    payment_since = models.DateField(null=True)
    """Since when the clock stands still for the money."""
    second_person = models.TextField(default="", db_default="")
    """"", "waiting" or "confirmed": of procedures that a second person has to confirm."""
    language = models.TextField(default="ja")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="case_status"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="case_channel"),
            models.CheckConstraint(condition=Q(channel="web") | Q(entered_by__isnull=False), name="case_entered_by"),
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="case_stage"),
            models.CheckConstraint(condition=Q(payment__in=PAYMENTS), name="case_payment"),
            models.CheckConstraint(
                condition=~Q(payment="due") | Q(payment_since__isnull=False), name="case_payment_since"
            ),
            models.CheckConstraint(condition=~Q(payment="due") | ~Q(status="approved"), name="case_not_unpaid"),
            models.CheckConstraint(
                condition=Q(second_person__in=("", "waiting", "confirmed")), name="case_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(stage="on_route") | Q(status__in=("reviewing", "correction")), name="case_on_route"
            ),
            models.CheckConstraint(
                condition=Q(correction_due_on__isnull=False) | ~Q(status="correction"), name="case_correction_due"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, status__in=("received", "reviewing", "correction"))
                | Q(closed_at__isnull=False, status__in=("approved", "refused", "withdrawn", "expired")),
                name="case_closed_when_done",
            ),
            models.CheckConstraint(
                condition=Q(assignee__isnull=False) | ~Q(status__in=("reviewing", "correction", "approved", "refused")),
                name="case_has_assignee",
            ),
            models.UniqueConstraint(
                fields=("procedure", "once_key"),
                condition=Q(once_key__isnull=False) & ~Q(status__in=("refused", "withdrawn", "expired")),
                name="case_once",
            ),
        )
        indexes = (
            models.Index(fields=("division", "status", "due_on", "id"), name="case_by_division"),
            models.Index(F("division"), F("received_at").desc(), F("id"), name="case_newest"),
            models.Index(F("division"), F("status"), F("received_at").desc(), F("id"), name="case_newest_of_status"),
            models.Index(
                F("division"), F("procedure"), F("received_at").desc(), F("id"), name="case_newest_of_procedure"
            ),
            models.Index(fields=("division", "due_on", "id"), name="case_by_due"),
            models.Index(
                fields=("division", "closed_at"), condition=Q(closed_at__isnull=False), name="case_by_closing"
            ),
            models.Index(fields=("account", "received_at"), name="case_by_account"),
            models.Index(fields=("assignee", "status", "due_on"), name="case_by_assignee"),
            models.Index(fields=("subject_no",), name="case_by_subject"),
            models.Index(fields=("division", "received_at"), condition=Q(payment="due"), name="case_unpaid"),
            models.Index(fields=("division", "received_at"), condition=Q(stage="on_route"), name="case_on_its_route"),
        )


class CaseEvent(models.Model):
    """経過: one line of the timeline. `public` ones are shown to the applicant, without the official's name."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField(default="")
    public = models.BooleanField(default=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("case", "id"), name="case_event_by_case"),
            BrinIndex(fields=("at",), name="case_event_by_day", pages_per_range=16, autosummarize=True),
        )


class Correction(models.Model):
    """補正依頼: what the applicant is asked to put right. One open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    points = models.JSONField()
    """[{field, sentence}] in the order asked."""
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.TextField(default="open")
    ended_at = models.DateTimeField(null=True)
    before = models.ForeignKey("eng_forms.Submission", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("eng_forms.Submission", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("open", "answered", "cancelled", "expired")), name="correction_state"
            ),
            models.UniqueConstraint(fields=("case",), condition=Q(state="open"), name="correction_one_open"),
            models.CheckConstraint(
                condition=Q(state="answered", after__isnull=False) | ~Q(state="answered"), name="correction_answer"
            ),
        )


class IssuedDocument(models.Model):
    """交付文書: a PDF given out, with the code that lets anybody check it and the facts that check may show."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    kind = models.TextField()
    title = models.JSONField()
    file_id = models.UUIDField()
    verification_code = models.TextField(unique=True)
    facts = models.JSONField(default=dict)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "kind"), name="document_once_per_kind"),)
