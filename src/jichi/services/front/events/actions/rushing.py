"""Entering in a rush: one statement to know who asks and whether anything is left, one to enter, for all who wait.

Only what is simple is answered here: first come, no conditions, no price, nobody of the household, nothing wrong in
the form. Everything else, and every refusal but "full", is left to the ordinary way (`enter_event`).
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import Error, IntegrityError, connection

from jichi.engines.accounts.visitors import Visitor, visitor_of
from jichi.engines.audit.context import unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.receipt_number import new_number

from .. import queries
from ..queries import EventView
from .entering import LONGEST, SYSTEM, Application
from .telling import TITLES

logger = logging.getLogger("jichi.events")
_GLANCE: Final = "SELECT * FROM events_glance(%s, %s)"
_ENTER: Final = "SELECT * FROM events_enter_many(%s, %s, %s, %s, %s)"
_TOO_LONG: Final = frozenset({"55P03", "57014"})
"""SQLSTATEs of a lock and of a statement that were waited for too long."""
_IN: Final = frozenset({"taken", "held", "waiting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The last press of an entry. `application.answers` may hold any fields of the form; those asked for are kept."""

    session_key: str
    code: str
    application: Application
    press: str
    purpose: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glance:
    """Who presses, what for, and whether it is "full" or "open"."""

    n: int
    visitor: Visitor
    event: EventView
    application: Application
    stands: str


Told = tuple[str, str]
"""What is answered: "full" and "", or what an entry is ("taken", "held", "waiting") and its number."""


def answer_all(presses: Sequence[Press]) -> list[Told | None]:
    """All who press just now, by two statements (and two more the first time after an event was changed).

    None where the ordinary way answers. What a single one makes fail is no harm to the others.

    Raises:
        Error: the database is away, or somebody holds a lock too long; who presses again gets the first outcome.
    """
    try:
        return _answered(presses, clock.now())
    except Error as error:
        if _concerns_all(error):
            raise
        logger.warning("%d presses were not answered together", len(presses), exc_info=True)
        return [answer_all([one])[0] for one in presses] if len(presses) > 1 else [None]


def _concerns_all(error: Error) -> bool:
    """No connection, or a wait that was too long: asking again for each alone would only take the longer."""
    is_gone = connection.connection is None or connection.connection.closed
    return is_gone or getattr(error.__cause__, "sqlstate", None) in _TOO_LONG


def _answered(presses: Sequence[Press], now: datetime) -> list[Told | None]:
    told: list[Told | None] = [None] * len(presses)
    open_ones: dict[UUID, list[_Glance]] = {}
    for one in _glances(presses, now):
        if one.stands == "full":
            told[one.n] = ("full", "")
        else:
            open_ones.setdefault(one.event.id, []).append(one)
    for together in open_ones.values():
        event, given = together[0].event, _given(presses, together)
        found = _entered(event, given, now)
        if found is None:  # what one of them made fail takes nobody's neighbours back
            alone = [_entered(event, [one], now) for one in given] if len(given) > 1 else []
            found = {n: outcome for one in alone if one for n, outcome in one.items()}
        for n, outcome in found.items():
            told[n] = outcome
    return told


def _glances(presses: Sequence[Press], now: datetime) -> Iterator[_Glance]:
    """Those whom the quick way may answer."""
    asked = [
        {
            "n": n, "session": one.session_key, "code": one.code, "choices": one.application.choices,
            "size": 1 + len(one.application.companions), "press": one.press,
        }
        for n, one in enumerate(presses)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GLANCE, (json.dumps(asked), now))
        rows = cursor.fetchall()
    for n, *row, revision, stands in rows:
        visitor = visitor_of(row) if stands in ("full", "open") else None
        event = _event(presses[n].code, revision) if visitor else None
        if visitor is None or event is None:
            continue
        application = presses[n].application
        answers = {one.key: application.answers.get(one.key, "") for one in event.content.questions}
        asked_for = replace(application, answers=answers)
        if _is_plain(event, asked_for, visitor, now):
            yield _Glance(n=n, visitor=visitor, event=event, application=asked_for, stands=stands)


@lru_cache(maxsize=64)
def _event(code: str, revision: int) -> EventView | None:
    found = queries.event(code)
    return found if found is not None and found.revision == revision else None


def _is_plain(event: EventView, application: Application, visitor: Visitor, now: datetime) -> bool:
    """Nothing is wrong with the form, and nothing has to be asked that costs a statement."""
    content, choices = event.content, application.choices
    coming = {code for code, slot in event.slots if slot.starts_at > now}
    texts = (
        application.name, application.kana, application.phone, *application.companions, *application.answers.values(),
    )  # fmt: skip
    return (
        not content.costs and not content.linked_with
        and 0 < len(choices) == len(set(choices)) and set(choices) <= coming
        and len(application.companions) < content.most_people
        and bool(application.phone and (application.name or visitor.addressee_no))
        and all(application.answers.get(one.key) for one in content.questions if one.required)
        and max(map(len, texts)) <= LONGEST
    )  # fmt: skip


def _given(presses: Sequence[Press], found: Sequence[_Glance]) -> list[dict[str, Any]]:
    """What SQL `events_enter_many` asks for of each; the register knows the names of those who are linked to it."""
    linked = [one.visitor.addressee_no for one in found if one.visitor.addressee_no]
    with unit(SYSTEM) if linked else nullcontext():
        known = {number: registry.resident(number) for number in linked}
    given = []
    for one in found:
        visitor, application, press = one.visitor, one.application, presses[one.n]
        person, key = known.get(visitor.addressee_no), f"event:{visitor.account_id}:{press.press}"
        name, kana = (person.display_name, person.display_kana) if person else (application.name, application.kana)
        people = [visitor.addressee_no or f"account:{visitor.account_id}"]
        people += [f"{key}:{place}" for place, _ in enumerate(application.companions)]
        if name:
            given.append({
                "n": one.n, "account": str(visitor.account_id), "purpose": press.purpose, "request": press.request_id,
                "choices": application.choices, "persons": people, "number": new_number(secrets.token_bytes(8)),
                "key": key, "name": name, "kana": kana, "phone": application.phone,
                "companions": application.companions, "answers": dict(application.answers),
                "language": application.language,
            })  # fmt: skip
    return given


def _entered(event: EventView, given: Sequence[dict[str, Any]], now: datetime) -> dict[int, Told] | None:
    """What came of these presses, in a transaction of their own; those left out the ordinary way answers.

    None where nothing was written because of one of them: the same person or key at the same moment, a deadlock.
    """
    if not given:
        return {}
    words = _words(event.id, event.revision, json.dumps(event.title))
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, (event.id, event.offering_id, json.dumps(given), words, now))
            rows = cursor.fetchall()
    except IntegrityError:
        return None
    except Error as error:
        if _concerns_all(error):
            raise
        logger.warning("%d presses were not entered together", len(given), exc_info=True)
        return None
    numbers = {one["n"]: one["number"] for one in given}
    return {
        n: (outcome, numbers[n] if outcome in _IN else "") for n, outcome in rows if outcome in _IN or outcome == "full"
    }


@lru_cache(maxsize=64)
def _words(event_id: UUID, revision: int, title: str) -> str:
    """Titles of the notice, as `telling` writes them."""
    del event_id, revision
    found = json.loads(title)
    return json.dumps(
        {
            what: {language: TITLES[what][language].format(event=pick(found, language).text) for language in LANGUAGES}
            for what in ("received", "waiting")
        }
    )
