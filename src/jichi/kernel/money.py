"""Money: whole yen, never a float; every rounding is handed in by the rule that needs it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

Rounding: TypeAlias = Callable[[Fraction], int]
"""How a fraction of a yen becomes whole yen; the law of each charge says which."""

Ratio: TypeAlias = int | Fraction | Decimal


def down(amount: Fraction) -> int:
    """切り捨て: towards zero."""
    return math.trunc(amount)


def up(amount: Fraction) -> int:
    """切り上げ: away from zero."""
    return -math.floor(-amount) if amount >= 0 else math.floor(amount)


def half_up(amount: Fraction) -> int:
    """四捨五入: a half goes away from zero (never to the even neighbour)."""
    half = Fraction(1, 2)
    return math.floor(amount + half) if amount >= 0 else -math.floor(-amount + half)


@dataclass(frozen=True, slots=True, order=True)
class Yen:
    """An amount in whole yen; negative is money going back.

    Only `int` makes one: a float, a Decimal or a bool is a TypeError, so that no amount is ever
    rounded by accident. Adding 0 is allowed for `sum`.
    """

    value: int

    def __post_init__(self) -> None:
        if type(self.value) is not int:
            raise TypeError(f"yen are whole: int expected, not {type(self.value).__name__}")

    def __int__(self) -> int:
        return self.value

    def __bool__(self) -> bool:
        return self.value != 0

    def __str__(self) -> str:
        return format_yen(self)

    def __add__(self, other: Yen) -> Yen:
        return Yen(self.value + _value_of(other))

    def __radd__(self, other: int) -> Yen:
        return self if other == 0 and type(other) is int else NotImplemented

    def __sub__(self, other: Yen) -> Yen:
        return Yen(self.value - _value_of(other))

    def __neg__(self) -> Yen:
        return Yen(-self.value)

    def __abs__(self) -> Yen:
        return Yen(abs(self.value))

    def __mul__(self, times: int) -> Yen:
        return Yen(self.value * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def times(self, ratio: Ratio, *, rounding: Rounding) -> Yen:
        """The amount × ratio (int, Fraction or Decimal; never float), rounded by `rounding`."""
        if isinstance(ratio, bool) or not isinstance(ratio, int | Fraction | Decimal):
            raise TypeError(f"an exact ratio is needed, not {type(ratio).__name__}")
        return Yen(rounding(self.value * Fraction(ratio)))

    def to_unit(self, unit: int, *, rounding: Rounding = down) -> Yen:
        """Rounded to a multiple of `unit` yen, e.g. 100 for 100円未満切り捨て."""
        if unit < 1:
            raise ValueError("the unit is at least one yen")
        return Yen(rounding(Fraction(self.value, unit)) * unit)

    def split(self, parts: int, *, unit: int = 1, rest_to: Literal["first", "last"] = "first") -> tuple[Yen, ...]:
        """Into `parts` amounts that add up exactly; each a multiple of `unit` but the one taking the rest.

        Args:
            parts: number of instalments, at least 1.
            unit: yen below which nothing is split (1,000 for 期別税額, 地方税法20条の4の2 第6項).
            rest_to: which instalment takes what remains (the first, by the same provision).
        """
        if parts < 1:
            raise ValueError("at least one part")
        share = Yen(self.value).times(Fraction(1, parts), rounding=down).to_unit(unit)
        rest = self - share * (parts - 1)
        others = (share,) * (parts - 1)
        return (rest, *others) if rest_to == "first" else (*others, rest)

    def plain(self) -> str:
        """Digits with commas and no unit, for staff tables: 5,000."""
        return f"{self.value:,}"


def _value_of(other: object) -> int:
    """The value of the other operand, which has to be yen as well."""
    if not isinstance(other, Yen):
        raise TypeError(f"yen go with yen, not with {type(other).__name__}")
    return other.value


ZERO: Final = Yen(0)

_UNIT: Final = {"ja": "円", "easy": "円", "en": " yen", "zh-hans": "日元", "ko": "엔"}
_UNKNOWN: Final = {
    "ja": "未定",
    "easy": "まだ決まっていません",
    "en": "not yet decided",
    "zh-hans": "未定",
    "ko": "미정",
}


def total(amounts: Iterable[Yen]) -> Yen:
    """The sum; Yen(0) for nothing."""
    return sum(amounts, ZERO)


def format_yen(amount: Yen | None, language: str = "ja", *, minus: str = "-") -> str:
    """5,000円 · 5,000 yen · 5,000日元 · 5,000엔; 0 is written, None is 未定.

    Args:
        amount: None where it is not known yet.
        language: one of the five languages; any other counts as "ja".
        minus: sign of a negative amount; "△" in budget and settlement tables.
    """
    if amount is None:
        return _UNKNOWN.get(language, _UNKNOWN["ja"])
    sign = minus if amount.value < 0 else ""
    return f"{sign}{abs(amount.value):,}{_UNIT.get(language, _UNIT['ja'])}"
