"""Reads of nursery admission; row security decides which rounds, families and results an actor sees."""

from .applications import ChildView, Listed, applications, child, export_rows, family, own_families
from .choosing import Choice, Choices, choices
from .entries import EntryView, entries, entry, entry_of, own_entries
from .inputs import inputs_of
from .results import (
    Cutoff,
    Moved,
    OutcomeView,
    changes_between,
    cutoffs,
    exceptions,
    outcomes_of,
    public_cutoffs,
    what_if,
)
from .rounds import RoundView, RunView, audit_files, facilities, facility_names, published, rounds, run, runs, seats
from .rounds import one as round_of
from .tables import TableView, rules_on, table, tables

__all__ = [
    "ChildView", "Choice", "Choices", "Cutoff", "EntryView", "Listed", "Moved", "OutcomeView", "RoundView", "RunView",
    "TableView", "applications", "audit_files", "changes_between", "child", "choices", "cutoffs", "entries", "entry",
    "entry_of", "exceptions", "export_rows", "facilities", "facility_names", "family", "inputs_of", "outcomes_of",
    "own_entries", "own_families", "public_cutoffs", "published", "round_of", "rounds", "rules_on", "run", "runs",
    "seats", "table", "tables", "what_if",
]  # fmt: skip
