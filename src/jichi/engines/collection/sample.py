"""This room of the sample ward: fees of a house for the young, paid, late, twice, cancelled, by nobody known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.bankfiles.rules import is_bank_day
from jichi.engines.registry import queries as registry
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .actions import NewAssessment, NewReceipt

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "youth"
KIND: Final = "youth-house"
FEE: Final = 4_800
PARENT_AGES: Final = range(30, 46)


def fill(context: SampleContext) -> None:
    """Bills of a dozen adults and of the parent whom visitors play, one in each state; filled before: nothing more."""
    division = accounts.division(DIVISION)
    if division is None or any(kind.code == KIND for kind in _kinds()):
        return
    actions.set_levy_kind(
        actor=SYSTEM, code=KIND, title="青少年施設使用料", division_id=division.id, nature="fee", takes_unknown=True
    )
    payers = _payers(context)
    actions.open_assessments(
        actor=SYSTEM, assessments=[_assessment(place, payer, context.today) for place, payer in enumerate(payers)]
    )
    with unit(SYSTEM):
        keys = {bill.payer_no: bill for payer in payers
                for bill in queries.bills_of_payer(payer_no=payer, today=context.today)}  # fmt: skip
    _pay([keys[payer].view.key for payer in payers if payer in keys], context.today)


def _kinds() -> list[queries.KindView]:
    with unit(SYSTEM):
        return queries.kinds()


def _payers(context: SampleContext) -> list[str]:
    """The played parent first, then adults whom nobody plays."""
    today = context.today
    with unit(SYSTEM):
        played = registry.residents(sorted(context.played))
        parents = [number for number, one in sorted(played.items()) if one.age_on(today) in PARENT_AGES]
        grown = registry.residents_born_between(
            today - timedelta(days=50 * 365), today - timedelta(days=32 * 365), limit=60
        )
    return [*parents, *[number for number in grown if number not in context.played][:12]]


def _assessment(place: int, payer: str, today: date) -> NewAssessment:
    """The first is due soon, the next are overdue, the last are so old that they lapse soon."""
    due = today + timedelta(days=12) if place < 2 else today - timedelta(days=60 + 5 * place)
    if place >= 11:
        due = today - timedelta(days=5 * 365 - 60)
    return NewAssessment(
        dedupe_key=f"sample:{KIND}:{place}", kind=KIND, levy_year=fiscal_year(due), fiscal_year=fiscal_year(due),
        assessed_on=due - timedelta(days=30), decision_ref="見本子若第10号",
        lines=(("fee", "使用料", FEE + 7_000 * place),),
        instalments=((due, FEE + 7_000 * place),), payer_no=payer, term=f"{due - timedelta(days=30):%Y-%m}",
    )  # fmt: skip


def _pay(keys: list[str], today: date) -> None:
    """In time, late, in part, twice, too much, and for a number nobody gave."""

    def paid(name: str, place: int, yen: int, days: int) -> NewReceipt:
        return NewReceipt(
            dedupe_key=f"sample:{name}",
            channel="store",
            key=keys[place],
            paid_on=today - timedelta(days=days),
            amount_yen=yen,
        )

    if len(keys) < 12:
        return
    told = [
        paid("late", 3, FEE + 21_000, 20), paid("part", 4, 10_000, 30), paid("once", 5, FEE + 35_000, 90),
        paid("twice", 5, FEE + 35_000, 40), paid("much", 6, FEE + 43_000, 100),
        NewReceipt(dedupe_key="sample:nobody", channel="store", key="99999999999999", paid_on=today, amount_yen=3_000),
    ]  # fmt: skip
    actions.record_receipts(actor=SYSTEM, receipts=told)
    with unit(SYSTEM):
        left = {one.key: one for one in queries.unallocated() if one.instalment_id}
    actions.decide_refund(
        actor=SYSTEM, receipt_id=left[keys[6]].receipt_id, amount_yen=1_000, reason="mistaken", decided_on=today,
        decision_ref="見本子若第11号", dedupe_key="sample:refund",
    )  # fmt: skip
    _pay_back(left[keys[5]].receipt_id, today)


def _pay_back(receipt_id: int, today: date) -> None:
    """A part of what was paid twice is with the bank, by 総合振込."""
    refund_id = actions.decide_refund(
        actor=SYSTEM, receipt_id=receipt_id, amount_yen=4_800, reason="mistaken", decided_on=today,
        decision_ref="見本子若第12号", dedupe_key="sample:refund-bank",
    )  # fmt: skip
    actions.set_refund_account(
        actor=SYSTEM, refund_id=refund_id, bank="0001", branch="001", type="1", account="1000005",
        holder="ミホン サブロウ",
    )  # fmt: skip
    with unit(SYSTEM):
        banks = bankfiles.partners("bank")
    if banks:
        day = today
        while not is_bank_day(day):
            day += timedelta(days=1)
        actions.make_payout(actor=SYSTEM, partner=banks[0].code, day=day)
