"""Houses, rooms and tariffs as pages show them, and what is free. Nothing here names a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText

from ..models import Closure, House, HouseRoom, HouseTariff, Lottery, RoomType
from ..rules import (
    HouseContent,
    MonthState,
    Taken,
    Tariff,
    content_from,
    free_rooms,
    left_by_night,
    month_state,
    nights_between,
    span_of,
    tariff_from,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTypeView:
    """Rooms alike; `rooms` are (key, name) of those in use."""

    pk: int
    code: str
    title: LocalizedText
    least: int
    most: int
    rooms: Sequence[tuple[int, str]] = ()

    @property
    def keys(self) -> list[int]:
        """Keys of the rooms."""
        return [key for key, _name in self.rooms]


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffView:
    """A tariff from a day on."""

    id: UUID
    valid_from: date
    state: str
    tariff: Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryView:
    """The draw of a month."""

    id: UUID
    month: date
    offering_id: UUID
    draw_at: datetime
    confirm_until: datetime
    first_come_on: date
    nights: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseView:
    """A house with everything that is public of it."""

    id: UUID
    code: str
    division_id: int
    desk_id: int | None
    kind: str
    state: str
    title: LocalizedText
    content: HouseContent
    revision: int
    room_types: Sequence[RoomTypeView] = ()
    tariffs: Sequence[TariffView] = ()
    lotteries: Sequence[LotteryView] = field(default_factory=tuple)

    def tariff_on(self, day: date) -> Tariff | None:
        """The published tariff for stays that begin on a day."""
        fitting = [one for one in self.tariffs if one.state == "published" and one.valid_from <= day]
        return max(fitting, key=lambda one: one.valid_from).tariff if fitting else None

    def month(self, month: date, today: date) -> MonthState:
        """May nights of a month be booked?"""
        drawn = next((one.first_come_on for one in self.lotteries if one.month == month), None)
        return month_state(month, today=today, months_ahead=self.content.months_ahead, first_come_on=drawn)

    def room_type(self, code: str) -> RoomTypeView | None:
        """A kind of room by its code."""
        return next((one for one in self.room_types if one.code == code), None)


def _views(rows: Iterable[House]) -> tuple[HouseView, ...]:
    kept = list(rows)
    ids = [row.pk for row in kept]
    rooms: dict[int, list[tuple[int, str]]] = {}
    for room in HouseRoom.objects.filter(room_type__house__in=ids, in_use=True).order_by("room_id"):
        rooms.setdefault(room.room_type_id, []).append((room.room_id, room.name))
    types: dict[UUID, list[RoomTypeView]] = {}
    for one in RoomType.objects.filter(house__in=ids).order_by("pk"):
        types.setdefault(one.house_id, []).append(
            RoomTypeView(
                pk=one.pk, code=one.code, title=one.title, least=one.least, most=one.most, rooms=rooms.get(one.pk, ())
            )
        )  # fmt: skip
    tariffs: dict[UUID, list[TariffView]] = {}
    for tariff in HouseTariff.objects.filter(house__in=ids).order_by("-valid_from"):
        tariffs.setdefault(tariff.house_id, []).append(
            TariffView(
                id=tariff.pk, valid_from=tariff.valid_from, state=tariff.state, tariff=tariff_from(tariff.content)
            )
        )
    lotteries: dict[UUID, list[LotteryView]] = {}
    for lot in Lottery.objects.filter(house__in=ids).order_by("-month"):
        lotteries.setdefault(lot.house_id, []).append(
            LotteryView(
                id=lot.pk, month=lot.month, offering_id=lot.offering_id, draw_at=lot.draw_at,
                confirm_until=lot.confirm_until, first_come_on=lot.first_come_on, nights=lot.nights,
            )
        )  # fmt: skip
    return tuple(
        HouseView(
            id=row.pk, code=row.code, division_id=row.division_id, desk_id=row.desk_id, kind=row.kind, state=row.state,
            title=row.title, content=content_from(row.content), revision=row.revision,
            room_types=types.get(row.pk, ()), tariffs=tariffs.get(row.pk, ()), lotteries=lotteries.get(row.pk, ()),
        )
        for row in kept
    )  # fmt: skip


def published_houses() -> tuple[HouseView, ...]:
    """Houses that people may book: own ones first. Five statements."""
    return _views(House.objects.filter(state="published").order_by("-kind", "code"))


def house(code: str) -> HouseView | None:
    """One house, drafts too: the caller decides who sees them. Five statements."""
    return next(iter(_views(House.objects.filter(code=code))), None)


def houses_of(divisions: Iterable[int]) -> tuple[HouseView, ...]:
    """Houses that divisions run or whose desk they are. Five statements."""
    mine = list(divisions)
    found = House.objects.filter(division_id__in=mine) | House.objects.filter(desk_id__in=mine)
    return _views(found.distinct().order_by("-kind", "code"))


def houses_by_id(ids: Iterable[UUID]) -> dict[UUID, HouseView]:
    """Houses by id. Five statements."""
    return {one.id: one for one in _views(House.objects.filter(pk__in=list(ids)))}


def taken(rooms: Sequence[int], first: date, last: date) -> list[Taken]:
    """Nights that rooms are taken or closed, from one day to another. One statement."""
    starts_at, _ = span_of(first, 1)
    _, ends_at = span_of(last, 1)
    return [
        Taken(one.room_id, *nights_between(one.starts_at, one.ends_at))
        for one in booking.busy_rooms(rooms, starts_at=starts_at, ends_at=ends_at)
    ]


def calendar(found: HouseView, first: date, last: date) -> dict[str, dict[date, int]]:
    """Kind of room → night → rooms that are free, from one day to another. One statement."""
    busy = taken([key for one in found.room_types for key in one.keys], first, last)
    return {one.code: left_by_night(one.keys, busy, first, last) for one in found.room_types}


@dataclass(frozen=True, slots=True)
class FreeRoom:
    """A kind of room that has free rooms for all nights asked for."""

    house: HouseView
    room_type: RoomTypeView
    left: int


def free_for(houses: Sequence[HouseView], check_in: date, nights: int) -> tuple[FreeRoom, ...]:
    """Every kind of room with how many are free for all nights; none in months not open. One statement."""
    last = check_in + timedelta(days=nights - 1)
    busy = taken([key for one in houses for kind in one.room_types for key in kind.keys], check_in, last)
    today = clock.today()
    months = {(check_in + timedelta(days=n)).replace(day=1) for n in range(nights)}
    found = []
    for one in houses:
        is_open = all(one.month(month, today).state == "open" for month in months)
        for kind in one.room_types:
            left = len(free_rooms(kind.keys, busy, check_in, nights)) if is_open else 0
            found.append(FreeRoom(one, kind, left))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureView:
    """Rooms kept closed."""

    id: UUID
    first: date
    last: date
    reason: str
    rooms: int


def closures_of(house_id: UUID, *, today: date) -> tuple[ClosureView, ...]:
    """Closures that last or are to come. One statement."""
    rows = Closure.objects.filter(house_id=house_id, ended_at=None, last__gte=today).order_by("first", "pk")
    return tuple(
        ClosureView(id=row.pk, first=row.first, last=row.last, reason=row.reason, rooms=row.rooms) for row in rows
    )
