"""Files made for tests: vectors, and transfers of any number of lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from .. import rules
from ..rules.invented import report, reports
from ..rules.invented import slip_code as barcode

__all__ = ["DEBIT", "HEADER", "STORES", "VECTORS", "barcode", "codes", "debit", "debits", "notes", "report", "reports"]

VECTORS: Final[dict[str, list[dict[str, Any]]]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
)
DEBIT: Final = rules.layout("zengin-91")
STORES: Final = rules.layout("stores-120")
HEADER: Final = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "mmdd": "0630", "bank": "0001", "bank_name": "ﾐｽﾞﾎ",
    "branch": "001", "branch_name": "ﾄｳｷﾖｳ", "type": "1", "account": "1234567",
}  # fmt: skip


def debit(number: int, amount: int = 1000, *, result: str = "0", holder: str = "ﾐﾄﾞﾘ ﾊﾅｺ") -> tuple[object, ...]:
    """One line of a request, or of a result."""
    return ("0001", "ﾐｽﾞﾎ", "001", "", "1", f"{number % 10**7:07}", holder, amount, "0", str(number), result)


def debits(*lines: tuple[object, ...], **how: Any) -> bytes:
    """A whole file of these lines."""
    made = rules.write_file(DEBIT, HEADER, lines, **how)
    assert made.errors == ()
    return made.data


def codes(found: rules.ReadFile) -> list[tuple[int, str, str]]:
    """What is wrong, as (line, place, code)."""
    return [(one.line, one.place, one.code) for one in found.errors]


def notes(found: rules.ReadFile) -> list[str]:
    """Codes of what is worth a word."""
    return [one.code for one in found.notes]
