"""Ages by law: the checked examples of the rules for vaccination and their general properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel import ages

births = st.dates(date(1900, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("birth", "months", "reached"),
    [
        (date(2026, 7, 31), 2, date(2026, 9, 30)),
        (date(2018, 12, 31), 2, date(2019, 2, 28)),
        (date(2018, 4, 1), 2, date(2018, 5, 31)),
        (date(2018, 4, 1), 60, date(2023, 3, 31)),
        (date(2018, 4, 1), 90, date(2025, 9, 30)),
        (date(2013, 4, 2), 2, date(2013, 6, 1)),
        (date(2026, 1, 15), 2, date(2026, 3, 14)),
        (date(2026, 1, 15), 12, date(2027, 1, 14)),
        (date(2026, 1, 15), 90, date(2033, 7, 14)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 12, 31), 90, date(2033, 6, 30)),
        (date(2025, 1, 31), 18, date(2026, 7, 30)),
        (date(2024, 8, 30), 18, date(2026, 2, 28)),
    ],
)
def test_months_are_reached_the_day_before_or_at_the_end_of_a_short_month(
    birth: date, months: int, reached: date
) -> None:
    assert ages.reaches_months_on(birth, months) == reached


@pytest.mark.parametrize(
    ("birth", "years", "reached"),
    [
        (date(2020, 4, 1), 1, date(2021, 3, 31)),
        (date(2008, 4, 2), 18, date(2026, 4, 1)),
        (date(2008, 2, 29), 18, date(2026, 2, 28)),
        (date(2008, 2, 29), 20, date(2028, 2, 28)),
        (date(2008, 3, 1), 18, date(2026, 2, 28)),
        (date(2008, 3, 1), 20, date(2028, 2, 29)),
        (date(2008, 1, 1), 18, date(2025, 12, 31)),
        (date(1961, 7, 7), 65, date(2026, 7, 6)),
    ],
)
def test_years_are_reached_the_day_before_the_birthday(birth: date, years: int, reached: date) -> None:
    assert ages.reaches_age_on(birth, years) == reached


@pytest.mark.parametrize(
    ("birth", "day", "shown", "by_end"),
    [
        (date(2008, 4, 2), date(2026, 4, 1), 17, 18),
        (date(2008, 4, 2), date(2026, 4, 2), 18, 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17, 18),
        (date(2008, 2, 29), date(2026, 3, 1), 18, 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19, 20),
        (date(2008, 2, 29), date(2028, 2, 29), 20, 20),
        (date(2026, 4, 1), date(2026, 4, 1), 0, 0),
        (date(1961, 4, 1), date(2027, 3, 31), 65, 66),
    ],
)
def test_the_age_shown_and_the_age_reached(birth: date, day: date, shown: int, by_end: int) -> None:
    assert ages.age_on(birth, day) == shown
    assert ages.age_reached_by(birth, day) == by_end


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError):
        ages.age_on(date(2026, 4, 2), date(2026, 4, 1))


@given(births, st.integers(1, 120))
def test_the_three_ways_of_asking_agree(birth: date, years: int) -> None:
    reached = ages.reaches_age_on(birth, years)
    assert ages.age_on(birth, reached) == years - 1
    assert ages.age_reached_by(birth, reached) == years
    assert ages.age_on(birth, reached + timedelta(days=1)) == years
    assert ages.reaches_months_on(birth, years * 12) == reached


@given(births, st.integers(0, 40_000))
def test_months_and_years_of_age_agree_every_day(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    months = ages.age_in_months_on(birth, day)
    assert months // 12 == ages.age_on(birth, day)
    assert months == 0 or ages.reaches_months_on(birth, months) < day
    assert ages.reaches_months_on(birth, months + 1) >= day


@pytest.mark.parametrize(("days", "offset"), [(27, 28), (20, 21), (6, 7), (60, 61), (139, 140)])
def test_an_interval_of_days_leaves_that_many_full_days_between(days: int, offset: int) -> None:
    previous = date(2026, 5, 11)
    assert ages.after_interval_of_days(previous, days) == previous + timedelta(days=offset)


def test_an_interval_of_months_ends_the_day_before() -> None:
    assert ages.after_interval_of_months(date(2025, 8, 31), 6) == date(2026, 3, 1)
    assert ages.after_interval_of_months(date(2026, 5, 11), 6) == date(2026, 11, 11)


def test_days_of_life_start_at_zero() -> None:
    assert ages.day_of_life(date(2026, 1, 15), weeks=6) == date(2026, 2, 26)
    assert ages.day_of_life(date(2026, 1, 15), weeks=24) == date(2026, 7, 2)
    assert ages.day_of_life(date(2026, 1, 15), weeks=14, days=6) == date(2026, 4, 29)


@pytest.mark.parametrize(
    ("birth", "entry", "grade_in_2026"),
    [
        (date(2020, 4, 1), date(2026, 4, 1), 1),
        (date(2020, 4, 2), date(2027, 4, 1), 0),
        (date(2019, 4, 2), date(2026, 4, 1), 1),
        (date(2020, 2, 29), date(2026, 4, 1), 1),
        (date(2014, 4, 1), date(2020, 4, 1), 7),
        (date(2014, 4, 2), date(2021, 4, 1), 6),
        (date(2023, 4, 2), date(2030, 4, 1), -3),
    ],
)
def test_a_child_of_the_first_of_april_is_with_the_older_year(birth: date, entry: date, grade_in_2026: int) -> None:
    assert ages.school_entry(birth) == entry
    assert ages.school_grade(birth, 2026) == grade_in_2026


@given(births)
def test_school_begins_on_the_first_of_april_on_or_after_the_sixth_birthday(birth: date) -> None:
    entry = ages.school_entry(birth)
    sixth_birthday = ages.reaches_age_on(birth, 6) + timedelta(days=1)
    assert (entry.month, entry.day) == (4, 1)
    assert timedelta(0) <= entry - sixth_birthday < timedelta(days=366)
    assert ages.class_age(birth, entry.year - 1) == 5


def test_fiscal_years_of_ages() -> None:
    assert ages.fiscal_year_reaching(date(2014, 4, 1), 12) == 2025
    assert ages.fiscal_year_reaching(date(2014, 4, 2), 12) == 2026
    assert ages.age_at_fiscal_year_end(date(1961, 4, 2), 2026) == 65
    assert ages.age_at_fiscal_year_end(date(1961, 4, 1), 2026) == 66
    assert ages.class_age(date(2024, 4, 1), 2026) == 2
    assert ages.class_age(date(2024, 4, 2), 2026) == 1
    assert ages.class_age(date(2026, 6, 1), 2026) == 0
