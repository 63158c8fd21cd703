"""Open days: holidays with their substitutes, the new year, settings of a ward, moved deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.business_days import (
    ClosingRules,
    add_open_days,
    count_open_days,
    deadline_on_open_day,
    holiday_name,
    is_closed,
    next_open_day,
    previous_open_day,
)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "元日"),
        (date(2026, 3, 20), "春分の日"),
        (date(2026, 5, 6), "憲法記念日 振替休日"),
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 9, 23), "秋分の日"),
        (date(2032, 9, 21), "国民の休日"),
        (date(2019, 4, 30), "国民の休日"),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2021, 7, 23), "スポーツの日"),
        (date(2021, 10, 11), None),
        (date(1973, 2, 12), "建国記念の日 振替休日"),
        (date(1973, 5, 4), None),
        (date(1988, 5, 4), "国民の休日"),
        (date(2026, 4, 1), None),
    ],
)
def test_national_holidays_with_substitutes_and_days_between(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 4, 3), False),
        (date(2026, 4, 4), True),
        (date(2026, 4, 5), True),
        (date(2026, 4, 29), True),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2026, 12, 31), True),
        (date(2029, 1, 3), True),
        (date(2029, 1, 4), False),
    ],
)
def test_closed_days_by_default(day: date, closed: bool) -> None:
    assert is_closed(day) is closed


def test_a_ward_sets_its_own_days() -> None:
    friday, sunday = date(2026, 4, 3), date(2026, 4, 5)
    assert is_closed(friday, {friday})
    assert not is_closed(sunday, extra_open={sunday})
    assert not is_closed(sunday, {sunday}, extra_open={sunday})
    mondays = ClosingRules(weekly=frozenset({0}), national_holidays=False, year_end=None)
    assert not is_closed(date(2026, 1, 1), rules=mondays)
    assert is_closed(date(2026, 4, 6), rules=mondays)
    obon = ClosingRules(year_end=((8, 12), (8, 16)))
    assert is_closed(date(2026, 8, 13), rules=obon)
    assert not is_closed(date(2026, 12, 29), rules=obon)


@pytest.mark.parametrize(
    ("deadline", "counts"),
    [
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 2, 28), date(2026, 3, 2)),
        (date(2026, 5, 2), date(2026, 5, 7)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 9, 19), date(2026, 9, 24)),
    ],
)
def test_a_deadline_on_a_closed_day_moves_to_the_next_open_one(deadline: date, counts: date) -> None:
    assert deadline_on_open_day(deadline) == counts


def test_counting_open_days_leaves_out_the_first_day() -> None:
    assert add_open_days(date(2026, 4, 1), 3) == date(2026, 4, 6)
    assert add_open_days(date(2026, 4, 4), 1) == date(2026, 4, 6)
    assert add_open_days(date(2026, 4, 4), 0) == date(2026, 4, 6)
    assert add_open_days(date(2026, 4, 6), -1) == date(2026, 4, 3)
    assert add_open_days(date(2026, 12, 25), 2) == date(2027, 1, 4)
    assert add_open_days(date(2026, 4, 1), 1, {date(2026, 4, 2)}) == date(2026, 4, 3)
    assert previous_open_day(date(2026, 5, 6)) == date(2026, 5, 1)
    assert count_open_days(date(2026, 4, 1), date(2026, 4, 1)) == 0


@given(days, st.integers(1, 60))
def test_adding_and_counting_agree(day: date, n: int) -> None:
    reached = add_open_days(day, n)
    assert not is_closed(reached)
    assert count_open_days(day, reached) == n
    assert add_open_days(reached + timedelta(days=1), -1) == reached


@given(days)
def test_the_next_open_day_has_only_closed_days_before_it(day: date) -> None:
    found = next_open_day(day)
    assert not is_closed(found)
    assert all(is_closed(day + timedelta(days=i)) for i in range((found - day).days))


def test_rules_without_an_open_day_are_refused() -> None:
    with pytest.raises(ValueError, match="no open day"):
        next_open_day(date(2026, 4, 1), rules=ClosingRules(weekly=frozenset(range(7))))
