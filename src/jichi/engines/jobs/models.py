"""Tables of this room. The queue itself is procrastinate's (`procrastinate_jobs` and its kin)."""

from __future__ import annotations

from django.db import models


class Schedule(models.Model):
    """Where a periodic entry stands: the last slot for which a job was made, and slots that passed unserved."""

    name = models.TextField(primary_key=True)
    cron = models.TextField()
    last_slot = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    missed = models.BigIntegerField(default=0)
    missed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    """An administrator wants no more runs of it; None: it runs."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(missed__gte=0), name="schedule_missed"),)


class Failure(models.Model):
    """One run of a job that ended with an error: class and place of the error, never its words or values."""

    job_id = models.BigIntegerField()
    task = models.TextField()
    attempt = models.IntegerField()
    error = models.TextField()
    place = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("job_id", "-id"), name="failure_job"),)
        constraints = (models.CheckConstraint(condition=models.Q(attempt__gte=1), name="failure_attempt"),)
