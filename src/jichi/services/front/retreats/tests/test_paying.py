"""Stays that are paid for when they are booked: held, paid in time or too late, cancelled with what goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.queries import ChargeView
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden
from jichi.kernel.receipt_number import format_number

from .. import actions, queries
from ..actions.paying import subject_of
from ..models import House, Stay
from ..rules import Line, block_nights, blocks, charge_lines
from . import inn as place
from .inn import DAY, NOON, SYSTEM, Inn, book


def test_a_bill_is_asked_for_in_sums_of_nights_meals_and_taxes() -> None:
    def line(kind: str, unit_yen: int, persons: int) -> Line:
        return Line(
            kind=kind, what="x", person="resident_adult", persons=persons, nights=2, unit_yen=unit_yen, first=DAY
        )

    found = charge_lines([line("night", 5000, 2), line("night", 3000, 1), line("tax", 150, 2)])
    assert [(one.code, one.amount_yen) for one in found] == [("night", 26000), ("tax", 600)]


@pytest.mark.parametrize(
    ("month", "nights", "cut"),
    [
        (date(2027, 2, 1), 1, [1] * 28), (date(2028, 2, 1), 2, [2] * 14 + [1]), (date(2027, 3, 1), 3, [3] * 10 + [1]),
        (date(2026, 12, 1), 7, [7, 7, 7, 7, 3]),
    ],
)  # fmt: skip
def test_a_month_is_cut_into_nights_that_are_won_together(month: date, nights: int, cut: list[int]) -> None:
    found = blocks(month, nights)
    assert [count for _first, count in found] == cut
    assert [block_nights(first, nights) for first, _count in found] == cut
    assert found[-1][0].month == month.month


def _build() -> Inn:
    found = place.build()
    for row in House.objects.all():
        row.content = {**row.content, "hold_minutes": 30}
        row.save(update_fields=["content"])
    return found


inn = shared_world(_build)


def _stay(number: str) -> Stay:
    with unit(SYSTEM):
        return Stay.objects.get(number=number)


def _charge(number: str) -> ChargeView:
    with unit(SYSTEM):
        return charges.charges_of(subject_of(number))[-1]


def _pay(number: str) -> None:
    payments.record_counter_payment(
        actor=SYSTEM, charge_id=_charge(number).id, method="counter_card", slip=f"S-{number}"
    )


@pytest.mark.django_db
def test_a_room_is_held_until_it_is_paid_for(inn: Inn) -> None:
    with clock.standing_at(NOON):
        done = book(inn.hanako, "a")
        assert done.outcome == "held"
        row = _stay(done.number)
        assert (row.pay_until, row.owes_yen) == (NOON + timedelta(minutes=30), row.total_yen)
        charge = _charge(done.number)
        assert (charge.state, sum(one.amount_yen for one in charge.lines)) == ("due", row.total_yen)
        page = browser(inn.hanako.account_id)  # type: ignore[arg-type] # a resident has one
        shown = page.get(f"/retreats/mine/{format_number(done.number)}/").content.decode()
        assert f"/pay/{_charge(done.number).id}/" in shown
        with pytest.raises(Conflict, match="paid_change"):
            actions.change_party(actor=inn.hanako, number=done.number, party={"works_adult": 1}, meals="none")
        with pytest.raises(IntegrityError, match="stay_paid_first"), transaction.atomic(), unit(SYSTEM):
            Stay.objects.filter(pk=row.pk).update(state="booked")  # whatever the code does
        _pay(done.number)
        assert _stay(done.number).state == "booked"
    with clock.standing_at(NOON + timedelta(hours=2)):
        assert actions.end_unpaid(actor=SYSTEM) == 0


@pytest.mark.django_db
def test_what_is_not_paid_in_time_goes_to_the_next_and_is_called_off(inn: Inn) -> None:
    with clock.standing_at(NOON):
        late = [book(inn.hanako, key).number for key in "ab"]
        waits = book(inn.taro, "c", waits=True)
        assert waits.outcome == "waiting"
    with clock.standing_at(NOON + timedelta(minutes=29)):
        assert actions.end_unpaid(actor=SYSTEM) == 0
    with clock.standing_at(NOON + timedelta(minutes=30)):
        assert actions.end_unpaid(actor=SYSTEM) == 2
        assert [_stay(number).state for number in late] == ["lost", "lost"]
        assert {_charge(number).state for number in late} == {"cancelled"}
        assert actions.answer_offer(actor=inn.taro, number=waits.number, comes=True)
        assert _stay(waits.number).state == "held"
        for number in late:
            assert actions.end_money_of_late(actor=SYSTEM) == 0, number
    with pytest.raises(Forbidden):
        actions.end_unpaid(actor=inn.hanako)


@pytest.mark.django_db
def test_cancelling_late_keeps_the_charge_and_the_rest_goes_back(inn: Inn) -> None:
    with clock.standing_at(NOON):
        early, late = book(inn.hanako, "a").number, book(inn.hanako, "b").number
        for number in (early, late):
            _pay(number)
        assert actions.cancel_stay(actor=inn.hanako, number=early, expected_yen=0) == 0
        assert _charge(early).kept_yen == 0
    with clock.standing_at(NOON + timedelta(days=6)):  # 13 days before: 30 percent of what is no tax
        row = _stay(late)
        kept = row.before_tax_yen * 30 // 100
        assert actions.cancel_stay(actor=inn.hanako, number=late, expected_yen=kept) == kept
        assert _charge(late).kept_yen == kept
        assert actions.cancel_stay(actor=inn.hanako, number=late) == kept
        assert _charge(late).kept_yen == kept


@pytest.mark.django_db
def test_an_inn_confirms_first_and_who_telephones_has_the_room_at_once(inn: Inn) -> None:
    with clock.standing_at(NOON):
        asked = book(inn.hanako, "a", code="kaede")
        assert asked.outcome == "requested"
        actions.accept_request(actor=inn.desk, number=asked.number)
        row = _stay(asked.number)
        assert (row.state, row.pay_until) == ("held", NOON + timedelta(hours=48))
        called = book(inn.clerk, "b")
        assert called.outcome == "booked"
        assert _charge(called.number).state == "due"
        _pay(called.number)
        assert actions.cancel_stay(actor=inn.clerk, number=called.number, waive="休館のため") == 0
        assert _charge(called.number).kept_yen == 0


@pytest.mark.django_db
def test_several_nights_are_won_and_priced_together(inn: Inn) -> None:
    with clock.standing_at(NOON):
        actions.open_lottery(
            actor=SYSTEM, code="kaede", month=date(2027, 3, 1), nights=2, opens_at=NOON,
            closes_at=NOON + timedelta(days=10), draw_at=NOON + timedelta(days=11),
            confirm_until=NOON + timedelta(days=20), first_come_on=date(2026, 12, 1),
        )  # fmt: skip
        lot = (queries.house("kaede") or pytest.fail("no house")).lotteries[0]
        done = actions.apply_for_month(
            actor=inn.hanako, code="kaede", month=lot.month, dedupe_key="w",
            wish=replace(place.wish("kaede", date(2027, 3, 5)), nights=1), choices=["2027-03-05.washitsu"],
        )  # fmt: skip
        row = _stay(done.number)
        assert (row.check_in, row.nights, row.before_tax_yen) == (date(2027, 3, 5), 2, 24000)
