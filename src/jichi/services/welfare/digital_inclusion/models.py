"""Tables of classes. Private to this room; places, entries and draws are the booking engine's."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .rules import AGE_CLASSES, LEVELS, MODES, SPOKEN

STATES = ("draft", "published", "cancelled")


class Course(models.Model):
    """教室: several sessions with one entry. Persons enter `offering`, associations `team_offering`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    """Stands in addresses and on leaflets."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default="draft")
    title = models.JSONField(default=dict)
    level = models.TextField(default="starting")
    spoken = models.TextField(default="ja")
    mode = models.TextField(default="first_come")
    plan = models.JSONField(default=dict)
    """All of it, as `rules.plan_to` writes it."""
    offering = models.OneToOneField("eng_booking.Offering", null=True, on_delete=models.PROTECT, related_name="+")
    team_offering = models.OneToOneField("eng_booking.Offering", null=True, on_delete=models.PROTECT, related_name="+")
    copy_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    last_day = models.DateField(null=True)
    search_text = models.TextField(default="", blank=True)
    cancel_reason = models.TextField(default="", blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="course_state"),
            models.CheckConstraint(condition=Q(mode__in=tuple(MODES)), name="course_mode"),
            models.CheckConstraint(condition=Q(level__in=tuple(LEVELS)), name="course_level"),
            models.CheckConstraint(condition=Q(spoken__in=tuple(SPOKEN)), name="course_spoken"),
            models.CheckConstraint(condition=Q(state="draft", offering=None) | Q(published_at__isnull=False,
                                   offering__isnull=False) & ~Q(state="draft"), name="course_published"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="course_reason"),
        )  # fmt: skip
        indexes = (models.Index(fields=("state", "last_day"), name="course_by_day"),)


class Session(models.Model):
    """教室の回: one date of a class, with who teaches it."""

    id = models.BigAutoField(primary_key=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    number = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    teacher = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("course", "number"), name="session_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_times"),
            models.CheckConstraint(condition=Q(number__gte=1), name="session_number"),
        )
        indexes = (models.Index(fields=("starts_at",), name="session_by_time"),)


class Enrolment(models.Model):
    """申込みの中身: who entered and how to reach them; the entry itself is the booking engine's."""

    entry = models.OneToOneField("eng_booking.Entry", primary_key=True, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    team = models.TextField(default="", blank=True)
    """Name of the association; "": a person."""
    language = models.TextField(default="ja")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="enrolment_named"),)


class Participant(models.Model):
    """参加者: one place of an entry. Of associations the names come later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="participants", db_index=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    place = models.SmallIntegerField()
    name = models.TextField(default="", blank=True)
    age_class = models.TextField(default="unknown")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "place"), name="participant_place"),
            models.CheckConstraint(condition=Q(place__gte=1), name="participant_counts"),
            models.CheckConstraint(condition=Q(age_class__in=tuple(AGE_CLASSES)), name="participant_age"),
        )


class Attendance(models.Model):
    """出席: somebody came to a session."""

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="attendances", db_index=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("participant", "session"), name="attendance_once"),)
