"""Tables of questionnaires. A reply carries no name, no time and no order; who answered stands apart from it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class Survey(models.Model):
    """アンケート: the questions about one thing that took place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    """What it is about, as its room names it: "front_events:<id>"."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    questions = models.JSONField()
    opens_at = models.DateTimeField(null=True)
    """Without times it is a draft: nobody is asked."""
    closes_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="survey_times",
            ),
        )


class Reply(models.Model):
    """答え: written once. The key is random, so that the order of arrival is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="replies")
    answers = models.JSONField()


class Mark(models.Model):
    """答えた印: that somebody has answered, as a hash that differs from questionnaire to questionnaire."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="marks", db_index=False)
    mark = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "mark"), name="survey_mark_once"),)
