"""Booking a stay: registering and reserving in one go, on the web or on the telephone through an official."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import new_number

from ..models import House, HouseTariff, Lottery, Member, RoomType, Stay
from ..permissions import require_editor
from ..rules import (
    HOLDING,
    MOST_AT_ONCE,
    HouseContent,
    Priced,
    Tariff,
    content_from,
    month_state,
    plans_of,
    priced,
    tariff_from,
    wrong_dates,
    wrong_party,
)
from .houses import SYSTEM
from .lodging import take_room
from .paying import settle_down
from .telling import tell

LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for. `party`: kind of person → how many; `kind`: "resident" or "works"."""

    house: str
    room_type: str
    check_in: date
    nights: int
    party: Mapping[str, int]
    meals: str = "none"
    name: str = ""
    kana: str = ""
    phone: str = ""
    kind: str = "resident"
    workplace: str = ""
    language: str = "ja"
    waits: bool = False
    """Stand in the waiting line where nothing is free."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of it: "booked", "held", "requested", "waiting", "applied", "full", "closed", "unmet", "twice"."""

    outcome: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who books."""

    account_id: UUID | None
    addressee_no: str
    lives_here: bool
    name: str
    kana: str
    email: str


def guest_of(actor: Actor, *, addressee_no: str, wish: Wish, vouched: bool) -> Guest:
    """Who books, by login and register; on the telephone by what the official found."""
    account_id = actor.account_id if actor.kind == "resident" else None
    if account_id is not None:
        addressee_no = accounts.linked_person(account_id) or ""
    elif addressee_no:
        account_id = accounts.account_of_person(addressee_no)
    with unit(SYSTEM):
        person = registry.resident(addressee_no) if addressee_no else None
    contact = accounts.contact_of(account_id) if account_id else None
    here = person is not None and person.state == "resident"
    return Guest(
        account_id=account_id, addressee_no=addressee_no, lives_here=here or (actor.kind != "resident" and vouched),
        name=person.display_name if person else wish.name.strip(),
        kana=person.display_kana if person else wish.kana.strip(), email=contact.email if contact else "",
    )  # fmt: skip


def book_stay(
    *, actor: Actor, wish: Wish, dedupe_key: str, expected_yen: int | None = None, addressee_no: str = "",
    channel: str = "web", vouched: bool = False,
) -> Booked:  # fmt: skip
    """Book, or stand in the waiting line. The same key again gives the first answer; nothing is oversold.

    Args:
        expected_yen: the price that was shown; another one now is refused.
        addressee_no: an official's caller in the register.
        vouched: an official was shown that the caller lives, works or learns here.

    Raises:
        NotFound: no such house or room. Forbidden: neither a resident nor an official of the division.
        Invalid: by field; "retreats.price_missing". Conflict: "retreats.price_changed".
    """
    house = House.objects.filter(code=wish.house, state="published").first()
    room_type = RoomType.objects.filter(house=house, code=wish.room_type).first() if house else None
    if house is None or room_type is None:
        raise NotFound
    if actor.kind != "resident":
        require_editor(actor, house.division_id)
    guest = guest_of(actor, addressee_no=addressee_no, wish=wish, vouched=vouched)
    with unit(actor), unit(SYSTEM):
        before = Stay.objects.filter(dedupe_key=dedupe_key).values_list("state", "number").first()
        if before is not None:
            return Booked(*before)
        tariff_id, tariff, bill = checked(house, room_type, wish, guest)
        if expected_yen is not None and expected_yen != bill.total_yen:
            raise Conflict("retreats.price_changed")
        refused = _refused(house, wish, guest, vouched or actor.kind == "system")
        if refused:
            audit.record(
                actor=actor, action="denied", table="front_retreats_stay", object_id=wish.house,
                detail={"reason": refused},
            )  # fmt: skip
            return Booked(refused)
        member = member_of(house.division_id, guest, wish)
        if _at_once(member, wish) >= MOST_AT_ONCE:
            return Booked("twice")
        row = new_stay(house, room_type, member, wish, guest, tariff_id, bill, channel=channel, dedupe_key=dedupe_key)
        proved = vouched or (member.proved_until is not None and member.proved_until >= wish.check_in)
        row.prove_until = None if wish.kind == "resident" or proved else _prove_until(house, wish)
        if not take_room(row):
            if not wish.waits:
                return Booked("full")
            row.state = "waiting"
        elif house.kind == "inn":
            row.state = "requested"
        else:
            settle_down(row)
        row.save()
        tell(row, house, "to_pay" if row.state == "held" else row.state)
        del tariff
    return Booked(row.state, row.number)


def checked(house: House, room_type: RoomType, wish: Wish, guest: Guest) -> tuple[UUID, Tariff, Priced]:
    """The tariff and the bill of a wish. Raises Invalid, by field."""
    content = content_from(house.content)
    wrong = wrong_dates(
        wish.check_in, wish.nights, today=clock.today(), lead_days=content.lead_days, most=content.nights_most
    )
    found = tariff_on(house, wish.check_in)
    if found is None:
        raise Invalid("retreats.price_missing")
    tariff = tariff_from(found.content)
    wrong |= wrong_party(
        tariff, wish.party, least=room_type.least, most=room_type.most, meals=wish.meals, plans=plans_of(tariff)
    )
    for name, text in (("name", guest.name), ("phone", wish.phone.strip())):
        if not text:
            wrong[name] = FieldError("field.required")
    if wish.kind == "works" and not wish.workplace.strip():
        wrong["workplace"] = FieldError("retreats.works_where")
    for name in ("name", "kana", "phone", "workplace"):
        if len(getattr(wish, name)) > LONGEST:
            wrong[name] = FieldError("field.too_long", {"max": LONGEST, "now": len(getattr(wish, name))})
    if wrong:
        raise Invalid(fields=wrong)
    bill = priced(tariff, party=wish.party, check_in=wish.check_in, nights=wish.nights, meals=wish.meals)
    return found.pk, tariff, bill


def tariff_on(house: House, day: date) -> HouseTariff | None:
    """The published tariff of a house for stays that begin on a day. One statement."""
    return house.tariffs.filter(state="published", valid_from__lte=day).order_by("-valid_from").first()


def _refused(house: House, wish: Wish, guest: Guest, trusted: bool) -> str:
    content = content_from(house.content)
    if not trusted and not may_stay(wish.kind, guest):
        return "unmet"
    nights = [wish.check_in + timedelta(days=n) for n in range(wish.nights)]
    months = sorted({night.replace(day=1) for night in nights})
    drawn = dict(Lottery.objects.filter(house=house, month__in=months).values_list("month", "first_come_on"))
    states = [_month(month, content, drawn.get(month)) for month in months]
    return "closed" if any(state != "open" for state in states) and not trusted else ""


def _month(month: date, content: HouseContent, first_come_on: date | None) -> str:
    return month_state(
        month, today=clock.today(), months_ahead=content.months_ahead, first_come_on=first_come_on
    ).state  # fmt: skip


def may_stay(kind: str, guest: Guest) -> bool:
    """Who lives here, by the register; who works or learns here shows it afterwards."""
    return kind == "works" or (kind == "resident" and guest.lives_here)


def _prove_until(house: House, wish: Wish) -> date:
    last = min(clock.today() + timedelta(days=content_from(house.content).proof_days), wish.check_in)
    return max(last, clock.today())


def member_of(division_id: int, guest: Guest, wish: Wish) -> Member:
    """The registration of who books, locked: theirs, the former register's of the same address, or a new one."""
    found = Member.objects.select_for_update(of=("self",))
    row = found.filter(account_id=guest.account_id).first() if guest.account_id else None
    if row is None and guest.email:
        row = found.filter(account=None, email=guest.email).order_by("registered_on").first()
    if row is None:
        return Member.objects.create(
            division_id=division_id, account_id=guest.account_id, kind=wish.kind, name=guest.name, kana=guest.kana,
            phone=wish.phone.strip(), email=guest.email, workplace=wish.workplace.strip(), registered_on=clock.today(),
        )  # fmt: skip
    row.account_id, row.kind, row.phone = guest.account_id, wish.kind, wish.phone.strip()
    row.workplace = wish.workplace.strip() or row.workplace
    row.save(update_fields=["account", "kind", "phone", "workplace"])
    return row


def _at_once(member: Member, wish: Wish) -> int:
    end = wish.check_in + timedelta(days=wish.nights)
    own = Stay.objects.filter(member=member, state__in=(*HOLDING, "waiting"), check_in__lt=end)
    return sum(
        1 for day, nights in own.values_list("check_in", "nights") if day + timedelta(days=nights) > wish.check_in
    )


def new_stay(
    house: House, room_type: RoomType, member: Member, wish: Wish, guest: Guest, tariff_id: UUID, bill: Priced, *,
    channel: str, dedupe_key: str,
) -> Stay:  # fmt: skip
    """A stay that is not kept yet, at the end of the line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('front_retreats_line')")
        line = cursor.fetchone()[0]
    return Stay(
        number=new_number(secrets.token_bytes(8)), house=house, room_type=room_type, member=member,
        account_id=guest.account_id, check_in=wish.check_in, nights=wish.nights, party=party_of(wish.party),
        meals=wish.meals, tariff_id=tariff_id, name=guest.name, kana=guest.kana, phone=wish.phone.strip(),
        channel=channel, language=wish.language, dedupe_key=dedupe_key, entered_at=clock.now(), line=line,
        **bill_columns(bill),
    )  # fmt: skip


def party_of(party: Mapping[str, int]) -> dict[str, int]:
    """Kinds of persons that come, without zeros."""
    return {person: count for person, count in party.items() if count > 0}


def bill_columns(bill: Priced) -> dict[str, Any]:
    """A bill as it is kept with its stay: what was told is what is asked."""
    return {
        "lines": [
            [one.kind, one.what, one.person, one.persons, one.nights, one.unit_yen, one.first.isoformat()]
            for one in bill.lines
        ],
        "total_yen": bill.total_yen, "before_tax_yen": bill.before_tax_yen,
    }  # fmt: skip
