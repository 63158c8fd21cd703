"""Reads of slips: terms, slips by what stores send back, runs with their files."""

from .records import SlipView, TermsView, current_slip, find_slip, slips_by, terms_on
from .runs import PartView, RunView, record_faults, run, runs, slip, slips_named

__all__ = [
    "PartView",
    "RunView",
    "SlipView",
    "TermsView",
    "current_slip",
    "find_slip",
    "record_faults",
    "run",
    "runs",
    "slip",
    "slips_by",
    "slips_named",
    "terms_on",
]
