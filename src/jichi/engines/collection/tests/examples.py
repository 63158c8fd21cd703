"""A bill of `world.resident` levied by `world.division`, paid twice, for the tests that walk every address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles.rules import is_bank_day
from jichi.kernel import clock

from .. import actions, queries
from ..actions import NewAssessment, NewReceipt
from ..queries import Bill


def _levied(world: Any, yen: int = 4_800) -> Bill:
    code, today = f"house-{world.division.id}", clock.today()
    actions.set_levy_kind(
        actor=world.system, code=code, title="見本の使用料", division_id=world.division.id, nature="fee",
        is_charged_late=False,
    )  # fmt: skip
    name = str(uuid.uuid4())
    actions.open_assessments(actor=world.system, assessments=[NewAssessment(
        dedupe_key=name, kind=code, levy_year=2026, fiscal_year=2026, assessed_on=today, decision_ref="1",
        lines=(("fee", "使用料", yen),), instalments=((today + timedelta(days=20), yen),), subject=name,
        payer_no=world.resident.addressee_no, term="2026-11",
    )])  # fmt: skip
    with unit(world.system):
        return queries.bills_of_subjects(subjects=[name], today=today)[0]


def _key(world: Any) -> Mapping[str, Any]:
    return {"key": _levied(world).view.key}


def _payer(world: Any) -> Mapping[str, Any]:
    _levied(world)
    return {"payer_no": world.resident.addressee_no}


def _surplus(world: Any) -> Mapping[str, Any]:
    bill = _levied(world)
    actions.record_receipts(actor=world.system, receipts=[NewReceipt(
        dedupe_key=str(uuid.uuid4()), channel="store", key=bill.view.key, paid_on=clock.today(), amount_yen=9_600,
    )])  # fmt: skip
    with unit(world.system):
        return {"number": queries.receipts_of(ids=[bill.view.id])[0].id}


def _refund(world: Any) -> Mapping[str, Any]:
    number = _surplus(world)["number"]
    return {"refund_id": actions.decide_refund(
        actor=world.system, receipt_id=number, amount_yen=4_800, reason="mistaken", decided_on=clock.today(),
        decision_ref="1", dedupe_key=str(uuid.uuid4()),
    )}  # fmt: skip


def _account(world: Any) -> Mapping[str, Any]:
    return {"refund_id": _refund(world)["refund_id"]}


def _payout(world: Any) -> Mapping[str, Any]:
    refund_id = _refund(world)["refund_id"]
    bankfiles.set_partner(actor=world.system, code="payout-bank", kind="bank", title="銀行", terms={
        "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
        "account": "1234567",
    })  # fmt: skip
    actions.set_refund_account(
        actor=world.system, refund_id=refund_id, bank="0001", branch="001", type="1", account="1000001", holder="ミホン"
    )
    day = clock.today()
    while not is_bank_day(day):
        day += timedelta(days=1)
    return {"payout_id": actions.make_payout(actor=world.system, partner="payout-bank", day=day)}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    keyed = ("bill", "change", "relief", "event", "collect")
    left = ("surplus", "apply", "refund", "reverse")
    return {
        **{f"eng_collection:{name}": _key for name in keyed},
        **{f"eng_collection:{name}": _surplus for name in left},
        **{f"eng_collection:{name}": _payer for name in ("payer", "payer_export")},
        "eng_collection:refund_paid": _refund,
        "eng_collection:refund_account": _account,
        **{f"eng_collection:{name}": _payout for name in ("payout", "payout_file")},
        **{f"eng_collection_own:{name}": _key for name in ("bill", "slip")},
    }
