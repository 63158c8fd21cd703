"""A round with its seats and its runs: frozen tables, and what came of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .places import CLASSES, Facility

RUN_STATES = ("queued", "running", "done", "refused", "failed", "stopped")
OPEN_STATES = ("queued", "running")
STATUSES = ("ADMITTED", "TRANSFERRED", "STAYED", "WAITING")


class Round(models.Model):
    """入園選考の回: entry on one day, with its closing and result days. Public but for its salt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    entry_on = models.DateField()
    wishes_until = models.DateField()
    result_on = models.DateField()
    policy = models.TextField(default="stable")
    public_from = models.IntegerField(default=2)
    """Cut-offs are public where at least so many were admitted (少数の秘匿)."""
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    """Families apply online from the one moment until just before the other; both empty: not online."""
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The round whose waiting families were carried over into this one."""
    route = models.TextField(default="", blank=True, db_default="")
    """決裁経路 by which results are approved; "": by two officials of the division."""
    published_run = models.ForeignKey("Run", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(wishes_until__lte=F("result_on"), result_on__lte=F("entry_on")), name="nursery_round_days"
            ),
            models.CheckConstraint(condition=Q(policy__in=("stable", "most-seated")), name="nursery_round_policy"),
            models.CheckConstraint(condition=Q(public_from__gte=1), name="nursery_round_public"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="nursery_round_open",
            ),
            models.UniqueConstraint(fields=("division", "name"), name="nursery_round_once"),
        )


class RoundSecret(models.Model):
    """The salt behind pseudonyms, draw numbers and leaves of a round. For the division and the platform alone."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="secret")
    salt = models.BinaryField()


class Vacancy(models.Model):
    """空き枠: seats of one class at a facility in a round. Public."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="vacancies")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    class_id = models.IntegerField()
    seats = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "facility", "class_id"), name="nursery_vacancy_once"),
            models.CheckConstraint(condition=Q(class_id__in=CLASSES), name="nursery_vacancy_class"),
            models.CheckConstraint(condition=Q(seats__gte=0, seats__lte=500), name="nursery_vacancy_seats"),
        )


class FacilityAsk(models.Model):
    """園への依頼: a facility is asked for its seats in a round until a moment; its link is the right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="asks")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "facility"), name="nursery_ask_once"),)


class Run(models.Model):
    """選考の計算: frozen tables, and what came of them. Approved by two, one of a round is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs")
    number = models.IntegerField()
    state = models.TextField(default="queued")
    phase = models.TextField(default="", blank=True)
    count = models.BigIntegerField(default=0)
    inputs = models.BinaryField()
    inputs_sha256 = models.TextField()
    children = models.IntegerField()
    outputs = models.BinaryField(null=True)
    verdict = models.TextField(default="", blank=True)
    figures = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    started_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    root = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="nursery_run_number"),
            models.UniqueConstraint(
                fields=("round",), condition=Q(state__in=OPEN_STATES), name="nursery_run_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="nursery_run_state"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="nursery_run_two",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(second_by__isnull=False, state="done"),
                name="nursery_run_published",
            ),
        )


class Outcome(models.Model):
    """結果: what a run gives one child, with the reason for each wish."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="outcomes")
    child = models.ForeignKey("Child", on_delete=models.PROTECT, related_name="+")
    facility = models.TextField(default="", blank=True)
    status = models.TextField()
    option_rank = models.IntegerField(null=True)
    reasons = models.JSONField(default=list)
    """[{rank, facility, code, position, applicants, cutoff, own, sibling}] by wish."""
    leaf = models.JSONField(default=dict)
    """{text, path}: what the family checks against the published root."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "child"), name="nursery_outcome_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="nursery_outcome_status"),
        )
