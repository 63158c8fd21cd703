"""Tables of routes. Private to this room; history is append-only and chained (sql/functions.sql)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .rules import RANKS

STATUSES = ("running", "returned", "approved", "refused", "withdrawn")
TURN_KINDS = ("act", "returned", "asked", "after", "read")


class Route(models.Model):
    """経路: one matter on its way to a decision. `version` counts its acts; `head` is the hash of the last one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.TextField()
    """Opaque: what the room above calls it, "eng_cases:case:<uuid>"."""
    dedupe_key = models.TextField(unique=True)
    spec = models.JSONField()
    """The route file as it was: a later file changes no running route."""
    spec_name = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    title = models.JSONField()
    url_path = models.TextField()
    about = models.TextField(default="")
    drafter = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    status = models.TextField(default="running")
    content_hash = models.TextField()
    version = models.IntegerField(default=0)
    head = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="route_status"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, status__in=("running", "returned"))
                | Q(closed_at__isnull=False, status__in=("approved", "refused", "withdrawn")),
                name="route_closed_when_done",
            ),
            models.CheckConstraint(condition=Q(title__has_key="ja"), name="route_title"),
            models.CheckConstraint(
                condition=Q(url_path__startswith="/") & ~Q(url_path__startswith="//"), name="route_url_path"
            ),
            models.CheckConstraint(condition=~Q(content_hash="") & ~Q(subject=""), name="route_filled"),
            models.UniqueConstraint(
                fields=("subject",), condition=Q(status__in=("running", "returned")), name="route_one_open"
            ),
        )
        indexes = (
            models.Index(F("subject"), F("opened_at").desc(), name="route_by_subject"),
            models.Index(F("division"), F("opened_at").desc(), F("id"), name="route_by_division"),
        )


class RouteAct(models.Model):
    """経路の操作: one act. `body` is the act as canonical JSON, `hash` chains it to the one before. Never changed."""

    id = models.BigAutoField(primary_key=True)
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="acts")
    number = models.IntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("route", "number"), name="route_act_once"),)


class RouteTurn(models.Model):
    """決裁待ち: what waits, or waited, for whom; made from acts and posts, renewed when either changes."""

    id = models.BigAutoField(primary_key=True)
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="turns")
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    step = models.TextField(default="")
    how = models.TextField(default="holder")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=TURN_KINDS), name="route_turn_kind"),
            models.UniqueConstraint(
                fields=("route", "account", "kind"), condition=Q(closed_at__isnull=True), name="route_turn_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("account", "kind", "opened_at", "id"),
                name="route_turn_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=("route", "account"), name="route_turn_of_route"),
        )


class RoutePost(models.Model):
    """職位: the rank of a post on routes, and the division it serves (null: the whole house, such as 副区長)."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey("eng_accounts.Post", on_delete=models.PROTECT, related_name="+")
    rank = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(rank__in=tuple(RANKS)), name="route_post_rank"),
            models.UniqueConstraint(fields=("post", "rank", "division"), name="route_post_once", nulls_distinct=False),
        )
        indexes = (models.Index(fields=("division", "rank"), name="route_post_seat"),)


class Absence(models.Model):
    """不在: an official is away from a day to the end of another; `deputy` is whom they named, if anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(default="")
    declared_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="route_absence_days"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("account")), name="route_absence_not_own_deputy"
            ),
        )
        indexes = (
            models.Index(
                fields=("account", "starts_on", "ends_on"), name="route_absence_open",
                condition=Q(cancelled_at__isnull=True),
            ),
        )  # fmt: skip
