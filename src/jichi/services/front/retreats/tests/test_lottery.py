"""The draw of a month: from the first wish to the room, the line and what is left."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Invalid

from .. import actions, queries
from ..models import Stay
from ..rules import item_code
from . import inn as place
from .inn import NOON, SYSTEM, Inn, book

inn = shared_world(place.build)
pytestmark = pytest.mark.django_db
MONTH = date(2027, 3, 1)
NIGHT = date(2027, 3, 6)
LINE = "みどり市場指数 終値 1.00"


def _opened(**more: Any) -> None:
    given: dict[str, Any] = {
        "month": MONTH, "opens_at": NOON, "closes_at": NOON + timedelta(days=10), "draw_at": NOON + timedelta(days=11),
        "confirm_until": NOON + timedelta(days=20), "first_come_on": date(2026, 12, 1), **more,
    }  # fmt: skip
    actions.open_lottery(actor=SYSTEM, code="kaede", **given)


def _apply(actor: Actor, key: str, *nights: date, **more: Any) -> actions.Booked:
    return actions.apply_for_month(
        actor=actor, code="kaede", month=MONTH, wish=place.wish("kaede", nights[0], **more), dedupe_key=key,
        choices=[item_code("washitsu", night) for night in nights],
    )  # fmt: skip


def _stay(number: str) -> Stay:
    with unit(SYSTEM):
        return Stay.objects.get(number=number)


def _draw() -> None:
    lot = (queries.house("kaede") or pytest.fail("no house")).lotteries[0]
    with clock.standing_at(lot.draw_at - timedelta(minutes=30)):
        pk = booking_actions.freeze_draw(
            actor=SYSTEM, offering_id=lot.offering_id, draw_id="kaede-1", randomness_due_at=lot.draw_at,
            beacon={"kind": "text", "sources": "東京の終値"},
        )  # fmt: skip
    with clock.standing_at(lot.draw_at + timedelta(minutes=1)):
        randomness = hashlib.sha256(LINE.encode()).hexdigest()
        booking_actions.perform_draw(actor=SYSTEM, draw_pk=pk, randomness=randomness, line=LINE)
        assert [actions.settle_draw(actor=SYSTEM, offering_id=lot.offering_id) for _ in range(2)] == [2, 0]


def test_who_wins_has_the_room_and_who_waits_stands_in_line(inn: Inn) -> None:
    with clock.standing_at(NOON):
        _opened()
        assert book(inn.taro, "early", code="kaede", day=NIGHT).outcome == "closed"
        numbers = [_apply(actor, key, NIGHT, waits=True).number for actor, key in ((inn.hanako, "a"), (inn.taro, "b"))]
        assert _apply(inn.hanako, "a", NIGHT).number == numbers[0]
        assert _apply(inn.hanako, "c", NIGHT).outcome == "twice"
        with pytest.raises(Invalid) as refused:
            actions.close_rooms(actor=inn.clerk, code="kaede", first=NIGHT, last=NIGHT, reason="点検")
        assert list(refused.value.fields) == ["first"]
    _draw()
    won, waits = sorted(map(_stay, numbers), key=lambda one: one.state)
    assert (won.state, waits.state) == ("offered", "waiting")
    assert (won.booking_id is not None, won.total_yen, won.answer_until) == (True, 12300, NOON + timedelta(days=20))
    owner = next(one for one in (inn.hanako, inn.taro) if one.account_id == won.account_id)
    with clock.standing_at(NOON + timedelta(days=12)):
        assert actions.answer_offer(actor=owner, number=won.number, comes=True)
        assert _stay(won.number).state == "requested"  # the inn still confirms
        actions.cancel_stay(actor=owner, number=won.number)
        assert _stay(waits.number).state == "offered"
        lot = (queries.house("kaede") or pytest.fail("no house")).lotteries[0]
        with unit(SYSTEM):
            found = {one.number: one.state for one in booking.entries_of(lot.offering_id)}
        assert sorted(found.values()) == ["lost", "withdrawn"]
    with clock.standing_at(NOON + timedelta(days=30)):  # first come from 1 December on
        assert book(inn.taro, "late", code="kaede", day=NIGHT + timedelta(1)).outcome == "requested"


def test_wishes_are_ranked_and_looked_at(inn: Inn) -> None:
    with clock.standing_at(NOON):
        _opened()
        for nights in ((NIGHT, NIGHT), (date(2027, 4, 1),), tuple(NIGHT + timedelta(n) for n in range(4))):
            with pytest.raises(Invalid) as refused:
                _apply(inn.hanako, "a", *nights)
            assert list(refused.value.fields) == ["choices"]
        with pytest.raises(Invalid):
            _apply(inn.hanako, "a", NIGHT, party={"works_adult": 5})
        with pytest.raises(Forbidden):
            _apply(ANONYMOUS, "a", NIGHT)
        assert _apply(inn.hanako, "a", NIGHT, kind="resident").outcome == "unmet"
        with unit(SYSTEM):
            assert Stay.objects.count() == 0
        assert _apply(inn.hanako, "a", NIGHT, NIGHT + timedelta(1)).outcome == "applied"
    with clock.standing_at(NOON + timedelta(days=10)):
        assert _apply(inn.taro, "late", NIGHT).outcome == "closed"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("month", {"month": date(2026, 12, 1)}), ("month", {"month": date(2027, 3, 2)}),
        ("closes_at", {"closes_at": NOON}), ("draw_at", {"draw_at": NOON + timedelta(days=10, minutes=14)}),
        ("confirm_until", {"confirm_until": NOON + timedelta(days=11)}),
        ("first_come_on", {"first_come_on": date(2027, 3, 2)}),
    ],
)  # fmt: skip
def test_a_draw_has_its_moments_in_order(inn: Inn, field: str, more: dict[str, Any]) -> None:
    with clock.standing_at(NOON):
        with pytest.raises(Invalid) as refused:
            _opened(**more)
        assert field in refused.value.fields
        _opened()
        with pytest.raises(Invalid):
            _opened()
