"""What the tables of published programmes have in common; each service makes its own table of it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

STATES: Final = ("draft", "published", "cancelled")


class Programme(models.Model):
    """募集するもの: what a division writes; `offering` is there once people may enter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    """Stands in addresses and on posters."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default="draft")
    title = models.JSONField(default=dict)
    offering = models.OneToOneField("eng_booking.Offering", null=True, on_delete=models.PROTECT, related_name="+")
    copy_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    last_day = models.DateField(null=True)
    search_text = models.TextField(default="", blank=True)
    cancel_reason = models.TextField(default="", blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="%(class)s_state"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="%(class)s_reason"),
        )
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("state", "last_day"), name="%(class)s_by_day"),
        )
