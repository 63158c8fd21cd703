"""Places that are paid for: held meanwhile, confirmed by money alone, given on in time, and money that goes back."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions, queries
from jichi.engines.booking.models import Entry, Place
from jichi.engines.booking.queries import EntryView, Money
from jichi.engines.booking.rules.paying import CancelStep, PersonClass, cost_of, lines_of, steps_of
from jichi.engines.payments import queries as payments
from jichi.engines.payments.queries import ChargeView
from jichi.engines.payments.rules import ChargeLine
from jichi.engines.payments.tests.till import paid, take
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, offer

hall = shared_world(place.build)
ADULT = PersonClass(code="adult", title={"ja": "大人"}, yen=500)
CHILD = PersonClass(code="child", title={"ja": "子ども"}, yen=200)
HELPER = PersonClass(code="helper", title={"ja": "介助の方"}, yen=0)
LINES = lines_of((ADULT, CHILD), {"adult": 1, "child": 1})
TABLE = ({"days": 0, "percent": 100}, {"days": 3, "percent": 50})


def test_lines_are_those_of_the_classes_that_come() -> None:
    found = lines_of((ADULT, CHILD, HELPER), {"helper": 1, "adult": 2, "child": 0})
    assert [(line.code, line.unit_yen, line.count) for line in found] == [("adult", 500, 2), ("helper", 0, 1)]
    for wrong in ({"dog": 1}, {"adult": -1}):
        with pytest.raises(ValueError, match="no such class"):
            lines_of((ADULT,), wrong)


@pytest.mark.parametrize(("left", "kept"), [(30, 0), (4, 0), (3, 350), (1, 350), (0, 701), (-2, 701)], ids=str)
def test_what_is_kept_grows_as_the_day_comes_nearer(left: int, kept: int) -> None:
    today = date(2028, 2, 28)
    cost = cost_of(steps_of(TABLE), 701, starts_on=today + timedelta(days=left), today=today)
    assert (cost.kept_yen, cost.back_yen) == (kept, 701 - kept)
    assert cost_of(steps_of(TABLE), 701, starts_on=None, today=today).kept_yen == 0


def test_a_table_of_charges_makes_sense_or_is_refused(db: None) -> None:
    assert steps_of(TABLE) == (CancelStep(3, 50), CancelStep(0, 100))
    for wrong in ([(3, 50), (0, 20)], [(3, 50), (3, 60)], [(1, 101)], [(-1, 5)]):
        with pytest.raises(ValueError, match="charge"):
            steps_of([{"days": days, "percent": percent} for days, percent in wrong])


# -- with a database ---------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def _offer(hall: Hall, *capacities: int, **more: Any) -> UUID:
    return offer(hall, *capacities, **{"hold_minutes": 20, **more})


def _pays(offering: UUID, hall: Hall, lines: tuple[ChargeLine, ...] = LINES, **more: Any) -> Any:
    people = [str(uuid.uuid4()), str(uuid.uuid4())]
    return enter(offering, *people, actor=more.pop("actor", hall.hanako), lines=lines, **more)


def _charge(entry_id: UUID) -> ChargeView:
    with unit(SYSTEM):
        found = queries.charge_of(entry_id)
    assert found is not None
    return found


def _view(entry_id: UUID) -> EntryView:
    with unit(SYSTEM):
        return queries.entries_by_id([entry_id])[entry_id]


def _later(monkeypatch: pytest.MonkeyPatch, **by: int) -> None:
    now = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: now)


def _at_the_firm(charge_id: UUID) -> None:
    """Somebody has the payment firm's page open."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_payments_checkout (id, charge_id, attempt, provider_ref, url, state, opened_at,"
            " expires_at) VALUES (gen_random_uuid(), %s, 1, 'cs_1', 'x', 'open', now(), now() + interval '1 hour')",
            (charge_id,),
        )


def test_a_place_is_held_while_paying_and_money_alone_confirms_it(hall: Hall) -> None:
    offering = _offer(hall, 2)
    entered = _pays(offering, hall, key="press")
    assert (entered.outcome, _pays(offering, hall, key="press")) == ("held", entered)
    charge = _charge(entered.entry_id)
    assert (charge.state, charge.total_yen, charge.account_id) == ("due", 700, hall.hanako.account_id)
    with pytest.raises(Conflict, match="pay_first"):
        actions.confirm_place(actor=hall.hanako, entry_id=entered.entry_id)
    assert queries.money_of(offering) == Money(due=1, due_yen=700)
    assert take(paid(charge.id, 699)) == "other_amount"
    assert _view(entered.entry_id).pays_first
    notice = paid(charge.id, 700)
    assert [take(notice), take(notice)] == ["settled", "repeat"]
    view = _view(entered.entry_id)
    assert (view.state, view.pays_first, counted(offering)["A"]) == ("taken", False, (2, 2))
    assert queries.money_of(offering) == Money(paid=1, paid_yen=700)
    with unit(SYSTEM):
        assert payments.books_balance()


def test_what_comes_to_nothing_and_who_telephones_hold_nothing(hall: Hall) -> None:
    """免除: nothing is asked. On the telephone: the place is theirs, and they pay until the day."""
    offering = _offer(hall, 9)
    assert _pays(offering, hall, lines=lines_of((HELPER,), {"helper": 2})).outcome == "taken"
    called = _pays(offering, hall, actor=hall.clerk, channel="telephone")
    assert (called.outcome, _charge(called.entry_id).state) == ("taken", "due")
    assert take(paid(_charge(called.entry_id).id, 700)) == "settled"
    assert _view(called.entry_id).paid_at is not None


def test_not_paid_in_time_the_place_goes_on(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    offering = _offer(hall, 2, waiting_list=True, answer_hours=24)
    first, second = _pays(offering, hall), _pays(offering, hall)
    assert (first.outcome, second.outcome) == ("held", "waiting")
    _later(monkeypatch, minutes=19)
    assert actions.release_expired(actor=SYSTEM) == 0
    _later(monkeypatch, minutes=1)
    assert actions.release_expired(actor=SYSTEM) == 1
    assert (_view(first.entry_id).state, _view(second.entry_id).state) == ("lost", "held")
    assert (_charge(first.entry_id).state, _charge(second.entry_id).state) == ("cancelled", "due")
    assert take(paid(_charge(first.entry_id).id, 700)) == "late"  # and payments gives it back by itself
    assert take(paid(_charge(second.entry_id).id, 700)) == "settled"
    assert (_charge(first.entry_id).state, _view(second.entry_id).state) == ("refunding", "taken")
    assert counted(offering)["A"] == (2, 2)


@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
@pytest.mark.parametrize(("others", "state", "money"), [(0, "taken", "paid"), (1, "lost", "refunding")])
def test_money_after_the_hold_gets_a_free_place_or_goes_back(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, others: int, state: str, money: str, seated: bool
) -> None:
    offering = _offer(hall, 2, seated=seated)
    entered = _pays(offering, hall)
    _at_the_firm(_charge(entered.entry_id).id)
    _later(monkeypatch, minutes=21)
    actions.release_expired(actor=SYSTEM)
    assert actions.end_money_of_ended(actor=SYSTEM) == 0
    assert (_view(entered.entry_id).state, _charge(entered.entry_id).state) == ("lost", "due")
    for _ in range(others):
        assert enter(offering).outcome == "held"
    assert take(paid(_charge(entered.entry_id).id, 700)) == "settled"
    assert (_view(entered.entry_id).state, _charge(entered.entry_id).state) == (state, money)
    assert counted(offering)["A"] == ((1, 1) if others else (2, 2))


def test_who_never_comes_back_from_the_firm_owes_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    entered = _pays(_offer(hall, 2), hall)
    _at_the_firm(_charge(entered.entry_id).id)
    _later(monkeypatch, minutes=21)
    actions.release_expired(actor=SYSTEM)
    _later(monkeypatch, minutes=35)
    assert [actions.end_money_of_ended(actor=SYSTEM) for _ in range(2)] == [1, 0]
    assert _charge(entered.entry_id).state == "cancelled"


@pytest.mark.parametrize(
    ("waived", "by", "back"),
    [(False, "hanako", 350), (False, "clerk", 350), (True, "clerk", 700), (True, "hanako", 350)],
)
def test_giving_back_costs_what_the_table_says(hall: Hall, waived: bool, by: str, back: int) -> None:
    offering = _offer(hall, 2, cancel_fees=TABLE)
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eng_booking_item SET starts_at = %s WHERE offering_id = %s",
            (clock.now() + timedelta(days=3), offering),
        )
    entered = _pays(offering, hall)
    take(paid(_charge(entered.entry_id).id, 700))
    actor = getattr(hall, by)
    assert actions.withdrawal_cost(actor=actor, entry_id=entered.entry_id).kept_yen == 350
    for _ in range(2):
        actions.withdraw(actor=actor, entry_id=entered.entry_id, waived=waived)
    charge = _charge(entered.entry_id)
    assert (charge.returned_yen, charge.state) == (back, "refunding" if back == 700 else "paid")
    assert (_view(entered.entry_id).state, counted(offering)["A"]) == ("withdrawn", (0, 0))
    assert actions.withdrawal_cost(actor=actor, entry_id=entered.entry_id).paid_yen == 0
    with unit(SYSTEM):
        assert payments.books_balance()


def test_a_cancelled_offering_gives_everything_back_once_and_goes_on_where_it_stopped(hall: Hall) -> None:
    offering = _offer(hall, 20, cancel_fees=TABLE)
    entries = [_pays(offering, hall, actor=SYSTEM, account_id=hall.hanako.account_id).entry_id for _ in range(3)]
    for one in entries[:2]:
        take(paid(_charge(one).id, 700))
    assert queries.money_of(offering) == Money(paid=2, paid_yen=1400, due=1, due_yen=700)
    actions.cancel_offering(actor=hall.clerk, offering_id=offering, reason="台風のため")
    assert [actions.end_money_of_ended(actor=SYSTEM, limit=2) for _ in range(3)] == [2, 1, 0]
    assert sorted(_charge(one).state for one in entries) == ["cancelled", "refunding", "refunding"]
    assert [_charge(one).returned_yen for one in entries[:2]] == [700, 700]
    with unit(SYSTEM):
        assert payments.books_balance()


def test_the_database_gives_no_place_that_is_not_paid(hall: Hall) -> None:
    entered = _pays(_offer(hall, 2), hall)
    with unit(SYSTEM):
        with pytest.raises(IntegrityError, match="before it is paid"), transaction.atomic():
            Place.objects.filter(entry_id=entered.entry_id).update(state="taken", held_until=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=entered.entry_id).update(owes_yen=-1)
    assert _view(entered.entry_id).state == "held"


def test_a_wrong_table_opens_nothing(hall: Hall) -> None:
    with pytest.raises(Invalid) as refused:
        _offer(hall, 2, cancel_fees=[{"days": 1, "percent": 500}])
    assert list(refused.value.fields) == ["cancel_fees"]
