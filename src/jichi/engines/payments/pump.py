"""The refund pump: claims due refunds, asks the payment firm, says what became of them. Any number may run.

Claim and commit → ask → mark. What dies in between leaves a row in "sending" whose lease runs out; the next pump
asks again under the same key, and the firm does a key once.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import unit
from jichi.kernel import clock

from . import booking
from .backends import Firm, firm
from .models import Refund
from .rules import Answer, judge_refund
from .taking import fail_refund

logger = logging.getLogger("jichi.payments")

BATCH: Final = 10
LEASE: Final = timedelta(minutes=5)
SAFE_REST: Final = timedelta(minutes=1)
"""A refund is begun only while the lease still holds this long (each step of the wire takes 8 s at most)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A refund that this pump holds."""

    refund_id: UUID
    claim: UUID
    payment_ref: str
    amount_yen: int
    requested_at: datetime
    attempts: int
    uncertain: int


def _nothing(_step: str) -> None:
    return


def pump(*, limit: int = BATCH, lease: timedelta = LEASE, at_step: Callable[[str], None] = _nothing) -> int:
    """One round; answers how many refunds were claimed.

    Args:
        limit: at most so many.
        lease: how long this pump holds them.
        at_step: called with "claimed", "answered", "marked" as the round goes on; crash tests die there.
    """
    began = clock.now()
    with unit(booking.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_claim(%s, %s, %s)", (began, began + lease, limit))
        held = [Claimed(*row) for row in cursor.fetchall()]
    if not held:
        return 0
    at_step("claimed")
    at = firm()
    begin_before = began + lease - min(SAFE_REST, lease / 2)
    for claimed in held:
        _give_back(at, claimed, begin_before=begin_before, at_step=at_step)
    return len(held)


def _give_back(at: Firm, claimed: Claimed, *, begin_before: datetime, at_step: Callable[[str], None]) -> None:
    if clock.now() > begin_before:
        answer = Answer("later", "firm.trouble")
    else:
        answer = at.refund(key=claimed.refund_id, payment_ref=claimed.payment_ref, amount_yen=claimed.amount_yen)
    at_step("answered")
    _mark(claimed, answer)
    at_step("marked")


def _mark(claimed: Claimed, answer: Answer) -> bool:
    """Write down what became of it. False: a callback was first, or the lease ran out and another pump holds it."""
    now = clock.now()
    verdict = judge_refund(
        answer, attempts=claimed.attempts, uncertain=claimed.uncertain, requested_at=claimed.requested_at, now=now,
        jitter=random.random(),  # noqa: S311 - spreads retries, keeps no secret
    )  # fmt: skip
    with unit(booking.SYSTEM):
        named = Refund.objects.select_related("payment").get(pk=claimed.refund_id)
        charge = booking.lock_charge(named.payment.charge_id)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=claimed.refund_id)
        if refund.claim != claimed.claim:
            return False
        refund.uncertain, refund.provider_ref = verdict.uncertain, answer.ref or refund.provider_ref
        if verdict.state == "done":
            return booking.finish_refund(charge, refund, ref=answer.ref)
        if verdict.state == "failed":
            logger.error("refund %s failed: %s", refund.pk, verdict.error)
            fail_refund(charge, refund, verdict.error)
            return True
        refund.state, refund.last_error, refund.changed_at = verdict.state, verdict.error, now
        refund.claim = refund.lease_until = None
        refund.next_attempt_at = now + verdict.wait if verdict.wait is not None else None
        refund.save()
    return True


def pump_round() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return pump() == BATCH
