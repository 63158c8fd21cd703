"""What an event is, when it may be published, how it is written into files. Pure: values in, values out."""

from jichi.kernel.ical import calendar_text

from .asking import survey_code, survey_times
from .content import (
    ACCESSIBILITY,
    CATEGORIES,
    LANGUAGE_NAMES,
    MODE_WORDS,
    MODES,
    Content,
    Question,
    conditions_of,
    content_from,
    content_to,
    copied,
    tiers_of,
    weights_of,
)
from .dates import Day, Month, month_of
from .open_data import COLUMNS, ReadEvents, read_events, write_events
from .prices import Price, cancel_table, classes_of, entry_lines
from .publishing import Problem, problems

__all__ = [
    "ACCESSIBILITY",
    "CATEGORIES",
    "COLUMNS",
    "LANGUAGE_NAMES",
    "MODES",
    "MODE_WORDS",
    "Content",
    "Day",
    "Month",
    "Price",
    "Problem",
    "Question",
    "ReadEvents",
    "calendar_text",
    "cancel_table",
    "classes_of",
    "conditions_of",
    "content_from",
    "content_to",
    "copied",
    "entry_lines",
    "month_of",
    "problems",
    "read_events",
    "survey_code",
    "survey_times",
    "tiers_of",
    "weights_of",
    "write_events",
]
