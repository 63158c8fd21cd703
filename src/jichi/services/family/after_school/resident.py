"""Children of the parent who looks: read as the platform after it is settled whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.collection.queries import Bill
from jichi.engines.forms import queries as forms
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.queries import MandateView
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from . import planned, queries, rules
from .queries import KIND, EnrolmentView

SYSTEM: Final = system_actor("after_school.parent", purpose="a parent's own children")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChild:
    """One child's use with its months. `mandate` None: the fees are paid by slip."""

    view: EnrolmentView
    bills: tuple[Bill, ...]
    reasons: Mapping[date, str]
    mandate: MandateView | None
    planned: Mapping[str, date]
    """納付番号 → agreed day, of months under a plan (分納)."""


def own_children(payer_no: str) -> list[tuple[EnrolmentView, str]]:
    """(use of a club, the child's name) of this payer, by start. Two statements."""
    if not payer_no:
        return []
    with unit(SYSTEM):
        found = queries.enrolments_of_payer(payer_no=payer_no)
        return [(one, name_of(one)) for one in found]


def name_of(one: EnrolmentView) -> str:
    """The child's name as its parent reads it; "" where the register has none to show."""
    person = registry.resident(one.child_no)
    return person.display_name if person else ""


def own_child(payer_no: str, enrolment_id: UUID) -> tuple[OwnChild, str]:
    """One of this payer, with the child's name. Raises NotFound: not there, or somebody else's."""
    with unit(SYSTEM):
        one = queries.enrolment(enrolment_id=enrolment_id)
        if one is None or not payer_no or one.payer_no != payer_no:
            raise NotFound
        bills = tuple(queries.bills_of_child(enrolment_id=enrolment_id))
        return OwnChild(
            view=one, bills=bills, planned=planned.planned_days(keys=[bill.view.key for bill in bills]),
            reasons=queries.reasons_of(enrolment_id=enrolment_id),
            mandate=mandates.live_mandate(payer_no=payer_no, kind=KIND, on=clock.today()),
        ), name_of(one)  # fmt: skip


def may_apply() -> bool:
    """Is the online procedure published and open?"""
    with unit(SYSTEM):
        return any(one.slug == rules.PROCEDURE for one in forms.procedures())
