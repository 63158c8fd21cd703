"""Reads of events: what is on, one event, who entered. Each says how many statements it takes."""

from .entered import Person, entered_by, people_of, person_of
from .events import EventView, event, events_by_id, events_of_divisions, file_of, of_offering
from .finding import Filter, Found, Page, dates_of, listed, month, on_a_day

__all__ = [
    "EventView",
    "Filter",
    "Found",
    "Page",
    "Person",
    "dates_of",
    "entered_by",
    "event",
    "events_by_id",
    "events_of_divisions",
    "file_of",
    "listed",
    "month",
    "of_offering",
    "on_a_day",
    "people_of",
    "person_of",
]
