"""Use cases of bookings and draws."""

from .coming import Arrival, ReadTicket, check_in, mark_no_shows, substitute, take_arrival
from .drawing import freeze_draw, perform_draw, void_draw
from .entering import Entered, book_room, confirm_place, enter, withdraw
from .moving import move_free_places
from .offering import ItemSpec, cancel_offering, close_offering, open_offering
from .paying import charge_reopened, charge_settled, end_money_of_ended, withdrawal_cost
from .rooms import RoomSpan, open_room, release_room, take_over_rooms
from .selecting import select_entries
from .waiting import promote_next, release_expired

__all__ = [
    "Arrival",
    "Entered",
    "ItemSpec",
    "ReadTicket",
    "RoomSpan",
    "book_room",
    "cancel_offering",
    "charge_reopened",
    "charge_settled",
    "check_in",
    "close_offering",
    "confirm_place",
    "end_money_of_ended",
    "enter",
    "freeze_draw",
    "mark_no_shows",
    "move_free_places",
    "open_offering",
    "open_room",
    "perform_draw",
    "promote_next",
    "release_expired",
    "release_room",
    "select_entries",
    "substitute",
    "take_arrival",
    "take_over_rooms",
    "void_draw",
    "withdraw",
    "withdrawal_cost",
]
