"""What waits for an official: notices kept aside, refunds that don't get through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jichi.engines.audit.context import Actor

from ..models import PaymentEvent, Refund
from ..permissions import VIEW, require
from .record import EventInfo, RefundInfo, event_info, refund_info

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """A notice or a refund that somebody must look at, with the charge it is about, if any."""

    at: datetime
    charge_id: UUID | None
    about: str
    title: str
    event: EventInfo | None = None
    refund: RefundInfo | None = None


def troubles(*, actor: Actor) -> tuple[Trouble, ...]:
    """Open notices of the actor's divisions, newest first, at most 100; one statement. Raises Forbidden."""
    require(actor, VIEW)
    found = PaymentEvent.objects.select_related("charge").filter(is_trouble=True, handled_at=None).order_by("-id")
    return tuple(
        Trouble(
            one.received_at, one.charge_id, one.charge.about if one.charge else "",
            one.charge.title.get("ja", "") if one.charge else "", event=event_info(one),
        )
        for one in found[:LIMIT]
    )  # fmt: skip


def unsettled_refunds(*, actor: Actor) -> tuple[Trouble, ...]:
    """Refunds that failed, are doubtful or wait for a hand, newest first, at most 100; one statement."""
    require(actor, VIEW)
    found = Refund.objects.select_related("payment__charge").filter(state__in=("failed", "uncertain"))
    by_hand = Refund.objects.select_related("payment__charge").filter(by_firm=False, state="requested")
    return tuple(
        Trouble(
            one.changed_at, one.payment.charge_id, one.payment.charge.about, one.payment.charge.title.get("ja", ""),
            refund=refund_info(one),
        )
        for one in (found | by_hand).order_by("-changed_at", "id")[:LIMIT]
    )  # fmt: skip
