"""Tables of clients, keys and their calls, and of webhooks. Private to this room."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

SHA256 = r"^[0-9a-f]{64}$"


class ApiClient(models.Model):
    """A program outside that may call us (API利用者), for one division, with some permissions, until a day.

    `account` stands for it wherever the house names who acted; nobody can sign in with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    contact = models.TextField()
    """Whom to ask when it misbehaves: an office or firm, with telephone or mail."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    permissions = ArrayField(models.TextField())
    per_minute = models.IntegerField()
    created_on = models.DateField()
    ends_on = models.DateField()
    """Last day on which it may call."""
    created_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="api_client_title"),
            models.CheckConstraint(condition=Q(per_minute__gte=1, per_minute__lte=100000), name="api_client_rate"),
        )


class ApiKey(models.Model):
    """A key of a client: shown once, kept as a keyed hash. Two may count at once, for changing from old to new."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="keys")
    prefix = models.TextField(unique=True)
    secret_hash = models.TextField()
    slot = models.SmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("client", "slot"), condition=Q(revoked_at__isnull=True), name="api_key_two_at_once"
            ),
            models.CheckConstraint(condition=Q(slot__in=(1, 2)), name="api_key_slot"),
            models.CheckConstraint(condition=Q(secret_hash__regex=SHA256), name="api_key_hash"),
        )


class RateBucket(models.Model):
    """How many calls a client may still make now (token bucket); not logged by the database, full after a crash."""

    client = models.OneToOneField(ApiClient, primary_key=True, on_delete=models.CASCADE, related_name="+")
    tokens = models.FloatField()
    at = models.DateTimeField()


class ApiCall(models.Model):
    """One call and how it was answered (呼び出しの記録). Holds no content."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    key_prefix = models.TextField()
    at = models.DateTimeField()
    method = models.TextField()
    path = models.TextField()
    status = models.SmallIntegerField()
    code = models.TextField(default="", db_default="")
    milliseconds = models.IntegerField()
    request_id = models.TextField()

    class Meta:
        indexes = (
            models.Index(fields=("client", "-id"), name="api_call_by_client"),
            models.Index(fields=("at",), name="api_call_since"),
        )


class StoredAnswer(models.Model):
    """The answer to a write, kept for a day under the client's own key: the same call again gets it again."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField()
    fingerprint = models.TextField()
    status = models.SmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("client", "key"), name="api_answer_once"),)
        indexes = (models.Index(fields=("created_at",), name="api_answer_since"),)


class Subscription(models.Model):
    """Where a client wants to be told of events (通知先): an address, kinds of events, a secret that signs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.TextField()
    kinds = ArrayField(models.TextField())
    secret = models.BinaryField()
    """Sealed with the site's field keys: it signs, so it must be readable to us."""
    secret_before = models.BinaryField(null=True)
    secret_before_until = models.DateTimeField(null=True)
    state = models.TextField(default="active", db_default="active")
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("active", "off", "failed")), name="api_subscription_state"),
        )


class Delivery(models.Model):
    """One event for one subscription: kept in the transaction of the event, sent by the pump. Ids and kinds only."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    """`Webhook-Id`: the same at each try and each replay."""
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField()
    state = models.TextField(default="pending", db_default="pending")
    failed = models.IntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()
    since = models.DateTimeField()
    """When this run of tries began: a replay begins anew."""
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("pending", "done", "failed")), name="api_delivery_state"),
        )
        indexes = (
            models.Index(fields=("next_at",), condition=Q(state="pending"), name="api_delivery_due"),
            models.Index(
                fields=("subscription", "subject", "id"), condition=Q(state="pending"), name="api_delivery_order"
            ),
            models.Index(fields=("subscription", "-id"), name="api_delivery_log"),
        )
