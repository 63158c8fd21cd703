"""The charges of a case in words: what is owed, paid, given back, for applicants and for officials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.labels import label
from jichi.design.parts import Fact
from jichi.engines.audit.context import Actor
from jichi.engines.payments.queries import ChargeView, charges_of
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import path_in
from jichi.kernel.money import Yen, format_yen

from .fees import fee_plan_of
from .presentation import PAYMENT_WORDS
from .queries import CaseRecord
from .rules import FeePlan, subject_key

_STAFF_STATES: Final[Mapping[str, str]] = {
    "due": "支払待ち", "paid": "支払済", "zero": "支払なし", "cancelled": "取消し", "refunding": "還付の手続中",
    "refunded": "還付済",
}  # fmt: skip


def payment_of(case: CaseRecord, language: str) -> dict[str, Any] | None:
    """What is owed and where to pay it, what was paid and goes back; None where the application costs nothing."""
    if case.payment == "none":
        return None
    words = {
        "due": _("手数料の支払いが必要です。"), "paid": _("手数料は支払済みです。"),
        "refunding": _("手数料をお返しする手続をしています。"), "refunded": _("手数料をお返ししました。"),
    }  # fmt: skip
    found = charges_of(subject_key(case.id))
    url = next((charge.url_path for charge in found if charge.state == "due"), "")
    rows = [one for charge in found if charge.state != "cancelled" for one in _rows(charge, language)]
    return {
        "text": words[case.payment], "url": path_in(language, url) if url else "", "state": case.payment,
        "rows": rows if len(rows) > 1 else [],
    }  # fmt: skip


def _rows(charge: ChargeView, language: str) -> list[Fact]:
    state = {"due": label("status.unpaid"), "refunding": "", "refunded": ""}.get(charge.state, label("status.paid"))
    day = f" {format_date(charge.due_on, language)}" if charge.due_on and charge.state == "due" else ""
    paid = format_yen(Yen(charge.total_yen), language)
    rows = [Fact(label=label("word.fee"), value=f"{paid} {state}{day}".strip())]
    if charge.returned_yen:
        rows.append(Fact(label=label("word.refund"), value=format_yen(Yen(charge.returned_yen), language)))
    return rows


def fee_told(case: CaseRecord, answers: Mapping[str, Any], language: str) -> list[str]:
    """What sending these answers changes about the money, nothing when it doesn't: said before they are sent."""
    plan = fee_plan_of(case.id, answers)
    if plan is None or plan.before_yen == plan.after_yen:
        return []
    return _told(plan, language)


def _told(plan: FeePlan, language: str) -> list[str]:
    before, after = (format_yen(Yen(amount), language) for amount in (plan.before_yen, plan.after_yen))
    changes = _("送ると、手数料が%(before)sから%(after)sに変わります。") % {"before": before, "after": after}
    if plan.gives_back_yen:
        back = format_yen(Yen(plan.gives_back_yen), language)
        return [changes, _("%(amount)sをお返しします。") % {"amount": back}]
    owed = sum(line.amount_yen for line in plan.opens)
    more = _("%(amount)sを支払っていただきます。") % {"amount": format_yen(Yen(owed), language)}
    return [changes, more] if owed else [changes]


def facts_of_money(actor: Actor, record: CaseRecord) -> list[Fact]:
    """Every charge of the case for officials, with a link for those who see charges; four statements."""
    if record.payment == "none" and not any(event.kind == "fee_changed" for event in record.events):
        return []
    charges = charges_of(subject_key(record.id)) if actor.may("eng_payments.view") else ()
    if not charges:
        return [Fact(label="手数料", value=PAYMENT_WORDS[record.payment])]
    return [Fact(label="手数料", value=_linked(charge)) for charge in charges]


def _linked(charge: ChargeView) -> str:
    state = _STAFF_STATES[charge.state]
    if charge.returned_yen and charge.state == "paid":
        state += f"、うち{format_yen(Yen(charge.returned_yen))}を還付"
    return format_html('<a href="{}">{}</a>({})', _page(charge.id), format_yen(Yen(charge.total_yen)), state)


def _page(charge_id: UUID) -> str:
    return f"/staff/payments/{charge_id}/"
