"""Nights and rooms: which rooms are free for a stay, how full a day is, and what is wrong with a wish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from jichi.kernel.calendar import add_months
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import FieldError

from .tariff import ADULTS, Tariff

ARRIVE: Final = time(15)
LEAVE: Final = time(10)
FEW: Final = 5
"""A fifth of the rooms or fewer: 残りわずか."""
FURTHEST_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """A room and the nights it is taken: from `first` to before `end`."""

    room_id: int
    first: date
    end: date


def span_of(check_in: date, nights: int) -> tuple[datetime, datetime]:
    """When a room is booked for a stay: 15:00 of the first day to 10:00 of the last, so stays may follow each other."""
    return (
        datetime.combine(check_in, ARRIVE, TOKYO), datetime.combine(check_in + timedelta(days=nights), LEAVE, TOKYO)
    )  # fmt: skip


def nights_between(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """First night and the day after the last of a booking of a room."""
    return starts_at.astimezone(TOKYO).date(), ends_at.astimezone(TOKYO).date()


def free_rooms(rooms: Sequence[int], taken: Iterable[Taken], check_in: date, nights: int) -> list[int]:
    """Rooms that nobody has in any of the nights, in their order."""
    end = check_in + timedelta(days=nights)
    busy = {one.room_id for one in taken if one.first < end and check_in < one.end}
    return [room for room in rooms if room not in busy]


def left_by_night(rooms: Sequence[int], taken: Sequence[Taken], first: date, last: date) -> dict[date, int]:
    """How many rooms are free each night from `first` to `last`."""
    mine = set(rooms)
    found = {first + timedelta(days=n): len(mine) for n in range((last - first).days + 1)}
    for one in taken:
        day = max(one.first, first)
        while one.room_id in mine and day < one.end and day <= last:
            found[day] -= 1
            day += timedelta(days=1)
    return found


def mark(left: int, rooms: int) -> str:
    """ "free" ○, "few" △ or "full" ×, as the calendar shows a night."""
    if left <= 0:
        return "full"
    return "few" if left * FEW <= rooms or left == 1 < rooms else "free"


def wrong_party(
    tariff: Tariff, party: Mapping[str, int], *, least: int, most: int, meals: str, plans: Sequence[str]
) -> dict[str, FieldError]:
    """What is wrong with who comes: at least one adult, as many beds as the room has, kinds that are offered."""
    wrong: dict[str, FieldError] = {}
    beds = sum(count for person, count in party.items() if person != "infant")
    if any(count < 0 or count > 30 for count in party.values()) or not set(party) <= set(tariff.offered()):
        wrong["party"] = FieldError("retreats.party")
    elif not any(party.get(person, 0) for person in ADULTS):
        wrong["party"] = FieldError("retreats.no_adult")
    elif not least <= beds <= most:
        wrong["party"] = FieldError("retreats.beds", {"least": least, "most": most})
    if meals not in plans:
        wrong["meals"] = FieldError("field.choose_one")
    return wrong


def wrong_dates(check_in: date | None, nights: int, *, today: date, lead_days: int, most: int) -> dict[str, FieldError]:
    """What is wrong with when: too soon, too far, too long."""
    if check_in is None:
        return {"check_in": FieldError("field.required")}
    if check_in < today + timedelta(days=lead_days):
        return {"check_in": FieldError("retreats.too_soon", {"days": lead_days})}
    if (check_in.year - today.year) * 12 + check_in.month - today.month > FURTHEST_MONTHS:
        return {"check_in": FieldError("retreats.too_far", {"months": FURTHEST_MONTHS})}
    if not 1 <= nights <= most:
        return {"nights": FieldError("retreats.nights", {"most": most})}
    return {}


def item_code(room_type: str, night: date) -> str:
    """The item of the offering that stands for a kind of room in a night."""
    return f"{night.isoformat()}.{room_type}"


def night_of(code: str) -> tuple[str, date]:
    """Kind of room and night of an item. Raises ValueError."""
    day, _, room_type = code.partition(".")
    return room_type, date.fromisoformat(day)


def block_nights(first: date, nights: int) -> int:
    """Nights of a block that begins on `first`: as many as the draw gives together, or what the month leaves."""
    return min(nights, (add_months(first.replace(day=1), 1) - first).days)


def blocks(month: date, nights: int) -> tuple[tuple[date, int], ...]:
    """A month cut into nights that are won together, from its first day: (first night, how many)."""
    days = (add_months(month, 1) - month).days
    firsts = (month + timedelta(days=n) for n in range(0, days, nights))
    return tuple((first, block_nights(first, nights)) for first in firsts)
