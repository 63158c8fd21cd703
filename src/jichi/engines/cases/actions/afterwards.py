"""What a grant brings with it: the amount that was granted, and what is due afterwards (実績報告など)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms.rules import FormDefinition, amount_of, due_after
from jichi.engines.forms.rules.terms import RouteChoice
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from .. import permissions, rules
from ..models import Case, FollowUp
from ..queries.afterwards import follower_of
from .changing import staff_path


def granted_yen(definition: FormDefinition, answers: Mapping[str, Any]) -> int | None:
    """交付決定額: what was asked for, where the route decides about an amount; None where nothing of the kind is."""
    return amount_of(definition.route.amount, answers) if isinstance(definition.route, RouteChoice) else None


def keep_follow_ups(case: Case, definition: FormDefinition, *, decided_on: date) -> None:
    """Note what is due after this grant, as the definition says it now."""
    sent_on = case.received_at.astimezone(clock.TOKYO).date()
    FollowUp.objects.bulk_create(
        FollowUp(
            case=case, key=due.id, procedure=due.procedure, title=dict(due.title),
            text=dict(due.text) if due.text else None, due_on=due.due_on,
        )
        for due in due_after(definition, sent_on=sent_on, decided_on=decided_on)
    )  # fmt: skip


def tell_overdue(*, actor: Actor) -> int:
    """Give divisions what is overdue as work, once each; what has come meanwhile is work no more. How many are overdue.

    Bears repeating.
    """
    with unit(actor):
        late = list(FollowUp.objects.filter(due_on__lt=clock.today(), told_at=None).values_list("pk", flat=True))
    told = 0
    for pk in late:
        with unit(actor):
            due = FollowUp.objects.select_for_update(of=("self",)).select_related("case").get(pk=pk)
            if due.told_at is None and follower_of(due.case, due.procedure) is None:
                _tell(actor, due)
                told += 1
    return told


def _tell(actor: Actor, due: FollowUp) -> None:
    case = due.case
    due.told_at = clock.now()
    due.save(update_fields=["told_at"])
    inbox.put_item(
        actor=actor, division_id=case.division_id, kind="check", title={"ja": f"{due.title['ja']}が出ていません"},
        url_path=staff_path(case), subject_key=rules.follow_up_key(case.number, due.procedure), about=case.number,
        due_on=due.due_on, permission=permissions.VIEW, dedupe_key=f"follow-up-late:{due.pk}",
        assignee_id=case.assignee_id,
    )  # fmt: skip
