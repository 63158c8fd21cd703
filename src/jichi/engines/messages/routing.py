"""Chooses the channel of each message for those who can be reached by more than mail. No gateway is asked here."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .backends import channels_on, days_between_sms
from .catalogue import templates, topics
from .models import ContactPoint, ContactPreference, Delivery, Message
from .rules import ChannelName, Template, channels_for, next_channel

logger = logging.getLogger("jichi.messages")
ACTOR: Final = system_actor("messages.router")
BATCH: Final = 100
WENT: Final = ("pending", "sending", "sent", "uncertain")
"""States of an SMS that went out, or will."""


def ways(account_id: UUID, template: Template, *, contact: accounts.Contact | None) -> tuple[ChannelName, ...]:
    """The channels to try for a person and a message, in order. Inside a unit of the system; two statements."""
    on = channels_on()
    points = ContactPoint.objects.filter(account_id=account_id, ended_at=None)
    reachable = {name for name in points.values_list("channel", flat=True) if name in on}
    if contact is not None and contact.email:
        reachable.add("mail")
    chosen = dict(
        ContactPreference.objects.filter(account_id=account_id, topic=template.topic).values_list("channel", "wanted")
    )
    return channels_for(
        wanted={name for name, wanted in chosen.items() if wanted},
        refused={name for name, wanted in chosen.items() if not wanted},
        reachable=reachable, may_opt_out=template.may_opt_out, refusable_topic=topics().get(template.topic, True),
    )  # fmt: skip


def _spared(message: Message, channels: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
    """Without SMS where one about the same case went to this person a few days ago, and another way is left."""
    days = days_between_sms()
    others = tuple(name for name in channels if name != "sms")
    if not days or message.account_id is None or not message.about or not others or len(others) == len(channels):
        return channels
    went = Delivery.objects.filter(
        channel="sms", message__account_id=message.account_id, message__about=message.about, state__in=WENT,
        message__created_at__gt=message.created_at - timedelta(days=days),
    ).exclude(message=message)  # fmt: skip
    return others if went.exists() else channels


def _route(delivery: Delivery) -> None:
    """Mail stays where no other way is wanted; whoever wants none gets the answer of the mail channel."""
    message, template = delivery.message, templates().get(delivery.message.template)
    if template is not None and message.account_id is not None:
        contact = accounts.contact_of(message.account_id)
        found = _spared(message, ways(message.account_id, template, contact=contact))
        delivery.channel = next_channel(found, ()) or "mail"
    delivery.routed = True
    delivery.save(update_fields=["channel", "routed"])


def route(*, limit: int = BATCH) -> int:
    """Choose for those that wait; answers how many. Any number may run at once."""
    with unit(ACTOR):
        found = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message").filter(routed=False).order_by("id")[:limit]
        )  # fmt: skip
        rows = list(found)
        for delivery in rows:
            _route(delivery)
    return len(rows)


def route_round() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return route() == BATCH


def pass_on(message: Message, *, used: Collection[str]) -> bool:
    """Give the message to the person's next channel. Inside a unit of the system. False: there is none left."""
    template = templates().get(message.template)
    if template is None or message.account_id is None or message.address or message.email:
        return False
    contact = accounts.contact_of(message.account_id)
    following = next_channel(_spared(message, ways(message.account_id, template, contact=contact)), used)
    if following is None:
        return False
    now = clock.now()
    Delivery.objects.create(
        message=message, channel=following, key=message.pk, state="pending", next_attempt_at=now, changed_at=now
    )
    logger.info("message %s goes on by %s", message.pk, following)
    return True
