"""This room of the sample ward: money on its way from the firm's page to our account, in each state. All invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import queries as bankfile_queries
from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText
from jichi.kernel.sampling import SampleContext

from . import actions
from .rules import ChargeLine, Notice

SYSTEM: Final = system_actor("sample", purpose="sample")
FIRM: Final = "otameshi"
BANK: Final = "midori-bank"
PERCENT: Final = 2
TITLE: Final[LocalizedText] = {
    "ja": "証明書の手数料", "easy": "証明書の お金", "en": "Fee for a certificate", "zh-hans": "证明书手续费",
    "ko": "증명서 수수료",
}  # fmt: skip
TAKEN: Final = ((9, 300, 7), (9, 750, 7), (8, 600, 7), (5, 300, 2), (5, 1_050, 2), (2, 450, -1), (1, 300, None))
"""Days ago that the firm took it, yen, days ago that it sends it (below 0: in so many days; None: not settled yet)."""
OFF: Final = 110
"""Yen that the bank kept of the second day's money: the one difference to work on."""


def fill(context: SampleContext) -> None:
    """Payments that are credited, settled and only taken; where no firm and bank are agreed on there is none."""
    with unit(SYSTEM):
        known = {one.code for one in (*bankfile_queries.partners("acquirer"), *bankfile_queries.partners("bank"))}
    homes = {one.code: one.id for one in accounts.divisions()}
    if not {FIRM, BANK} <= known or not homes:
        return
    home = homes.get("residents", min(homes.values()))
    for n, (ago, yen, _sent) in enumerate(TAKEN):
        _pay(n, home, yen, context.today - timedelta(days=ago))
    today = context.today
    rows = [
        f"{_reference(n)},売上,{today - timedelta(days=ago)},{yen},{_fee(yen)},{yen - _fee(yen)},"
        f"{today - timedelta(days=sent)}"
        for n, (ago, yen, sent) in enumerate(TAKEN)
        if sent is not None
    ]
    _take(FIRM, "settlement", "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日", rows, today)
    came = [(sent - 1, sum(yen - _fee(yen) for _, yen, when in TAKEN if when == sent)) for sent in (7, 2)]
    lines = [
        f"{today - timedelta(days=ago)},{yen - (OFF if n else 0)},オタメシケツサイ(カ,{n + 1:04}"
        for n, (ago, yen) in enumerate(came)
    ]
    _take(BANK, "credits", "勘定日,金額,振込依頼人名,照会番号", lines, today)


def _reference(n: int) -> str:
    return f"pay_{n + 1:024x}"


def _fee(yen: int) -> int:
    return yen * PERCENT // 100


def _pay(n: int, division_id: int, yen: int, day: date) -> None:
    """A charge that the firm took on a day; filled before, it is the same one."""
    at = datetime.combine(day, time(10, 5 + n), tzinfo=clock.TOKYO)
    with clock.standing_at(at):
        charge: UUID = actions.open_charge(
            actor=SYSTEM, subject=f"sample:online:{n}", account_id=None, payer_no="", division_id=division_id,
            title=TITLE, lines=[ChargeLine("certificate", TITLE, yen, 1)], due_on=None, about="",
            dedupe_key=f"sample:online:{n}",
        )  # fmt: skip
        actions.take_notice(actor=Actor(), raw="{}", notice=Notice(
            event_id=f"sample:online:{n}", kind="session.paid", session_ref=f"sample-{n}", reference=charge,
            amount_yen=yen, payment_ref=_reference(n), method="card", accepted_at=at,
        ))  # fmt: skip


def _take(partner: str, purpose: str, head: str, rows: list[str], today: date) -> None:
    id, is_new = bankfiles.read_file(
        actor=SYSTEM, partner=partner, purpose=purpose, filename=f"{purpose}_{today:%Y%m%d}.csv",
        data="".join(f"{row}\n" for row in (head, *rows)).encode(),
    )  # fmt: skip
    if is_new:
        bankfiles.apply_file(actor=SYSTEM, id=id)
