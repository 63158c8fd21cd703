"""Tables of classes and help desks. Private to this room; places of classes and draws are the booking engine's."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from jichi.engines.programmes.base import Programme

from .rules import AGE_CLASSES, CHANNELS, LEVELS, MODES, OUTCOMES, SPOKEN
from .rules import STATES as VISIT_STATES


class Course(Programme):
    """教室: several sessions with one entry. Persons enter `offering`, associations `team_offering`."""

    level = models.TextField(default="starting")
    spoken = models.TextField(default="ja")
    mode = models.TextField(default="first_come")
    plan = models.JSONField(default=dict)
    """All of it, as `rules.plan_to` writes it."""
    team_offering = models.OneToOneField("eng_booking.Offering", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Programme.Meta):
        constraints = (
            *Programme.Meta.constraints,
            models.CheckConstraint(condition=Q(mode__in=tuple(MODES)), name="course_mode"),
            models.CheckConstraint(condition=Q(level__in=tuple(LEVELS)), name="course_level"),
            models.CheckConstraint(condition=Q(spoken__in=tuple(SPOKEN)), name="course_spoken"),
            models.CheckConstraint(condition=Q(state="draft", offering=None) | Q(published_at__isnull=False,
                                   offering__isnull=False) & ~Q(state="draft"), name="course_published"),
        )  # fmt: skip


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


class Desk(models.Model):
    """相談窓口: where supporters answer questions, by booking or walking in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    title = models.JSONField(default=dict)
    address = models.TextField(default="", blank=True)
    access = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    slot_minutes = models.SmallIntegerField(default=30)
    ahead_days = models.SmallIntegerField(default=28)
    """How many days ahead a slot may be booked."""
    is_open = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(slot_minutes__gte=10, slot_minutes__lte=120), name="desk_slot"),
            models.CheckConstraint(condition=Q(ahead_days__gte=0, ahead_days__lte=180), name="desk_ahead"),
        )


class DeskHours(models.Model):
    """開設の曜日と時間: a weekday of a desk from a day on; the newest set holds (`rules.Hours`)."""

    id = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="hours", db_index=False)
    valid_from = models.DateField()
    weekday = models.SmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    supporters = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "valid_from", "weekday"), name="deskhours_once"),
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="deskhours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="deskhours_times"),
            models.CheckConstraint(condition=Q(supporters__gte=0, supporters__lte=20), name="deskhours_supporters"),
        )


class DeskDay(models.Model):
    """例外の日: a day unlike its weekday; without hours: closed (休み)."""

    id = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    supporters = models.SmallIntegerField(default=0)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "day"), name="deskday_once"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(closes__gt=F("opens")), name="deskday_times"
            ),
            models.CheckConstraint(condition=Q(supporters__gte=0, supporters__lte=20), name="deskday_supporters"),
        )


class Topic(models.Model):
    """相談の内容: what is asked at desks; retired ones stay on visits of before."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    title = models.JSONField()
    place = models.SmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)


class Visit(models.Model):
    """相談: a booked slot or somebody who walked in. A place of a slot is a lane; a lane is given once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.TextField(unique=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="visits", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    lane = models.SmallIntegerField(null=True)
    """Which of the slot's places it has; None: walked in."""
    channel = models.TextField()
    state = models.TextField()
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    wish = models.TextField(default="", blank=True)
    age_class = models.TextField(default="unknown")
    language = models.TextField(default="ja")
    topics = models.JSONField(default=list)
    """Codes of what was asked."""
    minutes = models.SmallIntegerField(null=True)
    outcome = models.TextField(default="", blank=True)
    passed_to = models.TextField(default="", blank=True)
    arrived_at = models.DateTimeField(null=True)
    dedupe_key = models.TextField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk", "starts_at", "lane"), condition=Q(lane__isnull=False) & ~Q(state="cancelled"),
                name="visit_lane_once",
            ),
            models.CheckConstraint(condition=Q(channel__in=tuple(CHANNELS)), name="visit_channel"),
            models.CheckConstraint(condition=Q(state__in=tuple(VISIT_STATES)), name="visit_state"),
            models.CheckConstraint(condition=Q(age_class__in=tuple(AGE_CLASSES)), name="visit_age"),
            models.CheckConstraint(condition=Q(outcome__in=("", *OUTCOMES)), name="visit_outcome"),
            models.CheckConstraint(condition=Q(channel="walk_in", lane=None) | ~Q(channel="walk_in") &
                                   Q(lane__gte=1), name="visit_placed"),
            models.CheckConstraint(condition=~Q(state="done") | Q(minutes__gte=1) & ~Q(outcome=""), name="visit_done"),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("desk", "starts_at"), name="visit_by_time"),
            models.Index(fields=("account", "starts_at"), name="visit_by_account"),
        )
