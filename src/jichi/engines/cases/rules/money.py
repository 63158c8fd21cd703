"""What a correction does to the money: the lines that are owed now beside what was charged and paid. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from jichi.engines.payments.rules import ChargeLine

DIFFERENCE: Final = {
    "ja": "手数料の差額", "easy": "たりないお金", "en": "Difference of the fee", "zh-hans": "手续费差额",
    "ko": "수수료 차액",
}  # fmt: skip


class Charged(Protocol):
    """As much of a charge as the plan looks at. `kept_yen`: owed or paid, less what has begun to go back."""

    @property
    def state(self) -> str: ...
    @property
    def lines(self) -> tuple[ChargeLine, ...]: ...
    @property
    def kept_yen(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlan:
    """What is to be done, in this order: cancel what is unpaid, open a charge, give back. Nothing of it: no change."""

    before_yen: int
    after_yen: int
    cancels: bool = False
    opens: tuple[ChargeLine, ...] = ()
    gives_back_yen: int = 0

    @property
    def changes(self) -> bool:
        """Is there anything to do?"""
        return self.cancels or bool(self.opens) or self.gives_back_yen > 0


def fee_plan(wanted: Sequence[ChargeLine], charges: Iterable[Charged]) -> FeePlan:
    """The plan that leads from the charges of a case to these lines.

    Unpaid: the charge is cancelled and one with the new lines opened. Paid: the difference is charged, line by line,
    or goes back; nobody pays twice and waits for the first sum.
    """
    standing = list(charges)
    unpaid = [one for one in standing if one.state in {"due", "zero"}]
    paid = [one for one in standing if one.state == "paid"]
    paid_yen, after = sum(one.kept_yen for one in paid), sum(line.amount_yen for line in wanted)
    before = paid_yen + sum(one.kept_yen for one in unpaid)
    if paid:
        wanted = _difference(wanted, paid, after - paid_yen) if after > paid_yen else ()
    if unpaid and _counted(line for one in unpaid for line in one.lines) == _counted(wanted):
        wanted, unpaid = (), []
    return FeePlan(
        before_yen=before, after_yen=after, cancels=bool(unpaid), opens=tuple(wanted),
        gives_back_yen=max(paid_yen - after, 0) if paid else 0,
    )  # fmt: skip


def _counted(lines: Iterable[ChargeLine]) -> dict[tuple[str, int], int]:
    """How often each price of each item; the order of the lines is nothing."""
    found: dict[tuple[str, int], int] = {}
    for line in lines:
        # A line that takes something back (a negative price) counts against the one it takes back.
        sign = -1 if line.unit_yen < 0 else 1
        key = (line.code, abs(line.unit_yen))
        found[key] = found.get(key, 0) + sign * line.count
    return {key: count for key, count in found.items() if count}


def _difference(wanted: Sequence[ChargeLine], paid: Sequence[Charged], yen: int) -> tuple[ChargeLine, ...]:
    """Lines that come to what is missing; one line where parts went back before, and the items don't add up."""
    lines = [line for one in paid for line in one.lines]
    titles = {line.code: line.title for line in (*lines, *wanted)}
    now, was = _counted(wanted), _counted(lines)
    found = []
    for code, unit in dict.fromkeys((*now, *was)):
        count = now.get((code, unit), 0) - was.get((code, unit), 0)
        if count:
            found.append(ChargeLine(code, titles[code], unit if count > 0 else -unit, abs(count)))
    if sum(line.amount_yen for line in found) == yen:
        return tuple(found)
    return (ChargeLine("difference", DIFFERENCE, yen, 1),)


def payment_of(states: Iterable[str]) -> str:
    """How the money of a case stands, by the states of all its charges: one of `states.PAYMENTS`."""
    found = set(states)
    if "due" in found:
        return "due"
    if found & {"paid", "zero"}:
        return "paid"
    return "refunding" if "refunding" in found else "refunded" if "refunded" in found else "none"
