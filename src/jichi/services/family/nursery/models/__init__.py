"""Tables of nursery admission. Private to this room."""

from .families import ENTRY_STATES, Application, Certificate, Child, Entry, Pin
from .places import CLASSES, Facility, FacilityAge
from .rounds import OPEN_STATES, RUN_STATES, STATUSES, FacilityAsk, Outcome, Round, RoundSecret, Run, Vacancy
from .wordings import TABLE_STATES, CertificateSheet, RemedyText, ScoreTable

__all__ = [
    "CLASSES", "ENTRY_STATES", "OPEN_STATES", "RUN_STATES", "STATUSES", "TABLE_STATES", "Application", "Certificate",
    "CertificateSheet", "Child", "Entry", "Facility", "FacilityAge", "FacilityAsk", "Outcome", "Pin", "RemedyText",
    "Round", "RoundSecret", "Run", "ScoreTable", "Vacancy",
]  # fmt: skip
