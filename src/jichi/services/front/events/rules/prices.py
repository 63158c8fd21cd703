"""What an event costs by class of persons, and what is kept when somebody cancels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jichi.engines.booking.rules.paying import CancelStep, PersonClass, lines_of, steps_of
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel.localized import LocalizedText

if TYPE_CHECKING:
    from .content import Content

EVERYBODY: Final = "person"
FEE: Final[LocalizedText] = {
    "ja": "参加費", "easy": "お金", "en": "Fee", "zh-hans": "参加费", "ko": "참가비",
}  # fmt: skip
"""The line of an event that costs the same for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """料金の区分: a class of persons, as the division calls it, and what one of them pays; 0 yen: exempt (免除)."""

    key: str
    label: str
    yen: int


def classes_of(content: Content) -> tuple[PersonClass, ...]:
    """The classes of an event that is paid for when entering; one for everybody where none are told apart."""
    if not content.pay_first:
        return ()
    if not content.prices:
        return (PersonClass(code=EVERYBODY, title=FEE, yen=content.price_yen),)
    return tuple(PersonClass(code=one.key, title={"ja": one.label}, yen=one.yen) for one in content.prices)


def entry_lines(content: Content, counts: Mapping[str, int], people: int) -> tuple[ChargeLine, ...]:
    """What an entry of so many people costs; nothing where it is paid on the day.

    Raises:
        ValueError: classes nobody knows, or another number of persons than come.
    """
    classes = classes_of(content)
    if not classes:
        return ()
    found = {EVERYBODY: people} if not content.prices else {key: count for key, count in counts.items() if count}
    if sum(found.values()) != people or min(found.values(), default=0) < 0:
        raise ValueError("every person has one class")
    return lines_of(classes, found)


def cancel_table(content: Content) -> list[dict[str, Any]]:
    """What is kept of money paid, as the engine of bookings keeps it."""
    return [{"days": one.days, "percent": one.percent} for one in content.cancel_steps] if content.pay_first else []


def is_table(steps: tuple[CancelStep, ...]) -> bool:
    """Does it make sense: each number of days once, more the nearer the day?"""
    try:
        steps_of([{"days": one.days, "percent": one.percent} for one in steps])
    except ValueError:
        return False
    return True
