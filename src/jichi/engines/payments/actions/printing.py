"""領収証を出す: every printing counts; all after the first are marked 再発行."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import NotFound

from .. import booking, permissions
from ..models import Receipt


def note_printing(*, actor: Actor, charge_id: UUID) -> int:
    """Count one more printing of the charge's receipt; answers which one it is, from 1.

    Raises:
        NotFound: no receipt, or not for this actor.
    """
    with unit(actor):
        receipt = (
            Receipt.objects.select_related("payment__charge")
            .filter(payment__charge_id=charge_id, payment__voided_at=None)
            .first()
        )
        if receipt is None:
            raise NotFound
        if actor.kind == "staff":
            permissions.require_staff(actor, receipt.payment.charge, permissions.VIEW)
        else:
            permissions.require_payer(actor, receipt.payment.charge)
        audit.record(actor=actor, action="print", table="eng_payments_receipt", object_id=str(receipt.pk))
        with unit(booking.SYSTEM):
            Receipt.objects.filter(pk=receipt.pk).update(prints=F("prints") + 1)
            return Receipt.objects.values_list("prints", flat=True).get(pk=receipt.pk)
