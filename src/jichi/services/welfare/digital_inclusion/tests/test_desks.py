"""Help desks: hours and slots, booking to the last place, walk-ins, what was asked, and figures without persons."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, retention, rules
from ..actions import Booked, Booking, DeskContent
from ..models import Desk, Visit
from ..rules import Hours, SingleDay
from . import office as place
from .office import SYSTEM, Office, enter, published

office = shared_world(place.build)
NOW = datetime(2026, 11, 30, 9, tzinfo=TOKYO)  # a Monday
AT = datetime(2026, 12, 2, 10, tzinfo=TOKYO)  # a Wednesday


def _hours(weekday: int, supporters: int = 1, since: date = date(2026, 11, 1), closes: time = time(12, 10)) -> Hours:
    return Hours(valid_from=since, weekday=weekday, opens=time(10), closes=closes, supporters=supporters)


def test_slots_follow_the_newest_week_and_single_days() -> None:
    hours = [_hours(2), _hours(2, 2, date(2026, 12, 9)), _hours(4)]
    closed = SingleDay(day=date(2026, 12, 16))
    longer = SingleDay(day=date(2026, 12, 17), opens=time(9, 30), closes=time(10, 30), supporters=3)
    found = {
        day: [
            (f"{one.starts_at:%H:%M}", one.places)
            for one in rules.slots_on(date(2026, 12, day), hours, [closed, longer], 60)
        ]
        for day in (2, 4, 9, 11, 16, 17)
    }
    two, twice = [("10:00", 1), ("11:00", 1)], [("10:00", 2), ("11:00", 2)]
    assert found == {2: two, 4: two, 9: twice, 11: [], 16: [], 17: [("09:30", 3)]}
    assert rules.slots_on(date(2026, 10, 28), hours, [], 30) == ()


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)), st.integers(2, 8))
def test_no_hidden_number_is_found_by_subtracting(counts: dict[str, int], below: int) -> None:
    found = rules.protected(counts, below)
    hidden = [key for key, count in found.items() if count is None]
    assert all(found[key] is None for key, count in counts.items() if 0 < count < below)
    assert len(hidden) != 1 or sum(1 for count in counts.values() if count > 0) == 1
    assert {key: counts[key] for key in found if key not in hidden} == {k: v for k, v in found.items() if v is not None}


def _open(office: Office, *, supporters: int = 1, weekday: int = 2, code: str = "midori") -> str:
    with clock.standing_at(NOW):
        content = DeskContent(title={"ja": "みどりの窓口"})
        actions.put_desk(actor=SYSTEM, code=code, division_id=office.division, content=content)
        actions.set_hours(
            actor=SYSTEM, code=code, valid_from=date(2026, 11, 1), hours=[_hours(weekday, supporters, closes=time(12))]
        )
        for topic in ("photos", "maps"):
            title = {"ja": topic, "en": topic}
            actions.put_topic(actor=SYSTEM, division_id=office.division, code=topic, title=title)
    return code


def _supporter(office: Office) -> Actor:
    permissions = frozenset({f"{place.ROOM}.desk"})
    return Actor(kind="staff", divisions=frozenset({office.division}), permissions=permissions)


def _book(actor: Actor, at: datetime = AT, *, key: str = "", **more: Any) -> Booked:
    with clock.standing_at(NOW):
        return actions.book_visit(
            actor=actor, code="midori", at=at, dedupe_key=key or str(uuid.uuid4()),
            booking=Booking(**{"name": "相談 花子", "phone": "03-1111-2222", **more}),
            channel="telephone" if actor.kind == "staff" else "web",
        )  # fmt: skip


@pytest.mark.django_db
def test_a_slot_is_given_as_often_as_supporters_are_there_and_no_more(office: Office) -> None:
    _open(office, supporters=2)
    first = _book(office.hanako, key="press")
    assert _book(office.hanako, key="press") == first
    assert [_book(_supporter(office)).outcome, _book(office.taro).outcome] == ["booked", "full"]
    with clock.standing_at(NOW):
        actions.cancel_visit(actor=office.hanako, number=first.number)
        actions.cancel_visit(actor=office.hanako, number=first.number)
    again = _book(office.taro)
    assert again.outcome == "booked"
    later = [_book(office.taro, AT + timedelta(minutes=minutes)).outcome for minutes in (30, 60)]
    assert later == ["booked", "too_many"]
    for wrong in (AT + timedelta(minutes=10), AT + timedelta(days=1), AT - timedelta(days=7), AT + timedelta(days=35)):
        assert _book(office.hanako, wrong).outcome == "closed"
    with unit(SYSTEM):
        row = Visit.objects.get(number=again.number)
        for change in ({"lane": 3}, {"lane": 2}, {"starts_at": AT + timedelta(minutes=5)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Visit.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
def test_the_database_counts_places_as_the_rules_do(office: Office) -> None:
    code = _open(office, supporters=2)
    with clock.standing_at(NOW):
        actions.set_hours(
            actor=office.clerk, code=code, valid_from=date(2026, 12, 9), hours=[_hours(2, 1), _hours(4, 3)]
        )
        actions.set_day(
            actor=office.clerk, code=code,
            day=SingleDay(day=date(2026, 12, 11), opens=time(9, 15), closes=time(10, 20), supporters=4),
        )  # fmt: skip
        actions.set_day(actor=office.clerk, code=code, day=SingleDay(day=date(2026, 12, 16)))
    found = queries.desk(code, since=date(2026, 12, 1))
    assert found is not None
    asked = [
        datetime.combine(date(2026, 12, day), time(hour, minute), TOKYO)
        for day in (2, 4, 9, 11, 16, 18) for hour in range(8, 13) for minute in (0, 15, 30, 45)
    ]  # fmt: skip
    ours = [next((s.places for s in found.slots_on(at.date()) if s.starts_at == at), 0) for at in asked]
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(digital_places(%s, a) ORDER BY a) FROM unnest(%s::timestamptz[]) a",
                       (Desk.objects.get(code=code).pk, asked))  # fmt: skip
        assert cursor.fetchone()[0] == ours
    assert sorted(set(ours)) == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_bookings_that_no_longer_fit_are_listed_to_be_telephoned(office: Office) -> None:
    code = _open(office)
    kept = _book(office.hanako)
    with clock.standing_at(NOW):
        actions.set_day(actor=office.clerk, code=code, day=SingleDay(day=AT.date()), reason="停電")
        found = queries.desk(code, since=NOW.date())
        assert found is not None
        with unit(office.clerk):  # only desk permission shows visits
            assert queries.visits_without_place(found, now=clock.now()) == ()
        with unit(_supporter(office)):
            assert [one.number for one in queries.visits_without_place(found, now=clock.now())] == [kept.number]
        free = queries.free_slots([found], now=clock.now(), days=14)[found.id]
        assert free[0].starts_at == AT + timedelta(days=7)
        actions.remove_day(actor=office.clerk, code=code, day=AT.date())
        again = queries.desk(code, since=NOW.date())
        assert again is not None
        slots = queries.free_slots([again], now=clock.now(), days=14)[again.id]
        assert [one.left for one in slots[:2]] == [0, 1]


@pytest.mark.django_db
def test_a_walk_in_is_one_press_and_what_was_asked_is_counted(office: Office) -> None:
    code, supporter = _open(office), _supporter(office)
    booked = _book(office.hanako, age_class="75_84")
    with clock.standing_at(AT):
        walked = [actions.walk_in(actor=supporter, code=code, dedupe_key="press") for _ in range(2)]
        assert walked[0] == walked[1]
        actions.receive_visit(actor=supporter, number=booked.number, came=True)
    with clock.standing_at(AT + timedelta(minutes=25)):
        for topics, outcome, field in (
            ((), "solved", "topics"),
            (("nothing",), "solved", "topics"),
            (("maps",), "", "outcome"),
        ):
            with pytest.raises(Invalid) as refused:
                actions.finish_visit(actor=supporter, number=booked.number, topics=topics, outcome=outcome)
            assert list(refused.value.fields) == [field]
        actions.finish_visit(actor=supporter, number=booked.number, topics=["maps", "photos"], outcome="solved")
        actions.finish_visit(
            actor=supporter, number=walked[0], topics=["maps"], outcome="passed_on", minutes=40, age="65_74",
            passed_to="警察",
        )  # fmt: skip
        with pytest.raises(Conflict):
            actions.cancel_visit(actor=office.hanako, number=booked.number)
        found = queries.year_figures(2026)
    assert (found.visits, found.minutes, found.by_month[date(2026, 12, 1)]) == (2, 65, (0, 0, 2))
    assert [(title["en"], count) for title, count in found.by_topic] == [("maps", 2), ("photos", 1)]
    assert (found.visit_ages["75_84"], found.visit_ages["65_74"], found.by_outcome["passed_on"]) == (1, 1, 1)
    assert queries.visits_in(date(2026, 12, 1)) == 2
    with unit(supporter):
        counts = queries.load(AT - timedelta(days=1), AT + timedelta(days=1))
    assert list(counts.values()) == [{(2, 10): (2, 65)}]


@pytest.mark.django_db
def test_visits_are_seen_by_their_person_and_the_desk_and_touched_by_nobody_else(office: Office) -> None:
    code = _open(office)
    number = _book(office.hanako).number
    seen = {}
    for name, actor in (
        ("supporter", _supporter(office)),
        ("stranger", office.stranger),
        ("hanako", office.hanako),
        ("taro", office.taro),
    ):
        with unit(actor):
            seen[name] = Visit.objects.count()
    assert seen == {"supporter": 1, "stranger": 0, "hanako": 1, "taro": 0}
    for actor, refusal in ((office.taro, NotFound), (office.stranger, NotFound), (ANONYMOUS, Forbidden)):
        with pytest.raises(refusal):
            actions.cancel_visit(actor=actor, number=number)
    for actor in (office.hanako, office.stranger, ANONYMOUS):
        with pytest.raises(Forbidden):
            actions.walk_in(actor=actor, code=code, dedupe_key="x")
    with pytest.raises(Forbidden):
        actions.receive_visit(actor=office.hanako, number=number, came=True)
    with clock.standing_at(NOW), pytest.raises(Conflict, match="too_early"):
        actions.receive_visit(actor=_supporter(office), number=number, came=True)
    with pytest.raises(Forbidden):
        actions.put_desk(
            actor=office.stranger, code=code, division_id=office.division, content=DeskContent(title={"ja": "x"})
        )
    with unit(SYSTEM):
        assert [one.state for one in Visit.objects.all()] == ["booked"]


@pytest.mark.django_db
def test_who_asked_is_erased_after_a_year_and_the_figures_stay(office: Office) -> None:
    _open(office)
    number = _book(office.hanako).number
    with clock.standing_at(AT):
        actions.receive_visit(actor=_supporter(office), number=number, came=True)
        actions.finish_visit(actor=_supporter(office), number=number, topics=["maps"], outcome="solved", minutes=20)
    with clock.standing_at(AT + timedelta(hours=1)):
        before = queries.year_figures(2026)
    with unit(SYSTEM):
        assert retention.over(retention.VISITS, AT.date() + timedelta(days=366), 10) == []
        due = retention.over(retention.VISITS, AT.date() + timedelta(days=367), 10)
        assert [(name, day) for _key, name, day in due] == [(number, AT.date())]
        assert retention.erase(retention.VISITS, [due[0][0]])[0] == {"welfare_digital_inclusion_visit": 1}
        assert retention.erase(retention.VISITS, [due[0][0]]) == ({}, [])
        after = Visit.objects.get()
    assert (after.name, after.phone, after.wish, after.account_id) == (retention.ERASED, "", "", None)
    with clock.standing_at(AT + timedelta(hours=1)):
        assert queries.year_figures(2026) == before


@pytest.mark.django_db
def test_who_came_to_a_class_is_erased_after_a_year_and_how_many_stays(office: Office) -> None:
    code = published(office.division)
    enter(code, office.hanako)
    course = queries.course(code)
    assert course is not None
    last = max(one.starts_at for one in course.sessions).date()
    with unit(SYSTEM):
        assert retention.over(retention.CLASSES, last + timedelta(days=366), 10) == []
        due = retention.over(retention.CLASSES, last + timedelta(days=367), 10)
        assert [day for _key, _name, day in due] == [last]
        counts, hashes = retention.erase(retention.CLASSES, [due[0][0]])
        assert retention.erase(retention.CLASSES, [due[0][0]]) == ({}, [])
        roll = queries.roll(course.id)
    assert counts == {"welfare_digital_inclusion_enrolment": 1, "welfare_digital_inclusion_participant": 1}
    assert len(hashes) == 2
    assert [one.name for one in roll] == [""]
