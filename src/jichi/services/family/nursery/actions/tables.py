"""Tables of scores: drafted, tested with cases, proposed by one official, approved by another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError, require_table

from ..models import ScoreTable
from ..permissions import APPROVE, EDIT, require
from ..rules.score_tables import read_rules, write_rules
from ..rules.table_cases import read_cases, try_cases, write_cases

EXAMPLES: Final = {"forty": "例: 満点40点の指数表", "hundred": "例: 満点100点の指数表"}
"""Example tables shipped with the room, in the manner of published ones; not any ward's own."""


def example_table(*, actor: Actor, key: str) -> bytes:
    """The CSV of an example table, to begin from.

    Raises:
        NotFound: no such example.
    """
    require(actor, EDIT)
    if key not in EXAMPLES:
        raise NotFound
    return (Path(__file__).parent.parent / "examples" / f"{key}.csv").read_bytes()


def example_cases(*, actor: Actor, key: str) -> bytes:
    """The CSV of the cases that an example table is tested with.

    Raises:
        NotFound: no such example.
    """
    require(actor, EDIT)
    if key not in EXAMPLES:
        raise NotFound
    return (Path(__file__).parent.parent / "examples" / f"{key}-cases.csv").read_bytes()


def make_table(
    *,
    actor: Actor,
    division_id: int,
    name: str,
    valid_from: date,
    valid_until: date,
    data: bytes,
    cases: bytes = b"",
    is_example: bool = False,
) -> tuple[UUID | None, tuple[LineError, ...]]:
    """A draft from a CSV: (its id, no errors), or (None, every error by line) and nothing kept.

    Raises:
        Forbidden; NotFound: another division. Invalid: no file, no name, days the wrong way round.
    """
    require(actor, EDIT, division_id)
    require_table(data)
    if not name.strip():
        raise Invalid(fields={"name": FieldError("field.required")})
    if valid_until < valid_from:
        raise Invalid(fields={"valid_until": FieldError("nursery.table_days")})
    rules, errors = read_rules(data)
    kept, more = read_cases(cases)
    if errors or more:
        return None, (*errors, *more)
    with unit(actor):
        row = ScoreTable.objects.create(
            division_id=division_id, name=name.strip()[:100], valid_from=valid_from, valid_until=valid_until,
            content=write_rules(rules), cases=write_cases(kept) if kept else b"",
            is_example=is_example, changed_at=clock.now(),
        )  # fmt: skip
        return row.pk, ()


def change_table(*, actor: Actor, id: UUID, data: bytes, expected_revision: int) -> tuple[LineError, ...]:
    """Another content for a table that is not approved; it is a draft again. Errors: nothing changed.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.table_fixed", "nursery.changed_since".
    """
    require(actor, EDIT)
    require_table(data)
    rules, errors = read_rules(data)
    if errors:
        return errors
    with unit(actor):
        row = _locked(actor, id)
        if row.revision != expected_revision:
            raise Conflict("nursery.changed_since")
        row.content, row.state, row.proposed_by_id = write_rules(rules), "draft", None
        row.revision, row.changed_at, row.is_example = row.revision + 1, clock.now(), False
        row.save()
    return ()


def change_cases(*, actor: Actor, id: UUID, data: bytes, expected_revision: int) -> tuple[LineError, ...]:
    """Other cases for a table that is not approved; it is a draft again. Errors: nothing changed.

    Args:
        data: the CSV of all its cases; empty: none.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.table_fixed", "nursery.changed_since".
    """
    require(actor, EDIT)
    cases, errors = read_cases(data)
    if errors:
        return errors
    with unit(actor):
        row = _locked(actor, id)
        if row.revision != expected_revision:
            raise Conflict("nursery.changed_since")
        row.cases, row.state, row.proposed_by_id = write_cases(cases) if cases else b"", "draft", None
        row.revision, row.changed_at = row.revision + 1, clock.now()
        row.save()
    return ()


def _require_tested(row: ScoreTable) -> None:
    """A table takes effect only with cases, and when each of them gets the points that are expected."""
    tried = try_cases(read_rules(bytes(row.content))[0], read_cases(bytes(row.cases))[0])
    if not tried:
        raise Conflict("nursery.cases_missing")
    wrong = [one.case.name for one in tried if one.wrong]
    if wrong:
        raise Conflict("nursery.cases_wrong", name=wrong[0], number=len(wrong))


def propose_table(*, actor: Actor, id: UUID) -> None:
    """Ask for approval. Asking again changes nothing.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.table_fixed", "nursery.cases_missing", "nursery.cases_wrong".
    """
    require(actor, EDIT)
    with unit(actor):
        row = _locked(actor, id)
        _require_tested(row)
        if row.state == "draft":
            row.state, row.proposed_by_id = "proposed", actor.account_id
            row.save(update_fields=["state", "proposed_by"])


def approve_table(*, actor: Actor, id: UUID, expected_revision: int) -> None:
    """The second official puts a table in force for its days.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_proposed", "nursery.other_person", "nursery.changed_since",
            "nursery.table_overlaps", "nursery.cases_missing", "nursery.cases_wrong".
    """
    require(actor, APPROVE)
    with unit(actor):
        row = _locked(actor, id)
        if row.state != "proposed":
            raise Conflict("nursery.not_proposed")
        if row.revision != expected_revision:
            raise Conflict("nursery.changed_since")
        if row.proposed_by_id == actor.account_id:
            raise Conflict("nursery.other_person")
        _require_tested(row)
        other = ScoreTable.objects.filter(
            division_id=row.division_id, state="approved", valid_from__lte=row.valid_until,
            valid_until__gte=row.valid_from,
        ).first()  # fmt: skip
        if other is not None:
            raise Conflict("nursery.table_overlaps", name=other.name)
        row.state, row.approved_by_id, row.approved_at = "approved", actor.account_id, clock.now()
        row.save(update_fields=["state", "approved_by", "approved_at"])


def _locked(actor: Actor, id: UUID) -> ScoreTable:
    row = ScoreTable.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise NotFound
    require(actor, EDIT if not actor.may(APPROVE) else APPROVE, row.division_id)
    if row.state == "approved":
        raise Conflict("nursery.table_fixed")
    return row
