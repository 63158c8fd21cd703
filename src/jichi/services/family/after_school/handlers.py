"""What this room does when a case about a club is decided: the application stands among those that wait for a place."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.cases import queries as cases
from jichi.engines.cases.events import CaseDecided

from . import actions, rules

SYSTEM = system_actor("after_school", purpose="after-school clubs")


def on_case_decided(event: CaseDecided) -> None:
    """An accepted application of the online procedure comes in, in the transaction that accepts it."""
    if event.procedure == rules.PROCEDURE and event.outcome == "approved":
        actions.take_case(actor=SYSTEM, case=cases.case_by_id(event.case_id))
