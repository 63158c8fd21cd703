"""What events do with the facts of the booking engine: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.booking.events import DrawHeld, OfferingCancelled, PaidTooLate, PlaceGiven, PlaceLost, PlacePaid

from .actions import telling
from .tasks import tell_results


def on_place_given(event: PlaceGiven) -> None:
    """Somebody moved up from the waiting list."""
    what = "offered" if event.held else "given"
    telling.tell_one(offering_id=event.offering_id, entry_id=event.entry_id, what=what)


def on_place_lost(event: PlaceLost) -> None:
    """Nobody answered in time."""
    telling.tell_one(offering_id=event.offering_id, entry_id=event.entry_id, what="too_late")


def on_place_paid(event: PlacePaid) -> None:
    """A place was paid for."""
    telling.tell_one(offering_id=event.offering_id, entry_id=event.entry_id, what="paid")


def on_paid_too_late(event: PaidTooLate) -> None:
    """Money came when the place had gone: it goes back."""
    telling.tell_one(offering_id=event.offering_id, entry_id=event.entry_id, what="paid_too_late")


def on_draw_held(event: DrawHeld) -> None:
    """Everybody of the list hears the outcome, in the background."""
    tell_results.defer(offering_id=str(event.offering_id))


def on_offering_cancelled(event: OfferingCancelled) -> None:
    """Everybody who entered hears that it does not take place, in the background."""
    tell_results.defer(offering_id=str(event.offering_id))
