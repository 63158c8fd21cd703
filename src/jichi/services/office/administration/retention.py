"""Retention of decided cases: over by the years of their procedure, erased whole with all that belongs to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import current_actor
from jichi.engines.files import actions as files
from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound

from . import rules


def over(_key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """Closed cases whose years have passed on a day, oldest first; one statement for each procedure."""
    found: list[tuple[str, str, date]] = []
    for one in (*forms.procedures(), *forms.closed_procedures()):
        before = datetime.combine(rules.closed_before(day, one.definition.retention_years), time.min, TOKYO)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM administration_cases_over(%s, %s, %s)", (one.slug, before, limit))
            found += [(str(r[0]), r[1], r[2].astimezone(TOKYO).date()) for r in cursor.fetchall()]
    return sorted(found, key=lambda one: (one[2], one[0]))[:limit]


def erase(_key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Erase these cases, each whole or not at all; those held or not over stay.

    The database checks again: closed, a year ago at least, not held. Files nobody else names go with the next sweep.
    """
    known = (*forms.procedures(), *forms.closed_procedures())
    years = {one.slug: one.definition.retention_years for one in known}
    shortest = min(years.values(), default=1)
    before = datetime.combine(rules.closed_before(clock.today(), shortest), time.min, TOKYO)
    counts: dict[str, int] = {}
    hashes: list[str] = []
    for key in keys:
        erased = _erased(UUID(key), before)
        if erased is None:
            continue
        for table, gone in erased["hashes"].items():
            counts[table] = counts.get(table, 0) + len(gone)
            hashes += gone
        for file_id in erased["files"]:
            try:
                files.discard_file(actor=current_actor(), file_id=UUID(file_id))
            except NotFound:
                continue
            counts["eng_files_storedfile"] = counts.get("eng_files_storedfile", 0) + 1
    return counts, hashes


def _erased(case_id: UUID, before: datetime) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT administration_erase_case(%s, %s)", (case_id, before))
        found: str | dict[str, Any] | None = cursor.fetchone()[0]
    erased: dict[str, Any] | None = json.loads(found) if isinstance(found, str) else found
    return erased
