"""Reads of bookings: what is offered and left, who entered, draws. Each says how many statements it takes."""

from .offered import ItemView, OfferingView, offerings
from .published import DrawState, PublishedDraw, Standing, draws_of, published_draws, record_of, standing_of
from .standing import EntryView, Totals, entries_by_id, entries_of, entry_by_number, entry_by_token, own_entries, totals

__all__ = [
    "DrawState",
    "EntryView",
    "ItemView",
    "OfferingView",
    "PublishedDraw",
    "Standing",
    "Totals",
    "draws_of",
    "entries_by_id",
    "entries_of",
    "entry_by_number",
    "entry_by_token",
    "offerings",
    "own_entries",
    "published_draws",
    "record_of",
    "standing_of",
    "totals",
]
