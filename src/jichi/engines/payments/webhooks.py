"""Telling programs outside what became of a charge: ids and kinds, in the transaction of the event."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from jichi.kernel import clock

from .events import ChargePartRefunded, ChargeRefunded, ChargeReopened, ChargeSettled
from .permissions import VIEW

_TELL: Final = (
    "SELECT api_publish(%s, %s, 'charge:' || c.id, c.division_id, jsonb_build_object("
    "'charge_id', c.id, 'about', c.about, 'amount_yen', %s::int), %s) FROM eng_payments_charge c WHERE c.id = %s"
)


def _tell(kind: str, charge_id: UUID, amount_yen: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, (kind, VIEW, amount_yen, clock.now(), charge_id))


def on_charge_settled(event: ChargeSettled) -> None:
    """Nothing is owed any more."""
    _tell("charge.settled", event.charge_id, event.amount_yen)


def on_charge_refunded(event: ChargeRefunded) -> None:
    """The money went back."""
    _tell("charge.refunded", event.charge_id, event.amount_yen)


def on_charge_part_refunded(event: ChargePartRefunded) -> None:
    """A part of the money went back; the rest stays paid. `amount_yen` is what went back now."""
    _tell("charge.part_refunded", event.charge_id, event.amount_yen)


def on_charge_reopened(event: ChargeReopened) -> None:
    """It is owed again."""
    _tell("charge.reopened", event.charge_id, event.amount_yen)
