"""還付: money goes back, by the payment firm or by an official's hand."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import booking, permissions, rules
from ..models import Charge, Payment, Refund
from ..rules import MOST_SLIP, ChargeState

MOST_REASON = 500


def refund_charge(*, actor: Actor, charge_id: UUID, reason: str) -> None:
    """Give a paid charge back; told again it changes nothing.

    Args:
        reason: why, in Japanese, for the file; required.

    Raises:
        NotFound, Forbidden: not this official's. Conflict: "payment.not_paid".
        Invalid: no reason, or more than 500 characters.
    """
    reason = checked_reason(reason)
    with unit(actor):
        require_other(actor, charge_id, permissions.REFUND)
        with unit(booking.SYSTEM):
            charge = booking.lock_charge(charge_id)
            if charge.state in (ChargeState.REFUNDING, ChargeState.REFUNDED):
                return
            if charge.state != ChargeState.PAID:
                raise Conflict("payment.not_paid")
            if charge.is_carried:
                raise Conflict("payment.carried")
            payment = Payment.objects.get(charge=charge, kind="settles", voided_at=None)
            booking.begin_refund(charge, payment, reason=reason, by=actor.account_id)
        _record(actor, charge, "refund", reason=reason)


def refund_part(*, actor: Actor, subject: str, amount_yen: int, reason: str, dedupe_key: str) -> None:
    """Give back so much of what was paid for a subject, the newest payment first; the rest stays paid.

    A charge of which all goes back is given back whole. Who may cause it is for the caller to decide.

    Args:
        reason: why, in Japanese, for officials, without names.
        dedupe_key: the same key gives back once, ever.

    Raises:
        ValueError: no amount, or more than was paid and not given back.
    """
    with unit(actor):
        with unit(booking.SYSTEM):
            given = _share_out(subject, amount_yen, reason=reason, by=actor.account_id, cause=dedupe_key)
        for charge in given:
            _record(actor, charge, "refund_part", reason=reason)


def _share_out(subject: str, amount_yen: int, *, reason: str, by: UUID | None, cause: str) -> list[Charge]:
    """Begin the refunds; answers the charges concerned, none where this cause is known."""
    # Locked in the order in which `cancel_charge` locks them; given back from the newest.
    locked = Charge.objects.select_for_update().filter(subject=subject).order_by("opened_at", "id")
    paid = [charge for charge in locked if charge.state == ChargeState.PAID][::-1]
    if Refund.objects.filter(payment__charge__subject=subject, cause=cause).exists():
        return []
    payments = [Payment.objects.get(charge=charge, kind="settles", voided_at=None) for charge in paid]
    left = [booking.left_of(one) for one in payments]
    shares = rules.shares(amount_yen, left)
    for charge, payment, most, share in zip(paid, payments, left, shares, strict=True):
        if share == most:
            booking.begin_refund(charge, payment, reason=reason, by=by, cause=cause)
        elif share:
            booking.begin_part(charge, payment, share, reason=reason, by=by, cause=cause)
    return [charge for charge, share in zip(paid, shares, strict=True) if share]


def record_refund_by_hand(*, actor: Actor, charge_id: UUID, refund_id: UUID, slip: str) -> None:
    """The official has given the money back by hand: what came over the counter, or what the firm refused to return.

    Args:
        slip: number of the paper it was paid out with; "" is allowed.

    Raises:
        NotFound, Forbidden: not this official's. Conflict: "payment.refund_state". Invalid: slip.
    """
    slip = checked_slip(slip)
    with unit(actor):
        require_other(actor, charge_id, permissions.REFUND)
        with unit(booking.SYSTEM):
            charge, refund = _locked(charge_id, refund_id)
            if refund.state == "done":
                return
            if refund.by_firm and refund.state != "failed":
                raise Conflict("payment.refund_state")
            booking.finish_refund(charge, refund, slip=slip)
        _record(actor, charge, "refund_paid", slip=slip)


def retry_refund(*, actor: Actor, charge_id: UUID, refund_id: UUID) -> None:
    """Have a failed refund tried again by the firm.

    Raises:
        NotFound, Forbidden: not this official's. Conflict: "payment.refund_state".
    """
    with unit(actor):
        require_other(actor, charge_id, permissions.REFUND)
        with unit(booking.SYSTEM):
            charge, refund = _locked(charge_id, refund_id)
            if not refund.by_firm or refund.state != "failed":
                raise Conflict("payment.refund_state")
            now = clock.now()
            refund.state = "uncertain" if refund.uncertain else "requested"
            refund.next_attempt_at = refund.changed_at = now
            refund.save(update_fields=["state", "next_attempt_at", "changed_at"])
        _record(actor, charge, "retry_refund")


def require_other(actor: Actor, charge_id: UUID, permission: str) -> None:
    """The official may do this with the charge, and it is not their own. Raises NotFound, Forbidden."""
    charge = Charge.objects.filter(pk=charge_id).first()
    if charge is None:
        raise NotFound
    permissions.require_staff(actor, charge, permission)
    if actor.account_id is not None and charge.account_id == actor.account_id:
        raise Forbidden("forbidden")


def _locked(charge_id: UUID, refund_id: UUID) -> tuple[Charge, Refund]:
    charge = booking.lock_charge(charge_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment")
    found = refund.filter(pk=refund_id, payment__charge=charge).first()
    if found is None:
        raise NotFound
    return charge, found


def _record(actor: Actor, charge: Charge, action: str, **detail: object) -> None:
    audit.record(
        actor=actor, action=action, table="eng_payments_charge", object_id=str(charge.pk), subject=charge.payer_no,
        detail=dict(detail),
    )  # fmt: skip


def checked_slip(slip: str) -> str:
    """The number on a paper as it is kept. Raises Invalid."""
    slip = slip.strip()
    if len(slip) > MOST_SLIP or not slip.isprintable():
        raise Invalid(fields={"slip": FieldError("payment.slip")})
    return slip


def checked_reason(reason: str) -> str:
    """Why, as it is kept. Raises Invalid."""
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": FieldError("field.required")})
    if len(reason) > MOST_REASON:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"limit": MOST_REASON, "length": len(reason)})})
    return reason
