"""Facilities and what is true of them: the least age at entry. Public; private to this room."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

CLASSES = tuple(range(6))


class Facility(models.Model):
    """保育施設: where children can be placed. Public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    address = models.TextField(default="", blank=True)
    hours = models.TextField(default="", blank=True)
    """Opening hours as the facility writes them: "7:15～18:15"."""
    about = models.TextField(default="", blank=True)
    """What the facility says of itself."""
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    desk = models.ForeignKey("eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+")
    """The organisation whose people sign in to enter this facility's seats; without one it has links alone."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="nursery_facility_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=20, latitude__lte=46, longitude__gte=122, longitude__lte=154),
                name="nursery_facility_place",
            ),
        )


class FacilityAge(models.Model):
    """受入れの月齢: how many days old a child of a class must be at entry, for entries from a day on. Public."""

    id = models.BigAutoField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    class_id = models.IntegerField()
    valid_from = models.DateField()
    days = models.IntegerField()
    """0: no limit from that day on."""
    birth_counts = models.BooleanField(default=False)
    """Is the day of birth the first day? Else the day after it is."""
    changed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("facility", "class_id", "valid_from"), name="nursery_age_once"),
            models.CheckConstraint(condition=Q(class_id__in=CLASSES), name="nursery_age_class"),
            models.CheckConstraint(condition=Q(days__gte=0, days__lte=2000), name="nursery_age_days"),
        )
