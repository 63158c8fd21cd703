"""A counter with fees, its clerk and chief, a treasurer and a card firm, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock

from .. import actions, queries, rules

SYSTEM: Final = system_actor("test")
DESKS: Final = """窓口番号,窓口名,課,登録番号,2人で確かめる額
A-1,1番窓口,DESK-A,T8000020130001,1000
A-2,2番窓口,DESK-A,,1000
B-1,となりの課の窓口,DESK-B,,1000
"""
FEES: Final = """窓口番号,項目番号,項目,単価,税区分
A-1,JUMIN,住民票の写し,300,非課税
A-1,CHIZU,区の地図,550,標準税率
A-1,MIZU,保存水,108,軽減税率
A-2,JUMIN,住民票の写し,300,非課税
B-1,JUMIN,住民票の写し,300,非課税
"""
TERMS: Final = {"brands": {"VISA": "card", "PayPay": "code"}, "names": {"VISA": ["ビザ"]}, "payers": ["ﾚｲﾉｶｲｼﾔ"]}


@dataclass(frozen=True)
class Office:
    """Counters' ids by code; who works there."""

    desks: dict[str, UUID]
    clerk: Actor
    chief: Actor
    other: Actor
    treasurer: Actor


def _official(login: str, division: str, *roles: str) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=f"{login}の名前", password="many plain words 1", roles=roles,
        division_codes=(division,), starts_on=date(2020, 4, 1),
    )  # fmt: skip
    found = account_queries.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("", "test")


def build() -> Office:
    """Make it in the open transaction."""
    for code in ("DESK-A", "DESK-B"):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": f"{code}課"})
    actions.load_desks(actor=SYSTEM, data=DESKS.encode())
    actions.load_fees(actor=SYSTEM, data=FEES.encode(), valid_from=clock.today() - timedelta(days=9))
    actions.set_firm(actor=SYSTEM, code="firm", title="例の決済会社", division="DESK-A", terms=TERMS)
    with unit(SYSTEM):
        desks = {one.code: one.id for one in queries.desks()}
    return Office(
        desks, _official("desk-clerk", "DESK-A", "caseworker"), _official("desk-chief", "DESK-A", "section_chief"),
        _official("desk-other", "DESK-B", "caseworker"),
        _official("desk-treasurer", "DESK-B", "treasurer", "administrator"),
    )  # fmt: skip


def opened(office: Office, desk: str = "A-1") -> UUID:
    """The counter's day with a float of 10,000 yen."""
    return actions.open_day(actor=office.clerk, desk_id=office.desks[desk], pieces={1_000: "10"})


def cash(yen: int) -> rules.Tender:
    """Paid with so much cash."""
    return rules.Tender(method="cash", tendered_yen=yen)


VISA: Final = rules.Tender(method="card", brand="VISA", slip_no="00001")


def sold(office: Office, tender: rules.Tender, desk: str = "A-1", key: UUID | None = None, **counts: int) -> UUID:
    """A sale by the clerk."""
    return actions.sell(
        actor=office.clerk, desk_id=office.desks[desk], key=key or uuid4(), counts=counts, tender=tender
    )


def close(office: Office, day: UUID, yen: int, reason: str = "") -> str:
    """The clerk counts so much."""
    return actions.close_day(actor=office.clerk, day_id=day, pieces={1: str(yen)}, reason=reason)
