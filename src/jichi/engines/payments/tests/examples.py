"""A charge of `world.resident` in `world.division`, paid, for the tests that walk every address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.payments import actions
from jichi.engines.payments.rules import ChargeLine, Notice
from jichi.kernel import clock

SHARED = frozenset({"eng_payments_staff:settled_day"})
"""How far money has come concerns the whole town."""


def _charge(world: Any, *, is_carried: bool = False) -> Mapping[str, Any]:
    charge_id = actions.open_charge(
        actor=world.system, subject="house:test", account_id=world.resident.account_id, payer_no="900000000000001",
        division_id=world.division.id, title={"ja": "手数料", "en": "Fee"},
        lines=[ChargeLine("fee", {"ja": "手数料", "en": "Fee"}, 300, 1)], due_on=None, about="",
        dedupe_key=str(uuid.uuid4()), is_carried=is_carried,
    )  # fmt: skip
    return {"charge_id": charge_id}


def _carried(world: Any) -> Mapping[str, Any]:
    return _charge(world, is_carried=True)


def _paid(world: Any) -> Mapping[str, Any]:
    found = _charge(world)
    notice = Notice(
        event_id=f"evt_{uuid.uuid4().hex}", kind="session.paid", session_ref="cs_house",
        reference=found["charge_id"], amount_yen=300, payment_ref=f"pay_{uuid.uuid4().hex}", method="card",
        accepted_at=clock.now() - timedelta(seconds=1),
    )  # fmt: skip
    actions.take_notice(actor=world.system, notice=notice, raw="{}")
    return found


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    paid = (
        "eng_payments:receipt", "eng_payments_staff:refund", "eng_payments_staff:receipt", "eng_payments_staff:void",
    )  # fmt: skip
    due = (
        "eng_payments:charge", "eng_payments:start", "eng_payments:returned", "eng_payments_staff:charge",
        "eng_payments_staff:collect", "eng_payments_staff:retry", "eng_payments_staff:by_hand",
    )  # fmt: skip
    return dict.fromkeys(paid, _paid) | dict.fromkeys(due, _charge) | {
        "eng_payments:give_up": _carried, "eng_payments_staff:settled_day": lambda world: {"day": "2026-06-01"},
    }  # fmt: skip
