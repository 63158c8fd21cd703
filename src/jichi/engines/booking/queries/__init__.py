"""Reads of bookings: what is offered and left, who entered, draws. Each says how many statements it takes."""

from .money import Money, charge_of, money_of
from .offered import ItemView, OfferingView, offerings
from .published import DrawState, PublishedDraw, Standing, draws_of, published_draws, record_of, standing_of
from .rooms import BusyRoom, busy_rooms
from .standing import EntryView, Totals, entries_by_id, entries_of, entry_by_number, entry_by_token, own_entries, totals
from .tickets import LetInTwice, Ticket, let_in_twice, number_mark, tickets_of

__all__ = [
    "BusyRoom",
    "DrawState",
    "EntryView",
    "ItemView",
    "LetInTwice",
    "Money",
    "OfferingView",
    "PublishedDraw",
    "Standing",
    "Ticket",
    "Totals",
    "busy_rooms",
    "charge_of",
    "draws_of",
    "entries_by_id",
    "entries_of",
    "entry_by_number",
    "entry_by_token",
    "let_in_twice",
    "money_of",
    "number_mark",
    "offerings",
    "own_entries",
    "published_draws",
    "record_of",
    "standing_of",
    "tickets_of",
    "totals",
]
