"""Tables of this room: sums by day. What is counted one by one lies in `eng_statistics_event` (sql/events.sql).

No row says who: events carry numbers made with a day's random salt, sums carry counts.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

SOURCES = ("pages", "cases")


class Salt(models.Model):
    """The day's random salt, with which visitors become numbers. Outside the database's log, gone after the day."""

    day = models.DateField(primary_key=True)
    value = models.BinaryField()


class Day(models.Model):
    """How far a day's events are added up: `changes` counts batches that came, `rolled` how many of them are in."""

    day = models.DateField(primary_key=True)
    changes = models.BigIntegerField(default=0)
    rolled = models.BigIntegerField(default=0)


class Tally(models.Model):
    """How often something was on a day. `subject` "*": of all subjects together; `people` null: not counted."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField()
    day = models.DateField()
    subject = models.TextField()
    measure = models.TextField()
    key = models.TextField(default="")
    count = models.BigIntegerField()
    people = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "day", "subject", "measure", "key"), name="tally_once"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="tally_source"),
            models.CheckConstraint(condition=Q(count__gte=0), name="tally_count"),
        )
        indexes = (
            models.Index(fields=("measure", "day"), include=("subject", "key", "count", "people"), name="tally_by_day"),
            models.Index(
                fields=("subject", "measure", "day"), include=("key", "count", "people"), name="tally_by_subject"
            ),
        )


class PageTally(models.Model):
    """One page of one version of a form on a day: attempts that reached it, went on, met an error; time taken.

    `times`: {bucket of `rules.SECONDS`: how many}.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    subject = models.TextField()
    version = models.BigIntegerField()
    page = models.TextField()
    reached = models.BigIntegerField()
    went_on = models.BigIntegerField()
    erred = models.BigIntegerField()
    errors = models.BigIntegerField()
    times = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "day", "version", "page"), name="page_tally_once"),
            models.CheckConstraint(condition=Q(reached__gte=0), name="page_tally_reached"),
        )


class StepTally(models.Model):
    """A step of handling that ended on a day: how often, after its day, and how long it took.

    `times`: {bucket of `rules.MINUTES`: how many}; `minutes`: their sum. `subject` "*": all.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    subject = models.TextField()
    step = models.TextField()
    count = models.BigIntegerField()
    late = models.BigIntegerField(default=0)
    minutes = models.BigIntegerField()
    times = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "day", "step"), name="step_tally_once"),
            models.CheckConstraint(condition=Q(late__gte=0), name="step_tally_late"),
        )
        indexes = (
            models.Index(fields=("step", "day"), include=("subject", "count", "late", "minutes"), name="step_by_day"),
        )


class Position(models.Model):
    """How far a room above has read its own history for statistics."""

    name = models.TextField(primary_key=True)
    value = models.BigIntegerField(default=0)


class Observation(models.Model):
    """実績: an indicator's value of a month, as it was found; another finding later is another row (改定)."""

    id = models.BigAutoField(primary_key=True)
    indicator = models.TextField()
    period = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(period__day=1), name="observation_of_a_month"),)
        indexes = (models.Index(fields=("indicator", "period", "-id"), name="observation_newest"),)
