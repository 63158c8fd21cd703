"""Tables of this room; row security and `messages_enqueue` are in `sql/`."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

CHANNELS = ("mail", "sms", "line")
STATES = ("pending", "sending", "sent", "uncertain", "failed", "suppressed")
RECEIPTS = ("", "delivered", "undelivered", "expired", "rejected", "none")


class Message(models.Model):
    """通知: what is to be told to whom; the text is made from its template when it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.TextField()
    account = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    email = models.TextField(default="", db_default="")
    """Address for those who have no account yet; otherwise the account's address at sending time."""
    address = models.TextField(default="", db_default="")
    """A telephone to be proved, or a chat that is nobody's yet: this one message goes there and nowhere else."""
    language = models.TextField(default="", db_default="")
    template = models.TextField()
    params = models.JSONField(default=dict)
    about = models.TextField(default="", db_default="")
    """受付番号 without its hyphen."""
    division = models.ForeignKey(
        "eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who is told when it can't be delivered."""
    alert_url_path = models.TextField(default="", db_default="")
    header_id = models.TextField(default="", db_default="")
    """The Message-ID header, fixed at the first try."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(account__isnull=False) | ~Q(email="") | ~Q(address=""), name="message_recipient"
            ),
            models.CheckConstraint(condition=~Q(dedupe_key=""), name="message_dedupe_key"),
            models.CheckConstraint(
                condition=Q(alert_url_path="") | Q(alert_url_path__startswith="/"), name="message_alert_url_path"
            ),
            # Not `unique=True`: that would have a second index, for patterns that nobody asks for.
            models.UniqueConstraint(fields=("dedupe_key",), name="eng_messages_message_dedupe_key_key"),
            models.UniqueConstraint(fields=("header_id",), condition=~Q(header_id=""), name="message_header_id_once"),
        )
        indexes = (
            models.Index(fields=("about", "created_at"), name="message_about", condition=~Q(about="")),
            models.Index(fields=("account", "created_at"), name="message_account", condition=Q(account__isnull=False)),
        )


class Delivery(models.Model):
    """配信: one message on one channel; the outbox."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.TextField(default="mail", db_default="mail")
    key = models.UUIDField(default=uuid.uuid4)
    """By which the gateway knows it: the message's id, a new one when an official sends it again."""
    routed = models.BooleanField(default=True, db_default=True)
    """False until the channel is chosen, for those who can be reached by more than mail."""
    passed_on = models.BooleanField(default=False, db_default=False)
    """It ended without success and the next channel took over."""
    state = models.TextField(default="pending", db_default="pending")
    attempts = models.IntegerField(default=0, db_default=0)
    uncertain = models.IntegerField(default=0, db_default=0)
    """How often it may have been taken without our knowing."""
    next_attempt_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    last_error = models.TextField(default="", db_default="")
    """Code of the last trouble: "mail.refused", with the server's number behind a colon."""
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    receipt = models.TextField(default="", db_default="")
    """What the carrier reported afterwards; "none" where a report was due and never came."""
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("message", "channel"), name="delivery_once"),
            models.UniqueConstraint(fields=("channel", "key"), name="delivery_key_once"),
            models.CheckConstraint(condition=Q(receipt__in=RECEIPTS), name="delivery_receipt"),
            models.CheckConstraint(
                condition=Q(passed_on=False) | Q(state__in=("failed", "suppressed", "sent")), name="delivery_passed_on"
            ),
            models.CheckConstraint(condition=Q(routed=True) | Q(state="pending"), name="delivery_routed"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="delivery_channel"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, claim__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True, claim__isnull=True)),
                name="delivery_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "uncertain"), next_attempt_at__isnull=False)
                | (~Q(state__in=("pending", "uncertain")) & Q(next_attempt_at__isnull=True)),
                name="delivery_next_attempt",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="delivery_sent",
            ),
        )
        indexes = (
            models.Index(
                fields=("channel", "next_attempt_at", "id"),
                name="delivery_due_on",
                condition=Q(state__in=("pending", "uncertain")),
            ),
            models.Index(fields=("channel", "lease_until"), name="delivery_leased_on", condition=Q(state="sending")),
            models.Index(fields=("id",), name="delivery_unrouted", condition=Q(routed=False)),
            models.Index(
                fields=("sent_at",), name="delivery_no_receipt", condition=Q(channel="sms", state="sent", receipt="")
            ),
            models.Index(
                fields=("state", "id"),
                name="delivery_board",
                condition=Q(state__in=("uncertain", "failed", "suppressed")),
            ),
            models.Index(
                fields=("changed_at",), name="delivery_finished", condition=Q(state__in=("sent", "suppressed"))
            ),
        )


class ContactPreference(models.Model):
    """連絡先の希望: a person does not (or does) want a topic on a channel. No row: wanted."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.TextField()
    channel = models.TextField(default="mail")
    wanted = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "topic", "channel"), name="contact_preference_once"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="contact_preference_channel"),
        )


class ContactPoint(models.Model):
    """連絡先: a telephone number or a LINE chat that was proved to be the person's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.TextField()
    address = models.TextField()
    """"+819012345678", or the id LINE gives a user for our channel; it is no identity."""
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(channel__in=("sms", "line")), name="contact_point_channel"),
            models.CheckConstraint(condition=~Q(address=""), name="contact_point_address"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=("person", "unfollowed", "replaced")),
                name="contact_point_ended",
            ),
            models.UniqueConstraint(
                fields=("account", "channel"), condition=Q(ended_at=None), name="contact_point_one_a_channel"
            ),
            models.UniqueConstraint(
                fields=("address",), condition=Q(ended_at=None, channel="line"), name="contact_point_one_chat"
            ),
        )
        indexes = (models.Index(fields=("ended_at",), name="contact_point_old", condition=Q(ended_at__isnull=False)),)


class ContactProof(models.Model):
    """連絡先の確認: a code that was sent to a telephone, or is to be typed into a chat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.CASCADE, related_name="+")
    channel = models.TextField()
    address = models.TextField(default="", db_default="")
    """The number to be proved; "" for LINE, where the chat is known when the code comes in."""
    code_hash = models.TextField()
    attempts = models.IntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(channel="sms") & ~Q(address="") | Q(channel="line", address=""),
                name="contact_proof_channel",
            ),
        )
        indexes = (
            models.Index(fields=("code_hash",), name="contact_proof_code", condition=Q(channel="line", used_at=None)),
        )
