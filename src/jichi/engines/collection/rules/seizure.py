"""What of a month's pay can be seized (国税徴収法76条, 同施行令34条)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """What is left to live on: yen for the debtor and for each relative living together; `most_extra` caps the fifth.

    施行令34条: 10万円 and 4.5万円. That the fifth is at most twice the minimum is from memory: a setting.
    """

    debtor: int = 100_000
    relative: int = 45_000
    most_extra: int | None = 2


NOW: Final = Minimum()


@dataclass(frozen=True, slots=True)
class Protection:
    """The numbers of 76条1項: 1 income tax, 2 resident tax, 3 social insurance, 4 minimum, 5 the fifth for standing."""

    gross: int
    no1: int
    no2: int
    no3: int
    no4: int
    no5: int

    @property
    def seizable(self) -> int:
        """What can be seized, not below 0."""
        return max(self.gross - (self.no1 + self.no2 + self.no3 + self.no4 + self.no5), 0)

    @property
    def protected(self) -> int:
        """What can't."""
        return self.gross - self.seizable


def _up(yen: int) -> int:
    return -(-yen // 1_000) * 1_000


def of_month(
    gross_yen: int, *, income_tax: int, resident_tax: int, social_insurance: int, dependants: int,
    period: str = "month", minimum: Minimum = NOW,
) -> Protection:  # fmt: skip
    """The parts of a month's pay, in yen.

    Raises:
        Invalid: "collection.pay_period": pay by day or week and bonuses have bases of their own, not covered here.
        ValueError: a negative number.
    """
    if period != "month":
        raise Invalid("collection.pay_period", period=period)
    if min(gross_yen, income_tax, resident_tax, social_insurance, dependants) < 0:
        raise ValueError("nothing here is negative")
    gross = gross_yen - gross_yen % 1_000
    no1, no2, no3 = _up(income_tax), _up(resident_tax), _up(social_insurance)
    no4 = minimum.debtor + minimum.relative * dependants
    left = max(gross - (no1 + no2 + no3 + no4), 0)
    no5 = _up(-(-left // 5))
    if minimum.most_extra is not None:
        no5 = min(no5, minimum.most_extra * no4)
    return Protection(gross, no1, no2, no3, no4, no5)
