"""A charge that only carries money for a room above: the payer gives the try up."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict, NotFound

from .. import asking, booking, permissions
from ..backends import FirmAwayError, FirmRefusedError, firm
from ..models import Charge, Checkout
from ..rules import ChargeState

logger: Final = logging.getLogger("jichi.payments")


def give_up(*, actor: Actor, charge_id: UUID) -> bool:
    """Close the firm's page of a carried charge, so that the money can be paid another way; False where it was paid.

    The firm is called while no row is locked. What it took before is booked, not given up.

    Raises:
        NotFound: no such charge, not the actor's, or none that is carried.
        Conflict: "payment.checking": the firm can't say whether money was taken, so nothing is given up.
    """
    with unit(actor):
        charge = Charge.objects.filter(pk=charge_id, is_carried=True).first()
        if charge is None:
            raise NotFound
        permissions.require_payer(actor, charge)
        tries = list(Checkout.objects.filter(charge=charge, state="open").values_list("provider_ref", flat=True))
    at = firm()
    for ref in tries:
        try:
            asking.take_answer(at.expire(ref))
        except (FirmAwayError, FirmRefusedError, ValueError) as error:
            logger.info("charge %s is not given up: %s", charge_id, type(error).__name__)
            raise Conflict("payment.checking") from error
    with unit(actor), unit(booking.SYSTEM):
        charge = booking.lock_charge(charge_id)
        booking.end_carried(charge)
        if charge.state == ChargeState.DUE:
            raise Conflict("payment.checking")
        return charge.state == ChargeState.CANCELLED
