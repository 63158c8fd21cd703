"""Accounts, and from when a mandate counts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from jichi.engines.bankfiles.rules import written
from jichi.kernel.errors import FieldError, Invalid

State: TypeAlias = Literal["live", "held", "ended"]
STATES: Final[tuple[State, ...]] = ("live", "held", "ended")
"""live: debited; held: the bank or the payer stopped it, somebody has to look; ended."""
Source: TypeAlias = Literal["web", "paper", "import"]
SOURCES: Final[tuple[Source, ...]] = ("web", "paper", "import")
END_REASONS: Final = ("asked", "changed", "moved", "died", "account", "failures", "mistake")
TYPES: Final = {"1": "普通", "2": "当座", "3": "納税準備", "9": "その他"}
"""Kinds of accounts as files of banks number them (全銀 91)."""
SHOWN_DIGITS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account at a bank. `holder`: in the characters of banks, half-width."""

    bank: str
    branch: str
    type: str
    number: str
    holder: str

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return masked(self.number[-SHOWN_DIGITS:])


def masked(tail: str) -> str:
    """Stars and the last digits: ****567."""
    return f"{'*' * (7 - SHOWN_DIGITS)}{tail}"


def checked_account(*, bank: str, branch: str, type: str, number: str, holder: str) -> Account:
    """The account as banks write it; short numbers are filled with zeros.

    Raises:
        Invalid: fields "number" ("mandate.account") and "holder" ("field.required", "mandate.holder").
    """
    wrong: dict[str, FieldError] = {}
    filled = number.strip().zfill(7)
    parts = ((bank, r"[0-9]{4}"), (branch, r"[0-9]{3}"), (type, r"[1239]"), (filled, r"[0-9]{7}"))
    if any(not re.fullmatch(form, text) for text, form in parts) or filled == "0000000":
        wrong["number"] = FieldError("mandate.account")
    name = written(holder.strip())
    if not name.text.strip():
        wrong["holder"] = FieldError("field.required")
    elif name.refused:
        wrong["holder"] = FieldError("mandate.holder", {"characters": "".join(name.refused)})
    if wrong:
        raise Invalid(fields=wrong)
    return Account(bank=bank, branch=branch, type=type, number=filled, holder=name.text)


def counts_from(today: date, lead_days: int) -> date:
    """The first day of the first month whose dues are taken: banks need `lead_days` before it begins.

    20 days: registered on 5 November → 1 December; on 20 November → 1 January.
    """
    ready = today + timedelta(days=lead_days)
    if ready.day == 1:
        return ready
    return date(ready.year + ready.month // 12, ready.month % 12 + 1, 1)
