"""Use cases of the counters: set up, open, sell, give back, print, close, hand over, settle."""

from .days import close_day, confirm_day, open_day, reopen_day
from .handing import hand_over
from .selling import give_back, note_printing, sell
from .settling import apply_settlement, close_difference, drop_settlement, read_settlement, set_firm
from .setup import WrongFile, load_desks, load_fees
from .tablets import Registered, known_tablet, pair_tablet, register_tablet, revoke_tablet

__all__ = [
    "Registered",
    "WrongFile",
    "apply_settlement",
    "close_day",
    "close_difference",
    "confirm_day",
    "drop_settlement",
    "give_back",
    "hand_over",
    "known_tablet",
    "load_desks",
    "load_fees",
    "note_printing",
    "open_day",
    "pair_tablet",
    "read_settlement",
    "register_tablet",
    "reopen_day",
    "revoke_tablet",
    "sell",
    "set_firm",
]
