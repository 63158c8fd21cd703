"""Tables of after-school clubs. Money lives in collection and the ledger; here is who uses what, and why."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .rules import CLASSES, GROUNDS, PLAN_STATES

STATES = ("applied", "approved", "refused", "withdrawn")
FIRST_OF_MONTH = 1


class Club(models.Model):
    """学童クラブ: a place with so many children."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField(unique=True)
    capacity = models.IntegerField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(capacity__gte=1) & ~Q(name="") & ~Q(code=""), name="after_school_club"),
        )


class Enrolment(models.Model):
    """児童の利用: an application and what came of it. Months are kept as their first day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child_no = models.TextField()
    payer_no = models.TextField()
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="enrolments")
    division_id = models.BigIntegerField()
    grade = models.SmallIntegerField()
    state = models.TextField(default="applied")
    applied_on = models.DateField()
    first_month = models.DateField()
    last_month = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decision_ref = models.TextField(default="", db_default="")
    reason = models.TextField(default="", db_default="")
    case_id = models.UUIDField(null=True, unique=True)
    """The case it came from, where it was sent online."""
    case_number = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="after_school_state"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=6), name="after_school_grade"),
            models.CheckConstraint(condition=~Q(child_no="") & ~Q(payer_no=""), name="after_school_persons"),
            models.CheckConstraint(
                condition=Q(last_month__isnull=True) | Q(last_month__gte=F("first_month")), name="after_school_months"
            ),
            models.CheckConstraint(
                condition=Q(state="applied") | Q(decided_on__isnull=False) & ~Q(decision_ref=""),
                name="after_school_decided",
            ),
            models.UniqueConstraint(
                fields=("child_no",), condition=Q(state__in=("applied", "approved"), last_month__isnull=True),
                name="after_school_one_open",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("payer_no",), name="after_school_by_payer"),)


class Term(models.Model):
    """What holds for a child in some months: 階層, 減免, 休止; written once, a later one takes its place."""

    id = models.BigAutoField(primary_key=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="terms")
    kind = models.TextField()
    word = models.TextField(default="", db_default="")
    first_month = models.DateField()
    last_month = models.DateField(null=True)
    decision_ref = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="class", word__in=list(CLASSES))
                | Q(kind="ground", word__in=[key for key in GROUNDS if key]) | Q(kind="pause", word=""),
                name="after_school_term",
            ),
            models.CheckConstraint(
                condition=Q(last_month__isnull=True) | Q(last_month__gte=F("first_month")),
                name="after_school_term_span"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=FIRST_OF_MONTH), name="after_school_term_first"
            ),
            models.CheckConstraint(condition=~Q(decision_ref=""), name="after_school_term_grounds"),
        )  # fmt: skip


class FeeTable(models.Model):
    """育成料の表 of a fiscal year: in force from the approval by somebody else than its author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.SmallIntegerField()
    version = models.SmallIntegerField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    content = models.JSONField()
    examples = models.TextField(default="", db_default="")
    made_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fiscal_year", "version"), name="after_school_table_version"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")), name="after_school_two_people"
            ),
        )


class Run(models.Model):
    """月次の計算, done: what was new, raised, lowered and exempt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.IntegerField(unique=True)
    month = models.DateField()
    division_id = models.BigIntegerField()
    fingerprint = models.TextField()
    counts = models.JSONField()
    made_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    slip_run = models.UUIDField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(month__day=FIRST_OF_MONTH), name="after_school_run_month"),)
        indexes = (models.Index(fields=("month",), name="after_school_by_month"),)


class RunLine(models.Model):
    """What a run did for a child's month, and why."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="lines")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    before_yen = models.IntegerField(null=True)
    after_yen = models.IntegerField()
    reason = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "enrolment", "month"), name="after_school_line_once"),)


class Reminder(models.Model):
    """督促: one letter for one instalment, ever."""

    key = models.TextField(primary_key=True)
    """納付番号."""
    payer_no = models.TextField()
    division_id = models.BigIntegerField()
    sent_on = models.DateField()
    owed_yen = models.IntegerField()
    sent_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("sent_on",), name="after_school_reminder_day"),)


class Plan(models.Model):
    """分納の約束: months that a parent owes, to be paid on other days than the due days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.IntegerField(unique=True)
    payer_no = models.TextField()
    division_id = models.BigIntegerField()
    state = models.TextField(default="live")
    agreed_on = models.DateField()
    decision_ref = models.TextField()
    made_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    reason = models.TextField(default="", db_default="", blank=True)
    slip_run = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PLAN_STATES), name="after_school_plan_state"),
            models.CheckConstraint(
                condition=Q(state="live", ended_on__isnull=True) | ~Q(state="live") & Q(ended_on__isnull=False),
                name="after_school_plan_end",
            ),
            models.CheckConstraint(condition=~Q(payer_no="") & ~Q(decision_ref=""), name="after_school_plan_grounds"),
        )
        indexes = (models.Index(fields=("payer_no",), name="after_school_plan_payer"),)


class PlanPart(models.Model):
    """One month under a plan. A month is under one plan at a time."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="parts")
    key = models.TextField()
    """納付番号."""
    agreed_on = models.DateField()
    is_over = models.BooleanField(default=False)
    """The plan has ended."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=Q(is_over=False), name="after_school_one_plan"),
        )
