"""一括決定: which cases may be decided together, and why the others not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .states import Status

LIMIT: Final = 2000
"""Cases in one run."""
LANES: Final = 2
"""Jobs that work on one run side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """As much of a case as the verdict needs. `own`: the official is the applicant or the subject."""

    status: Status
    payment: str
    second_person: str
    stage: str
    own: bool
    has_route: bool
    checks: Sequence[Mapping[str, object]]
    known_reasons: Collection[str]


def verdict(case: Candidate, *, outcome: str, reason_code: str) -> str:
    """Why this case can't be decided with the others: a code of the catalogue; "" when it can.

    A case that nobody has taken yet may be decided: the official takes it with the same press.
    """
    if case.status not in {Status.RECEIVED, Status.REVIEWING}:
        return "bulk.state"
    if case.own:
        return "case.own"
    if case.stage == "on_route" or case.has_route:
        return "case.needs_route"
    if case.second_person == "waiting":
        return "case.second_person"
    if case.payment == "due" and outcome == "approved":
        return "case.unpaid"
    if any(check.get("outcome") != "ok" for check in case.checks):
        return "bulk.check"
    if reason_code and reason_code not in case.known_reasons:
        return "bulk.reason"
    return ""
