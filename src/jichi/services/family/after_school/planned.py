"""What pages read of 分納: plans with their months as they stand in collection. Row security decides who."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.collection import queries as books
from jichi.engines.collection.queries import Bill
from jichi.kernel import clock

from .models import Plan, PlanPart
from .queries import KIND, PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan; `months`: how many, `first` and `last` of its agreed days."""

    id: UUID
    number: int
    payer_no: str
    division_id: int
    state: str
    agreed_on: date
    decision_ref: str
    made_by: str
    ended_on: date | None
    reason: str
    slip_run: UUID | None
    days: tuple[tuple[str, date], ...]
    """(納付番号, agreed day), in the order of the days."""


def _views(rows: Collection[Plan]) -> list[PlanView]:
    parts: dict[UUID, list[tuple[str, date]]] = {}
    for part in PlanPart.objects.filter(plan__in=rows).order_by("agreed_on", "id"):
        parts.setdefault(part.plan_id, []).append((part.key, part.agreed_on))
    return [
        PlanView(
            id=row.pk, number=row.number, payer_no=row.payer_no, division_id=row.division_id, state=row.state,
            agreed_on=row.agreed_on, decision_ref=row.decision_ref, made_by=row.made_by.name if row.made_by else "",
            ended_on=row.ended_on, reason=row.reason, slip_run=row.slip_run, days=tuple(parts.get(row.pk, ())),
        )
        for row in rows
    ]  # fmt: skip


def plans(*, state: str = "", limit: int = 4 * PAGE) -> list[PlanView]:
    """Newest first. Two statements."""
    rows = Plan.objects.select_related("made_by").order_by("-number")
    return _views(list((rows.filter(state=state) if state else rows)[:limit]))


def plan(*, plan_id: UUID) -> PlanView | None:
    """One plan. Two statements."""
    found = _views(list(Plan.objects.select_related("made_by").filter(pk=plan_id)))
    return found[0] if found else None


def bills_under(view: PlanView) -> dict[str, Bill]:
    """納付番号 → how the month stands. Eight statements."""
    found = books.bills_by_key(keys=[key for key, _ in view.days], today=clock.today())
    return {bill.view.key: bill for bill in found}


def open_bills(*, payer_no: str) -> list[Bill]:
    """Months of a payer of which something is owed and that are under no plan, by due day. Nine statements."""
    found = [
        bill for bill in books.bills_of_payer(payer_no=payer_no, today=clock.today())
        if bill.kind == KIND and bill.view.owed
    ]  # fmt: skip
    under = planned_days(keys=[bill.view.key for bill in found])
    return [bill for bill in found if bill.view.key not in under]


def planned_days(*, keys: Collection[str]) -> dict[str, date]:
    """納付番号 → agreed day, of those under a plan that lives. One statement."""
    return dict(PlanPart.objects.filter(key__in=set(keys), is_over=False).values_list("key", "agreed_on"))
