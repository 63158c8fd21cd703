"""Entering in a rush: one statement to know who asks and whether anything is left, one to enter.

Only what is simple is answered here: first come, no conditions, no price, nobody of the household, nothing wrong in
the form. Everything else, and every refusal but "full", is left to the ordinary way (`enter_event`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection

from jichi.engines.accounts.visitors import Visitor, visitor_of
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.receipt_number import new_number

from .. import queries
from ..queries import EventView
from .entering import LONGEST, SYSTEM, Application
from .telling import TITLES

_GLANCE: Final = """
SELECT v.session_data, v.account_id, v.kind, v.name, v.session_generation, v.addressee_no, e.revision,
    booking_glance(e.offering_id, %s, %s,
        CASE WHEN v.addressee_no <> '' THEN v.addressee_no ELSE 'account:' || v.account_id END,
        'event:' || v.account_id || ':' || %s, %s)
FROM accounts_visitor(%s, %s) v, front_events_event e
WHERE e.code = %s AND e.state = 'published' AND e.offering_id IS NOT NULL
"""
_ENTER: Final = "SELECT * FROM events_enter(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Who asks, what for, and whether it is "full" or "open"."""

    visitor: Visitor
    event: EventView
    application: Application
    stands: str


def glance(session_key: str, code: str, application: Application, press: str, now: datetime) -> Glance | None:
    """One statement (and two more the first time after an event was changed); None where the ordinary way answers.

    Args:
        application: its `answers` may hold any fields of the form; those that the event asks for are kept.
    """
    size = 1 + len(application.companions)
    with connection.cursor() as cursor:
        cursor.execute(_GLANCE, (list(application.choices), size, press, now, session_key, now, code))
        row = cursor.fetchone()
    if row is None or row[7] not in ("full", "open"):
        return None
    visitor = visitor_of(row[:6])
    event = _event(code, row[6]) if visitor else None
    if visitor is None or event is None:
        return None
    answers = {one.key: application.answers.get(one.key, "") for one in event.content.questions}
    asked = replace(application, answers=answers)
    if not _is_plain(event, asked, visitor, now):
        return None
    return Glance(visitor=visitor, event=event, application=asked, stands=row[7])


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


def enter_quickly(*, actor: Actor, found: Glance, press: str, now: datetime) -> tuple[str, str] | None:
    """(outcome, number of the entry): "taken", "waiting", "full" … in a transaction of its own; one statement.

    None where the ordinary way answers: the same person or key at the same moment, a seat just in somebody's hands.

    Args:
        actor: `found.visitor`, acting for a stated purpose.
    """
    event, visitor, application = found.event, found.visitor, found.application
    key = f"event:{visitor.account_id}:{press}"
    name, kana = application.name, application.kana
    if visitor.addressee_no:
        with unit(SYSTEM):
            person = registry.resident(visitor.addressee_no)
        name, kana = (person.display_name, person.display_kana) if person else (name, kana)
    if event.offering_id is None or not name:
        return None
    people = [visitor.addressee_no or f"account:{visitor.account_id}"]
    people += [f"{key}:{place}" for place, _ in enumerate(application.companions)]
    given: Sequence[Any] = (
        event.id, event.offering_id, visitor.account_id, actor.purpose, actor.request_id,
        list(application.choices), people, new_number(secrets.token_bytes(8)), key,
        name, kana, application.phone, json.dumps(list(application.companions)), json.dumps(dict(application.answers)),
        application.language, _words(event.id, event.revision, json.dumps(event.title)), now,
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, given)
            outcome, number = cursor.fetchone()
    except IntegrityError:
        return None
    return None if outcome in ("closed", "twice", "retry") else (outcome, number or "")


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
