"""A child of `world.resident`'s household in a club of `world.division`, for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year

from .. import actions, planned, queries, rules
from ..commands import set_up
from ..models import Enrolment, FeeTable, Plan, Run, Term
from ..sample import EXAMPLES, TABLE


def _month() -> date:
    return clock.today().replace(day=1)


def _enrolment(world: Any) -> UUID:
    code = f"club-{world.division.id}"
    with unit(world.system):
        there = Enrolment.objects.filter(club__code=code).first()
        if there:
            return there.pk
    set_up(world.division.id)
    club = actions.set_club(actor=world.system, code=code, name=code, capacity=10, division_id=world.division.id)
    with unit(world.system):
        row = Enrolment.objects.create(
            child_no="900000000000091", payer_no=world.resident.addressee_no, club_id=club, grade=1,
            division_id=world.division.id, applied_on=_month(), first_month=_month(),
        )  # fmt: skip
        Term.objects.create(
            enrolment=row, kind="class", word="D", first_month=_month(), decision_ref="1", recorded_at=clock.now()
        )
    actions.decide(actor=world.system, ids=[row.pk], approve=True, decision_ref="1", decided_on=clock.today())
    return row.pk


def _table(world: Any) -> UUID:
    year = fiscal_year(clock.today())
    with unit(world.system):
        there = FeeTable.objects.filter(fiscal_year=year).first()
        if there:
            return there.pk
    made = actions.save_table(
        actor=world.system, fiscal_year=year, division_id=world.division.id, given=TABLE, examples=EXAMPLES
    )
    actions.approve_table(actor=world.system, table_id=made)
    return made


def _run(world: Any) -> UUID:
    _enrolment(world)
    _table(world)
    with unit(world.system):
        there = Run.objects.first()
        if there:
            return there.pk
        lines = queries.preview(month=_month())
    return actions.make_run(
        actor=world.system, month=_month(), division_id=world.division.id, expected=rules.fingerprint(lines),
        decision_ref="1",
    )  # fmt: skip


def _preview(world: Any) -> Mapping[str, Any]:
    _enrolment(world)
    _table(world)
    return {"month": rules.month_text(_month())}


def _letters(world: Any) -> Mapping[str, Any]:
    from ..models import Reminder

    day = clock.today()
    with unit(world.system):
        Reminder.objects.get_or_create(
            key="00000000000000",
            defaults={"payer_no": world.resident.addressee_no, "division_id": world.division.id, "sent_on": day,
                      "owed_yen": 1},
        )  # fmt: skip
    return {"day": day.isoformat()}


def _plan(world: Any) -> Mapping[str, Any]:
    _run(world)
    payer = world.resident.addressee_no
    with unit(world.system):
        there = Plan.objects.filter(payer_no=payer).first()
        keys = [bill.view.key for bill in planned.open_bills(payer_no=payer)]
    if there is not None:
        return {"plan_id": there.pk}
    return {"plan_id": actions.agree_plan(
        actor=world.system, payer_no=payer, keys=keys, first_day=clock.today(), each=1, decision_ref="1"
    )}  # fmt: skip


def _owing(world: Any) -> Mapping[str, Any]:
    """A parent with an open month: no plan yet."""
    _run(world)
    with unit(world.system):
        for plan in Plan.objects.filter(payer_no=world.resident.addressee_no, state="live"):
            actions.cancel_plan(actor=world.system, plan_id=plan.pk, reason="1")
    return {"payer_no": world.resident.addressee_no}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {
        **{
            f"family_after_school:{name}": lambda world: {"enrolment_id": _enrolment(world)}
            for name in ("child", "leave", "term")
        },
        "family_after_school_own:child": lambda world: {"enrolment_id": _enrolment(world)},
        "family_after_school:table": lambda world: {"table_id": _table(world)},
        "family_after_school:run": lambda world: {"run_id": _run(world)},
        "family_after_school:preview": _preview,
        "family_after_school:letters": _letters,
        "family_after_school:plan": _plan,
        "family_after_school:agree": _owing,
    }


SHARED = frozenset({"family_after_school:preview"})
"""A month is everybody's; whose children it shows, row security decides."""
