"""Requests to banks: account transfers (口座振替) and transfers (総合振込), judged before a file is made of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.business_days import ClosingRules, is_closed

from .kana import cut, written
from .partners import BankTerms

BANK_DAYS: Final = ClosingRules(year_end=((12, 31), (1, 3)))
"""Days on which banks are closed: Saturdays, Sundays, national holidays, 31 December to 3 January."""
HOLDER: Final = 30
MOST: Final = 9_999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """One line as the room above hands it in: whose account, how much. `customer_no`: our key, comes back unchanged."""

    customer_no: str
    bank: str
    branch: str
    type: str
    account: str
    holder: str
    amount: int
    new_code: str = "0"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line can't be asked for: its customer number, code and what fills the sentence."""

    customer_no: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """Lines in the characters of banks; names that were cut as (customer number, kept, cut off); what is wrong."""

    lines: tuple[Payer, ...]
    cuts: tuple[tuple[str, str, str], ...]
    wrong: tuple[Wrong, ...]


def is_bank_day(day: date) -> bool:
    """Are banks open on the day?"""
    return not is_closed(day, rules=BANK_DAYS)


def judge(payers: Iterable[Payer], terms: BankTerms, branches: Collection[tuple[str, str]]) -> Judged:
    """Every line in the characters of banks, or why not.

    Args:
        branches: (bank, branch) that exist; an account elsewhere is wrong. Empty: not asked.
    """
    lines, cuts, wrong, seen = [], [], [], set()
    for one in payers:
        name = written(one.holder, wo_as_o=terms.wo_as_o)
        kept, dropped = cut(name.text, HOLDER)
        if dropped:
            cuts.append((one.customer_no, kept, dropped))
        problem = _problem(one, branches) or (
            Wrong(one.customer_no, "bankfile.kana", "".join(name.refused)) if name.refused else None
        )
        if problem is None and one.customer_no in seen:
            problem = Wrong(one.customer_no, "bankfile.customer_twice")
        seen.add(one.customer_no)
        if problem is not None:
            wrong.append(problem)
        lines.append(Payer(
            customer_no=one.customer_no.zfill(20), bank=one.bank, branch=one.branch, type=one.type,
            account=one.account, holder=kept, amount=one.amount, new_code=one.new_code,
        ))  # fmt: skip
    return Judged(tuple(lines), tuple(cuts), tuple(wrong))


def _problem(one: Payer, branches: Collection[tuple[str, str]]) -> Wrong | None:
    if not re.fullmatch(r"[0-9]{1,20}", one.customer_no):
        return Wrong(one.customer_no, "bankfile.customer_no")
    account = one.bank + one.branch + one.type + one.account
    if not re.fullmatch(r"[0-9]{4}[0-9]{3}[1239][0-9]{7}", account) or len(one.bank) != 4 or len(one.branch) != 3:
        return Wrong(one.customer_no, "bankfile.account", f"{one.bank}-{one.branch}-{one.type}-{one.account}")
    if branches and (one.bank, one.branch) not in branches:
        return Wrong(one.customer_no, "bankfile.no_branch", f"{one.bank}-{one.branch}")
    if not 0 < one.amount <= MOST:
        return Wrong(one.customer_no, "bankfile.amount_range", f"{one.amount:,}")
    if not written(one.holder).text.strip():
        return Wrong(one.customer_no, "bankfile.holder_missing")
    return None
