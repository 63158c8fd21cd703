"""The public check of a document: is it ours, and does it say what we said?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from jichi.kernel.localized import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the check may show: no more than the paper in the hand."""

    kind: str
    title: LocalizedText
    facts: dict[str, object]
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None
    number: str


def verify_document(code: str) -> Verified | None:
    """The document with this verification code (already in normal form); None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_verify(%s)", (code,))
        row = cursor.fetchone()
    if row is None:
        return None
    kind, title, facts, issued_at, valid_until, revoked_at, number = row
    return Verified(
        kind=kind, title={language: str(text) for language, text in _json(title).items()},
        facts=_json(facts), issued_at=issued_at, valid_until=valid_until,
        revoked_at=revoked_at, number=number,
    )  # fmt: skip


def _json(value: object) -> dict[str, object]:
    return json.loads(value) if isinstance(value, str) else dict(value)  # type: ignore[no-any-return,call-overload] # jsonb comes as either
