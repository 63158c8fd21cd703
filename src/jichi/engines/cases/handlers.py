"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.payments.events import ChargeRefunded, ChargeSettled

from . import actions, rules


def on_charge_settled(event: ChargeSettled) -> None:
    """The fee of a case is there."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_settled(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen)


def on_charge_refunded(event: ChargeRefunded) -> None:
    """The fee of a case went back."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_refunded(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen)
