"""Putting and closing work, and telling the search box what there is.

Called by the rooms' own actions inside their unit; who may cause an item is decided there. The same
writes stand as SQL functions (`inbox_put`, `inbox_close`, `inbox_assign`, `search_put`, `search_remove`)
for rooms that submit in one round trip.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText

from .models import WorkItem
from .rules import as_words, search_text


def _call(sql: str, arguments: Sequence[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        row = cursor.fetchone()
    return row[0] if row else None


def put_item(
    *,
    actor: Actor,
    kind: str,
    title: LocalizedText,
    url_path: str,
    subject_key: str,
    account_id: UUID | None = None,
    division_id: int | None = None,
    assignee_id: UUID | None = None,
    due_on: date | None = None,
    permission: str = "",
    about: str = "",
    dedupe_key: str = "",
) -> int:
    """Put one thing that waits for an account or a division, and answer its id.

    Args:
        kind: for residents "todo", "notice", "document"; for staff "decide", "check",
            "correction_arrived", "deadline" (waits for somebody else until `due_on`), "read".
        title: language → text; staff items need only `ja`.
        url_path: where it is dealt with, without a language prefix: "/items/K7M4-2QF9/".
        subject_key: what it is about, opaque: "eng_cases:case:<uuid>".
        permission: key an official must hold to see it; "" for all of the division.
        about: 受付番号 without its hyphen.
        dedupe_key: the same key for the same owner makes no second item, even after the first was
            closed. "": at most one open item per owner, kind and subject.
    """
    with unit(actor):
        return int(
            _call(
                "SELECT inbox_put(%s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    account_id, division_id, kind, json.dumps(dict(title)), url_path, subject_key, due_on, permission,
                    about, dedupe_key, assignee_id, clock.now(),
                ),
            )
        )  # fmt: skip


def close_items(
    *,
    actor: Actor,
    subject_key: str,
    kinds: Sequence[str] | None = None,
    account_id: UUID | None = None,
    division_id: int | None = None,
) -> int:
    """Close the open items about a subject (all, or of these kinds and this owner); answer how many."""
    with unit(actor):
        return int(
            _call(
                "SELECT inbox_close(%s, %s::text[], %s, %s, %s)",
                (subject_key, list(kinds) if kinds is not None else None, account_id, division_id, clock.now()),
            )
        )


def assign_items(*, actor: Actor, subject_key: str, assignee_id: UUID | None) -> int:
    """The division's open items about a subject wait for one official from now (None: for the division)."""
    with unit(actor):
        return int(_call("SELECT inbox_assign(%s, %s)", (subject_key, assignee_id)))


def mark_read(*, actor: Actor, subject_key: str = "", item_ids: Sequence[int] = ()) -> int:
    """The actor opened these items, or whatever is about the subject; answer how many were unread.

    A resident's own items only; of a division's items those assigned to the actor or to be read (供覧).
    """
    with unit(actor):
        found = WorkItem.objects.filter(read_at=None)
        found = found.filter(subject_key=subject_key) if subject_key else found.filter(pk__in=item_ids)
        return found.filter(waits_for=actor.account_id).update(read_at=clock.now())


def put_search_entry(
    *,
    actor: Actor,
    key: str,
    kind: str,
    title: LocalizedText,
    url_path: str,
    body: str | LocalizedText = "",
    summary: LocalizedText | None = None,
    permission: str = "",
    account_id: UUID | None = None,
    division_id: int | None = None,
    about: str = "",
    audience: str = "",
) -> int:
    """Make or renew what the search box finds under `key`.

    Args:
        kind: "item", "procedure", "faq", "bookable", "facility", "page" (residents), "case", "person",
            "document" (staff).
        body: further words by which it is found (synonyms, names with readings, all languages); not shown.
        summary: one line shown under the title.
        account_id: only this person finds it. division_id: only officials of this division.
        audience: "resident" or "staff"; by default "staff" when a division or permission is given.
    """
    where = audience or ("staff" if division_id is not None or permission else "resident")
    words = body if isinstance(body, str) else " ".join(body.values())
    with unit(actor):
        return int(
            _call(
                "SELECT search_put(%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s)",
                (
                    key, kind, where, account_id, division_id, permission, json.dumps(dict(title)),
                    json.dumps(dict(summary or {})), url_path, about, search_text(title, words, about), clock.now(),
                ),
            )
        )  # fmt: skip


def remove_search_entry(*, actor: Actor, key: str) -> bool:
    """Forget what was found under `key`."""
    with unit(actor):
        return bool(_call("SELECT search_remove(%s)", (key,)))


def note_search(*, actor: Actor, query: str, found: int, language: str = "ja") -> None:
    """Remember a search: an official's goes into the audit trail, one that found nothing is counted.

    Only the words are kept, not who looked, and none that look like a number or an address.
    """
    with unit(actor):
        if actor.kind == "staff":
            audit.record(
                actor=actor, action="search", table="eng_inbox_searchentry", object_id="",
                detail={"query": query[:100], "found": found},
            )  # fmt: skip
        words = " ".join(as_words(query))[:50]
        if found == 0 and words and not any(c.isdigit() or c == "@" for c in words):
            where = "staff" if actor.kind == "staff" else "resident"
            _call(
                "SELECT search_missed(%s, %s, %s, %s, %s)",
                (where, language, words, " ".join(query.split())[:50], clock.now()),
            )
