"""ゆうちょ銀行 in forms and files: 記号 (five digits) and 番号 stand where others have a branch and a number. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from jichi.engines.bankfiles.rules import debit_account, transfer_account
from jichi.kernel.errors import FieldError, Invalid

BANK: Final = "9900"
_FIELDS: Final = {"symbol": "branch", "number": "number"}


def as_account(values: Mapping[str, str], *, in_debit_form: bool) -> tuple[dict[str, str], dict[str, FieldError]]:
    """The same values with branch, type and number as files of banks name them, and what is wrong with which field.

    Only what names bank 9900 with five digits for a branch changes. How 記号番号 become codes for account transfers is
    not published; an agent says which form it wants (`in_debit_form`: a setting of the partner, docs/bankfiles.md).
    """
    given = dict(values)
    symbol = unicodedata.normalize("NFKC", given.get("branch", "")).strip()
    number = unicodedata.normalize("NFKC", given.get("number", "")).strip()
    if given.get("bank", "") != BANK or len(symbol) != 5:
        return given, {}
    try:
        found = (debit_account if in_debit_form else transfer_account)(symbol, number)
    except Invalid as error:
        return given, {_FIELDS[name]: told for name, told in error.fields.items()}
    return given | {"branch": found.branch, "type": found.type, "number": found.number}, {}
