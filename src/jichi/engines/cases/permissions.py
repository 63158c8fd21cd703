"""Who may do what to a case. Which cases an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden, NotFound

from .models import Case

VIEW: Final = "eng_cases.case.view"
HANDLE: Final = "eng_cases.case.handle"
DECIDE: Final = "eng_cases.case.decide"
EXPORT: Final = "eng_cases.case.export"
BULK: Final = "eng_cases.case.bulk"
ENTER: Final = "eng_cases.case.enter"
NUMBERS: Final = "eng_cases.numbers"


def require_staff(actor: Actor, case: Case, permission: str) -> None:
    """The official holds the permission and serves the case's division.

    Raises:
        NotFound: another division's case looks like none.
        Forbidden: the division's, but the role doesn't reach this far.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or case.division_id not in actor.divisions:
        raise NotFound
    if not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)


def require_applicant(actor: Actor, case: Case) -> None:
    """The case is this login's own.

    Raises:
        NotFound: somebody else's looks like none.
    """
    if actor.kind == "system":
        return
    if actor.kind != "resident" or actor.account_id is None or case.account_id != actor.account_id:
        raise NotFound
