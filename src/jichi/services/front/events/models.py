"""Tables of events. Private to this room; places, entries and draws are the booking engine's."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jichi.engines.programmes.base import Programme

from .rules import CATEGORIES, MODES


class Event(Programme):
    """催し: a programme on one date or several, or none to enter."""

    category = models.TextField(default="other")
    mode = models.TextField(default="none")
    content = models.JSONField(default=dict)
    """All of it, as `rules.content_to` writes it."""
    picture = models.ForeignKey("eng_files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Programme.Meta):
        constraints = (
            *Programme.Meta.constraints,
            models.CheckConstraint(condition=Q(mode__in=MODES), name="event_mode"),
            models.CheckConstraint(condition=Q(category__in=tuple(CATEGORIES)), name="event_category"),
            models.CheckConstraint(condition=Q(state="draft") | Q(published_at__isnull=False), name="event_published"),
            models.CheckConstraint(
                condition=~Q(state="draft", offering__isnull=False)
                & (Q(state="draft") | Q(mode="none") | Q(offering__isnull=False)),
                name="event_offering",
            ),
        )


class EventSlot(models.Model):
    """催しの日: one date of an event; `item_code` is the item of the offering in which its places are counted."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="slots", db_index=False)
    place = models.SmallIntegerField()
    item_code = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("event", "place"), name="slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_times"),
        )
        indexes = (models.Index(fields=("starts_at",), name="slot_by_time"),)


class EventEntry(models.Model):
    """申込みの中身: who entered, as they told us; the entry itself is the booking engine's."""

    entry = models.OneToOneField(
        "eng_booking.Entry", primary_key=True, on_delete=models.PROTECT, related_name="+", db_constraint=True
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    companions = models.JSONField(default=list)
    """Names of those who come along."""
    answers = models.JSONField(default=dict)
    """Key of the question → text."""
    language = models.TextField(default="ja")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="evententry_named"),)
