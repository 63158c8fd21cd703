"""A division's class from the first draft to its publication, and its end before time."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.booking.rules.series import Slot
from jichi.engines.programmes import actions as programmes
from jichi.engines.programmes.actions import Kind, Words
from jichi.engines.surveys import actions as surveys
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Invalid

from ..models import Course, Session
from ..permissions import require_editor
from ..rules import Plan, conditions_of, copied, plan_from, plan_to, problems, survey_code
from ..rules.courses import day_in_tokyo

SYSTEM: Final = system_actor("digital_inclusion")
FIXED: Final = (
    "first", "starts", "ends", "repeat", "times", "without", "mode", "capacity", "team_places", "team_most",
    "teams_until", "waiting_list", "answer_hours", "opens_at", "closes_at", "withdraw_until", "draw_at", "text_source",
    "residents_only", "age_least",
)  # fmt: skip
"""What people relied on when they entered stays once it is published."""
ITEM: Final = "01"
"""The one item of an offering: a place for all sessions."""


def _words(plan: Plan) -> Words:
    return Words(title=plan.title, text=plan.text, place=plan.place_name, more=plan.address)


def _columns(plan: Plan) -> dict[str, Any]:
    return {"level": plan.level, "spoken": plan.spoken, "mode": plan.mode, "plan": plan_to(plan)}


def _open(row: Course, plan: Plan) -> date:
    """Its sessions, and the offerings by which persons and associations enter."""
    slots = plan.slots()
    teacher = accounts.staff_account_id(plan.teacher) if plan.teacher else None
    Session.objects.bulk_create(
        Session(course=row, number=number, starts_at=slot.starts_at, ends_at=slot.ends_at, teacher_id=teacher)
        for number, slot in enumerate(slots, 1)
    )
    row.offering_id = _opened(row, plan, slots)
    row.team_offering_id = _opened_for_teams(row, plan, slots) if plan.team_places else None
    return day_in_tokyo(slots[-1].ends_at)


def _item(plan: Plan, slots: tuple[Slot, ...], capacity: int) -> ItemSpec:
    return ItemSpec(
        code=ITEM, title=plan.title, capacity=capacity, starts_at=slots[0].starts_at, ends_at=slots[-1].ends_at
    )


def _opened(row: Course, plan: Plan, slots: tuple[Slot, ...]) -> UUID:
    """The offering by which persons enter."""
    if plan.opens_at is None or plan.closes_at is None:
        raise Invalid("digital.not_ready")
    return booking.open_offering(
        actor=SYSTEM, code=f"class-{row.code}", title=plan.title, division_id=row.division_id, mode=plan.mode,
        opens_at=plan.opens_at, closes_at=plan.closes_at, items=[_item(plan, slots, plan.capacity)],
        waiting_list=plan.waiting_list, answer_hours=plan.answer_hours, withdraw_until=plan.withdraw_until,
        conditions=conditions_of(plan, day_in_tokyo(slots[0].starts_at)),
    )  # fmt: skip


def _opened_for_teams(row: Course, plan: Plan, slots: tuple[Slot, ...]) -> UUID:
    """The offering by which associations enter: always in the order of arrival, no conditions."""
    if plan.opens_at is None or plan.closes_at is None:
        raise Invalid("digital.not_ready")
    return booking.open_offering(
        actor=SYSTEM, code=f"class-{row.code}-teams", title=plan.title, division_id=row.division_id,
        mode="first_come", opens_at=plan.opens_at, closes_at=plan.closes_at, most_people=plan.team_most,
        items=[_item(plan, slots, plan.team_places)], waiting_list=plan.waiting_list,
        answer_hours=plan.answer_hours, withdraw_until=plan.withdraw_until,
    )  # fmt: skip


KIND: Final = Kind(
    model=Course, actor=SYSTEM, refusals="digital", key="welfare_digital_inclusion:course", path="/smartphone/",
    fixed=FIXED, require_editor=require_editor, read=lambda row: plan_from(row.plan), columns=_columns, words=_words,
    later=copied, lacking=problems, open=_open,
    offerings=lambda row: [one for one in (row.offering_id, row.team_offering_id) if one is not None],
)  # fmt: skip


def create_course(*, actor: Actor, division_id: int, plan: Plan) -> str:
    """Begin a draft; its code.

    Raises:
        Forbidden: not an official of the division.
    """
    return programmes.begin_programme(actor=actor, kind=KIND, division_id=division_id, content=plan)


def change_course(*, actor: Actor, code: str, plan: Plan, expected_revision: int) -> None:
    """Write a draft anew; of a published class only what nobody relied on (`FIXED` stays).

    Raises:
        Forbidden; NotFound; Conflict: "digital.changed_since" or "digital.not_draft".
    """
    programmes.change_programme(actor=actor, kind=KIND, code=code, content=plan, expected_revision=expected_revision)


def copy_course(*, actor: Actor, code: str) -> str:
    """A draft for the next term from a class of before, with the draft of its questionnaire; its code.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        new = programmes.copy_programme(actor=actor, kind=KIND, code=code)
        ids = dict(Course.objects.filter(code__in=(code, new)).values_list("code", "pk"))
        division_id = Course.objects.values_list("division_id", flat=True).get(code=new)
        surveys.copy_survey(
            actor=actor, source=survey_code(ids[code]), code=survey_code(ids[new]), division_id=division_id
        )  # fmt: skip
        return new


def publish_course(*, actor: Actor, code: str) -> None:
    """Let people see it and enter. Pressed twice it is published once.

    Raises:
        Forbidden; NotFound; Invalid: by field, what is missing (`rules.problems`); Conflict: it was cancelled.
    """
    programmes.publish_programme(actor=actor, kind=KIND, code=code)


def cancel_course(*, actor: Actor, code: str, reason: str) -> int:
    """A class does not take place: entries end, everybody who entered is told; how many entries ended.

    Raises:
        Forbidden; NotFound; Invalid: no reason; Conflict: a draft, which nobody saw.
    """
    return programmes.cancel_programme(actor=actor, kind=KIND, code=code, reason=reason)


def give_back_team_places(*, actor: Actor) -> int:
    """Places of associations that nobody took go to persons once their last day is over; how many. May run twice.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    today, moved = clock.today(), 0
    with unit(actor):
        courses = list(Course.objects.filter(state="published", team_offering__isnull=False, last_day__gte=today))
    for row in courses:
        until = plan_from(row.plan).teams_until
        if until is None or until >= today or row.offering_id is None or row.team_offering_id is None:
            continue
        moved += booking.move_free_places(
            actor=SYSTEM, source_id=row.team_offering_id, target_id=row.offering_id, item=ITEM
        )
    return moved


def leave_search(*, actor: Actor) -> int:
    """What is over is not found any more; how many left the search box."""
    return programmes.forget_over(actor=actor, kind=KIND)
