"""An account of `world.resident` for dues of `world.division`, for the tests that walk every address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

from jichi.engines.audit.context import unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection.actions import NewAssessment
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.rules import checked_account
from jichi.engines.mandates.tests.keys import sealing_key
from jichi.kernel import clock

from .. import actions
from ..models import Entry, Registration

NAMES = {"ja": "見本", "easy": "見本", "en": "Sample", "zh-hans": "样本", "ko": "견본"}


def levied(world: Any) -> str:
    """A kind of dues of which the resident owes one, offered for transfer."""
    today, name = clock.today(), str(uuid.uuid4())
    code = f"debit-{name}"
    collection.set_levy_kind(
        actor=world.system, code=code, title="見本の使用料", division_id=world.division.id, nature="fee",
        is_charged_late=False,
    )  # fmt: skip
    collection.open_assessments(actor=world.system, assessments=[NewAssessment(
        dedupe_key=name, kind=code, levy_year=2026, fiscal_year=2026, assessed_on=today, decision_ref="1",
        lines=(("fee", "使用料", 4_800),), instalments=((today + timedelta(days=20), 4_800),), subject=name,
        payer_no=world.resident.addressee_no, term="2026-11",
    )])  # fmt: skip
    actions.set_offer(actor=world.system, kind=code, names=NAMES)
    actions.set_bank(actor=world.system, code="0001", title="銀行", partner="b", opens=time(0), closes=time(0))
    return code


def _mandate(world: Any) -> Mapping[str, Any]:
    account = checked_account(bank="0001", branch="001", type="1", number="1234567", holder="ミホン")
    with sealing_key():
        return {"mandate_id": mandates.open_mandate(actor=world.system, new=NewMandate(
            dedupe_key=str(uuid.uuid4()), payer_no=world.resident.addressee_no, kind=levied(world), account=account,
            source="web", since=clock.today(),
        ))}  # fmt: skip


def _registration(world: Any) -> Mapping[str, Any]:
    name, now, code = uuid.uuid4(), clock.now(), levied(world)
    with unit(world.system):
        row = Registration.objects.create(
            id=name, number=str(name)[:8], account_id=world.resident.actor.account_id,
            payer_no=world.resident.addressee_no, kana="", kinds=[code], divisions=[world.division.id], bank_id="0001",
            provider_ref=f"rg_{name.hex}", url="http://localhost:1/", nonce="n", opened_at=now,
            expires_at=now + timedelta(minutes=30),
        )  # fmt: skip
    return {"registration_id": row.pk}


def _entry(world: Any) -> Mapping[str, Any]:
    row = Entry(kind="left", subject=str(uuid.uuid4()), division_id=world.division.id, payer_no="1",
                opened_at=clock.now())  # fmt: skip
    with unit(world.system):
        row.save()
    return {"entry_id": row.pk}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {
        "tax_direct_debit:registration": _registration,
        "tax_direct_debit:returned": _registration,
        "tax_direct_debit:mandate": _mandate,
        "tax_direct_debit:stop": _mandate,
        "tax_direct_debit_staff:one": _mandate,
        "tax_direct_debit_staff:entry": _entry,
        "tax_direct_debit_staff:bank": lambda world: {"code": "0001"} if levied(world) else {},
        "tax_direct_debit_staff:offer": lambda world: {"kind": levied(world)},
    }


SHARED = frozenset({"tax_direct_debit_staff:bank", "tax_direct_debit_staff:offer"})
"""What administrators set holds for the whole house."""
