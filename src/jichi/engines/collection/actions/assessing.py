"""費目 and 調定: what is levied, and a run of assessments of any size in one act."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger.actions import posting_unit
from jichi.kernel import clock
from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LocalizedText

from ..models import LevyKind
from ..permissions import ASSESS, SETUP, require
from ..rules.accrual import Rounding
from ..rules.facts import Nature

CHUNK: Final = 20_000
"""Assessments a statement: bounds the memory of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """What a person or household owes for a term. Lines: (code, title, yen); instalments: (due day, yen)."""

    dedupe_key: str
    kind: str
    levy_year: int
    fiscal_year: int
    assessed_on: date
    decision_ref: str
    lines: tuple[tuple[str, str, int], ...]
    instalments: tuple[tuple[date, int], ...]
    payer_no: str = ""
    household_no: str = ""
    term: str = ""
    subject: str = ""

    @property
    def total_yen(self) -> int:
        """The sum of the lines."""
        return sum(yen for _, _, yen in self.lines)

    def as_json(self) -> str:
        """As `collection_open` takes it; instalments of 0 yen are left out."""
        return json.dumps(
            {
                "dedupe_key": self.dedupe_key, "kind": self.kind, "levy_year": self.levy_year,
                "fiscal_year": self.fiscal_year, "term": self.term, "payer_no": self.payer_no,
                "household_no": self.household_no, "subject": self.subject,
                "assessed_on": self.assessed_on.isoformat(), "decision_ref": self.decision_ref, "lines": self.lines,
                "instalments": [(due.isoformat(), yen) for due, yen in self.instalments if yen],
            },
            ensure_ascii=False,
        )  # fmt: skip


def set_levy_kind(
    *, actor: Actor, code: str, title: str, division_id: int, nature: Nature, is_charged_late: bool = True,
    rounding: Rounding = "merge", revenue_account: str = "revenue", takes_unknown: bool = False,
    titles: LocalizedText | None = None, household_pays: bool = False,
) -> None:  # fmt: skip
    """Add or change what a division levies.

    Args:
        titles: in the languages of residents, without Japanese; those that are missing show `title`.
        household_pays: others of the payer's household may see and pay it online.

    Raises:
        Forbidden: without "eng_collection.setup".
    """
    require(actor, SETUP)
    with unit(actor):
        LevyKind.objects.update_or_create(
            code=code,
            defaults={
                "title": title, "division_id": division_id, "nature": nature, "is_charged_late": is_charged_late,
                "rounding": rounding, "revenue_account": revenue_account, "takes_unknown": takes_unknown,
                "titles": dict(titles or {}), "household_pays": household_pays,
            },
        )  # fmt: skip


def open_assessments(*, actor: Actor, assessments: Sequence[NewAssessment]) -> int:
    """Open them all with their instalments and postings, or none; how many are new. For one as for a month's run.

    One whose `dedupe_key` is there opens nothing, so a run that is pressed twice is one run
    (`queries.preview_assessments` says beforehand what is new and what differs).

    Raises:
        Forbidden: without "eng_collection.assess" in the kind's division.
        Invalid: "collection.unknown_kind"; "collection.total" with the dedupe_key.
    """
    require(actor, ASSESS)
    divisions = dict(LevyKind.objects.values_list("code", "division_id"))
    for one in assessments:
        if one.kind not in divisions or not (actor.kind == "system" or divisions[one.kind] in actor.divisions):
            raise Invalid("collection.unknown_kind", kind=one.kind)
        if one.total_yen != sum(yen for _, yen in one.instalments) or min([0, *(y for _, y in one.instalments)]) < 0:
            raise Invalid("collection.total", key=one.dedupe_key)
    fresh = 0
    with posting_unit(actor=actor), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a large run takes longer than a page may
        for start in range(0, len(assessments), CHUNK):
            given = [one.as_json() for one in assessments[start : start + CHUNK]]
            cursor.execute("SELECT collection_open(%s::jsonb[], %s)", (given, clock.now()))
            fresh += int(cursor.fetchone()[0])
    return fresh
