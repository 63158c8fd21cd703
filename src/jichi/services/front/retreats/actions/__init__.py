"""Use cases of retreats."""

from .booking import Booked, Guest, Wish, book_stay
from .closing import close_rooms, reopen_rooms
from .desk import accept_request, check_in, mark_no_shows, note_proof, refuse_request
from .houses import (
    RoomTypeSpec,
    change_house,
    close_house,
    create_house,
    publish_house,
    publish_tariff,
    save_tariff,
    set_rooms,
)
from .keeping import answer_offer, cancel_stay, change_party, end_unpaid, expire, promote_waiting, remind
from .lottery import apply_for_month, open_lottery, settle_draw
from .members import Imported, import_members
from .paying import charge_reopened, charge_settled, end_money_of_late

__all__ = [
    "Booked",
    "Guest",
    "Imported",
    "RoomTypeSpec",
    "Wish",
    "accept_request",
    "answer_offer",
    "apply_for_month",
    "book_stay",
    "cancel_stay",
    "change_house",
    "change_party",
    "charge_reopened",
    "charge_settled",
    "check_in",
    "close_house",
    "close_rooms",
    "create_house",
    "end_money_of_late",
    "end_unpaid",
    "expire",
    "import_members",
    "mark_no_shows",
    "note_proof",
    "open_lottery",
    "promote_waiting",
    "publish_house",
    "publish_tariff",
    "refuse_request",
    "remind",
    "reopen_rooms",
    "save_tariff",
    "set_rooms",
    "settle_draw",
]
