"""When periodic entries are due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from croniter import croniter  # type: ignore[import-untyped] # ships no types
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.jobs.rules import latest_slot, parse_cron, slots_between
from jichi.kernel.clock import TOKYO


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("cron", "now", "slot"),
    [
        ("* * * * *", "2026-03-31 23:59:59", "2026-03-31 23:59"),
        ("0 0 1 4 *", "2026-04-01 00:00", "2026-04-01 00:00"),
        ("0 0 1 4 *", "2026-03-31 23:59:59", "2025-04-01 00:00"),
        ("*/15 9-17 * * 1-5", "2026-06-13 12:00", "2026-06-12 17:45"),
        ("30 2 29 2 *", "2026-06-01 00:00", "2024-02-29 02:30"),
        ("0 3 * * 0", "2026-06-13 12:00", "2026-06-07 03:00"),
        ("0 3 * * 7", "2026-06-13 12:00", "2026-06-07 03:00"),
        ("0 0 13 * 5", "2026-06-13 12:00", "2026-06-13 00:00"),
        ("5,35 1/6 * * *", "2026-06-13 12:00", "2026-06-13 07:35"),
    ],
)
def test_the_latest_slot_is_the_last_named_time_not_after_now(cron: str, now: str, slot: str) -> None:
    assert latest_slot(parse_cron(cron), at(now)) == at(slot)


def test_a_day_that_never_comes_has_no_slot() -> None:
    assert latest_slot(parse_cron("0 0 30 2 *"), at("2026-06-13 12:00")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "² * * * *",
        "1- * * * *",
    ],
)
def test_what_is_no_cron_entry_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_cron(text)


def test_slots_between_counts_the_open_start_and_the_closed_end() -> None:
    hourly = parse_cron("0 * * * *")
    assert slots_between(hourly, at("2026-06-13 09:00"), at("2026-06-13 12:00")) == 3
    assert slots_between(hourly, at("2026-06-13 09:00"), at("2026-06-13 09:00")) == 0


field = st.sampled_from(["*", "*/2", "*/7", "3", "1-5", "2,4", "1-5/2"])
# "*/2" as a day restricts nothing by itself (crontab(5)); the other reader takes it otherwise.
day_field = st.sampled_from(["*", "3", "1-5", "2,4", "1-5/2"])


@settings(max_examples=150, deadline=None)
@given(
    cron=st.tuples(field, field, day_field, field, st.sampled_from(["*", "0", "1-5", "2,4"])).map(" ".join),
    minutes=st.integers(0, 3 * 366 * 24 * 60),
)
def test_agrees_with_an_independent_reading_of_cron(cron: str, minutes: int) -> None:
    moment = at("2024-01-01 00:00") + timedelta(minutes=minutes)
    expected = croniter(cron, moment + timedelta(seconds=1)).get_prev(datetime)
    assert latest_slot(parse_cron(cron), moment) == expected
