"""What this room does when a case it sent changes."""

from __future__ import annotations

from jichi.engines.cases.events import CaseDecided

from .results import issue_result


def on_case_decided(event: CaseDecided) -> None:
    """The result document comes into being with the decision, or neither does."""
    issue_result(event.case_id)
