"""Refusals of this room.

Codes: forms.bad_definition, forms.version_taken, forms.version_old, forms.not_open_yet, forms.closed,
forms.not_eligible, forms.incomplete, draft.newer_elsewhere, draft.expired, draft.sent, draft.newer_form,
draft.not_editable, forms.identify, forms.unsigned, forms.unconfirmed, confirmation.*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jichi.kernel.errors import Conflict, FieldError, Invalid, JichiError, NotFound

from .rules import EligibilityResult, Problem


class BadDefinition(Invalid):
    """The definition file can't be published; `problems` say why, with lines and fixes."""

    code = "forms.bad_definition"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


class NotEligible(Conflict):
    """The register speaks against it; `result.reasons` say why, for the person."""

    code = "forms.not_eligible"

    def __init__(self, result: EligibilityResult) -> None:
        super().__init__()
        self.result = result


class StaleDraft(Conflict):
    """Another window saved first. Nothing was overwritten.

    `mine` are the page's answers as just entered, `theirs` as saved, `revision` is the one saved now.
    """

    code = "draft.newer_elsewhere"

    def __init__(self, *, revision: int, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        super().__init__()
        self.revision, self.mine, self.theirs = revision, dict(mine), dict(theirs)


class Unsigned(Conflict):
    """The applicant has not signed just this content; `content_hash` is what to sign."""

    code = "forms.unsigned"

    def __init__(self, content_hash: str) -> None:
        super().__init__()
        self.content_hash = content_hash


class Unconfirmed(Conflict):
    """The second person has not confirmed just this content; `content_hash` is what to confirm."""

    code = "forms.unconfirmed"

    def __init__(self, content_hash: str) -> None:
        super().__init__()
        self.content_hash = content_hash


class Incomplete(Invalid):
    """Not everything is right yet; `page` is the first page to go back to ("" where only declarations are missing)."""

    code = "forms.incomplete"

    def __init__(self, *, fields: Mapping[str, FieldError], page: str) -> None:
        super().__init__(fields=fields)
        self.page = page


_BY_STATE = {"J0001": "draft.newer_elsewhere", "J0002": "draft.expired", "J0003": "draft.sent"}


def refusal_of(error: Exception) -> JichiError | None:
    """What a database error raised by `forms_seal` or a guard of this room means; None if it is none of ours.

    For rooms that call `forms_seal` inside their own SQL function. It reads the SQLSTATE alone, so that
    this module loads where there is no database.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state == "J0001":
        return StaleDraft(revision=0, mine={}, theirs={})
    if state == "J0004":
        return NotFound("draft.not_found")
    code = _BY_STATE.get(state or "")
    return Conflict(code) if code else None
