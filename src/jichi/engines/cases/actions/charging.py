"""手数料: the charge of an application, and what a correction changes about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock

from .. import rules
from ..fees import fee_plan_of
from ..models import Case
from .changing import add_event, locked_case, save_case, tell_applicant
from .paying import mark_payment_due

_BECAUSE = "補正で手数料が変わったため"


def charge_case(*, actor: Actor, case_id: UUID) -> None:
    """Open the charge of an application just taken in, by the prices of its day; nothing where it costs nothing.

    The case waits for the money. An exemption leaves its lines at 0 yen. Told again it changes nothing.
    """
    with unit(actor):
        case = locked_case(case_id)
        plan = fee_plan_of(case_id, forms.submission(case.submission_id).answers)
        if plan is not None and plan.opens:
            _open(actor, case, plan.opens, key=f"{rules.subject_key(case_id)}:fee")
            mark_payment_due(actor=actor, case_id=case_id)


def change_fee(actor: Actor, case_id: UUID) -> None:
    """Bring the money in line with what was sent last: a new charge, one for the difference, or money back.

    Called after the correction is kept, in its unit. Told again it changes nothing.
    """
    case = locked_case(case_id)
    plan = fee_plan_of(case_id, forms.submission(case.submission_id).answers)
    if plan is None or not plan.changes:
        return
    subject, key = rules.subject_key(case.pk), f"{rules.subject_key(case.pk)}:fee:{case.submission_id}"
    if plan.cancels:
        payments.cancel_charge(actor=actor, subject=subject, reason=_BECAUSE, unpaid_only=True)
    if plan.opens:
        _open(actor, case, plan.opens, key=key)
    if plan.gives_back_yen:
        payments.refund_part(
            actor=actor, subject=subject, amount_yen=plan.gives_back_yen, reason=_BECAUSE, dedupe_key=key
        )
    _keep(case)
    add_event(actor, case, "fee_changed", detail={"before_yen": plan.before_yen, "after_yen": plan.after_yen})
    yen = (plan.before_yen, plan.after_yen)
    if plan.before_yen != plan.after_yen:
        tell_applicant(actor, case, "fee_changed", key=f"fee-changed:{case.submission_id}", yen=yen)


def _open(actor: Actor, case: Case, lines: tuple[ChargeLine, ...], *, key: str) -> None:
    definition = forms.definition_of(case.form_version_id)
    schedule = definition.fee_schedule
    payments.open_charge(
        actor=actor, subject=rules.subject_key(case.pk), account_id=case.account_id, payer_no=case.applicant_no,
        division_id=case.division_id, title=definition.title, about=case.number, lines=lines, dedupe_key=key,
        due_on=clock.today() + timedelta(days=schedule.pay_days if schedule else 14),
    )  # fmt: skip


def _keep(case: Case) -> None:
    """The column that lists look at, as the charges stand now."""
    case.refresh_from_db()
    with unit(system_actor("cases.payment")):
        case.payment = rules.payment_of(one.state for one in charges.charges_of(rules.subject_key(case.pk)))
    case.payment_since = (case.payment_since or clock.today()) if case.payment == "due" else None
    save_case(case, "payment", "payment_since")
