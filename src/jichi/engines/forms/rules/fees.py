"""What an application costs: lines from the dated items of its definition. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jichi.kernel.localized import LocalizedText

from .conditions import Answers, Situation, holds
from .definition import FormDefinition
from .facts import Facts
from .flow import prune
from .handing import delivery_way
from .terms import Exemption, FeeItem


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a charge. `unit_yen` is what one costs this person: 0 where an exemption applies.

    `full_yen` is the price without it, `exemption` the reason in words.
    """

    code: str
    title: LocalizedText
    unit_yen: int
    count: int
    full_yen: int = 0
    exemption: LocalizedText | None = None

    @property
    def yen(self) -> int:
        """What the line comes to."""
        return self.unit_yen * self.count


def price_on(item: FeeItem, day: date) -> int | None:
    """Yen for one on that day; None where the schedule says nothing for it."""
    return next((price.yen for price in item.prices if price.covers(day)), None)


def fee_lines(definition: FormDefinition, answers: Answers, facts: Facts, day: date) -> tuple[FeeLine, ...]:
    """The lines of the fee for these answers, at the prices of `day`; items that don't apply are left out.

    An exemption applies where its condition holds; where the register can't say, it does not.
    """
    schedule = definition.fee_schedule
    if schedule is None:
        return ()
    counted = prune(definition, answers, facts, day)
    situation = Situation(counted, facts, day)
    way = delivery_way(definition, counted)
    free = [e for e in schedule.exemptions if holds(e.when, situation) is True]
    found = []
    for item in schedule.items:
        count, price = _count(item, counted), price_on(item, day)
        wanted = item.when is None or holds(item.when, situation) is True
        if wanted and count > 0 and price is not None and (not item.delivery or way in item.delivery):
            found.append(_line(item, price, count, free))
    return tuple(found)


def _line(item: FeeItem, price: int, count: int, free: Sequence[Exemption]) -> FeeLine:
    exemption = next((e for e in free if not e.items or item.code in e.items), None)
    if exemption is None:
        return FeeLine(item.code, item.title, price, count, price)
    return FeeLine(item.code, item.title, 0, count, price, exemption.reason)


def _count(item: FeeItem, answers: Answers) -> int:
    if item.count is None:
        return 1
    value = answers.get(item.count)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def fee_total(lines: Sequence[FeeLine]) -> int:
    """Yen of all lines together."""
    return sum(line.yen for line in lines)


def price_list(definition: FormDefinition, day: date) -> tuple[FeeLine, ...]:
    """Every item once, at the prices of `day`: what people are told before they begin."""
    schedule = definition.fee_schedule
    priced = [(item, price_on(item, day)) for item in schedule.items] if schedule else []
    return tuple(FeeLine(item.code, item.title, price, 1, price) for item, price in priced if price is not None)
