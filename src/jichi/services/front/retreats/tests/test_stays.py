"""Houses set up, stays booked, changed, cancelled, waited for and received; what is refused changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import shared_world
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, retention
from ..models import Member, Stay
from ..rules import Tariff
from . import inn as place
from .inn import DAY, NOON, SYSTEM, Inn, book, tariff

inn = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _stay(number: str) -> Stay:
    with unit(SYSTEM):
        return Stay.objects.select_related("booking__room").get(number=number)


def _house() -> queries.HouseView:
    found = queries.house("minato")
    assert found is not None
    return found


def _told(actor: Actor) -> list[str]:
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute(
            "SELECT template FROM eng_messages_message WHERE account_id = %s ORDER BY created_at, ctid",
            (actor.account_id,),
        )
        return [row[0].removeprefix("retreats.") for row in cursor.fetchall()]


def test_register_and_reserve_in_one_go_and_never_one_room_twice(inn: Inn) -> None:
    with clock.standing_at(NOON):
        first = book(inn.hanako, "a", nights=2)
        assert book(inn.hanako, "a", nights=2) == first
        second = book(inn.taro, "b", day=DAY + timedelta(1))
        third = book(inn.taro, "c", day=DAY + timedelta(1))
        assert [one.outcome for one in (first, second, third)] == ["booked", "booked", "full"]
        assert book(inn.taro, "d", day=DAY + timedelta(2)).outcome == "booked"  # the day the first one leaves
        row = _stay(first.number)
        assert (row.total_yen, row.before_tax_yen, row.prove_until) == (24600, 24000, date(2026, 11, 8))
        with unit(SYSTEM):
            assert [one.workplace for one in Member.objects.all()] == ["みどり商店"] * 2
        assert _told(inn.hanako) == ["booked"]
        left = queries.calendar(_house(), DAY, DAY + timedelta(2))["washitsu"]
        assert list(left.values()) == [1, 0, 1]
        assert sorted(one.booking.room.title["ja"] for one in (row, _stay(second.number)) if one.booking) == [
            "松",
            "竹",
        ]


def test_who_may_stay_is_asked_and_a_refusal_changes_nothing(inn: Inn) -> None:
    with clock.standing_at(NOON):
        assert book(inn.hanako, "a", kind="resident", party={"resident_adult": 1}).outcome == "unmet"
        for more, field in (
            ({"party": {"works_adult": 5}}, "party"), ({"phone": " "}, "phone"), ({"name": ""}, "name"),
            ({"workplace": ""}, "workplace"), ({"nights": 4}, "nights"), ({"day": date(2026, 11, 1)}, "check_in"),
            ({"meals": "lunch"}, "meals"), ({"name": "あ" * 201}, "name"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                book(inn.hanako, "b", **more)
            assert list(refused.value.fields) == [field]
        with pytest.raises(Conflict, match="price_changed"):
            actions.book_stay(actor=inn.hanako, wish=place.wish(), dedupe_key="c", expected_yen=1)
        with pytest.raises(NotFound):
            book(inn.hanako, "d", code="nowhere")
        for actor in (inn.stranger, inn.desk, ANONYMOUS):
            with pytest.raises(Forbidden):
                book(actor, "e")
        assert book(inn.hanako, "f", day=date(2027, 3, 1)).outcome == "closed"  # opens three months before
        with unit(SYSTEM):
            assert Stay.objects.count() == 0
        assert book(inn.clerk, "g", kind="resident", party={"resident_adult": 1}).outcome == "booked"


def test_two_rooms_a_night_are_the_most_for_one_person(inn: Inn) -> None:
    with clock.standing_at(NOON):
        assert [book(inn.hanako, key).outcome for key in "ab"] == ["booked", "booked"]
        assert book(inn.hanako, "c", code="kaede").outcome == "twice"


def test_who_waits_is_offered_what_comes_free_in_line_and_answers_in_time(inn: Inn) -> None:
    with clock.standing_at(NOON):
        stays = [book(inn.hanako, "a"), book(inn.hanako, "b")]
        late = book(inn.taro, "c", nights=2, waits=True)
        next_one = book(inn.taro, "d", waits=True)
        assert (late.outcome, next_one.outcome) == ("waiting", "waiting")
        with unit(SYSTEM):
            assert [queries.in_line(one.number) for one in (late, next_one)] == [1, 2]
        actions.cancel_stay(actor=inn.hanako, number=stays[0].number)
        assert (_stay(late.number).state, _stay(next_one.number).state) == ("offered", "waiting")
    with clock.standing_at(NOON + timedelta(hours=48)):
        assert not actions.answer_offer(actor=inn.taro, number=late.number, comes=True)
        assert actions.expire(actor=SYSTEM) == 1
        assert (_stay(late.number).state, _stay(next_one.number).state) == ("lost", "offered")
        assert actions.answer_offer(actor=inn.taro, number=next_one.number, comes=True)
        assert _stay(next_one.number).state == "booked"
        assert _told(inn.taro) == ["waiting", "waiting", "offered", "lost", "offered", "booked"]


def test_cancelling_costs_what_was_shown_and_frees_the_room(inn: Inn) -> None:
    with clock.standing_at(NOON):
        number = book(inn.hanako, "a").number  # 19 days before
    with clock.standing_at(NOON + timedelta(days=6)):  # 13 days before
        with pytest.raises(Conflict, match="charge_changed"):
            actions.cancel_stay(actor=inn.hanako, number=number, expected_yen=0)
        with pytest.raises(NotFound):
            actions.cancel_stay(actor=inn.taro, number=number)
        assert _stay(number).state == "booked"
        assert [actions.cancel_stay(actor=inn.hanako, number=number, expected_yen=3600) for _ in range(2)] == [3600] * 2
        row = _stay(number)
        assert (row.state, row.charge_yen, row.booking_id) == ("cancelled", 3600, None)
        again = book(inn.taro, "b").number
        assert actions.cancel_stay(actor=inn.clerk, number=again, waive="台風") == 0


def test_other_people_cost_by_the_tariff_that_was_booked(inn: Inn) -> None:
    with clock.standing_at(NOON):
        number = book(inn.hanako, "a").number
        with pytest.raises(Invalid):
            actions.change_party(actor=inn.hanako, number=number, party={"works_adult": 9}, meals="none")
        with pytest.raises(Conflict, match="price_changed"):
            actions.change_party(
                actor=inn.hanako, number=number, party={"works_adult": 1}, meals="none", expected_yen=5
            )
        assert _stay(number).total_yen == 12300
        assert actions.change_party(actor=inn.hanako, number=number, party={"works_adult": 1}, meals="two") == 9450
        assert (_stay(number).party, _stay(number).total_yen) == ({"works_adult": 1}, 9450)
    with clock.standing_at(NOON + timedelta(days=19)), pytest.raises(Conflict, match="not_now"):
        actions.change_party(actor=inn.hanako, number=number, party={"works_adult": 2}, meals="none")


def test_an_inn_says_yes_or_no_and_keeps_to_its_own_guests(inn: Inn) -> None:
    with clock.standing_at(NOON):
        first = book(inn.hanako, "a", code="kaede")
        own = book(inn.hanako, "b")
        assert (first.outcome, own.outcome) == ("requested", "booked")
        with unit(inn.desk):
            assert [one.number for one in queries.stays(queries.StayFilter())[0]] == [first.number]
        with pytest.raises(NotFound):
            actions.check_in(actor=inn.desk, number=own.number)
        with pytest.raises(Invalid):
            actions.refuse_request(actor=inn.desk, number=first.number, reason=" ")
        actions.refuse_request(actor=inn.desk, number=first.number, reason="配管の工事")
        assert (_stay(first.number).state, _told(inn.hanako)[-1]) == ("refused", "refused")
        assert book(inn.taro, "c", code="kaede").outcome == "full"  # the room stays closed those nights
        other = book(inn.taro, "d", code="kaede", day=DAY + timedelta(1)).number
        actions.accept_request(actor=inn.desk, number=other)
        assert _stay(other).state == "booked"
        with pytest.raises(Conflict):
            actions.check_in(actor=inn.desk, number=other)  # not yet
    with clock.standing_at(NOON + timedelta(days=20)):
        assert [actions.check_in(actor=inn.desk, number=other) for _ in range(2)] == ["arrived", "already"]
        assert actions.check_in(actor=inn.desk, number=other, arrived=False) == "taken_back"
    with clock.standing_at(NOON + timedelta(days=21)):
        assert actions.mark_no_shows(actor=inn.desk, code="kaede", day=DAY + timedelta(1)) == 1
        assert (_stay(other).state, _stay(other).charge_yen) == ("no_show", 12000)


def test_works_here_is_proved_or_the_booking_ends_without_charge(inn: Inn) -> None:
    with clock.standing_at(NOON):
        one, two = book(inn.hanako, "a").number, book(inn.taro, "b").number
        actions.note_proof(actor=inn.clerk, number=one, until=date(2027, 11, 1))
        assert _stay(one).prove_until is None
        assert _stay(book(inn.hanako, "c", day=DAY + timedelta(5)).number).prove_until is None
    with clock.standing_at(NOON + timedelta(days=8)):
        assert actions.expire(actor=SYSTEM) == 1
        assert [_stay(number).state for number in (one, two)] == ["booked", "cancelled"]
        assert _stay(two).charge_yen == 0


def test_closed_rooms_are_booked_by_nobody_and_nobody_is_thrown_out(inn: Inn) -> None:
    with clock.standing_at(NOON):
        book(inn.hanako, "a")
        with pytest.raises(Invalid) as refused:
            actions.close_rooms(actor=inn.clerk, code="minato", first=DAY, last=DAY, reason="点検")
        assert "松" in str(refused.value.fields["rooms"].params)
        free = [key for key, name in (_house()).room_types[0].rooms if name == "竹"]
        closure = actions.close_rooms(actor=inn.clerk, code="minato", first=DAY, last=DAY, reason="点検", rooms=free)
        assert book(inn.taro, "b").outcome == "full"
        for _ in range(2):
            actions.reopen_rooms(actor=inn.clerk, closure_id=closure)
        assert book(inn.taro, "b2").outcome == "booked"
        with pytest.raises(Forbidden):
            actions.close_rooms(actor=inn.stranger, code="minato", first=DAY, last=DAY, reason="x")


def test_the_database_keeps_a_stay_in_its_own_room(inn: Inn) -> None:
    with clock.standing_at(NOON):
        one, two = _stay(book(inn.hanako, "a").number), _stay(book(inn.hanako, "b").number)
    for change in (
        "nights = nights + 1",
        "check_in = check_in + 1",
        f"booking_id = '{two.booking_id}'",
        "booking_id = NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(f"UPDATE front_retreats_stay SET {change} WHERE number = %s", (one.number,))
    with pytest.raises(DatabaseError), transaction.atomic(), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE front_retreats_housetariff SET valid_from = valid_from + 1")


def test_houses_are_published_whole_and_a_published_tariff_stays(inn: Inn) -> None:
    actions.create_house(actor=inn.clerk, division_id=inn.division, code="new", title={"ja": "新しい荘"})
    with pytest.raises(Invalid) as refused:
        actions.publish_house(actor=inn.clerk, code="new")
    assert set(refused.value.fields) == {"address", "phone", "rooms", "tariff"}
    with pytest.raises(Invalid) as refused:
        actions.create_house(actor=inn.clerk, division_id=inn.division, code="new", title={"ja": "同じ"})
    assert refused.value.fields["code"].code == "retreats.code_taken"
    day = clock.today() + timedelta(days=30)
    holes = Tariff()
    actions.save_tariff(actor=inn.clerk, code="minato", valid_from=day, tariff=holes)
    with pytest.raises(Invalid):
        actions.publish_tariff(actor=inn.clerk, code="minato", valid_from=day)
    actions.save_tariff(actor=inn.clerk, code="minato", valid_from=day, tariff=tariff())
    for _ in range(2):
        actions.publish_tariff(actor=inn.clerk, code="minato", valid_from=day)
    with pytest.raises(Conflict, match="published"):
        actions.save_tariff(actor=inn.clerk, code="minato", valid_from=day, tariff=holes)
    with pytest.raises(Forbidden):
        actions.save_tariff(actor=inn.desk, code="minato", valid_from=day, tariff=holes)


def test_who_stayed_is_erased_after_five_years_and_nights_and_yen_stay(inn: Inn) -> None:
    with clock.standing_at(NOON):
        number = book(inn.hanako, "erase").number
    with unit(SYSTEM):
        before = _stay(number)
        assert retention.over(retention.STAYS, date(2032, 3, 31), 10) == []
        due = retention.over(retention.STAYS, date(2032, 4, 1), 10)
        assert due == [(str(before.pk), number, before.check_in)]
        counts, hashes = retention.erase(retention.STAYS, [due[0][0]])
        assert (counts, len(hashes)) == ({"front_retreats_stay": 1}, 1)
        assert retention.erase(retention.STAYS, [due[0][0]]) == ({}, [])
        after = _stay(number)
    assert (after.name, after.kana, after.phone, after.account_id) == (retention.ERASED, "", "-", None)
    assert (after.check_in, after.total_yen, after.booking_id) == (before.check_in, before.total_yen, before.booking_id)


def test_who_is_registered_is_erased_three_years_after_the_last_use(inn: Inn) -> None:
    with clock.standing_at(NOON):
        book(inn.hanako, "member")
    with unit(SYSTEM):
        member = Member.objects.get(account=inn.hanako.account_id)
        assert retention.over(retention.MEMBERS, date(2030, 3, 31), 10) == []
        due = retention.over(retention.MEMBERS, date(2030, 4, 1), 10)
        assert [(key, last) for key, _name, last in due] == [(str(member.pk), DAY)]
        assert retention.erase(retention.MEMBERS, [due[0][0]])[0] == {"front_retreats_member": 1}
        member.refresh_from_db()
        assert retention.over(retention.MEMBERS, date(2030, 4, 1), 10) == []
    assert (member.name, member.phone, member.email, member.account_id) == (retention.ERASED, "", "", None)
