"""Hours of banks, how a registration at a bank ends, when to ask the bank about it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal, TypeAlias

State: TypeAlias = Literal["open", "done", "failed", "cancelled", "expired"]
STATES: Final[tuple[State, ...]] = ("open", "done", "failed", "cancelled", "expired")
REASONS: Final = ("password", "no_account", "name_differs", "closed", "already", "other")
"""Why a bank refuses: password wrong three times, no such account, another name, closed, registered there already."""
LIVES: Final = timedelta(minutes=30)
"""So long a page of a bank waits for the person."""
SOON: Final = timedelta(seconds=5)
"""After which the bank is asked, once the person is back."""
ASK_NO_MORE: Final = timedelta(days=3)
Verdict: TypeAlias = Literal["take", "same", "late", "contradicts"]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a bank's page is open, Japanese time; `closed_weekdays`: 0 Monday … 6 Sunday. Equal times: day and night."""

    opens: time
    closes: time
    closed_weekdays: Collection[int] = ()

    def is_open(self, at: datetime) -> bool:
        """Is it open at this moment (an aware datetime of Japanese time)?"""
        if at.weekday() in self.closed_weekdays:
            return False
        now = at.time().replace(tzinfo=None)
        if self.opens == self.closes:
            return True
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes


def verdict(ours: State, told: State) -> Verdict:
    """What to do with a bank's word about a registration that stands as `ours`.

    take: it ends now. same: known. late: the bank registered it after we had given up; its word counts.
    contradicts: it says that what is registered is not; a person looks.
    """
    if told in ("open", ours):
        return "same"
    if ours == "open":
        return "take"
    if told == "done":
        return "late"
    return "contradicts" if ours == "done" else "same"


def next_look(age: timedelta) -> timedelta | None:
    """When to ask the bank again about one of this age that has not ended; None: no more."""
    if age > ASK_NO_MORE:
        return None
    return min(max(age / 2, timedelta(seconds=10)), timedelta(hours=6))
