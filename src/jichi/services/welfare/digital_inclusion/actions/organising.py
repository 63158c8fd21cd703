"""A division's class from the first draft to its publication, and its end before time."""

from __future__ import annotations

import secrets
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.booking.rules.series import Slot
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import new_number
from jichi.kernel.text import fold_for_search

from ..models import Course, Session
from ..permissions import require_editor
from ..rules import Plan, conditions_of, copied, plan_from, plan_to, problems
from ..rules.courses import day_in_tokyo

SYSTEM: Final = system_actor("digital_inclusion")
FIXED: Final = (
    "first", "starts", "ends", "repeat", "times", "without", "mode", "capacity", "team_places", "team_most",
    "waiting_list", "answer_hours", "opens_at", "closes_at", "withdraw_until", "draw_at", "text_source",
    "residents_only", "age_least",
)  # fmt: skip
"""What people relied on when they entered stays once it is published."""
ITEM: Final = "01"
"""The one item of an offering: a place for all sessions."""


def _columns(plan: Plan) -> dict[str, Any]:
    words = [*plan.title.values(), *plan.text.values(), plan.place_name, plan.address]
    return {
        "title": dict(plan.title), "level": plan.level, "spoken": plan.spoken, "mode": plan.mode, "plan": plan_to(plan),
        "search_text": fold_for_search(" ".join(words)), "updated_at": clock.now(),
    }  # fmt: skip


def create_course(*, actor: Actor, division_id: int, plan: Plan, copy_of: UUID | None = None) -> str:
    """Begin a draft; its code.

    Raises:
        Forbidden: not an official of the division.
    """
    require_editor(actor, division_id)
    with unit(actor):
        row = Course.objects.create(
            code=new_number(secrets.token_bytes(8)).lower(), division_id=division_id, copy_of_id=copy_of,
            **_columns(plan),
        )  # fmt: skip
        return row.code


def _locked(actor: Actor, code: str) -> Course:
    row = Course.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NotFound
    require_editor(actor, row.division_id)
    return row


def change_course(*, actor: Actor, code: str, plan: Plan, expected_revision: int) -> None:
    """Write a draft anew; of a published class only what nobody relied on (`FIXED` stays).

    Raises:
        Forbidden; NotFound; Conflict: "digital.changed_since" or "digital.not_draft".
    """
    with unit(actor):
        row = _locked(actor, code)
        if row.revision != expected_revision:
            raise Conflict("digital.changed_since")
        before = plan_from(row.plan)
        if row.state != "draft" and any(getattr(before, name) != getattr(plan, name) for name in FIXED):
            raise Conflict("digital.not_draft")
        Course.objects.filter(pk=row.pk).update(**_columns(plan), revision=F("revision") + 1)
        if row.state == "published":
            _put_into_search(row, plan)


def copy_course(*, actor: Actor, code: str) -> str:
    """A draft for the next term from a class of before, 52 weeks later each time until it lies ahead; its code.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        row = _locked(actor, code)
        plan = copied(plan_from(row.plan))
        while plan.first is not None and plan.first <= clock.today():
            plan = copied(plan)
        return create_course(actor=actor, division_id=row.division_id, plan=plan, copy_of=row.pk)


def publish_course(*, actor: Actor, code: str) -> None:
    """Let people see it and enter. Pressed twice it is published once.

    Raises:
        Forbidden; NotFound; Invalid: by field, what is missing (`rules.problems`); Conflict: it was cancelled.
    """
    with unit(actor):
        row = _locked(actor, code)
        if row.state == "published":
            return
        if row.state != "draft":
            raise Conflict("digital.not_draft")
        plan, now = plan_from(row.plan), clock.now()
        wrong = problems(plan, now)
        if wrong:
            raise Invalid("digital.not_ready", fields={one.field: one.error for one in wrong})
        slots = plan.slots()
        teacher = accounts.staff_account_id(plan.teacher) if plan.teacher else None
        Session.objects.bulk_create(
            Session(course=row, number=number, starts_at=slot.starts_at, ends_at=slot.ends_at, teacher_id=teacher)
            for number, slot in enumerate(slots, 1)
        )
        row.offering_id = _opened(row, plan, slots)
        row.team_offering_id = _opened_for_teams(row, plan, slots) if plan.team_places else None
        row.state, row.published_at, row.updated_at = "published", now, now
        row.last_day = day_in_tokyo(slots[-1].ends_at)
        row.save(update_fields=["offering", "team_offering", "state", "published_at", "updated_at", "last_day"])
        _put_into_search(row, plan)


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


def _put_into_search(row: Course, plan: Plan) -> None:
    inbox.put_search_entry(
        actor=SYSTEM, key=f"welfare_digital_inclusion:course:{row.code}", kind="bookable", title=plan.title,
        url_path=f"/smartphone/{row.code}/", body=" ".join([*plan.text.values(), plan.place_name]),
        summary={"ja": plan.place_name}, audience="resident",
    )  # fmt: skip


def cancel_course(*, actor: Actor, code: str, reason: str) -> int:
    """A class does not take place: entries end, everybody who entered is told; how many entries ended.

    Raises:
        Forbidden; NotFound; Invalid: no reason; Conflict: a draft, which nobody saw.
    """
    with unit(actor):
        row = _locked(actor, code)
        if row.state == "cancelled":
            return 0
        if row.state == "draft":
            raise Conflict("digital.not_ready")
        if not reason.strip():
            raise Invalid(fields={"reason": FieldError("field.required")})
        row.state, row.cancel_reason, row.updated_at = "cancelled", reason.strip(), clock.now()
        row.save(update_fields=["state", "cancel_reason", "updated_at"])
        inbox.remove_search_entry(actor=SYSTEM, key=f"welfare_digital_inclusion:course:{row.code}")
        return sum(
            booking.cancel_offering(actor=SYSTEM, offering_id=one, reason=reason)
            for one in (row.offering_id, row.team_offering_id)
            if one is not None
        )
