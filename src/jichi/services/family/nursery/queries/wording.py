"""Reads of the wording of notices (教示)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts

from ..models import RemedyText
from ..rules.remedies import EXAMPLE, Remedies


@dataclass(frozen=True, slots=True)
class WordingView:
    """A wording as its page lists it."""

    id: UUID
    division_id: int
    valid_from: date
    wording: Remedies
    changed_by: str


def wordings(divisions: frozenset[int]) -> tuple[WordingView, ...]:
    """The wordings of these divisions, the latest first. Two statements."""
    rows = list(RemedyText.objects.filter(division_id__in=divisions).order_by("-valid_from"))
    ids = {row.changed_by_id for row in rows if row.changed_by_id}
    names = accounts.account_names(list(ids)) if ids else {}
    return tuple(
        WordingView(
            row.pk, row.division_id, row.valid_from, Remedies(row.text, row.appeal_months, row.suit_months),
            names.get(row.changed_by_id, "") if row.changed_by_id else "",
        )
        for row in rows
    )  # fmt: skip


def remedies_on(division_id: int, day: date) -> Remedies:
    """The wording of notices published on a day; the example where the division has none yet. One statement."""
    row = RemedyText.objects.filter(division_id=division_id, valid_from__lte=day).order_by("-valid_from").first()
    return Remedies(row.text, row.appeal_months, row.suit_months) if row else EXAMPLE
