"""Conditions when entering, series of dates, withdrawing in time, tickets, substitution, cancelled offerings."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from conftest import shared_world
from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.engines.booking import actions, queries
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.booking.models import Entry, Offering
from jichi.engines.booking.rules.booking import Facts, kinds_of, tier_of, weight_of
from jichi.engines.booking.rules.series import Series, slots_of
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import hall as place
from .hall import SYSTEM, TITLE, Hall, counted, enter, offer, state

hall = shared_world(place.build)
LIVES = {"kind": "resident"}
WORKS = {"kind": "works_here"}

# -- rules ---------------------------------------------------------------------------------------


def _days(**given: Any) -> list[str]:
    series = Series(**{"starts": time(10), "ends": time(12), **given})
    return [slot.starts_at.strftime("%Y-%m-%d") for slot in slots_of(series)]


@pytest.mark.parametrize(
    ("first", "repeat", "until", "days"),
    [
        (date(2026, 3, 25), "weekly", date(2026, 4, 8), ["2026-03-25", "2026-04-01", "2026-04-08"]),
        (date(2028, 2, 28), "daily", date(2028, 3, 1), ["2028-02-28", "2028-02-29", "2028-03-01"]),
        (date(2026, 1, 31), "monthly_day", date(2026, 4, 30), ["2026-01-31", "2026-03-31"]),
        (date(2024, 2, 29), "monthly_day", date(2024, 4, 28), ["2024-02-29", "2024-03-29"]),
        (date(2026, 11, 14), "monthly_weekday", date(2027, 1, 9), ["2026-11-14", "2026-12-12", "2027-01-09"]),
        (date(2026, 8, 31), "monthly_weekday", date(2026, 12, 31), ["2026-08-31", "2026-11-30"]),
        (date(2026, 4, 1), "fortnightly", date(2026, 4, 14), ["2026-04-01"]),
        (date(2026, 4, 1), "once", None, ["2026-04-01"]),
    ],
)
def test_dates_of_a_series(first: date, repeat: str, until: date | None, days: list[str]) -> None:
    """Over the end of the fiscal year, over a leap day, months without the day, a fifth weekday."""
    assert _days(first=first, repeat=repeat, until=until) == days


def test_a_series_leaves_days_out_and_may_cross_midnight() -> None:
    found = slots_of(
        Series(
            first=date(2026, 12, 24), starts=time(22), ends=time(1), repeat="weekly", until=date(2027, 1, 7),
            without=frozenset({date(2026, 12, 31)}),
        )
    )  # fmt: skip
    assert [(slot.starts_at.isoformat(), slot.ends_at.isoformat()) for slot in found] == [
        ("2026-12-24T22:00:00+09:00", "2026-12-25T01:00:00+09:00"),
        ("2027-01-07T22:00:00+09:00", "2027-01-08T01:00:00+09:00"),
    ]


@pytest.mark.parametrize(
    "given", [{"repeat": "yearly"}, {"repeat": "daily"}, {"repeat": "daily", "until": date(2028, 1, 1)}]
)
def test_a_series_without_end_or_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"series|many"):
        _days(first=date(2026, 4, 1), **given)


def test_tiers_and_weights_from_facts() -> None:
    tiers = [[LIVES], [WORKS]]
    known = (Facts(resident=True), Facts(resident=False, works_here=True), Facts())
    assert [tier_of(tiers, facts) for facts in known] == [0, 1, 2]
    weights = [{"when": [{"kind": "first_timer"}], "weight": 2}]
    assert [weight_of(weights, Facts(entered_before=before)) for before in (False, True, None)] == [2, 1, 1]
    assert kinds_of([{"any": [LIVES, WORKS]}, {"kind": "age", "on": "2026-04-01"}]) == {"resident", "works_here", "age"}


# -- with a database -----------------------------------------------------------------------------

needs_database = pytest.mark.django_db


@needs_database
def test_conditions_are_asked_and_what_is_unknown_is_no(hall: Hall) -> None:
    offering = offer(hall, 9, conditions=[{"any": [LIVES, WORKS]}])
    refused = enter(offering, "stranger")
    assert (refused.outcome, [one.kind for one in refused.unmet]) == ("unmet", ["any"])
    assert enter(offering, "stranger", actor=hall.hanako, works_here=True).outcome == "unmet"
    assert enter(offering, "stranger", actor=hall.clerk, channel="telephone", works_here=True).outcome == "taken"
    assert counted(offering) == {"A": (1, 1)}


@needs_database
def test_who_was_there_before_is_no_first_timer_and_has_one_slip(hall: Hall) -> None:
    first = offer(hall, 9, series="crafts", season="2026-autumn")
    enter(first, "hanako")
    again = offer(
        hall, 9, mode="lottery", series="crafts", weights=[{"when": [{"kind": "first_timer"}], "weight": 2}],
        tiers=[[WORKS]],
    )  # fmt: skip
    entries = [enter(again, "hanako"), enter(again, "taro")]
    with unit(SYSTEM):
        found = queries.entries_by_id([one.entry_id for one in entries])
    assert [(found[one.entry_id].weight, found[one.entry_id].tier) for one in entries] == [(1, 1), (2, 1)]
    once = offer(hall, 9, season="2026-autumn", conditions=[{"kind": "once_per_season"}])
    assert (enter(once, "hanako").outcome, enter(once, "taro").outcome) == ("unmet", "taken")


@needs_database
def test_residents_withdraw_in_time_only(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    offering = offer(hall, 2, withdraw_until=now + timedelta(hours=1))
    entry = enter(offering, actor=hall.hanako)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))
    with pytest.raises(Conflict, match="too_late"):
        actions.withdraw(actor=hall.hanako, entry_id=entry.entry_id)
    assert state(entry.entry_id) == "placed"
    actions.withdraw(actor=hall.clerk, entry_id=entry.entry_id)
    assert state(entry.entry_id) == "withdrawn"


@needs_database
def test_a_ticket_opens_once_and_who_did_not_come_is_noted(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    offering = actions.open_offering(
        actor=SYSTEM, code=str(uuid.uuid4()), title=TITLE, division_id=hall.division, mode="first_come",
        opens_at=now - timedelta(1), closes_at=now + timedelta(1), waiting_list=True,
        items=[ItemSpec(code="A", title=TITLE, capacity=2, starts_at=now, ends_at=now + timedelta(hours=2))],
    )  # fmt: skip
    came, stayed, waits = enter(offering), enter(offering), enter(offering)
    with unit(SYSTEM):
        token = Entry.objects.get(pk=came.entry_id).token
    with pytest.raises(Forbidden):
        actions.check_in(actor=hall.stranger, token=token)
    with pytest.raises(NotFound):
        actions.check_in(actor=hall.clerk, token=uuid.uuid4())
    assert [actions.check_in(actor=hall.clerk, token=token).outcome for _ in range(2)] == ["arrived", "already"]
    assert actions.check_in(actor=hall.clerk, entry_id=waits.entry_id).outcome == "no_place"
    assert actions.mark_no_shows(actor=hall.clerk, offering_id=offering) == 0
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert [actions.mark_no_shows(actor=hall.clerk, offering_id=offering) for _ in range(2)] == [1, 0]
    found = queries.totals([offering])[offering]
    assert (found.arrived, found.no_shows, found.entries) == (1, 1, {"taken": 2, "waiting": 1})
    actions.withdraw(actor=SYSTEM, entry_id=stayed.entry_id)
    assert state(waits.entry_id) == "waiting"  # it is over: nobody is called any more


@needs_database
def test_another_companion_comes_but_nobody_twice(hall: Hall) -> None:
    offering = offer(hall, 9)
    entry = enter(offering, "hanako", "taro", actor=hall.hanako)
    enter(offering, "jiro")
    with pytest.raises(Conflict, match="twice"):
        actions.substitute(actor=hall.hanako, entry_id=entry.entry_id, instead_of="taro", person="jiro")
    with pytest.raises(NotFound):
        actions.substitute(actor=hall.hanako, entry_id=entry.entry_id, instead_of="nobody", person="saburo")
    actions.substitute(actor=hall.hanako, entry_id=entry.entry_id, instead_of="taro", person="saburo")
    assert (enter(offering, "saburo").outcome, enter(offering, "taro").outcome) == ("twice", "taken")


@needs_database
@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
def test_a_cancelled_offering_ends_everything_and_takes_nobody(hall: Hall, seated: bool) -> None:
    offering = offer(hall, 2, seated=seated, waiting_list=True)
    entries = [enter(offering) for _ in range(3)]
    with pytest.raises(Invalid):
        actions.cancel_offering(actor=hall.clerk, offering_id=offering, reason=" ")
    with pytest.raises(Forbidden):
        actions.cancel_offering(actor=hall.stranger, offering_id=offering, reason="台風のため")
    assert counted(offering) == {"A": (2, 2)}
    assert actions.cancel_offering(actor=hall.clerk, offering_id=offering, reason="台風のため") == 3
    assert actions.cancel_offering(actor=hall.clerk, offering_id=offering, reason="台風のため") == 0
    assert {state(entry.entry_id) for entry in entries} == {"cancelled"}
    assert counted(offering) == {"A": (0, 0)}
    assert enter(offering).outcome == "closed"
    with pytest.raises(IntegrityError, match="takes nobody"), unit(SYSTEM), transaction.atomic():
        Entry.objects.create(
            offering_id=offering, number="X", dedupe_key="X", size=1, choices=["A"], state="applied",
            entered_at=clock.now(), sequence=1,
        )  # fmt: skip
    with pytest.raises(NotFound):
        actions.withdraw(actor=ANONYMOUS, entry_id=entries[0].entry_id)
    with unit(SYSTEM):
        assert Offering.objects.get(pk=offering).state == "cancelled"


@needs_database
def test_what_is_left_and_who_waits_are_read_in_few_statements(hall: Hall, django_assert_num_queries: Any) -> None:
    offering = offer(hall, 1, waiting_list=True)
    enter(offering)
    mine = enter(offering, actor=hall.hanako)
    with django_assert_num_queries(2):
        view = queries.offerings([offering])[offering]
    assert (view.stands(clock.now()), [(item.code, item.capacity, item.left) for item in view.items]) == (
        "open", [("A", 1, 0)],
    )  # fmt: skip
    assert hall.hanako.account_id is not None
    with unit(hall.hanako):
        found = queries.own_entries(hall.hanako.account_id)
        assert [(one.id, one.state, one.in_line) for one in found] == [(mine.entry_id, "waiting", 1)]
        assert len(queries.entries_of(offering)) == 1
    with unit(hall.stranger):
        assert queries.entry_by_number(found[0].number) is None
    assert datetime(2026, 4, 1, tzinfo=TOKYO).utcoffset() == timedelta(hours=9)
