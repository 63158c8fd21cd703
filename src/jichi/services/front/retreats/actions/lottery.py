"""The draw of a month: opened by the division, drawn by the booking engine, then rooms for who won."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking import queries as entries
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.booking.queries import EntryView
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, format_date
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES, pick

from ..models import House, Lottery, RoomType, Stay
from ..queries import house as house_view
from ..queries.houses import taken
from ..rules import (
    block_nights,
    blocks,
    content_from,
    free_rooms,
    item_code,
    month_state,
    night_of,
    priced,
    tariff_from,
)
from .booking import Booked, Wish, bill_columns, checked, guest_of, may_stay, member_of, new_stay, tariff_on
from .houses import SYSTEM, locked_house
from .keeping import promote_waiting
from .lodging import take_room
from .telling import tell

MOST_WISHES: Final = 3
MOST_NIGHTS: Final = 7
LEAST_GAP: Final = timedelta(minutes=15)
"""The list is frozen ten minutes before the randomness at least."""


def open_lottery(
    *, actor: Actor, code: str, month: date, opens_at: datetime, closes_at: datetime, draw_at: datetime,
    confirm_until: datetime, first_come_on: date, nights: int = 1,
) -> UUID:  # fmt: skip
    """Give a month's nights by a draw: each room free for all nights of a block can be won once, for all of them.

    Args:
        nights: how many nights are won together (`rules.blocks`).

    Raises:
        Forbidden; NotFound; Conflict: "retreats.not_now": the house is not published.
        Invalid: by field: "month" drawn, open or over already; moments that do not follow each other.
    """
    with unit(actor):
        row = locked_house(actor, code)
        if row.state != "published":
            raise Conflict("retreats.not_now")
        wrong = _wrong_times(row, month, opens_at, closes_at, draw_at, confirm_until, first_come_on)
        most = min(content_from(row.content).nights_most, MOST_NIGHTS)
        if not 1 <= nights <= most:
            wrong["nights"] = FieldError("retreats.number", {"least": 1, "most": most})
        view = house_view(code)
        if wrong or view is None:
            raise Invalid(fields=wrong)
        keys = [key for kind in view.room_types for key in kind.keys]
        busy = taken(keys, month, add_months(month, 1) - timedelta(days=1))
        items = [
            ItemSpec(
                code=item_code(kind.code, first), capacity=free,
                title={one: f"{_span(first, count, one)} {pick(kind.title, one).text}" for one in LANGUAGES},
            )
            for kind in view.room_types for first, count in blocks(month, nights)
            if (free := len(free_rooms(kind.keys, busy, first, count)))
        ]  # fmt: skip
        if not items:
            raise Invalid(fields={"month": FieldError("retreats.no_rooms")})
        offering = booking.open_offering(
            actor=SYSTEM, code=f"retreat-{code}-{month:%Y-%m}", title=row.title, division_id=row.division_id,
            mode="lottery", opens_at=opens_at, closes_at=closes_at, items=items,
        )  # fmt: skip
        return Lottery.objects.create(
            house=row, month=month, offering_id=offering, draw_at=draw_at, confirm_until=confirm_until,
            first_come_on=first_come_on, nights=nights,
        ).pk  # fmt: skip


def _span(first: date, nights: int, language: str) -> str:
    """The nights of a block: 「11月20日(金)」, of several 「11月20日(金)–22日(日)」."""
    if nights == 1:
        return format_date(first, language)
    return f"{format_date(first, language)}–{format_date(first + timedelta(days=nights), language)}"


def _wrong_times(
    row: House, month: date, opens_at: datetime, closes_at: datetime, draw_at: datetime, confirm_until: datetime,
    first_come_on: date,
) -> dict[str, FieldError]:  # fmt: skip
    wrong: dict[str, FieldError] = {}
    content = content_from(row.content)
    stands = month_state(month, today=clock.today(), months_ahead=content.months_ahead, first_come_on=None)
    if month.day != 1 or stands.state == "open" or Lottery.objects.filter(house=row, month=month).exists():
        wrong["month"] = FieldError("retreats.lottery_month_taken")
    if closes_at <= max(opens_at, clock.now()):
        wrong["closes_at"] = FieldError("retreats.lottery_order")
    if draw_at < closes_at + LEAST_GAP:
        wrong["draw_at"] = FieldError("retreats.lottery_gap")
    if confirm_until <= draw_at:
        wrong["confirm_until"] = FieldError("retreats.lottery_order")
    if not confirm_until.astimezone(TOKYO).date() <= first_come_on <= month:
        wrong["first_come_on"] = FieldError("retreats.lottery_first_come")
    return wrong


def apply_for_month(
    *, actor: Actor, code: str, month: date, wish: Wish, choices: Sequence[str], dedupe_key: str
) -> Booked:
    """Enter the draw with up to three ranked wishes, one entry a person; the same key again gives the first answer.

    Args:
        wish: who and how many; its room and night are those of the first choice.

    Raises:
        NotFound: no draw. Forbidden: nobody signed in. Invalid: by field; "choices".
    """
    lottery = Lottery.objects.select_related("house").filter(house__code=code, month=month).first()
    if lottery is None:
        raise NotFound
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    house, guest = lottery.house, guest_of(actor, addressee_no="", wish=wish, vouched=False)
    with unit(actor), unit(SYSTEM):
        before = Stay.objects.filter(dedupe_key=dedupe_key).values_list("state", "number").first()
        if before is not None:
            return Booked(*before)
        types = _types_of(house, lottery, choices)
        bills = [
            checked(
                house,
                kind,
                replace(wish, room_type=kind.code, check_in=night, nights=block_nights(night, lottery.nights)),
                guest,
            )
            for kind, night in types
        ]
        if not may_stay(wish.kind, guest):
            return Booked("unmet")
        member = member_of(house.division_id, guest, wish)
        person = accounts.linked_person(actor.account_id) or f"account:{actor.account_id}"
        entered = booking.enter(
            actor=SYSTEM, offering_id=lottery.offering_id, choices=list(choices), people=[person],
            dedupe_key=dedupe_key, account_id=actor.account_id,
        )  # fmt: skip
        if entered.entry_id is None:
            return Booked(entered.outcome)
        best = types[0][1]
        first = replace(wish, check_in=best, nights=block_nights(best, lottery.nights))
        tariff_id, _tariff, bill = bills[0]
        row = new_stay(house, types[0][0], member, first, guest, tariff_id, bill, channel="web", dedupe_key=dedupe_key)
        row.state, row.entry_id, row.wishes = "applied", entered.entry_id, list(choices)
        row.reason = "waits" if wish.waits else ""
        row.save()
        tell(row, house, "applied")
    return Booked("applied", row.number)


def _types_of(house: House, lottery: Lottery, choices: Sequence[str]) -> list[tuple[RoomType, date]]:
    """Kinds of rooms and nights of the wishes, best first. Raises Invalid: "choices"."""
    known = {item.code for item in entries.offerings([lottery.offering_id])[lottery.offering_id].items}
    if not choices or len(choices) > MOST_WISHES or not set(choices) <= known:
        raise Invalid(fields={"choices": FieldError("field.choose_one")})
    if len(set(choices)) < len(choices):
        raise Invalid(fields={"choices": FieldError("retreats.choice_twice")})
    types = {one.code: one for one in house.room_types.all()}
    return [(types[room_type], night) for room_type, night in map(night_of, choices)]


def settle_draw(*, actor: Actor, offering_id: UUID) -> int:
    """After the draw: who won has a room and a time to say yes; the others hear, or stand in the line. May run twice.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    lottery = Lottery.objects.select_related("house").filter(offering_id=offering_id).first()
    if lottery is None:
        return 0
    settled = 0
    with unit(actor):
        found = {one.id: one for one in entries.entries_of(offering_id)}
        record = _record_of(offering_id)
        order = {number: place for place, number in enumerate((record.get("orders") or [[]])[0])}
        waiting = Stay.objects.select_for_update(of=("self",)).filter(entry__offering_id=offering_id, state="applied")
        pairs = [
            (one, found[one.entry_id])
            for one in waiting.select_related("room_type")
            if one.entry_id is not None and one.entry_id in found
        ]
        for stay, entry in sorted(pairs, key=lambda pair: order.get(pair[1].number, 0)):
            _settle(stay, lottery, entry)
            settled += 1
        if settled:
            _pass_on(lottery.house, record, {one.number for one in found.values() if one.state == "placed"})
    return settled


def _pass_on(house: House, record: Mapping[str, Any], placed: Set[str]) -> None:
    """Rooms that were won by who had withdrawn since the list was frozen go to who waits."""
    won = record.get("wins") or {}
    codes = {night_of(item)[0] for number, items in won.items() if number not in placed for item in items}
    for kind in house.room_types.filter(code__in=codes).order_by("pk"):
        promote_waiting(actor=SYSTEM, room_type_id=kind.pk)


def _record_of(offering_id: UUID) -> Mapping[str, Any]:
    """The record of the draw that counts; empty before it."""
    drawn = next((one for one in entries.draws_of(offering_id) if one.state == "drawn"), None)
    record: Mapping[str, Any] = json.loads(entries.record_of(drawn.pk) or "{}") if drawn else {}
    return record


def _settle(stay: Stay, lottery: Lottery, entry: EntryView) -> None:
    waits, stay.reason = stay.reason == "waits", ""
    if entry.item is not None and _moved(stay, lottery, entry.item) and take_room(stay):
        stay.state, stay.answer_until = "offered", lottery.confirm_until
    elif waits:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('front_retreats_line')")
            stay.line = cursor.fetchone()[0]
        stay.state = "waiting"
    else:
        stay.state, stay.ended_at = "lost", clock.now()
    stay.save()
    tell(stay, lottery.house, stay.state)


def _moved(stay: Stay, lottery: Lottery, item: str) -> bool:
    """The stay as it was won: room, nights, and their price."""
    house, (code, night) = lottery.house, night_of(item)
    nights = block_nights(night, lottery.nights)
    tariff = tariff_on(house, night)
    kind = house.room_types.filter(code=code).first()
    if tariff is None or kind is None:
        return False
    bill = priced(tariff_from(tariff.content), party=stay.party, check_in=night, nights=nights, meals=stay.meals)
    stay.room_type, stay.check_in, stay.nights, stay.tariff = kind, night, nights, tariff
    for name, value in bill_columns(bill).items():
        setattr(stay, name, value)
    return True
