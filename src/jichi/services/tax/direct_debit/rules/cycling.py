"""What is asked of banks for a transfer day, and what follows from a bank's results. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

After: TypeAlias = Literal["taken", "again", "slip", "hold", "look", "nothing"]
"""taken: booked. again: second collection with the next cycle. slip: by slip from now. hold: stop the mandate, ask for
a new one. look: a person decides. nothing: we asked the bank to stop it."""
REACH: Final = timedelta(days=62)
"""So far back an unpaid instalment is asked for again; older ones are demanded, not debited."""
_HOLDS: Final = ("2", "3")


@dataclass(frozen=True, slots=True)
class Policy:
    """Of a 費目: how often an instalment is asked for again, after how many failures in a row slips are sent."""

    retries: int
    stop_after: int


def is_asked(*, due_on: date, day: date, since: date, results: tuple[str, ...], policy: Policy) -> bool:
    """Is an unpaid instalment asked for on this transfer day?

    Args:
        since: from which day the mandate counts.
        results: what banks said to earlier requests for it, oldest first; "" waits for an answer.
    """
    if due_on < since or not day - REACH <= due_on <= day:
        return False
    if any(result not in ("1", "8") for result in results):
        return False
    return len(results) <= policy.retries


def after(result: str, *, tries: int, failures: int, policy: Policy) -> After:
    """What follows from a result code (0 taken, 1 too little money, 2 no account, 3 stopped, 8 ours).

    Args:
        tries: how often this instalment was asked for, this time included.
        failures: how often in a row debits of this mandate failed, this time included.
    """
    if result == "0":
        return "taken"
    if result == "8":
        return "nothing"
    if result in _HOLDS:
        return "hold"
    if result != "1":
        return "look"
    if failures >= policy.stop_after:
        return "slip"
    return "again" if tries <= policy.retries else "slip"
