"""Decisions about after-school clubs: what a month costs, what a run changes, what a file says. Pure."""

from __future__ import annotations

from .fees import CLASSES, GROUNDS, Case, Example, Fee, FeeTable, fee_of, read_examples, table_from, wrong_examples
from .intake import COLUMNS, Applicant, read_file
from .months import Child, Line, Span, fingerprint, month_of, month_text, months_between, plan
from .online import PROCEDURE, Applied, Because, applied_from, because
from .plans import GRACE, MOST_STEPS, PLAN_STATES, Part, PlanState, agreed_days, state_of, steps

__all__ = [
    "CLASSES", "COLUMNS", "GRACE", "GROUNDS", "MOST_STEPS", "PLAN_STATES", "PROCEDURE", "Applicant", "Applied",
    "Because", "Case", "Child", "Example", "Fee", "FeeTable", "Line", "Part", "PlanState", "Span", "agreed_days",
    "applied_from", "because", "fee_of", "fingerprint", "month_of", "month_text", "months_between", "plan",
    "read_examples", "read_file", "state_of", "steps", "table_from", "wrong_examples",
]  # fmt: skip
