"""Opening a case from a validated draft: one database call."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms.errors import refusal_of
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Unavailable
from jichi.kernel.localized import LocalizedText
from jichi.kernel.receipt_number import new_number
from jichi.kernel.text import fold_for_search

from ..events import CaseOpened
from ..permissions import VIEW
from ..texts import title_of

TRIES: Final = 5
"""Numbers drawn before giving up."""
_OPEN = """
SELECT * FROM cases_open(%s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb, %s)
"""
_OPEN_ENTERED = _OPEN.rstrip().removesuffix(")") + ", %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Who entered what came in on paper, by telephone or at the counter, and when it came in."""

    channel: str
    by: UUID
    by_name: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A validated application, ready to become a case.

    `revision` is the draft's revision that was validated; `once_key` names who may have only one
    ("" = no limit); `checks` are the results of the official checks [{id, outcome, reason}].
    """

    draft_id: UUID
    revision: int
    answers: Mapping[str, object]
    content_hash: str
    language: str
    procedure: str
    title: LocalizedText
    keywords: str
    applicant_no: str
    name: str
    kana: str
    due_on: date
    once_key: str
    checks: Sequence[Mapping[str, object]]
    entered: Entered | None = None
    """Set for what an official entered: the applicant need not have a login and is told by post."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The case; `fresh` is False when this draft had been sent before (a second press)."""

    number: str
    case_id: UUID
    fresh: bool


def open_case(*, actor: Actor, new: NewCase) -> Opened:
    """Seal the draft and open its case: number, timeline, work item, notice, search, mail, all or nothing.

    Raises:
        StaleDraft: another tab saved meanwhile. Conflict: "case.already_open" (the person has one).
        NotFound: no such draft, or not this actor's.
    """
    if actor.kind not in {"resident", "system"}:
        raise Forbidden
    texts = {"received": title_of("received", new.title)}
    texts["words"] = fold_for_search(" ".join([*new.title.values(), new.keywords]))  # type: ignore[assignment] # one text
    fixed = (
        new.draft_id, new.revision, json.dumps(new.answers), new.content_hash, new.language, clock.now(),
    )  # fmt: skip
    rest: tuple[Any, ...] = (
        new.applicant_no, new.name, new.kana, fold_for_search(f"{new.name} {new.kana}"), new.due_on, new.once_key,
        json.dumps(list(new.checks)), json.dumps(dict(new.title)), json.dumps(texts), VIEW,
    )  # fmt: skip
    if new.entered is not None:
        rest = (*rest, new.entered.channel, new.entered.by, new.entered.by_name, new.entered.received_at)
    for _try in range(TRIES):
        try:
            with unit(actor):
                opened = _call(_OPEN_ENTERED if new.entered else _OPEN, fixed, rest)
                if opened.fresh:
                    announce(CaseOpened(case_id=opened.case_id, procedure=new.procedure))
                return opened
        except _NumberTakenError:
            continue  # among a million cases every 22,000th draw; the savepoint took back what was done
    raise Unavailable


class _NumberTakenError(Exception):
    """The number that was drawn belongs to another case."""


def _call(statement: str, fixed: tuple[Any, ...], rest: tuple[Any, ...]) -> Opened:
    number = new_number(secrets.token_bytes(16))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, (*fixed, number, *rest))
            row = cursor.fetchone()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint == "case_once":
            raise Conflict("case.already_open") from error
        if constraint == "eng_cases_case_number_key":
            raise _NumberTakenError from error
        raise
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    return Opened(number=row[0], case_id=row[1], fresh=row[2])
