"""This room of the sample ward: an agent, and files that leave something for a person to look at. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor
from jichi.kernel.sampling import SampleContext

from . import actions
from .rules import Payer, is_bank_day
from .rules.invented import report, reports, slip_code
from .transfers import make_request

SYSTEM: Final = system_actor("sample", purpose="sample")
AGENT: Final = "midori-agent"


def fill(context: SampleContext) -> None:
    """The agent, a file with cancellations that nobody announced, and one that was cut off on the way."""
    terms = {"layout": "stores-120", "issuer": "929023", "prefix": "25207"}
    actions.set_partner(actor=SYSTEM, code=AGENT, kind="stores", title="みどり収納代行(見本)", terms=terms)
    _town()
    day = context.today - timedelta(days=3)
    lines = [
        report(
            "03", slip_code(900_001 + n, 4000 + 500 * n), day=_plain(day), remit="00000000", made=_plain(context.today)
        )
        for n in range(3)
    ]
    data = reports(*lines)
    _ask(context.today)
    _firm()
    _read(f"03_{_plain(context.today)}.txt", data, is_right=True)
    _read(f"01_{_plain(context.today)}.txt", data[:200], is_right=False)


def _town() -> None:
    """The agent of the sandbox town takes slips of the sample ward's terms, in both of its layouts."""
    for code, layout, words in (("town", "stores-120", "固定長"), ("town-csv", "stores-csv", "CSV")):
        terms: dict[str, object] = {"layout": layout, "issuer": "900000", "prefix": "12345"}
        if code == "town":
            terms |= {"payers": ["オタメシダイコウ"], "fees": [{"from": "2026-01-01", "yen": 60, "tax": "10"}]}
        title = f"お試しの町の収納代行({words})"
        actions.set_partner(actor=SYSTEM, code=code, kind="stores", title=title, terms=terms)


def _ask(today: date) -> None:
    """Account transfers asked of a bank whose answer is still to come."""
    terms = {
        "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
        "account": "1234567",
    }  # fmt: skip
    actions.set_partner(actor=SYSTEM, code="midori-bank", kind="bank", title="みどり銀行(見本)", terms=terms)
    payers = [
        Payer(
            customer_no=str(n), bank="0001", branch="001", type="1", account=f"{1_000_000 + n}", holder=holder,
            amount=4_500,
        )
        for n, holder in enumerate(("ミホン イチロウ", "ミホン ハナコ"), start=1)
    ]  # fmt: skip
    day = today + timedelta(days=7)
    while not is_bank_day(day):
        day += timedelta(days=1)
    make_request(actor=SYSTEM, partner="midori-bank", run="sample", day=day, payers=payers)


def _firm() -> None:
    """A card firm that takes online payments; room payments has its money on the way."""
    home = next((one.code for one in accounts.divisions() if one.code == "treasury"), accounts.divisions()[0].code)
    terms = {"division": home, "payers": ["オタメシケツサイ"], "fees": [{"from": "2026-01-01", "percent": "2.0"}]}
    actions.set_partner(actor=SYSTEM, code="otameshi", kind="acquirer", title="お試し決済", terms=terms)


def _plain(day: date) -> str:
    return f"{day:%Y%m%d}"


def _read(filename: str, data: bytes, *, is_right: bool) -> None:
    id, is_new = actions.read_file(actor=SYSTEM, partner=AGENT, purpose="receipts", filename=filename, data=data)
    if is_right and is_new:
        actions.apply_file(actor=SYSTEM, id=id)
