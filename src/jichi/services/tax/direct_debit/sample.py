"""This room of the sample ward: banks that take part, and payers with an account, on hold, ended. All invented."""

from __future__ import annotations

import uuid
from datetime import time, timedelta
from typing import Final

from django.conf import settings

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.collection import actions as collection_acts
from jichi.engines.collection import queries as collection
from jichi.engines.collection.actions import NewAssessment
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.rules import checked_account
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.receipt_number import new_number
from jichi.kernel.sampling import SampleContext

from . import actions
from .actions.working import put_entry
from .models import Registration
from .protocol import Word
from .rules.registering import LIVES

SYSTEM: Final = system_actor("sample", purpose="sample")
KIND: Final = "youth-house"
NAMES: Final = {
    "ja": "青少年施設使用料", "easy": "子どもの 施設の お金", "en": "Youth house fees", "zh-hans": "青少年设施使用费",
    "ko": "청소년 시설 사용료",
}  # fmt: skip

CLUBS: Final = "after-school"
CLUB_NAMES: Final = {
    "ja": "学童クラブ育成料", "easy": "学童クラブの お金", "en": "After-school club fee", "zh-hans": "学童俱乐部费",
    "ko": "방과후 클럽 이용료",
}  # fmt: skip
OWN: Final = "bicycle-parking"
OWN_NAMES: Final = {
    "ja": "自転車駐車場使用料", "easy": "自転車を おく お金", "en": "Bicycle parking", "zh-hans": "自行车停车费",
    "ko": "자전거 주차장 사용료",
}  # fmt: skip


def fill(context: SampleContext) -> None:
    """Two banks, the youth house's fees, and mandates of the sample's payers; filled before: nothing more."""
    with unit(SYSTEM):
        kinds = {one.code for one in collection.kinds()}
    division = accounts.division("youth")
    if KIND not in kinds or division is None:
        return
    day_and_night = time(0)
    actions.set_bank(
        actor=SYSTEM, code="0001", title="みどり銀行(見本)", partner="midori-bank", opens=day_and_night,
        closes=day_and_night,
    )  # fmt: skip
    actions.set_bank(
        actor=SYSTEM, code="0005", title="わかば銀行(見本)", partner="midori-bank", opens=time(7), closes=time(23),
        closed_weekdays=(6,),
    )  # fmt: skip
    actions.set_offer(actor=SYSTEM, kind=KIND, names=NAMES, goal_permille=500)
    if CLUBS in kinds:
        actions.set_offer(actor=SYSTEM, kind=CLUBS, names=CLUB_NAMES, goal_permille=500)
        _accounts_of_parents(context)
    _own_account(context)
    with unit(SYSTEM):
        ids = [pk for pk, _ in collection.unpaid_ids(kind=KIND, due_before=context.today)]
        payers = sorted({one.payer_no for one in collection.bills_by_id(ids=ids, today=context.today)} - context.played)
    for place, payer in enumerate(payers[:5] if settings.JICHI_FIELD_KEYS else ()):
        account = checked_account(
            bank="0001", branch="001", type="1", number=f"{2_000_000 + place}", holder="ミホン ハナコ"
        )
        made = mandates.open_mandate(actor=SYSTEM, new=NewMandate(
            dedupe_key=f"sample:{place}", payer_no=payer, kind=KIND, account=account,
            source=("web", "paper", "import")[place % 3], since=context.today.replace(day=1),
        ))  # fmt: skip
        if place == 3:
            mandates.hold_mandate(actor=SYSTEM, mandate_id=made, reason="result")
            with unit(SYSTEM):
                put_entry("result", str(made), division.id, payer, {"result": "2"}, made)
        if place == 4:
            mandates.end_mandate(actor=SYSTEM, mandate_id=made, reason="asked", on=context.today)


def _accounts_of_parents(context: SampleContext) -> None:
    """Some parents pay the clubs' fees from an account, from this month on."""
    first = context.today.replace(day=1)
    with unit(SYSTEM):
        payers = sorted(collection.payers_due(kind=CLUBS, first=first - timedelta(days=60), last=context.today))
    for place, payer in enumerate(payers[::4][:12] if settings.JICHI_FIELD_KEYS else ()):
        account = checked_account(
            bank="0001", branch="001", type="1", number=f"{4_000_000 + place}", holder="ミホン タロウ"
        )
        mandates.open_mandate(actor=SYSTEM, new=NewMandate(
            dedupe_key=f"sample:{CLUBS}:{place}", payer_no=payer, kind=CLUBS, account=account, source="web",
            since=first,
        ))  # fmt: skip


def _own_account(context: SampleContext) -> None:
    """The parent whom visitors play has one account registered already, for a place for bicycles."""
    division = accounts.division("youth")
    with unit(SYSTEM):
        played = registry.residents(sorted(context.played))
        parents = [number for number, one in sorted(played.items()) if one.age_on(context.today) in range(30, 46)]
    account_id = accounts.account_of_person(parents[0]) if parents else None
    if division is None or account_id is None or not settings.JICHI_FIELD_KEYS:
        return
    collection_acts.set_levy_kind(
        actor=SYSTEM, code=OWN, title="自転車駐車場使用料", division_id=division.id, nature="fee", is_charged_late=False
    )
    due = context.today + timedelta(days=40)
    collection_acts.open_assessments(actor=SYSTEM, assessments=[NewAssessment(
        dedupe_key=f"sample:{OWN}", kind=OWN, levy_year=fiscal_year(due), fiscal_year=fiscal_year(due),
        assessed_on=context.today, decision_ref="見本子若第20号", lines=(("fee", "使用料", 1_800),),
        instalments=((due, 1_800),), payer_no=parents[0], term=f"{due:%Y-%m}",
    )])  # fmt: skip
    actions.set_offer(actor=SYSTEM, kind=OWN, names=OWN_NAMES)
    now, name = clock.now(), uuid.uuid5(uuid.NAMESPACE_URL, f"sample:{OWN}")
    with unit(SYSTEM):
        row, is_new = Registration.objects.get_or_create(id=name, defaults={
            "number": new_number(bytes(range(5))), "account_id": account_id, "payer_no": parents[0], "kana": "",
            "kinds": [OWN], "divisions": [division.id], "bank_id": "0001", "provider_ref": "rg_sample",
            "url": "http://localhost:1/", "nonce": "sample", "opened_at": now, "expires_at": now + LIVES,
        })  # fmt: skip
    if is_new:
        actions.settle(actor=SYSTEM, word=Word(
            ref="rg_sample", reference=row.pk, state="done", branch="001", type="1", account="3000001",
            holder="ﾐﾎﾝ ｱｲ",
        ))  # fmt: skip
