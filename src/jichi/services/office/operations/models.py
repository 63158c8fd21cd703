"""Tables of this room. Private to it."""

from __future__ import annotations

from django.db import models


class Observation(models.Model):
    """What a process saw last: its clock, the last backup, the last look at what stands outside. One row a subject."""

    key = models.TextField(primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField()
