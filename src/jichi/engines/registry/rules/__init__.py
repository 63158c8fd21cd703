"""Decisions about people of the register, and the form in which its rows come in. Pure."""

from .lines import ADDRESS_COLUMNS, HOUSEHOLD_COLUMNS, RESIDENT_COLUMNS, Value, copy_line
from .organisations import KINDS, BodyEntry, LineError, OfficerEntry, read_bodies, read_officers
from .people import (
    HIDDEN,
    HOUSEHOLD_TYPES,
    PURPOSES,
    HouseholdType,
    Match,
    MatchGrade,
    ResidentRecord,
    ResidentState,
    display_name,
    generation_of,
    grade_match,
    household_order,
    household_type,
    relationship_chain,
)

__all__ = [
    "ADDRESS_COLUMNS",
    "HIDDEN",
    "HOUSEHOLD_COLUMNS",
    "HOUSEHOLD_TYPES",
    "KINDS",
    "PURPOSES",
    "RESIDENT_COLUMNS",
    "BodyEntry",
    "HouseholdType",
    "LineError",
    "Match",
    "MatchGrade",
    "OfficerEntry",
    "ResidentRecord",
    "ResidentState",
    "Value",
    "copy_line",
    "display_name",
    "generation_of",
    "grade_match",
    "household_order",
    "household_type",
    "read_bodies",
    "read_officers",
    "relationship_chain",
]
