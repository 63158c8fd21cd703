"""Reads of bookings: what is offered and left, who entered, draws. Each says how many statements it takes."""

from .money import Money, charge_of, money_of
from .offered import ItemView, OfferingView, offerings
from .published import DrawState, PublishedDraw, Standing, draws_of, published_draws, record_of, standing_of
from .standing import EntryView, Totals, entries_by_id, entries_of, entry_by_number, entry_by_token, own_entries, totals

__all__ = [
    "DrawState",
    "EntryView",
    "ItemView",
    "Money",
    "OfferingView",
    "PublishedDraw",
    "Standing",
    "Totals",
    "charge_of",
    "draws_of",
    "entries_by_id",
    "entries_of",
    "entry_by_number",
    "entry_by_token",
    "money_of",
    "offerings",
    "own_entries",
    "published_draws",
    "record_of",
    "standing_of",
    "totals",
]
