"""Tables of the designer. Private to this room.

Officials see the designs of their divisions, the DX office all: row security in `sql/security.sql` keeps it.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

STATES = ("draft", "trial", "asked", "scheduled", "ended")
"""下書き, 試行, 承認待ち, 公開予定, and over: published or given up."""


class Design(models.Model):
    """設計: the next version of a procedure while it is worked on; at most one open for a procedure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    source = models.JSONField()
    """The definition as plain data; it may still be incomplete."""
    examples = models.JSONField(default=list)
    """例: answers with the outcome expected, as `rules.examples` keeps them; run at every save."""
    failing = models.IntegerField(default=0)
    """How many examples came out other than expected at the last save."""
    revision = models.IntegerField(default=1)
    state = models.TextField(default="draft")
    based_on = models.IntegerField(null=True)
    """Number of the published version that it began from."""
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    """Moment of publication; None: as soon as it is approved."""
    approved_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(default="", blank=True)
    """Why the publication was not approved, or could not be done."""
    ended_at = models.DateTimeField(null=True)
    published_version = models.IntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("slug",), condition=~Q(state="ended"), name="design_one_open"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="design_state"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="design_revision"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None)),
                name="design_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("asked", "scheduled")) | Q(asked_at__isnull=False), name="design_asked"
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | (Q(publish_at__isnull=False) & Q(approved_by__isnull=False)),
                name="design_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(asked_by=None) | ~Q(approved_by=F("asked_by")),
                name="design_second_person",
            ),
            models.CheckConstraint(
                condition=Q(published_version=None) | Q(state="ended"), name="design_published_is_over"
            ),
        )
        indexes = (models.Index(fields=("division", "state"), name="design_by_division"),)


class DesignRevision(models.Model):
    """One save of a design: what it was then, who did it, when."""

    id = models.BigAutoField(primary_key=True)
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="revisions")
    revision = models.IntegerField()
    source = models.JSONField()
    what = models.TextField(default="", blank=True)
    """What was changed, in words."""
    by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("design", "revision"), name="design_revision_once"),)


class PageEdit(models.Model):
    """Who has which page of a design open for a change, and until when that is told to others."""

    id = models.BigAutoField(primary_key=True)
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="+")
    page = models.TextField(default="", blank=True)
    """Id of the page, "" for the settings."""
    who = models.ForeignKey("eng_accounts.Account", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("design", "who"), name="page_edit_once"),)
