"""Use cases of the counters: set up, open, sell, give back, print, close, hand over, settle."""

from .days import close_day, confirm_day, hand_over, open_day, reopen_day
from .selling import give_back, note_printing, sell
from .settling import apply_settlement, close_difference, drop_settlement, read_settlement, set_firm
from .setup import WrongFile, load_desks, load_fees

__all__ = [
    "WrongFile",
    "apply_settlement",
    "close_day",
    "close_difference",
    "confirm_day",
    "drop_settlement",
    "give_back",
    "hand_over",
    "load_desks",
    "load_fees",
    "note_printing",
    "open_day",
    "read_settlement",
    "reopen_day",
    "sell",
    "set_firm",
]
