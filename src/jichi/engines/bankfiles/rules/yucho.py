"""ゆうちょ銀行: 記号 and 番号 of a passbook as bank, branch, type and number.

Source: two public descriptions of the form for transfers (docs/bankfiles.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import FieldError, Invalid

BANK: Final = "9900"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as bank files name it: codes of 4 and 3 digits, type, number of 7 digits."""

    bank: str
    branch: str
    type: str
    number: str


def transfer_account(symbol: str, number: str) -> Account:
    """The account for a transfer (振込): 10530 / 12345671 → branch 058, 1234567.

    Raises:
        Invalid: fields "symbol" (記号) or "number" (番号).
    """
    _require(symbol, number)
    if symbol[0] == "1":
        if not 2 <= len(number) <= 8:
            raise _refusal("number", "bankfile.yucho_number_length")
        if number[-1] != "1":
            raise _refusal("number", "bankfile.yucho_number_end")
        return Account(BANK, f"{symbol[1:3]}8", "1", number[:-1].zfill(7))
    if len(number) > 6:
        raise _refusal("number", "bankfile.yucho_number_length")
    return Account(BANK, f"{symbol[1:3]}9", "2", number.zfill(7))


def debit_account(symbol: str, number: str) -> Account:
    """The account for an account transfer (自動払込) as most agents are said to want it; not confirmed (§3.6, M).

    Branch: digits 2–4 of 記号; number: 番号 without its last digit. Use it only where the agent has said so.
    """
    _require(symbol, number)
    if not 2 <= len(number) <= 8:
        raise _refusal("number", "bankfile.yucho_number_length")
    return Account(BANK, symbol[1:4], "1" if symbol[0] == "1" else "2", number[:-1].zfill(7))


def _require(symbol: str, number: str) -> None:
    if len(symbol) != 5 or not _digits(symbol):
        raise _refusal("symbol", "bankfile.yucho_symbol")
    if symbol[0] not in "01":
        raise _refusal("symbol", "bankfile.yucho_symbol_start")
    if not _digits(number):
        raise _refusal("number", "bankfile.yucho_number")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _refusal(field: str, code: str) -> Invalid:
    return Invalid(fields={field: FieldError(code)})
