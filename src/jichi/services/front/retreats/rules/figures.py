"""Figures of houses: how full they were, a plain forecast, and what other quotas would have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Occupancy:
    """利用率 of some nights: room nights used of those that could be used."""

    used: int
    there: int

    @property
    def percent(self) -> str:
        """With one decimal, halves up: "92.3"; "" where there was nothing to use."""
        if self.there <= 0:
            return ""
        tenths = (self.used * 2000 + self.there) // (self.there * 2)
        return f"{tenths // 10}.{tenths % 10}"


def room_nights(rooms: int, closed: int, first: date, last: date) -> int:
    """Room nights that could be used from one day to another, without those closed; never below none."""
    return max(0, rooms * ((last - first).days + 1) - closed)


def closed_nights(closures: Iterable[tuple[date, date, int]], first: date, last: date) -> int:
    """Room nights of closures (first, last, rooms) from one day to another."""
    return sum(
        rooms * max(0, (min(end, last) - max(begin, first)).days + 1) for begin, end, rooms in closures
    )  # fmt: skip


def forecast(*, booked: int, last_year: int, last_year_then: int, there: int) -> int:
    """Room nights to expect of a month: what is booked, grown as it grew last year from the same day on.

    Args:
        booked: room nights booked today.
        last_year: room nights of that month a year before, in the end.
        last_year_then: how many of those had been booked a year before today.
        there: room nights that could be used; nobody expects more.
    """
    grown = booked * last_year // last_year_then if last_year_then else max(booked, last_year)
    return min(there, max(booked, grown))


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who wanted a room: in the order of arrival."""

    first: date
    nights: int
    resident: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the same people would have got: stays, room nights, and how many of each were residents'."""

    served: int
    turned_away: int
    nights: int
    resident_nights: int


def replay(asked: Sequence[Asked], *, rooms: int, others_percent: int) -> Replayed:
    """The same wishes in the same order against another number of rooms; nothing is kept of it.

    Args:
        rooms: rooms in each night.
        others_percent: of them, the part that people who don't live here may have in a night.
    """
    most_others = rooms * others_percent // 100
    taken: dict[date, int] = {}
    others: dict[date, int] = {}
    served = nights = resident_nights = 0
    for one in asked:
        stay = [one.first + timedelta(days=n) for n in range(one.nights)]
        if any(taken.get(night, 0) >= rooms for night in stay):
            continue
        if not one.resident and any(others.get(night, 0) >= most_others for night in stay):
            continue
        for night in stay:
            taken[night] = taken.get(night, 0) + 1
            if not one.resident:
                others[night] = others.get(night, 0) + 1
        served, nights = served + 1, nights + one.nights
        resident_nights += one.nights if one.resident else 0
    return Replayed(served, len(asked) - served, nights, resident_nights)
