"""What retreats do with the facts of the booking engine: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.booking.events import DrawHeld

from .tasks import settle_draw


def on_draw_held(event: DrawHeld) -> None:
    """Who won gets a room, in the background; draws of others are left alone there."""
    settle_draw.defer(offering_id=str(event.offering_id))
