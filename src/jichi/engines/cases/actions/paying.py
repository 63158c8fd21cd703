"""The money of a case: what engine payments says of its charge, kept where lists and pages see it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days, count_open_days

from .. import rules
from ..models import Case
from ..rules import OPEN
from .changing import add_event, locked_case, save_case, staff_path, tell_applicant


def mark_payment_due(*, actor: Actor, case_id: UUID) -> None:
    """A charge was opened for the case: it waits for the money, and the clock stands still. Bears repeating.

    Called by who opened the charge, in the same unit; the charge's subject is `rules.subject_key(case_id)`.
    """
    with unit(actor):
        case = locked_case(case_id)
        if case.payment != "none" or case.status not in OPEN:
            return
        case.payment, case.payment_since = "due", clock.today()
        save_case(case, "payment", "payment_since")
        add_event(actor, case, "payment_due")


def charge_settled(*, actor: Actor, case_id: UUID, amount_yen: int) -> None:
    """The money is there: the clock goes on, and the official is told. A second report changes nothing."""
    with unit(actor):
        case = locked_case(case_id)
        if case.payment not in {"none", "due"}:
            return
        if case.status not in OPEN:
            # Paid after it was withdrawn or refused: payments gives it back by itself and reports that apart.
            return
        if case.payment_since is not None:
            case.due_on = add_open_days(case.due_on, count_open_days(case.payment_since, clock.today()))
        case.payment, case.payment_since = "paid", None
        save_case(case, "payment", "payment_since", "due_on")
        add_event(actor, case, "paid", detail={"amount_yen": amount_yen})
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, due_on=case.due_on,
            permission="eng_cases.case.view", dedupe_key=f"paid:{case.pk}", assignee_id=case.assignee_id,
        )  # fmt: skip


def charge_refunded(*, actor: Actor, case_id: UUID, amount_yen: int) -> None:
    """The money went back to the person. A second report changes nothing."""
    with unit(actor):
        case = locked_case(case_id)
        if case.payment == "refunded":
            return
        case.payment, case.payment_since = "refunded", None
        save_case(case, "payment", "payment_since")
        add_event(actor, case, "refunded", detail={"amount_yen": amount_yen})
        tell_applicant(actor, case, "refunded", key=f"refunded:{case.pk}")


_BECAUSE: Final = {"refused": "不承認のため", "withdrawn": "取下げのため", "expired": "期限切れのため"}


def cancel_charges(actor: Actor, case: Case, *, reason: str) -> None:
    """What was asked for is taken back: an unpaid charge is cancelled, a paid one begins to be refunded.

    Saves the case's own columns, without counting a change: the step that calls it does.

    Args:
        reason: "refused", "withdrawn" or "expired".
    """
    if case.payment not in {"due", "paid"}:
        return
    subject, platform = rules.subject_key(case.pk), system_actor("cases.payment")
    payments.cancel_charge(actor=actor, subject=subject, reason=_BECAUSE[reason])
    with unit(platform):  # officials of another division may hold the charge
        going_back = any(charge.state in {"refunding", "refunded"} for charge in charges.charges_of(subject))
    case.payment, case.payment_since = ("refunding" if going_back else "none"), None
    case.save(update_fields=["payment", "payment_since"])
