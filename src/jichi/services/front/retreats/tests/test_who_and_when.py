"""Who stays and enters twice, and when: households, devices, telephone and web; opening, closing and the draw."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.registry.tests.people import address_line, fill, resident_line
from jichi.kernel import clock

from .. import actions, queries
from ..models import Stay
from ..rules import item_code
from . import inn as place
from .inn import DAY, NOON, SYSTEM, Inn, book

HANAKO, TARO = "0000000019", "0000000027"
MONTH, NIGHT = date(2027, 3, 1), date(2027, 3, 6)
LINE = "みどり市場指数 終値 1.00"
MOMENT = timedelta(microseconds=1)
RESIDENT: dict[str, Any] = {"kind": "resident", "party": {"resident_adult": 1}, "workplace": ""}


def lives_in(household: str) -> None:
    """Hanako's household."""
    houses = {HANAKO: household, TARO: "H2"}
    fill(
        [resident_line(number, household_no=house) for number, house in houses.items()],
        [address_line(number, household_no=house) for number, house in houses.items()],
    )


def build() -> Inn:
    """The houses, their guests linked with the register."""
    made = place.build()
    lives_in("H1")
    for actor, number in ((made.hanako, HANAKO), (made.taro, TARO)):
        assert actor.account_id is not None
        accounts.link_person(actor=SYSTEM, account_id=actor.account_id, addressee_no=number, how="letter")
    return made


inn = shared_world(build)
pytestmark = pytest.mark.django_db


def _calls(inn: Inn, key: str, **more: Any) -> str:
    """Hanako telephones, and the official finds her in the register."""
    return actions.book_stay(
        actor=inn.clerk, wish=place.wish(**RESIDENT, **more), dedupe_key=key, channel="telephone", addressee_no=HANAKO
    ).outcome


def test_the_same_person_by_web_telephone_and_two_devices_has_two_rooms_a_night_at_most(inn: Inn) -> None:
    with clock.standing_at(NOON):
        assert book(inn.hanako, "telephone in the hand", **RESIDENT).outcome == "booked"
        assert _calls(inn, "call") == "booked"
        assert book(inn.hanako, "tablet", code="kaede", **RESIDENT).outcome == "twice"
        assert _calls(inn, "call again", code="kaede") == "twice"
        with unit(SYSTEM):
            assert Stay.objects.filter(check_in=DAY).count() == 2


def test_the_same_person_through_two_households_has_two_rooms_a_night_at_most(inn: Inn) -> None:
    with clock.standing_at(NOON):
        assert [book(inn.hanako, key, **RESIDENT).outcome for key in "ab"] == ["booked", "booked"]
        lives_in("H2")  # she moves in with Taro
        assert book(inn.hanako, "c", code="kaede", **RESIDENT).outcome == "twice"
        assert book(inn.taro, "d", code="kaede", **RESIDENT).outcome == "requested"


# -- the draw of a month -----------------------------------------------------------------------------


def _opened() -> UUID:
    """The draw of March in the inn: opens in an hour, closes in ten days."""
    actions.open_lottery(
        actor=SYSTEM, code="kaede", month=MONTH, opens_at=NOON + timedelta(hours=1),
        closes_at=NOON + timedelta(days=10),
        draw_at=NOON + timedelta(days=11), confirm_until=NOON + timedelta(days=20), first_come_on=date(2026, 12, 1),
    )  # fmt: skip
    return _lot().offering_id


def _lot() -> queries.LotteryView:
    found = queries.house("kaede")
    assert found is not None
    return found.lotteries[0]


def _apply(actor: Actor, key: str) -> actions.Booked:
    return actions.apply_for_month(
        actor=actor, code="kaede", month=MONTH, wish=place.wish("kaede", NIGHT, **RESIDENT, waits=True), dedupe_key=key,
        choices=[item_code("washitsu", NIGHT)],
    )  # fmt: skip


def _state(number: str) -> str:
    with unit(SYSTEM):
        return str(Stay.objects.get(number=number).state)


def _refused(offering: UUID) -> list[Any]:
    trail = audit.events_of(table="eng_booking_entry", object_id=str(offering))
    return [(event.detail or {}).get("reason") for event in trail if event.action == "denied"]


def test_the_clock_crosses_opening_and_closing_of_a_month(inn: Inn) -> None:
    with clock.standing_at(NOON):
        offering = _opened()
    opens, closes = NOON + timedelta(hours=1), NOON + timedelta(days=10)
    found = []
    for at, actor in ((opens - MOMENT, inn.hanako), (opens, inn.hanako), (closes - MOMENT, inn.taro),
                      (closes, inn.taro)):  # fmt: skip
        with clock.standing_at(at):
            found.append(_apply(actor, f"{at}").outcome)
    assert found == ["closed", "applied", "applied", "closed"]
    assert _refused(offering) == ["closed", "closed"]


def test_the_same_person_on_two_devices_and_through_two_households_enters_a_month_once(inn: Inn) -> None:
    with clock.standing_at(NOON):
        offering = _opened()
    with clock.standing_at(NOON + timedelta(days=1)):
        assert _apply(inn.hanako, "telephone").outcome == "applied"
        assert _apply(inn.hanako, "tablet").outcome == "twice"
        lives_in("H2")
        assert _apply(inn.hanako, "tablet again").outcome == "twice"
        assert _apply(inn.taro, "taro").outcome == "applied"
    assert _refused(offering) == ["twice", "twice"]


def test_who_withdraws_between_freeze_and_draw_wins_no_room_and_nobody_comes_late(inn: Inn) -> None:
    with clock.standing_at(NOON):
        offering = _opened()
    with clock.standing_at(NOON + timedelta(days=1)):
        gone, stays = _apply(inn.hanako, "h").number, _apply(inn.taro, "t").number
    due = _lot().draw_at
    with clock.standing_at(due - timedelta(minutes=30)):
        draw = booking_actions.freeze_draw(
            actor=SYSTEM, offering_id=offering, draw_id="kaede-1", randomness_due_at=due,
            beacon={"kind": "text", "sources": "東京の終値"},
        )  # fmt: skip
        actions.cancel_stay(actor=inn.hanako, number=gone)
        assert _apply(inn.hanako, "late").outcome == "closed"
        assert _refused(offering) == ["closed"]
    with clock.standing_at(due + timedelta(minutes=1)):
        randomness = hashlib.sha256(LINE.encode()).hexdigest()
        booking_actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=randomness, line=LINE)
        actions.settle_draw(actor=SYSTEM, offering_id=offering)
    assert (_state(gone), _state(stays)) == ("cancelled", "offered")
