"""Dates of a class, ages, and what is missing before publication."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from jichi.kernel.clock import TOKYO

from .. import rules
from ..rules import Plan

NOW = datetime(2026, 11, 1, 9, tzinfo=TOKYO)


def _plan(**more: object) -> Plan:
    given: dict[str, object] = {
        "title": {"ja": "教室"}, "text": {"ja": "説明"}, "place_name": "プラザ", "first": date(2026, 12, 1),
        "starts": time(13, 30), "ends": time(15, 30), "times": 3, "capacity": 10, "opens_at": NOW,
        "closes_at": NOW + timedelta(days=20),
    }  # fmt: skip
    return Plan(**{**given, **more})  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, ["2026-12-01", "2026-12-08", "2026-12-15"]),
        ({"without": (date(2026, 12, 8),)}, ["2026-12-01", "2026-12-15", "2026-12-22"]),
        ({"repeat": "fortnightly", "first": date(2027, 3, 25)}, ["2027-03-25", "2027-04-08", "2027-04-22"]),
        ({"repeat": "daily", "first": date(2028, 2, 28)}, ["2028-02-28", "2028-02-29", "2028-03-01"]),
        ({"repeat": "monthly_weekday", "first": date(2026, 12, 12)}, ["2026-12-12", "2027-01-09", "2027-02-13"]),
        ({"repeat": "monthly_weekday", "first": date(2026, 12, 29), "times": 2}, ["2026-12-29", "2027-03-30"]),
        ({"times": 0}, []),
    ],
)
def test_a_class_has_as_many_sessions_as_said_and_days_left_out_are_made_up_for(
    more: dict[str, object], days: list[str]
) -> None:
    assert [slot.starts_at.date().isoformat() for slot in _plan(**more).slots()] == days


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"title": {}}, "title_ja", "field.required"),
        ({"times": 0}, "times", "digital.no_dates"),
        ({"ends": time(13, 30)}, "ends", "digital.times"),
        ({"first": date(2026, 10, 31)}, "first", "digital.over"),
        ({"closes_at": datetime(2026, 12, 1, 13, 31, tzinfo=TOKYO)}, "closes_at", "digital.closes_at"),
        ({"capacity": 0}, "capacity", "digital.number"),
        ({"team_places": 6, "team_most": 7}, "team_most", "digital.number"),
        ({"mode": "lottery"}, "draw_at", "field.required"),
        ({"mode": "lottery", "draw_at": NOW + timedelta(days=20, minutes=14)}, "draw_at", "digital.draw_at"),
    ],
)
def test_what_is_missing_is_named_by_field(more: dict[str, object], field: str, code: str) -> None:
    found = rules.problems(_plan(**more), NOW)
    assert (field, code) in [(one.field, one.error.code) for one in found]
    assert rules.problems(_plan(), NOW) == ()


@pytest.mark.parametrize(
    ("born", "found"),
    [
        (date(1961, 12, 2), "50_64"),  # 64 on the day before the birthday
        (date(1961, 12, 1), "65_74"),
        (date(1951, 12, 1), "75_84"),
        (date(1941, 12, 1), "85_over"),
        (date(1976, 12, 2), "under_50"),
        (None, "unknown"),
        (date(2027, 1, 1), "unknown"),
    ],
)
def test_classes_of_age_change_on_the_birthday(born: date | None, found: str) -> None:
    assert rules.age_class(born, date(2026, 12, 1)) == found


def test_a_plan_comes_back_from_json_as_it_was_and_a_copy_keeps_its_weekdays() -> None:
    plan = _plan(without=(date(2026, 12, 8),), draw_at=NOW, age_least=65)
    assert rules.plan_from(rules.plan_to(plan)) == plan
    assert rules.plan_from({"unknown": 1, **rules.plan_to(Plan())}) == Plan()
    copy = rules.copied(plan)
    assert (copy.first, copy.without) == (date(2027, 11, 30), (date(2027, 12, 7),))
