"""Results of account transfers (口座振替の結果): what each code asks for, and whether a result answers our request.

Source: docs/bankfiles.md; an agent that uses further codes has its own table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Act: TypeAlias = Literal["book", "retry_or_slip", "new_account", "contact", "ask_bank", "none", "decide"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a code means and what somebody does about it."""

    words: str
    act: Act
    next: str


CODES: Final[Mapping[str, Result]] = {
    "0": Result("振替済", "book", "収納する(収納日は振替日)。"),
    "1": Result("資金不足", "retry_or_slip", "再振替の日があればその日に、なければ納付書を送る。"),
    "2": Result("取引なし", "new_account", "口座の登録を止め、新しい届出をもらう。"),
    "3": Result("預金者の都合による停止", "contact", "口座の登録を止め、本人に連絡する。"),
    "4": Result("依頼書なし", "ask_bank", "振替を止め、金融機関に届出を確かめる。"),
    "8": Result("委託者の都合による停止", "none", "こちらから止めたもの。連絡はしない。"),
    "9": Result("その他", "decide", "担当者が決める。"),
    "N": Result("その他(代行会社)", "decide", "担当者が決める。"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One debit: the customer number with its zeros, yen, result ("0" in a request)."""

    customer_no: str
    amount: int
    result: str = "0"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between a request and its result; empty: it may be booked.

    `by_code`: result code → (count, yen), for the page and for the bank's own sheet.
    """

    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    amounts: tuple[tuple[str, int, int], ...] = ()
    header: tuple[str, ...] = ()
    by_code: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Does every customer number come back once, with its amount, from the bank we asked on the day we asked?"""
        return not (self.missing or self.unknown or self.twice or self.amounts or self.header)


def compare(
    asked: Iterable[Line], answered: Iterable[Line], *, ours: tuple[str, str], theirs: tuple[str, str]
) -> Comparison:
    """A result against its request.

    Args:
        ours, theirs: (client code, MMDD) of request and result.
    """
    wanted = {one.customer_no: one.amount for one in asked}
    answers = list(answered)
    seen = Counter(one.customer_no for one in answers)
    codes: dict[str, tuple[int, int]] = {}
    for one in answers:
        count, yen = codes.get(one.result, (0, 0))
        codes[one.result] = (count + 1, yen + one.amount)
    return Comparison(
        missing=tuple(number for number in wanted if number not in seen),
        unknown=tuple(number for number in seen if number not in wanted),
        twice=tuple(number for number, times in seen.items() if times > 1),
        amounts=tuple(
            (one.customer_no, wanted[one.customer_no], one.amount)
            for one in answers
            if one.customer_no in wanted and wanted[one.customer_no] != one.amount
        ),
        header=tuple(
            name for name, mine, other in zip(("client_code", "mmdd"), ours, theirs, strict=True) if mine != other
        ),
        by_code=dict(sorted(codes.items())),
    )
