"""育成料の表: kept as a draft, tried on examples, in force when a second person approves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import rules
from ..models import FeeTable
from ..permissions import APPROVE, EDIT, require


def save_table(*, actor: Actor, fiscal_year: int, division_id: int, given: Mapping[str, Any], examples: str) -> UUID:
    """Keep a draft for a fiscal year (one draft a year: saved again it is changed); its id.

    Raises:
        Forbidden: without "family_after_school.edit", or for another division.
        Invalid: numbers or lines of examples that can't be read, per field.
    """
    require(actor, EDIT)
    if actor.kind != "system" and division_id not in actor.divisions:
        raise Forbidden("forbidden", permission=EDIT)
    rules.table_from(fiscal_year, given)
    _, wrong = rules.read_examples(examples)
    if wrong:
        raise Invalid(fields={"examples": FieldError("after_school.example", {"line": wrong[0]})})
    content = {name: str(value) for name, value in given.items()}
    with unit(actor):
        row = FeeTable.objects.select_for_update().filter(fiscal_year=fiscal_year, approved_at=None).first()
        if row is None:
            newest = FeeTable.objects.filter(fiscal_year=fiscal_year).aggregate(last=Max("version"))["last"] or 0
            row = FeeTable(fiscal_year=fiscal_year, version=newest + 1)
        row.division_id, row.content, row.examples = division_id, content, examples
        row.made_by_id, row.made_at = actor.account_id, clock.now()
        row.save()
    return row.pk


def approve_table(*, actor: Actor, table_id: UUID) -> None:
    """Put a draft in force: its examples come out as the division worked them out, and somebody else made it.

    Raises:
        Forbidden: without "family_after_school.approve". NotFound.
        Conflict: "after_school.decided", "after_school.same_person", "after_school.no_examples",
            "after_school.examples" with the names of those that differ.
    """
    require(actor, APPROVE)
    with unit(actor):
        row = FeeTable.objects.select_for_update().filter(pk=table_id).first()
        if row is None:
            raise NotFound
        if row.approved_at is not None:
            raise Conflict("after_school.decided")
        if actor.kind != "system" and row.made_by_id == actor.account_id:
            raise Conflict("after_school.same_person")
        examples, _ = rules.read_examples(row.examples)
        if not examples:
            raise Conflict("after_school.no_examples")
        wrong = rules.wrong_examples(rules.table_from(row.fiscal_year, row.content), examples)
        if wrong:
            raise Conflict("after_school.examples", names="、".join(one.name for one, _ in wrong[:5]))
        row.approved_by_id, row.approved_at = actor.account_id, clock.now()
        row.save(update_fields=["approved_by", "approved_at"])
