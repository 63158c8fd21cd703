"""Taking in what the payment firm says: once, whatever the order, never more than the charge says.

The row of the charge is locked first, then it is judged, kept and acted upon, all in one transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from jichi.engines.audit.context import unit
from jichi.kernel import clock

from . import booking, rules, texts
from .models import Charge, Checkout, Payment, PaymentEvent, Refund
from .rules import ChargeState, Notice, Outcome

logger = logging.getLogger("jichi.payments")
TRIES: Final = 4
PATIENCE: Final = "700ms"
"""Shorter than the second after which PostgreSQL looks for deadlocks."""
_KINDS: Final[dict[str, str]] = {"settled": "settles", "late": "late", "surplus": "surplus", "again": "surplus"}
_ENDS: Final = {"session.failed": "failed", "session.cancelled": "cancelled", "session.expired": "expired"}


def book_notice(notice: Notice, *, raw: str, via: Literal["callback", "poll"]) -> Outcome:
    """Keep one notice and do what follows from it; told twice it is kept once.

    A room above may hold its own rows and wait for the charge while we hold the charge and wait for them. We give
    way, before the database has to choose, and try again: the firm can wait, people can't.

    Raises:
        OperationalError: somebody holds the charge for seconds; the firm calls again, or the sweep asks.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with unit(booking.SYSTEM):
                _give_way_after(PATIENCE)
                outcome = _book(notice, raw=raw, via=via)
                _give_way_after("0")
                return outcome
        except OperationalError:
            if attempt == TRIES:
                raise
            logger.info("payment notice %s waits for somebody else's act", notice.event_id)
    raise AssertionError


def _give_way_after(wait: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", (wait,))


def _book(notice: Notice, *, raw: str, via: Literal["callback", "poll"]) -> Outcome:
    refund, charge = _concerned(notice)
    if PaymentEvent.objects.filter(event_id=notice.event_id).exists():
        return "repeat"
    outcome = _judge(notice, charge, refund)
    if via == "poll" and outcome in ("repeat", "kept"):
        return outcome
    try:
        with transaction.atomic():
            PaymentEvent.objects.create(
                event_id=notice.event_id, kind=notice.kind, charge=charge, session_ref=notice.session_ref,
                amount_yen=notice.amount_yen, raw=raw, via=via, received_at=clock.now(), outcome=outcome,
                is_trouble=outcome in rules.TROUBLE,
            )  # fmt: skip
    except IntegrityError:
        return "repeat"  # the same one came at the same moment and was first
    _act(notice, outcome, charge, refund)
    return outcome


def _concerned(notice: Notice) -> tuple[Refund | None, Charge | None]:
    """The refund and the locked charge that a notice is about. The charge is always locked first."""
    charge_id: UUID | None = notice.reference
    if notice.refund_key is not None:
        named = Refund.objects.select_related("payment").filter(pk=notice.refund_key).first()
        charge_id = named.payment.charge_id if named else charge_id
    charge = Charge.objects.select_for_update().filter(pk=charge_id).first() if charge_id else None
    if charge is None or notice.refund_key is None:
        return None, charge
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment")
    return refund.filter(pk=notice.refund_key, payment__charge=charge).first(), charge


def _judge(notice: Notice, charge: Charge | None, refund: Refund | None) -> Outcome:
    if charge is None:
        return "unknown"
    if notice.kind.startswith("refund."):
        return _judge_refund(notice, refund)
    if notice.kind != "session.paid":
        return "ended" if Checkout.objects.filter(provider_ref=notice.session_ref, state="open").exists() else "kept"
    return rules.judge_money(
        ChargeState(charge.state), total_yen=charge.total_yen, told_yen=notice.amount_yen,
        has_settling=Payment.objects.filter(charge=charge, voided_at=None).exclude(kind="surplus").exists(),
        is_known_payment=Payment.objects.filter(provider_ref=notice.payment_ref).exists(),
        is_carried=charge.is_carried,
    )  # fmt: skip


def _judge_refund(notice: Notice, refund: Refund | None) -> Outcome:
    """A refund that we did not ask the firm for, or of another amount, is for an official to look at."""
    if refund is None or not refund.by_firm:
        return "unknown"
    if refund.amount_yen != notice.amount_yen:
        return "other_amount"
    if refund.state == "done":
        return "repeat"
    if notice.kind == "refund.done":
        return "refund_done"
    return "repeat" if refund.state == "failed" else "refund_failed"


def _act(notice: Notice, outcome: Outcome, charge: Charge | None, refund: Refund | None) -> None:
    if charge is None:
        logger.error("payment notice %s is about nothing we know", notice.event_id)
        return
    if outcome in ("settled", "late", "surplus", "again"):
        _receive(notice, outcome, charge)
    elif outcome == "ended":
        _end_checkout(notice.session_ref, _ENDS[notice.kind])
        booking.end_carried(charge)
    elif outcome == "refund_done" and refund is not None:
        booking.finish_refund(charge, refund, ref=notice.refund_ref)
    elif outcome == "refund_failed" and refund is not None:
        fail_refund(charge, refund, "firm.refused")
    elif outcome == "other_amount" and notice.kind == "session.paid":
        _end_checkout(notice.session_ref, "paid")
    if outcome in rules.TROUBLE and outcome != "refund_failed":
        booking.tell_office(
            charge, texts.OFFICE[outcome], key=f"event:{notice.event_id}",
            subject_key=f"eng_payments:event:{notice.event_id}",
        )  # fmt: skip


def _end_checkout(session_ref: str, state: str) -> None:
    found = Checkout.objects.filter(provider_ref=session_ref)
    found = found.exclude(state="paid") if state == "paid" else found.filter(state="open")
    found.update(state=state, ended_at=clock.now(), next_look_at=None)


def _receive(notice: Notice, outcome: Outcome, charge: Charge) -> None:
    """Money came: it settles the charge, or goes back by itself."""
    at = _accepted(notice.accepted_at)
    payment = Payment.objects.create(
        charge=charge, checkout=Checkout.objects.filter(provider_ref=notice.session_ref).first(),
        kind=_KINDS[outcome], method=notice.method or "unknown",
        amount_yen=notice.amount_yen, accepted_on=at.astimezone(clock.TOKYO).date(), provider_ref=notice.payment_ref,
        recorded_at=clock.now(),
    )  # fmt: skip
    _end_checkout(notice.session_ref, "paid")
    if outcome == "settled":
        booking.settle(charge, payment, at=at)
        return
    if outcome == "again":
        booking.hand_up(charge, payment)
        return
    booking.post(
        charge, f"payment:{payment.pk}", "surplus", payment.amount_yen, day=payment.accepted_on,
        purse=rules.purse_of(payment.method),
    )  # fmt: skip
    if outcome == "late":
        charge.paid_yen, charge.paid_at = payment.amount_yen, at
    booking.begin_refund(charge, payment, reason=texts.REASONS[outcome], by=None)


def _accepted(told: datetime | None) -> datetime:
    """When the firm took the money; never after now, whatever its clock says."""
    now = clock.now()
    return min(told, now) if told is not None else now


def fail_refund(charge: Charge, refund: Refund, error: str) -> None:
    """The firm will not give it back: an official is told."""
    refund.state, refund.last_error, refund.changed_at = "failed", error, clock.now()
    refund.claim = refund.lease_until = refund.next_attempt_at = None
    refund.save()
    booking.refund_trouble(charge, refund)
