"""What retreats do with the facts of the booking engine: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.booking.events import DrawHeld
from jichi.engines.payments.events import ChargeReopened, ChargeSettled

from .actions.houses import SYSTEM
from .actions.paying import charge_reopened, charge_settled
from .tasks import settle_draw


def on_draw_held(event: DrawHeld) -> None:
    """Who won gets a room, in the background; draws of others are left alone there."""
    settle_draw.defer(offering_id=str(event.offering_id))


def on_charge_settled(event: ChargeSettled) -> None:
    """A stay was paid for; charges of others are left alone there."""
    charge_settled(actor=SYSTEM, subject=event.subject)


def on_charge_reopened(event: ChargeReopened) -> None:
    """A payment of a stay was recorded by mistake."""
    charge_reopened(actor=SYSTEM, subject=event.subject)
