"""Closures (休館・部屋止め): rooms held by bookings of their own, so that nobody else can have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid, NotFound

from ..models import Closure, House, HouseRoom, Lottery
from ..permissions import require_desk
from ..rules import span_of
from .houses import SYSTEM


def close_rooms(*, actor: Actor, code: str, first: date, last: date, reason: str, rooms: Sequence[int] = ()) -> UUID:
    """Keep rooms from being booked for the nights from `first` to `last`; no `rooms`: the whole house.

    Raises:
        NotFound; Forbidden: neither the division nor the desk.
        Invalid: "last", "reason"; "rooms": somebody has one of them. "first": the month waits for its draw.
    """
    with unit(actor):
        house = House.objects.filter(code=code).first()
        if house is None:
            raise NotFound
        require_desk(actor, house.division_id, house.desk_id)
        if last < first or (last - first).days > 366:
            raise Invalid(fields={"last": FieldError("retreats.days")})
        if not reason.strip():
            raise Invalid(fields={"reason": FieldError("field.required")})
        _require_no_lottery(house, first, last)
        found = HouseRoom.objects.filter(room_type__house=house, in_use=True).order_by("room_id")
        if rooms:
            found = found.filter(room_id__in=list(rooms))
        closure = Closure(
            pk=uuid4(), house=house, first=first, last=last, reason=reason.strip(), rooms=len(found), bookings=[]
        )
        taken: list[str] = []
        starts_at, ends_at = span_of(first, (last - first).days + 1)
        for room in found:
            done = booking.book_room(
                actor=SYSTEM, room_id=room.room_id, starts_at=starts_at, ends_at=ends_at,
                dedupe_key=f"retreat-closure:{closure.pk}:{room.room_id}",
            )  # fmt: skip
            if done.outcome == "taken":
                closure.bookings.append(str(done.entry_id))
            else:
                taken.append(room.name)
        if taken or not found:
            raise Invalid(fields={"rooms": FieldError("retreats.taken", {"rooms": "、".join(taken[:10])})})
        closure.save()
    return closure.pk


def _require_no_lottery(house: House, first: date, last: date) -> None:
    """What is being drawn was promised with its number of rooms."""
    months = Lottery.objects.filter(house=house, first_come_on__gt=clock.today()).values_list("month", flat=True)
    if any(first.replace(day=1) <= month <= last for month in months):
        raise Invalid(fields={"first": FieldError("retreats.lottery_month")})


def reopen_rooms(*, actor: Actor, closure_id: UUID) -> None:
    """End a closure: its rooms may be booked again. Told again it changes nothing.

    Raises:
        NotFound; Forbidden: neither the division nor the desk.
    """
    with unit(actor):
        row = Closure.objects.select_for_update(of=("self",)).select_related("house").filter(pk=closure_id).first()
        if row is None:
            raise NotFound
        require_desk(actor, row.house.division_id, row.house.desk_id)
        if row.ended_at is not None:
            return
        for booking_id in row.bookings:
            booking.release_room(actor=SYSTEM, booking_id=UUID(booking_id))
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
