"""The money of a case: what engine payments says of its charge, kept where lists and pages see it."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days, count_open_days
from jichi.kernel.errors import Conflict

from .. import rules
from ..models import Case, CaseEvent, Correction
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


def charge_settled(*, actor: Actor, case_id: UUID, amount_yen: int, charge_id: UUID) -> None:
    """The money is there: the clock goes on, and the official is told. A second report changes nothing."""
    with unit(actor):
        case = locked_case(case_id)
        if case.payment not in {"none", "due"}:
            return
        if case.status not in OPEN:
            # Paid after it was withdrawn or refused: payments gives it back by itself and reports that apart.
            return
        if case.payment_since is not None:
            case.due_on = add_open_days(case.due_on, count_open_days(case.payment_since, _stood_until(case)))
        case.payment, case.payment_since = "paid", None
        save_case(case, "payment", "payment_since", "due_on")
        add_event(actor, case, "paid", detail={"amount_yen": amount_yen})
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, due_on=case.due_on,
            permission="eng_cases.case.view", dedupe_key=f"paid:{charge_id}", assignee_id=case.assignee_id,
        )  # fmt: skip


def _stood_until(case: Case) -> date:
    """Until when the clock stood for the money alone: while a correction is asked for it stands for that."""
    asked = Correction.objects.filter(case=case, state="open").values_list("asked_at", flat=True).first()
    day = asked.astimezone(clock.TOKYO).date() if asked else clock.today()
    return max(day, case.payment_since) if case.payment_since else day


def charge_refunded(*, actor: Actor, case_id: UUID, amount_yen: int, charge_id: UUID) -> None:
    """The money of a charge went back; another one of the case may stand. A second report changes nothing."""
    with unit(actor):
        case = locked_case(case_id)
        told = {"amount_yen": amount_yen, "charge": str(charge_id)}
        if CaseEvent.objects.filter(case=case, kind="refunded", detail__charge=str(charge_id)).exists():
            return
        others = [one.state for one in charges.charges_of(rules.subject_key(case.pk)) if one.id != charge_id]
        standing = rules.payment_of(others)
        case.payment = standing if standing in {"due", "paid", "refunding"} else "refunded"
        case.payment_since = case.payment_since if case.payment == "due" else None
        save_case(case, "payment", "payment_since")
        add_event(actor, case, "refunded", detail=told)
        tell_applicant(actor, case, "refunded", key=f"refunded:{charge_id}")


def charge_part_refunded(*, actor: Actor, case_id: UUID, amount_yen: int) -> None:
    """A part of what was paid went back; payments has told the person."""
    with unit(actor):
        add_event(actor, locked_case(case_id), "part_refunded", detail={"amount_yen": amount_yen})


def charge_reopened(*, actor: Actor, case_id: UUID, amount_yen: int) -> None:
    """当日取消: what counted as paid is owed again; the case waits for it, and the clock stands still.

    Raises:
        Conflict: "case.decided_paid": the case was decided on it.
    """
    with unit(actor):
        case = locked_case(case_id)
        if case.status not in OPEN:
            raise Conflict("case.decided_paid", number=case.number)
        case.payment, case.payment_since = "due", clock.today()
        save_case(case, "payment", "payment_since")
        add_event(actor, case, "payment_reopened", detail={"amount_yen": amount_yen})


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
