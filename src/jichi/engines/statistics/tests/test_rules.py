"""What counts as what: robots aside, numbers for visitors, times in buckets, small numbers, periods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules import (
    MINUTES,
    SECONDS,
    Period,
    as_days,
    as_minutes,
    buckets,
    device_of,
    hidden,
    keyed,
    merged,
    period_from,
    quantile,
    robot_words,
    seconds_between,
    wants_no_counting,
)
from ..rules.times import bucket_of

TODAY = date(2026, 11, 21)


def test_a_visitor_is_another_number_under_another_salt_and_none_without() -> None:
    one = keyed(b"a" * 32, "visitor 192.0.2.1 Firefox")
    assert one == keyed(b"a" * 32, "visitor 192.0.2.1 Firefox")
    assert -(2**63) <= one < 2**63
    assert len({one, keyed(b"b" * 32, "visitor 192.0.2.1 Firefox"), keyed(b"a" * 32, "visitor 192.0.2.2 Firefox")}) == 3
    assert (keyed(None, "visitor x"), keyed(b"a", ""), keyed(b"", "x")) == (0, 0, 0)
    assert keyed(b"a", "\ud800") != 0  # what no text file holds, a header may


@pytest.mark.parametrize(
    ("agent", "hint", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148", "", "phone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel) Mobile Safari", "?1", "phone"),
        ("Mozilla/5.0 (Linux; Android 15; Tab) Safari", "?0", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0)", "", "tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140", "", "desktop"),
        ("", "", "desktop"),
    ],
)
def test_kinds_of_devices(agent: str, hint: str, device: str) -> None:
    assert device_of(agent, hint) == device


def test_robots_are_words_in_a_list() -> None:
    assert robot_words("# remark\n\nBot\n  crawl \n") == ("bot", "crawl")


@pytest.mark.parametrize(
    ("headers", "wants"), [({"DNT": "1"}, True), ({"Sec-GPC": "1"}, True), ({"DNT": "0"}, False), ({}, False)]
)
def test_who_asks_not_to_be_counted(headers: dict[str, str], wants: bool) -> None:
    assert wants_no_counting(headers) is wants


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [("1000", 40), ("1041", None), ("1040", 0), ("", None), ("-5", None), ("1e3", None), ("٣", None), ("9" * 30, None)],
)
def test_time_on_a_page_is_believed_as_far_as_it_can_be(shown: str, seconds: int | None) -> None:
    assert seconds_between(shown, 1040.9) == seconds
    assert seconds_between("1000", 1000 + 3601) is None


@given(st.lists(st.integers(0, 3600), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_a_quantile_from_buckets_is_near_the_true_one(values: list[int], share: float) -> None:
    times: dict[str, int] = {}
    for value in values:
        key = str(bucket_of(value, SECONDS))
        times[key] = times.get(key, 0) + 1
    found = quantile(times, share, SECONDS)
    true = sorted(values)[max(0, -(-int(share * 1000) * len(values) // 1000) - 1)]
    assert found is not None
    assert true * 0.8 - 1 <= found <= true * 1.2 + 1


def test_quantiles_of_nothing_and_of_days_together() -> None:
    assert quantile({}, 0.5, MINUTES) is None
    assert merged([{"3": 1, "4": 2}, {"4": 5}, {}]) == {"3": 1, "4": 7}
    assert quantile({str(len(SECONDS)): 3}, 0.9, SECONDS) == SECONDS[-1]


def test_times_in_words() -> None:
    assert [as_minutes(value) for value in (None, 0.4, 59.4, 200)] == ["", "0秒", "59秒", "3分20秒"]
    assert [as_days(value) for value in (None, 25, 210, 3456)] == ["", "25分", "3.5時間", "2.4日"]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([120, 3, 40], [120, None, None]),  # the second smallest goes too, or the sum would tell
        ([120, 3, 2], [120, None, None]),
        ([3], [None]),
        ([0, 3, 9], [0, None, None]),
        ([0, 3], [None, None]),
        ([5, 0, 7], [5, 0, 7]),
        ([], []),
    ],
)
def test_small_numbers_are_hidden_with_a_second_one(counts: list[int], shown: list[int | None]) -> None:
    assert list(hidden(counts, 5)) == shown
    assert list(hidden(counts, 0)) == counts


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_what_is_hidden_is_never_alone(counts: list[int]) -> None:
    gone = [count for count in hidden(counts, 5) if count is None]
    assert len(gone) != 1
    assert all(count is None or count == 0 or count >= 5 for count in hidden(counts, 5))


@pytest.mark.parametrize(
    ("address", "first", "last", "by"),
    [
        ({}, date(2026, 10, 25), TODAY, "day"),
        ({"from": "2026-09-01", "to": "2026-09-30", "by": "week"}, date(2026, 9, 1), date(2026, 9, 30), "week"),
        ({"from": "2026-09-30", "to": "2026-09-01"}, date(2026, 9, 1), date(2026, 9, 30), "day"),
        ({"from": "2027-01-01", "to": "2027-02-01"}, TODAY, TODAY, "day"),
        ({"from": "0001-01-01", "to": "0001-02-01"}, date(2010, 1, 1), date(2010, 1, 1), "day"),
        ({"from": "x", "to": "'; --", "by": "year"}, date(2026, 10, 25), TODAY, "day"),
        ({"from": "2026-04-01"}, date(2026, 4, 1), TODAY, "month"),
        ({"from": "1990-01-01"}, date(2024, 11, 20), TODAY, "month"),
    ],
)
def test_periods_of_addresses(address: dict[str, str], first: date, last: date, by: str) -> None:
    assert period_from(address, TODAY) == Period(first=first, last=last, by=by)


def test_the_period_before_and_its_parts() -> None:
    period = Period(first=date(2026, 11, 10), last=date(2026, 11, 21), by="week")
    assert (period.days, period.before.first, period.before.last) == (12, date(2026, 10, 29), date(2026, 11, 9))
    assert buckets(period) == (date(2026, 11, 9), date(2026, 11, 16))
    assert buckets(Period(first=date(2026, 1, 31), last=date(2026, 3, 1), by="month")) == (
        date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1),
    )  # fmt: skip
