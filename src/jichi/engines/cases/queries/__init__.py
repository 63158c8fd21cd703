"""Reads of cases, shaped for pages, lists and reports."""

from .lists import CaseFilters, CasePage, CaseRow, division_figures, export_cases, list_cases
from .record import (
    CaseRecord,
    CorrectionInfo,
    DecisionInfo,
    DocumentInfo,
    Event,
    applicant_case,
    case_by_id,
    cases_of_account,
    look_at_case,
    number_of_submission,
    number_of_submission_of_draft,
    open_case_of,
)
from .verification import Verified, verify_document

__all__ = [
    "CaseFilters",
    "CasePage",
    "CaseRecord",
    "CaseRow",
    "CorrectionInfo",
    "DecisionInfo",
    "DocumentInfo",
    "Event",
    "Verified",
    "applicant_case",
    "case_by_id",
    "cases_of_account",
    "division_figures",
    "export_cases",
    "list_cases",
    "look_at_case",
    "number_of_submission",
    "number_of_submission_of_draft",
    "open_case_of",
    "verify_document",
]
