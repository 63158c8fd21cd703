"""Use cases of bookings and draws."""

from .coming import Arrival, check_in, mark_no_shows, substitute
from .drawing import freeze_draw, perform_draw, void_draw
from .entering import Entered, book_room, confirm_place, enter, withdraw
from .offering import ItemSpec, cancel_offering, close_offering, open_offering
from .waiting import promote_next, release_expired

__all__ = [
    "Arrival",
    "Entered",
    "ItemSpec",
    "book_room",
    "cancel_offering",
    "check_in",
    "close_offering",
    "confirm_place",
    "enter",
    "freeze_draw",
    "mark_no_shows",
    "open_offering",
    "perform_draw",
    "promote_next",
    "release_expired",
    "substitute",
    "void_draw",
    "withdraw",
]
