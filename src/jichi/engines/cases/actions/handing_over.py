"""人事異動: what an official has in hand goes to a successor, or back to the division's pile."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Forbidden

from .. import rules
from ..models import Case
from ..rules import Status
from .changing import add_event, save_case


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many cases changed hands, and how many stayed: not to be left without anybody, and no successor."""

    moved: int
    left: int


def hand_over(*, actor: Actor, account_id: UUID, division_id: int, to_id: UUID | None) -> HandedOver:
    """Give every open case that an official has in hand in a division to somebody else; None: to the division.

    The same again changes nothing. A case that waits for a correction or is on a route goes to a person only.

    Raises:
        Forbidden: not the platform, which carries out what administrators confirmed.
    """
    if actor.kind != "system":
        raise Forbidden
    moved = left = 0
    with unit(actor):
        found = Case.objects.select_for_update().filter(
            assignee_id=account_id, division_id=division_id, closed_at=None
        ).order_by("id")  # fmt: skip
        for case in found:
            if to_id is None and (case.status != Status.REVIEWING or case.stage == "on_route"):
                left += 1
                continue
            case.assignee_id = to_id
            if to_id is None:
                case.status = Status.RECEIVED.value
            save_case(case, "assignee")
            kind = "taken" if to_id else "released"
            add_event(actor, case, kind, public=False, detail={"from": str(account_id), "to": str(to_id or "")})
            inbox.assign_items(actor=actor, subject_key=rules.subject_key(case.pk), assignee_id=to_id)
            moved += 1
    return HandedOver(moved, left)
