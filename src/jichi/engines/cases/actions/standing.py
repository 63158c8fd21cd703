"""May this login still act for the one the application is about: the mandate may have ended meanwhile."""

from __future__ import annotations

from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor
from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from ..models import Case

_OFFICER: Final = "officer"


def require_standing(actor: Actor, case: Case) -> None:
    """Who applied by a mandate or an office acts on only while they hold it today. Two statements.

    Raises:
        Forbidden: "case.mandate_ended".
    """
    if actor.kind != "resident" or actor.account_id is None:
        return
    sent = forms.submission(case.submission_id)
    if sent.representation is None and sent.applies_as != _OFFICER:
        return
    for one in accounts.representations(actor.account_id, clock.today()):
        if one.id == sent.representation or (one.kind == sent.applies_as and one.principal_no == case.subject_no):
            return
    raise Forbidden("case.mandate_ended", number=case.number)
