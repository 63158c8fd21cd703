"""Occupancy, forecast and what-if; the register of users from a file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from .. import actions, queries
from ..models import Member
from ..rules import Asked, Occupancy, closed_nights, forecast, read_members, replay, room_nights
from . import inn as place
from .inn import DAY, NOON, Inn, book

inn = shared_world(place.build)


def test_occupancy_is_used_of_usable_room_nights() -> None:
    april = (date(2026, 4, 1), date(2026, 4, 30))
    there = room_nights(26, closed_nights([(date(2026, 3, 30), date(2026, 4, 2), 3)], *april), *april)
    assert (there, closed_nights([(date(2026, 5, 1), date(2026, 5, 2), 3)], *april)) == (774, 0)
    assert [Occupancy(used, of).percent for used, of in ((923, 1000), (837, 1000), (714, 774), (0, 5), (1, 0))] == [
        "92.3", "83.7", "92.2", "0.0", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("booked", "last_year", "then", "there", "expected"),
    [(20, 60, 30, 100, 40), (20, 60, 30, 35, 35), (0, 0, 0, 90, 0), (5, 40, 0, 90, 40), (50, 20, 30, 90, 50)],
)
def test_a_month_grows_as_it_grew_last_year(booked: int, last_year: int, then: int, there: int, expected: int) -> None:
    assert forecast(booked=booked, last_year=last_year, last_year_then=then, there=there) == expected


def test_the_same_wishes_are_replayed_in_their_order() -> None:
    day = date(2026, 8, 1)
    asked = [
        Asked(day, 2, resident=False),
        Asked(day, 1, resident=True),
        Asked(day + timedelta(1), 1, resident=True),
        Asked(day, 1, resident=False),
    ]
    as_is = replay(asked, rooms=2, others_percent=100)
    assert (as_is.served, as_is.turned_away, as_is.nights, as_is.resident_nights) == (3, 1, 4, 2)
    fewer = replay(asked, rooms=1, others_percent=100)
    assert (fewer.served, fewer.turned_away, fewer.nights) == (1, 3, 2)
    residents = replay(asked, rooms=2, others_percent=0)
    assert (residents.served, residents.nights, residents.resident_nights) == (2, 2, 2)


@pytest.mark.django_db
def test_figures_come_from_the_stays_and_only_the_divisions(inn: Inn) -> None:
    with clock.standing_at(NOON):
        book(inn.hanako, "a", nights=3, day=date(2026, 11, 29), party={"works_adult": 2, "infant": 1})
        gone = book(inn.taro, "b").number
        actions.close_rooms(
            actor=inn.clerk, code="minato", first=date(2026, 11, 1), last=date(2026, 11, 10), reason="点検"
        )
    with clock.standing_at(NOON + timedelta(days=18)):
        actions.cancel_stay(actor=inn.taro, number=gone)
        houses = [one for one in queries.houses_of([inn.division]) if one.code == "minato"]
        with unit(inn.clerk):
            november, december = queries.by_month(houses, date(2026, 11, 1), 2, now=clock.now())[houses[0].id]
            coming = queries.expected(houses, date(2026, 11, 1), 2, now=clock.now())
            asked = queries.asked_for(houses[0].id, date(2026, 11, 1))
        assert (november.occupancy, december.occupancy) == (Occupancy(2, 40), Occupancy(1, 62))
        assert (november.stays, november.people, november.yen, november.tax_yen) == (1, 3, 36000, 900)
        assert (november.charge_yen, november.cancelled, december.stays) == (6000, 1, 0)
        assert [one.expected.used for one in coming] == [2, 1]
        assert asked == [Asked(date(2026, 11, 29), 3, resident=False), Asked(DAY, 1, resident=False)]
        with unit(inn.stranger):
            assert queries.by_month(houses, date(2026, 11, 1), 1, now=clock.now())[houses[0].id][0].stays == 0


@pytest.mark.django_db
def test_registered_users_come_over_once_and_all_or_none(inn: Inn) -> None:
    head = "利用者番号,区分,氏名,フリガナ,電話番号,メールアドレス,有効期限\r\n"
    ichiro = "A-1,在勤,保養 一郎,ホヨウ イチロウ,03-1,hanako@example.jp,2027-03-31\r\n"
    good = f"{head}{ichiro}A-2,区民,保養 二郎,,03-2,,\r\n".encode("cp932")
    bad = f"{head}A-1,区民,保養 一郎,,,,\r\nA-1,宇宙,,,,x,いつか\r\n".encode()
    with pytest.raises(Forbidden):
        actions.import_members(actor=inn.desk, division_id=inn.division, data=good)
    wrong = actions.import_members(actor=inn.clerk, division_id=inn.division, data=bad)
    assert [(one.line, one.column, one.error.code) for one in wrong.errors] == [
        (3, "氏名", "field.required"), (3, "区分", "retreats.member_kind"),
        (3, "メールアドレス", "retreats.member_email"),
        (3, "有効期限", "retreats.day"), (3, "利用者番号", "retreats.twice"),
    ]  # fmt: skip
    with unit(inn.clerk):
        assert Member.objects.count() == 0
    done = [actions.import_members(actor=inn.clerk, division_id=inn.division, data=good) for _ in range(2)]
    assert [(one.new, one.changed, one.same) for one in done] == [(2, 0, 0), (0, 0, 2)]
    with clock.standing_at(NOON):
        number = book(inn.hanako, "a").number  # the same proved address: her old registration, and her proof counts
    with unit(inn.clerk):
        found = queries.stay(number)
        assert found is not None
        assert (found.prove_until, Member.objects.count()) == (None, 2)
    changed = good.replace("二郎".encode("cp932"), "三郎".encode("cp932")).replace(b"03-1", b"03-9")
    third = actions.import_members(actor=inn.clerk, division_id=inn.division, data=changed)
    assert (third.new, third.changed, third.same) == (0, 1, 1)


def test_a_file_of_users_is_read_whole_or_not_at_all() -> None:
    rows = "".join(f"N{n},区民,氏名{n}\n" for n in range(23_570))
    found, errors = read_members(f"番号,区分,氏名\n{rows}".encode())
    assert (len(found), errors) == (23_570, ())
