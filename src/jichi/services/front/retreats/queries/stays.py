"""Stays. Row security decides who sees what: call inside a unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from jichi.kernel.localized import LocalizedText
from jichi.kernel.text import fold_for_search

from ..models import HouseRoom, Member, Stay
from ..rules import HOLDING, Line, Tariff, tariff_from


@dataclass(frozen=True, slots=True, kw_only=True)
class StayView:
    """One stay; `room` is the name of its room, "" while it has none."""

    id: UUID
    number: str
    house_id: UUID
    house_code: str
    house_title: LocalizedText
    division_id: int
    account_id: UUID | None
    room_type: str
    room_title: LocalizedText
    least: int
    most: int
    state: str
    check_in: date
    nights: int
    party: Mapping[str, int]
    meals: str
    lines: Sequence[Line]
    total_yen: int
    before_tax_yen: int
    tariff: Tariff
    name: str
    kana: str
    phone: str
    channel: str
    entered_at: datetime
    answer_until: datetime | None
    prove_until: date | None
    workplace: str
    charge_yen: int
    reason: str
    room: str
    entry_id: UUID | None
    wishes: Sequence[str]
    pay_until: datetime | None = None
    paid_at: datetime | None = None
    owes_yen: int = 0

    @property
    def check_out(self) -> date:
        """The day of departure."""
        return self.check_in + timedelta(days=self.nights)

    @property
    def people(self) -> int:
        """Everybody who comes."""
        return sum(self.party.values())


def line_of(row: Sequence[Any]) -> Line:
    """A line as `actions.booking.bill_columns` keeps it."""
    kind, what, person, persons, nights, unit, first = row
    return Line(
        kind=kind, what=what, person=person, persons=persons, nights=nights, unit_yen=unit,
        first=date.fromisoformat(first),
    )  # fmt: skip


def _views(found: Any) -> tuple[StayView, ...]:
    rows = list(found.select_related("house", "room_type", "tariff", "booking"))
    keys = {row.booking.room_id for row in rows if row.booking}
    names = dict(HouseRoom.objects.filter(room_id__in=keys).values_list("room_id", "name")) if keys else {}
    members = dict(Member.objects.filter(pk__in=[row.member_id for row in rows]).values_list("pk", "workplace"))
    return tuple(
        StayView(
            id=row.pk, number=row.number, house_id=row.house_id, house_code=row.house.code,
            house_title=row.house.title, division_id=row.house.division_id, account_id=row.account_id,
            room_type=row.room_type.code, room_title=row.room_type.title, least=row.room_type.least,
            most=row.room_type.most, state=row.state, check_in=row.check_in, nights=row.nights, party=row.party,
            meals=row.meals, lines=tuple(line_of(one) for one in row.lines), total_yen=row.total_yen,
            before_tax_yen=row.before_tax_yen, tariff=tariff_from(row.tariff.content), name=row.name, kana=row.kana,
            phone=row.phone, channel=row.channel, entered_at=row.entered_at, answer_until=row.answer_until,
            prove_until=row.prove_until, workplace=members.get(row.member_id, ""), charge_yen=row.charge_yen,
            reason=row.reason,
            room=names.get(row.booking.room_id, "") if row.booking else "", entry_id=row.entry_id,
            wishes=tuple(row.wishes), pay_until=row.pay_until, paid_at=row.paid_at, owes_yen=row.owes_yen,
        )
        for row in rows
    )  # fmt: skip


def stay(number: str) -> StayView | None:
    """The stay with this number (without hyphen); None where the actor sees none. Three statements."""
    return next(iter(_views(Stay.objects.filter(number=number))), None)


def own_stays(account_id: UUID) -> tuple[StayView, ...]:
    """An account's stays, the last first, at most 100. Three statements."""
    return _views(Stay.objects.filter(account_id=account_id).order_by("-check_in", "-line")[:100])


def in_line(number: str) -> int:
    """The place of a waiting stay in the line for its kind of room; call as the system. Three statements."""
    row = Stay.objects.filter(number=number, state="waiting").first()
    if row is None:
        return 0
    return Stay.objects.filter(room_type_id=row.room_type_id, state="waiting", line__lte=row.line).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class StayFilter:
    """What officials look for; "" and None narrow nothing."""

    text: str = ""
    house: str = ""
    state: str = ""
    first: date | None = None
    last: date | None = None


PAGE = 50


def stays(chosen: StayFilter, *, after: str = "", limit: int = PAGE) -> tuple[tuple[StayView, ...], str]:
    """Stays by their day, the newest first, and what goes on after them. Three statements."""
    found = Stay.objects.all()
    if chosen.house:
        found = found.filter(house__code=chosen.house)
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.first:
        found = found.filter(check_in__gte=chosen.first)
    if chosen.last:
        found = found.filter(check_in__lte=chosen.last)
    if chosen.text.strip():
        text = chosen.text.strip()
        plain = text.replace("-", "").upper()
        found = found.filter(
            Q(number=plain) | Q(name__contains=text) | Q(kana__contains=fold_for_search(text)) | Q(kana__contains=text)
        )
    day, _, line = after.partition("|")
    try:
        since = date.fromisoformat(day)
        at = int(line)
    except ValueError:
        pass
    else:
        found = found.filter(Q(check_in__lt=since) | Q(check_in=since, line__lt=at))
    rows = list(found.order_by("-check_in", "-line").values_list("pk", "check_in", "line")[: limit + 1])
    views = _views(Stay.objects.filter(pk__in=[pk for pk, _, _ in rows[:limit]]).order_by("-check_in", "-line"))
    more = f"{rows[limit - 1][1].isoformat()}|{rows[limit - 1][2]}" if len(rows) > limit else ""
    return views, more


def guests_of(house_id: UUID, day: date) -> tuple[tuple[StayView, ...], tuple[StayView, ...], tuple[StayView, ...]]:
    """Who arrives on a day, who is there since before, who leaves. Three statements."""
    near = _views(
        Stay.objects.filter(
            house_id=house_id, state__in=HOLDING, check_in__gte=day - timedelta(days=31), check_in__lte=day
        ).order_by("kana", "number")
    )
    return (
        tuple(one for one in near if one.check_in == day and one.state != "offered"),
        tuple(one for one in near if one.check_in < day < one.check_out and one.state == "arrived"),
        tuple(one for one in near if one.check_out == day and one.state == "arrived"),
    )


def waiting_of(house_ids: Sequence[UUID]) -> int:
    """How many stand in the waiting lines of houses. One statement."""
    return Stay.objects.filter(house_id__in=list(house_ids), state="waiting").count()


def member_count(divisions: Sequence[int]) -> int:
    """How many are registered. One statement."""
    return Member.objects.filter(division_id__in=list(divisions)).count()
