"""Use cases of bookings and draws."""

from .drawing import freeze_draw, perform_draw, void_draw
from .entering import Entered, book_room, confirm_place, enter, withdraw
from .offering import ItemSpec, close_offering, open_offering
from .waiting import promote_next, release_expired

__all__ = [
    "Entered",
    "ItemSpec",
    "book_room",
    "close_offering",
    "confirm_place",
    "enter",
    "freeze_draw",
    "open_offering",
    "perform_draw",
    "promote_next",
    "release_expired",
    "void_draw",
    "withdraw",
]
