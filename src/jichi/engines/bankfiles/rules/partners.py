"""What is agreed with a bank or a collecting agent, as data: layouts, codes, line ends, kinds of reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from jichi.kernel.errors import FieldError, Invalid

from .credits import ReadCredits, read_credits
from .framing import LINE_ENDS
from .kana import written
from .layout import read_layout
from .receipts import BITS, KINDS
from .remitting import AgentFee, agent_fees
from .sheets import sheet
from .statements import CODES, NEEDED, YEARS, read_statement
from .tables import layout

PartnerKind: TypeAlias = Literal["stores", "bank", "acquirer"]
KIND_WORDS: Final[Mapping[str, str]] = {"stores": "収納代行", "bank": "金融機関", "acquirer": "決済会社"}
PURPOSES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "stores": ("receipts", "remittance"), "bank": ("results", "credits"), "acquirer": ("settlement",),
}  # fmt: skip
"""Kind of partner → what its files are."""
MOST_PREFIX: Final = 16
CREDIT_LAYOUTS: Final = ("", "credit-csv", "zengin-01", "zengin-03")
_BEGINNINGS: Final = {
    b"101": "zengin-01", b"103": "zengin-03", b"\xf1\xf0\xf1": "zengin-01", b"\xf1\xf0\xf3": "zengin-03",
}  # fmt: skip
"""Header and kind of business, in JIS or EBCDIC → layout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTerms:
    """An agent that collects through stores and apps.

    `issuer`: the six digits after AI 91 that are ours; `prefix`: digits of the free area that the agent takes for
    itself; `kinds`: its numbers of reports → what they mean; `alarm_days`: so long an advance notice may wait.
    `payers`: how a bank's list names it (nobody: its money is not awaited); `wait_days`: so many days after the
    remittance day it may come; `fees`: what it keeps of each receipt, dated (none: it sends all and bills its fee).
    """

    layout: str = "stores-120"
    issuer: str = ""
    prefix: str = ""
    kinds: Mapping[str, str] = field(default_factory=lambda: dict(KINDS))
    alarm_days: int = 10
    payers: tuple[str, ...] = ()
    wait_days: int = 5
    fees: tuple[Mapping[str, Any], ...] = ()

    @property
    def fee_table(self) -> tuple[AgentFee, ...]:
        """`fees` as rates."""
        return agent_fees(self.fees)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTerms:
    """A bank for account transfers and transfers: how its files are written, and our account there."""

    client_code: str
    client_name: str
    bank: str
    branch: str
    type: str
    account: str
    bank_name: str = ""
    branch_name: str = ""
    layout: str = "zengin-91"
    code: str = "jis"
    line_end: str = "crlf"
    wo_as_o: bool = False
    yucho_debit_form: bool = False
    """ゆうちょ accounts in the form that account transfers are said to want; off until the agent confirms it."""
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings of its list of credits: our column → its names."""
    credit_layout: str = ""
    """Its list of credits as a CSV, or in 全銀 records: see `CREDIT_LAYOUTS`; "": by how a file begins."""
    credit_table: str = ""
    """A layout of the bank's own in the place of that; text as in `tables.py`."""
    credit_years: str = "era"
    credit_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """As `statements.CODES`."""


def store_terms(given: Mapping[str, Any]) -> StoreTerms:
    """Terms of an agent. Raises Invalid with fields."""
    wrong: dict[str, FieldError] = {}
    terms = StoreTerms(**_known(given, StoreTerms, wrong))
    if terms.layout not in {"stores-120", "stores-csv"}:
        wrong["layout"] = FieldError("bankfile.no_layout", {"name": terms.layout})
    if terms.issuer and not re.fullmatch(r"[0-9]{6}", terms.issuer):
        wrong["issuer"] = FieldError("bankfile.issuer")
    if not re.fullmatch(rf"[0-9]{{0,{MOST_PREFIX}}}", terms.prefix):
        wrong["prefix"] = FieldError("bankfile.prefix", {"max": MOST_PREFIX})
    if not terms.kinds or any(not re.fullmatch(r"[0-9]{2}", k) or v not in BITS for k, v in terms.kinds.items()):
        wrong["kinds"] = FieldError("bankfile.kinds")
    if not 1 <= terms.alarm_days <= 90:
        wrong["alarm_days"] = FieldError("bankfile.alarm_days")
    payers: Any = given.get("payers", ())
    if not isinstance(payers, list | tuple) or not all(isinstance(one, str) and one for one in payers):
        wrong["payers"] = FieldError("bankfile.terms")
    if type(terms.wait_days) is not int or not 0 <= terms.wait_days <= 60:
        wrong["wait_days"] = FieldError("bankfile.alarm_days")
    try:
        agent_fees(terms.fees)
    except ValueError:
        wrong["fees"] = FieldError("bankfile.terms")
    if wrong:
        raise Invalid(fields=wrong)
    return terms


def bank_terms(given: Mapping[str, Any]) -> BankTerms:
    """Terms of a bank; names are written as banks want them. Raises Invalid with fields."""
    wrong: dict[str, FieldError] = {}
    known = _known(given, BankTerms, wrong)
    needed = {"client_code": 10, "bank": 4, "branch": 3, "account": 7}
    for name, length in needed.items():
        if not re.fullmatch(rf"[0-9]{{{length}}}", str(known.get(name, ""))):
            wrong[name] = FieldError("bankfile.digits", {"length": length})
    for name, length in {"client_name": 40, "bank_name": 15, "branch_name": 15}.items():
        found = written(str(known.get(name, "")), wo_as_o=bool(known.get("wo_as_o")))
        if found.refused:
            wrong[name] = FieldError("bankfile.kana", {"characters": "".join(found.refused)})
        elif len(found.text) > length:
            wrong[name] = FieldError("field.too_long", {"max": length, "now": len(found.text)})
        known[name] = found.text
    choices = {
        "type": "129", "code": ("jis", "ebcdic"), "line_end": tuple(LINE_ENDS), "layout": ("zengin-91",),
        "credit_layout": CREDIT_LAYOUTS, "credit_years": tuple(YEARS),
    }  # fmt: skip
    for name, allowed in choices.items():
        if (name == "type" or name in known) and known.get(name) not in tuple(allowed):
            wrong[name] = FieldError("field.choose_one")
    headings = known.get("credits", {})
    if not isinstance(headings, dict) or not set(headings) <= {one.name for one in sheet("credit-csv").columns}:
        wrong["credits"] = FieldError("bankfile.terms")
    wrong |= _wrong_statement(known)
    if wrong:
        raise Invalid(fields=wrong)
    return BankTerms(**known)


def _wrong_statement(known: Mapping[str, Any]) -> dict[str, FieldError]:
    """What is wrong with how a bank's 全銀 records are read."""
    wrong: dict[str, FieldError] = {}
    codes = known.get("credit_codes", {})
    if not isinstance(codes, dict) or not set(codes) <= set(CODES) or not all(
        isinstance(of, list | tuple) and all(isinstance(one, str) for one in of) for of in codes.values()
    ):  # fmt: skip
        wrong["credit_codes"] = FieldError("bankfile.terms")
    if table := known.get("credit_table", ""):
        try:
            record = read_layout(str(table)).data
        except Invalid as error:
            return wrong | {"credit_table": FieldError(error.code, error.params)}
        if not all(record.has(name) for name in NEEDED):
            wrong["credit_table"] = FieldError("bankfile.terms")
    return wrong


def read_bank_credits(data: bytes, terms: BankTerms, *, today: date) -> ReadCredits:
    """A bank's list of credits by its terms."""
    name = terms.credit_layout or _BEGINNINGS.get(data[:3], "credit-csv")
    if name == "credit-csv" and not terms.credit_table:
        return read_credits(data, terms.credits)
    used = read_layout(terms.credit_table) if terms.credit_table else layout(name)
    return read_statement(
        data, used, years=terms.credit_years, codes=terms.credit_codes, bank=terms.bank, today=today
    )  # fmt: skip


def _known(given: Mapping[str, Any], shape: type, wrong: dict[str, FieldError]) -> dict[str, Any]:
    names = set(shape.__dataclass_fields__)  # type: ignore[attr-defined] # of a dataclass
    wrong |= {name: FieldError("field.unknown_choice") for name in given if name not in names}
    return {name: value for name, value in given.items() if name in names}
