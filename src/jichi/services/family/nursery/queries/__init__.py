"""Reads of nursery admission; row security decides which rounds, families and results an actor sees."""

from .ages import AgeView, ages, least_ages, too_young_in
from .applications import (
    ChildView,
    Listed,
    applications,
    child,
    export_rows,
    families_by_code,
    family,
    own_families,
    waiting_list,
)
from .approving import choosable, subject_of
from .attending import Point, attention
from .certificate_form import FormView, day_of, example_form, form_asked, form_content, form_on, forms
from .choosing import Choice, Choices, choices
from .entries import EntryView, entries, entry, entry_of, own_entries
from .inputs import inputs_of
from .links import (
    AskView,
    CertificateView,
    asked_facility,
    certificate,
    certificate_asked,
    certificates,
    facility_asks,
    own_ask,
    own_asks,
)
from .results import (
    Cutoff,
    Moved,
    OutcomeView,
    changes_between,
    cutoffs,
    notice_codes,
    outcomes_of,
    outcomes_of_families,
    public_cutoffs,
    what_if,
)
from .rounds import (
    RoundView,
    RunView,
    audit_files,
    facilities,
    facility_names,
    published,
    rounds,
    run,
    run_published,
    runs,
    seats,
)
from .rounds import one as round_of
from .tables import TableView, rules_on, table, tables
from .wording import WordingView, remedies_on, wordings

__all__ = [
    "AgeView", "AskView", "CertificateView", "ChildView", "Choice", "Choices", "Cutoff", "EntryView", "FormView",
    "Listed", "Moved", "OutcomeView", "Point", "RoundView", "RunView", "TableView", "WordingView", "ages",
    "applications", "asked_facility", "attention", "audit_files", "certificate", "certificate_asked", "certificates",
    "changes_between", "child", "choices", "choosable", "cutoffs", "day_of", "entries", "entry", "entry_of",
    "example_form", "export_rows", "facilities", "facility_asks", "facility_names", "families_by_code", "family",
    "form_asked", "form_content", "form_on", "forms", "inputs_of", "least_ages", "notice_codes", "outcomes_of",
    "outcomes_of_families", "own_ask", "own_asks", "own_entries", "own_families", "public_cutoffs", "published",
    "remedies_on", "round_of", "rounds", "rules_on", "run", "run_published", "runs", "seats", "subject_of", "table",
    "tables", "too_young_in", "waiting_list", "what_if", "wordings",
]  # fmt: skip
