"""One receipt of a store or app, and what becomes of it as its reports come in.

The state hangs only on the set of kinds that were reported, not on their order or number: so any order and any
repetition of files ends in the same state and the same entries of the work list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

Meaning: TypeAlias = Literal["advance", "final", "cancel", "corrected"]
State: TypeAlias = Literal["provisional", "final", "cancelled", "held"]

ADVANCE: Final = 1
FINAL: Final = 2
CANCEL: Final = 4
BITS: Final[Mapping[str, int]] = {"advance": ADVANCE, "final": FINAL, "corrected": FINAL, "cancel": CANCEL}
KINDS: Final[Mapping[str, Meaning]] = {
    "01": "advance", "02": "final", "03": "cancel", "12": "final", "22": "corrected", "81": "advance",
}  # fmt: skip
"""Kinds of reports by number (速報, 確報, 速報取消, 郵便, 郵便の訂正, リアルタイム); agents may have their own."""

STATES: Final[Mapping[int, tuple[State, str]]] = {
    ADVANCE: ("provisional", ""),
    FINAL: ("final", ""),
    ADVANCE | FINAL: ("final", ""),
    CANCEL: ("held", "orphan_cancel"),
    ADVANCE | CANCEL: ("cancelled", ""),
    FINAL | CANCEL: ("final", "conflict"),
    ADVANCE | FINAL | CANCEL: ("final", "conflict"),
}
"""What was reported → (state, entry of the work list). A final receipt is never undone by a cancellation: a person
looks. A cancellation without its advance notice waits for it; a final report after a cancellation counts, flagged."""

ENTRIES: Final[Mapping[str, str]] = {
    "conflict": "確報のある収納に取消が来た",
    "orphan_cancel": "速報のない取消",
    "amount_differs": "同じ収納なのに額がちがう",
    "amount_corrected": "確報のあとで額が訂正された",
    "late": "速報から日がたったのに確報も取消も来ない",
    "after_pay_by": "取扱期限のあとの収納",
    "foreign": "この団体の企業コードではない",
    "unknown": "どの納付か分からない",
    "old_flag": "再発行の前の納付書での収納",
    "remittance": "送金の通知と合わない",
    "transfer_result": "振替の結果と依頼が合わない",
    "settled_unknown": "精算の明細の決済が、こちらにない",
    "settled_amount": "精算の明細の額が、収納した額とちがう",
    "settled_twice": "同じ決済が2回精算された",
    "settled_fee": "手数料が取り決めとちがう",
    "settled_missing": "収納したのに精算の明細にない",
    "credit_unknown": "送金元から、予定にない入金があった",
    "credit_amount": "入金の額が予定とちがう",
    "credit_missing": "予定の日を過ぎても入金がない",
    "credit_back": "銀行が入金を取り消した",
}
"""Kinds of work list entries (差異) with the words for them."""
INFORMING: Final = frozenset({"after_pay_by", "old_flag", "settled_fee"})
"""Entries that hold nothing up: the receipt is booked, somebody only takes note."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one receipt: the reports so far as bits."""

    seen: int = 0

    @property
    def state(self) -> State | None:
        """None before any report."""
        return STATES[self.seen][0] if self.seen else None

    @property
    def entry(self) -> str:
        """The entry that it has on the work list; "" for none."""
        return STATES[self.seen][1] if self.seen else ""


def reported(receipt: Receipt, meaning: Meaning) -> tuple[Receipt, bool]:
    """The receipt after one more report, and whether the report was a repetition."""
    bit = BITS[meaning]
    return Receipt(receipt.seen | bit), bool(receipt.seen & bit)


def outcome(meanings: Iterable[Meaning]) -> Receipt:
    """The receipt after these reports."""
    found = Receipt()
    for meaning in meanings:
        found, _ = reported(found, meaning)
    return found


def is_overdue(seen: int, data_on: date, today: date, days: int) -> bool:
    """Has an advance notice waited for more than so many days for what must follow it (default of agents: 10)?"""
    return seen == ADVANCE and data_on + timedelta(days=days) < today


@dataclass(frozen=True, slots=True)
class Code44:
    """The 44 digits of a slip's barcode (GS1-128, AI 91) in their parts; amount in yen."""

    issuer: str
    free_area: str
    reissue: int
    pay_by: date | None
    amount: int


def parts(barcode: str) -> Code44:
    """The parts of 44 digits by their places; 999999 is no day.

    Raises:
        ValueError: no such day. Check digit and issuer are judged elsewhere: what a store took in counts.
    """
    day = barcode[30:36]
    pay_by = None if day == "999999" else date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    return Code44(barcode[2:8], barcode[8:29], int(barcode[29]), pay_by, int(barcode[37:43]))


def check_digit(barcode: str) -> int:
    """The 44th digit as it has to be: modulus 10, weights 3 and 1 from the right (§1.2)."""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(barcode[:43])))
    return -total % 10
