"""Rules of the inventory: what an entry may say, how a file of it reads, how far the ward will get. Pure."""

from .entry import MAY_PLAN, REASONS, STATES, Entry, checked, wrong_with
from .outlook import PACE_MONTHS, Forecast, Outlook, Target, forecast, online_on, outlook
from .reading import (
    COLUMNS,
    MOST_ERRORS,
    SHORT_REASONS,
    Difference,
    ReadFile,
    differences,
    read_file,
    write_file,
)

__all__ = [
    "COLUMNS",
    "MAY_PLAN",
    "MOST_ERRORS",
    "PACE_MONTHS",
    "REASONS",
    "SHORT_REASONS",
    "STATES",
    "Difference",
    "Entry",
    "Forecast",
    "Outlook",
    "ReadFile",
    "Target",
    "checked",
    "differences",
    "forecast",
    "online_on",
    "outlook",
    "read_file",
    "write_file",
    "wrong_with",
]
