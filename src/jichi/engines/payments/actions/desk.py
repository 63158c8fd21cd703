"""窓口: money over the counter, taken back the same day where it was a mistake; what an official has to look at."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import booking, permissions
from ..models import Charge, Checkout, Payment, PaymentEvent
from ..rules import COUNTER_METHODS, ChargeState, CounterMethod
from .refunding import checked_reason, checked_slip, require_other

MOST_NOTE = 500


def record_counter_payment(*, actor: Actor, charge_id: UUID, method: CounterMethod, slip: str) -> None:
    """The whole charge was paid over the counter, today. The same method and slip again change nothing.

    Args:
        slip: number of the counter's paper (レジ番号, 端末の伝票番号); required, so that the till can be compared.

    Raises:
        NotFound, Forbidden: not this official's. Invalid: method or slip. Conflict: "payment.not_due".
    """
    errors = {} if method in COUNTER_METHODS else {"method": FieldError("field.choose_one")}
    try:
        slip = checked_slip(slip)
        errors |= {} if slip else {"slip": FieldError("field.required")}
    except Invalid as problem:
        errors |= problem.fields
    if errors:
        raise Invalid(fields=errors)
    with unit(actor):
        seen = Charge.objects.filter(pk=charge_id).first()
        if seen is None:
            raise NotFound
        permissions.require_staff(actor, seen, permissions.COLLECT)
        with unit(booking.SYSTEM):
            charge = booking.lock_charge(charge_id)
            if Payment.objects.filter(charge=charge, method=method, slip=slip, voided_at=None).exists():
                return
            if charge.state != ChargeState.DUE:
                raise Conflict("payment.not_due")
            if charge.is_carried:
                raise Conflict("payment.carried")
            now = clock.now()
            payment = Payment.objects.create(
                charge=charge, kind="settles", method=method, amount_yen=charge.total_yen, slip=slip,
                accepted_on=now.astimezone(clock.TOKYO).date(), recorded_by_id=actor.account_id, recorded_at=now,
            )  # fmt: skip
            # A page of the firm that is still open is closed by the next sweep; paid there too, it goes back.
            Checkout.objects.filter(charge=charge, state="open").update(next_look_at=now)
            booking.settle(charge, payment, at=now)
        audit.record(
            actor=actor, action="collect", table="eng_payments_charge", object_id=str(charge.pk),
            subject=charge.payer_no, detail={"method": method, "slip": slip, "amount_yen": charge.total_yen},
        )  # fmt: skip


def void_counter_payment(*, actor: Actor, charge_id: UUID, reason: str) -> None:
    """当日取消: what was recorded at the counter today was a mistake; the charge is owed again.

    Payment and receipt number stay, marked; the books get the entries the other way round. Pressed again it changes
    nothing.

    Args:
        reason: why, in Japanese, for the file; required, at most 500 characters.

    Raises:
        NotFound, Forbidden: not this official's, or their own charge. Invalid: reason.
        Conflict: "payment.not_paid"; "payment.not_counter": the money lies with the payment firm;
            "payment.not_today": give it back instead; what a room above says that has used the payment already.
    """
    reason = checked_reason(reason)
    with unit(actor):
        require_other(actor, charge_id, permissions.COLLECT)
        with unit(booking.SYSTEM):
            charge = booking.lock_charge(charge_id)
            voided = Payment.objects.filter(charge=charge).exclude(voided_at=None).exists()
            if charge.state == ChargeState.DUE and voided:
                return
            if charge.state != ChargeState.PAID:
                raise Conflict("payment.not_paid")
            payment = Payment.objects.get(charge=charge, kind="settles", voided_at=None)
            if payment.method not in COUNTER_METHODS:
                raise Conflict("payment.not_counter")
            if payment.accepted_on != clock.today() or payment.refunds.exists():
                raise Conflict("payment.not_today")
            payment.voided_at, payment.voided_by_id, payment.void_reason = clock.now(), actor.account_id, reason
            payment.save(update_fields=["voided_at", "voided_by", "void_reason"])
            booking.unsettle(charge, payment)
        audit.record(
            actor=actor, action="void", table="eng_payments_charge", object_id=str(charge.pk),
            subject=charge.payer_no, detail={"reason": reason, "amount_yen": payment.amount_yen},
        )  # fmt: skip


def settle_event(*, actor: Actor, event_id: str, note: str) -> None:
    """An official has dealt with what the firm said: what was found and done is noted. Nothing is booked by this.

    After it the payer may pay again where another amount had come.

    Args:
        event_id: as the firm named it.
        note: required, at most 500 characters.

    Raises:
        NotFound: no open event of this name for this official. Forbidden: not this official's. Invalid: note.
    """
    note = note.strip()
    if not note:
        raise Invalid(fields={"note": FieldError("field.required")})
    if len(note) > MOST_NOTE:
        raise Invalid(fields={"note": FieldError("field.too_long", {"limit": MOST_NOTE, "length": len(note)})})
    with unit(actor):
        event = PaymentEvent.objects.select_related("charge").filter(event_id=event_id, is_trouble=True).first()
        if event is None:
            raise NotFound
        if event.charge is not None:
            permissions.require_staff(actor, event.charge, permissions.COLLECT)
        else:
            permissions.require(actor, permissions.WATCH)
        with unit(booking.SYSTEM):
            changed = PaymentEvent.objects.filter(pk=event.pk, handled_at=None).update(
                handled_at=clock.now(), handled_by_id=actor.account_id, handled_note=note
            )
            if not changed:
                return
            if event.outcome == "other_amount" and event.kind == "session.paid":
                Checkout.objects.filter(provider_ref=event.session_ref, state="paid").update(state="failed")
                if event.charge is not None:
                    booking.end_carried(booking.lock_charge(event.charge.pk))
            inbox.close_items(actor=booking.SYSTEM, subject_key=f"eng_payments:event:{event_id}")
        audit.record(
            actor=actor, action="settle_event", table="eng_payments_paymentevent", object_id=str(event.pk),
            detail={"note": note},
        )  # fmt: skip
