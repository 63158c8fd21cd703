"""Reads of tables of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts

from ..models import ScoreTable
from ..rules.score_tables import read_rules
from ..rules.scoring import Rule
from ..rules.table_cases import Tried, read_cases, try_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table as its page shows it."""

    id: UUID
    division_id: int
    name: str
    valid_from: date
    valid_until: date
    state: str
    revision: int
    is_example: bool
    proposed_by: str
    approved_by: str
    content: bytes
    cases: bytes = b""

    @property
    def tried(self) -> tuple[Tried, ...]:
        """Its cases, counted by its rules."""
        return try_cases(self.rules, read_cases(self.cases)[0])

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules."""
        return read_rules(self.content)[0]


def rules_on(division_id: int, day: date) -> Sequence[Rule] | None:
    """The rules in force for entries on a day; None where no approved table covers it. One statement."""
    row = ScoreTable.objects.filter(
        division_id=division_id, state="approved", valid_from__lte=day, valid_until__gte=day
    ).first()
    return read_rules(bytes(row.content))[0] if row else None


def tables() -> tuple[TableView, ...]:
    """Every table the actor may see, newest first. Two statements."""
    return _views(list(ScoreTable.objects.order_by("-valid_from", "-changed_at")))


def table(id: UUID) -> TableView | None:
    """One table. Two statements."""
    return next(iter(_views(list(ScoreTable.objects.filter(pk=id)))), None)


def _views(rows: list[ScoreTable]) -> tuple[TableView, ...]:
    ids = {key for row in rows for key in (row.proposed_by_id, row.approved_by_id) if key}
    names = accounts.account_names(list(ids)) if ids else {}
    return tuple(
        TableView(
            id=row.pk, division_id=row.division_id, name=row.name, valid_from=row.valid_from,
            valid_until=row.valid_until, state=row.state, revision=row.revision, is_example=row.is_example,
            proposed_by=names.get(row.proposed_by_id, "") if row.proposed_by_id else "",
            approved_by=names.get(row.approved_by_id, "") if row.approved_by_id else "", content=bytes(row.content),
            cases=bytes(row.cases),
        )
        for row in rows
    )  # fmt: skip
