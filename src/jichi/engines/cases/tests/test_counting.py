"""What statistics learn of cases: steps with their time, corrections, arrivals; late and repeated runs; no names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, indicators
from jichi.engines.cases.models import Case, CaseEvent
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import Office
from jichi.engines.cases.tests.test_proposing import furnished, propose, reviewed
from jichi.engines.routes import actions as routes
from jichi.engines.statistics import queries
from jichi.engines.statistics.rules import Period
from jichi.kernel import clock

DAY = date(2026, 9, 1)
_town = shared_world(furnished)


@pytest.fixture
def town(db: None, _town: tuple[Office, Actor]) -> tuple[Office, Actor]:
    return _town


def at(day: int, hour: int = 9) -> datetime:
    return datetime(DAY.year, DAY.month, day, hour, tzinfo=clock.TOKYO)


def told(case: Case, *events: tuple[str, datetime], **detail: Any) -> None:
    with unit(desk.SYSTEM):
        for kind, moment in events:
            CaseEvent.objects.create(case=case, at=moment, kind=kind, actor_kind="staff", detail=detail)


def period(first: int, last: int) -> Period:
    return Period(first=date(2026, 9, first), last=date(2026, 9, last), by="day")


def rows(first: int, last: int) -> dict[str, tuple[int, int, int]]:
    with unit(desk.SYSTEM):
        found = queries.steps(["coming-of-age"], period(first, last))
    return {step: (one.count, one.late, one.minutes) for step, one in found.items()}


def counts(measure: str, first: int = 1, last: int = 30) -> dict[str, int]:
    with unit(desk.SYSTEM):
        found = queries.totals(["coming-of-age"], [measure], period(first, last))
    return {key: one.count for (_measure, key), one in found.items()}


def test_a_case_from_receipt_to_dispatch_is_counted_on_the_days_its_steps_end(town: tuple[Office, Actor]) -> None:
    office, _ = town
    case, late = desk.pile(office, 2)
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=case.pk).update(received_at=at(1), due_on=date(2026, 9, 10))
        Case.objects.filter(pk=late.pk).update(received_at=at(1), due_on=date(2026, 9, 3), channel="paper",
                                               entered_by=office.sato.account_id)  # fmt: skip
    for one in (case, late):
        told(one, ("received", at(1)), ("taken", at(1, 11)), ("taken", at(2)))
    told(case, ("correction_requested", at(2)), points=[
        {"field": "name", "sentence": "氏名を直してください。", "texts": {"ja": "氏名を直してください。"}},
        {"field": "photo", "sentence": "山田さんの写真ではありません。"},
    ])  # fmt: skip
    told(case, ("correction_received", at(3)), ("approved", at(4)), ("document_issued", at(4)))
    told(case, ("document_issued", at(5)), ("dispatched", at(5)))
    told(late, ("refused", at(4)))
    actions.count_days(actor=desk.SYSTEM)
    assert rows(1, 1) == {"take": (2, 0, 240)}
    assert rows(2, 3) == {"correct": (1, 0, 1440)}
    assert rows(4, 4) == {"decide": (2, 1, 2 * 3 * 1440), "issue": (1, 0, 0)}
    assert rows(5, 5) == {"dispatch": (1, 0, 1440)}
    assert counts("received") == {"web": 1, "paper": 1}
    assert counts("ended") == {"approved": 1, "refused": 1}
    assert counts("corrected") == {"": 1}
    # The official's own words may name somebody: they stay with the case.
    assert counts("correction") == {"name\n氏名を直してください。": 1, "photo\n": 1}
    with unit(desk.SYSTEM):
        assert indicators.applications(DAY) == 2
        assert indicators.online_share(DAY) == 50
        assert indicators.days_to_decide(DAY) == 3
        assert indicators.online_share(date(2025, 1, 1)) is None
        assert indicators.days_to_decide(date(2025, 1, 1)) is None
        assert isinstance(indicators.days_to_decide(DAY), Decimal)


def test_only_days_that_grew_are_counted_again_and_twice_is_once(town: tuple[Office, Actor]) -> None:
    office, _ = town
    [case] = desk.pile(office, 1)
    told(case, ("received", at(1)), ("taken", at(2)))
    assert actions.count_days(actor=desk.SYSTEM) == (date(2026, 9, 1), date(2026, 9, 2))
    assert actions.count_days(actor=desk.SYSTEM) == ()
    told(case, ("withdrawn", at(1, 23)))  # came late
    assert actions.count_days(actor=desk.SYSTEM) == (date(2026, 9, 1),)
    assert (counts("received"), counts("ended")) == ({"web": 1}, {"withdrawn": 1})
    actions.count_day(actor=desk.SYSTEM, day=date(2026, 9, 1))
    assert (counts("received"), counts("ended")) == ({"web": 1}, {"withdrawn": 1})
    fresh = clock.now() - timedelta(minutes=5)
    told(case, ("note", fresh))
    assert actions.count_days(actor=desk.SYSTEM) == (fresh.date(),)
    assert actions.count_days(actor=desk.SYSTEM) == (fresh.date(),)  # young events are read until they have settled


def test_each_post_on_the_way_has_its_time(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    start = clock.now()
    with clock.standing_at(start + timedelta(hours=1)):
        route = propose(office, case)
    with clock.standing_at(start + timedelta(hours=3)):
        routes.approve_step(actor=office.suzuki, route_id=route)
    with clock.standing_at(start + timedelta(hours=4)):
        routes.decide_route(actor=kato, route_id=route)
    actions.count_days(actor=desk.SYSTEM)
    with unit(desk.SYSTEM):
        whole = Period(first=start.date(), last=start.date() + timedelta(days=1), by="day")
        found = {step: (one.count, one.minutes) for step, one in queries.steps(queries.ALL, whole).items()}
    assert found["approval:chief"] == (1, 120)
    assert found["approval:manager"] == (1, 60)
    assert found["route"] == (1, 180)
    assert found["decide"][0] == 1
