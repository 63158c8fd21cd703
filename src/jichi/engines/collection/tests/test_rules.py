"""Splitting, due days, interest on refunds, seizure, limitation, order of application, payment keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.collection.rules import applying, instalments, keys, limitation, refunds, seizure
from jichi.engines.collection.rules.applying import Owed, Share
from jichi.engines.collection.rules.limitation import Event
from jichi.kernel.business_days import WARD
from jichi.kernel.errors import Invalid

from .vectors import names, vectors

DAY = date.fromisoformat


# -- instalments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("instalments"), ids=names("instalments"))
def test_vectors_of_splitting(vector: dict[str, Any]) -> None:
    assert list(instalments.split(vector["input"]["total"], vector["input"]["n"])) == vector["expected"]


@given(st.integers(0, 9_999_999), st.integers(1, 12))
def test_nothing_is_lost_in_splitting(total: int, count: int) -> None:
    parts = instalments.split(total, count)
    assert sum(parts) == total // 100 * 100
    assert all(part % 1000 == 0 for part in parts[1:])
    assert parts[0] == max(parts)


def test_what_is_only_the_per_capita_part_is_one_instalment() -> None:
    rule = instalments.SplitRule(at_once=6_000)
    assert instalments.split(6_000, 4, rule) == (6_000, 0, 0, 0)
    assert instalments.split(6_100, 4, rule) == (3_100, 1_000, 1_000, 1_000)


def test_due_days_move_to_days_on_which_banks_are_open() -> None:
    assert instalments.due_days(2026) == (date(2026, 6, 30), date(2026, 8, 31), date(2026, 11, 2), date(2027, 2, 1))
    assert instalments.due_days(2025, (12,)) == (date(2026, 1, 5),)
    assert instalments.due_day(date(2026, 12, 29)) == date(2026, 12, 29)
    assert instalments.due_day(date(2026, 12, 29), closing=WARD) == date(2027, 1, 4)


# -- refunds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("refund_interest"), ids=names("refund_interest"))
def test_vectors_of_interest_on_refunds(vector: dict[str, Any]) -> None:
    given_ = vector["input"]
    assert refunds.interest(given_["amount"], DAY(given_["start"]), DAY(given_["end"])) == vector["expected"]


def test_first_day_of_interest() -> None:
    paid = date(2026, 2, 28)
    assert refunds.first_day("mistaken", paid_on=paid) == date(2026, 4, 1)
    assert refunds.first_day("corrected", paid_on=paid) == date(2026, 3, 1)
    assert refunds.first_day("income_tax", paid_on=paid, decided_on=date(2026, 3, 16)) == date(2026, 4, 17)
    asked = {"paid_on": paid, "requested_on": date(2026, 5, 10)}
    assert refunds.first_day("requested", **asked, decided_on=date(2026, 6, 1)) == date(2026, 7, 2)
    assert refunds.first_day("requested", **asked, decided_on=date(2026, 9, 1)) == date(2026, 8, 11)
    with pytest.raises(ValueError, match="needed"):
        refunds.first_day("requested", paid_on=paid, decided_on=date(2026, 6, 1))


def test_days_in_which_nobody_claimed_do_not_count() -> None:
    """1,000,000 at 1.3 % for 365 days is 13,000; without 9 February to 30 April (81 days) 10,115."""
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert refunds.interest(1_000_000, *year) == 13_000
    late = refunds.Unclaimed(notified_on=date(2026, 1, 9), claimed_on=date(2026, 4, 30))
    assert refunds.interest(1_000_000, *year, unclaimed=[late]) == 10_100
    in_time = refunds.Unclaimed(notified_on=date(2026, 1, 9), claimed_on=date(2026, 2, 8))
    assert refunds.interest(1_000_000, *year, unclaimed=[in_time]) == 13_000


# -- pay ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("salary_seizure"), ids=names("salary_seizure"))
def test_vectors_of_seizing_pay(vector: dict[str, Any]) -> None:
    given_ = dict(vector["input"])
    found = seizure.of_month(given_.pop("gross"), **given_)
    assert {
        "gross_floor": found.gross, "no1": found.no1, "no2": found.no2, "no3": found.no3, "no4": found.no4,
        "no5": found.no5, "protected": found.protected, "seizable": found.seizable,
    } == vector["expected"]  # fmt: skip


def test_other_kinds_of_pay_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        seizure.of_month(10_000, income_tax=0, resident_tax=0, social_insurance=0, dependants=0, period="day")
    assert refused.value.code == "collection.pay_period"


def test_the_fifth_has_a_cap() -> None:
    found = seizure.of_month(3_000_000, income_tax=0, resident_tax=0, social_insurance=0, dependants=0)
    assert (found.no4, found.no5, found.seizable) == (100_000, 200_000, 2_700_000)


# -- limitation -----------------------------------------------------------------------------------

DUE = date(2020, 6, 30)


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([], "2025-06-30"),
        ([Event("demand", date(2020, 7, 20))], "2025-07-30"),
        ([Event("demand", date(2020, 7, 20)), Event("demand", date(2024, 7, 20))], "2025-07-30"),
        ([Event("notice", date(2021, 1, 10), date(2021, 1, 31))], "2026-01-31"),
        ([Event("acknowledged", date(2022, 3, 15))], "2027-03-15"),
        ([Event("acknowledged", date(2025, 7, 1))], "2025-06-30"),
        ([Event("seizure", date(2022, 1, 10))], None),
        ([Event("seizure", date(2022, 1, 10), date(2023, 2, 1))], "2028-02-01"),
        ([Event("distribution", date(2022, 1, 10), date(2022, 5, 31))], "2027-05-31"),
        ([Event("letter", date(2021, 1, 10))], "2025-06-30"),
        ([Event("letter", date(2025, 5, 10))], "2025-11-10"),
        ([Event("letter", date(2025, 5, 10)), Event("letter", date(2025, 10, 1))], "2025-11-10"),
        ([Event("deferral", date(2021, 1, 1), date(2021, 12, 31))], "2026-06-30"),
        ([Event("deferral", date(2021, 1, 1))], None),
        ([Event("suspension", date(2021, 4, 1))], "2024-04-01"),
        ([Event("suspension", date(2023, 4, 1))], "2025-06-30"),
        ([Event("suspension", date(2021, 4, 1), date(2022, 4, 1))], "2025-06-30"),
        ([Event("uncollectable", date(2021, 4, 1))], "2021-04-01"),
    ],
)
def test_limitation(events: list[Event], last: str | None) -> None:
    found = limitation.limitation(DUE, events).last_day
    assert (found.isoformat() if found else None) == last


def test_premiums_lapse_after_two_years() -> None:
    found = limitation.limitation(DUE, [], years=limitation.PREMIUM_YEARS)
    assert (found.last_day, found.cause) == (date(2022, 6, 30), "due")
    assert not found.is_over(date(2022, 6, 30))
    assert found.is_over(date(2022, 7, 1))


@given(st.lists(st.builds(
    Event, st.sampled_from(["acknowledged", "demand", "letter"]), st.dates(date(2020, 7, 1), date(2032, 1, 1)),
), max_size=6))  # fmt: skip
def test_renewals_never_shorten(events: list[Event]) -> None:
    found = limitation.limitation(DUE, events).last_day
    assert found is not None
    assert found >= date(2025, 6, 30)
    assert found == limitation.limitation(DUE, events[::-1]).last_day


# -- order of application -------------------------------------------------------------------------

OLD = Owed("a", date(2025, 6, 30), tax=10_000, delinquent=1_200, cost=500, lapses_on=date(2031, 1, 1))
NEW = Owed("b", date(2026, 6, 30), tax=20_000, lapses_on=date(2030, 1, 1))


@pytest.mark.parametrize(
    ("amount", "arguments", "shares", "left"),
    [
        (11_000, {}, [("a", "cost", 500), ("a", "tax", 10_000), ("a", "delinquent", 500)], 0),
        (11_000, {"named": ["b"]}, [("b", "tax", 11_000)], 0),
        (21_000, {"order": "limitation"}, [("b", "tax", 20_000), ("a", "cost", 500), ("a", "tax", 500)], 0),
        (40_000, {}, [("a", "cost", 500), ("a", "tax", 10_000), ("a", "delinquent", 1_200), ("b", "tax", 20_000)],
         8_300),
        (0, {}, [], 0),
    ],
)  # fmt: skip
def test_money_goes_in_the_order_of_the_law(amount: int, arguments: Any, shares: Any, left: int) -> None:
    assert applying.spread(amount, [NEW, OLD], **arguments) == (tuple(Share(*share) for share in shares), left)


# -- keys -----------------------------------------------------------------------------------------


def test_keys_are_found_in_what_channels_hand_back() -> None:
    key = keys.payment_key(123_456)
    assert key == "00000001234566"
    assert keys.key_in(key.ljust(21, "0")) == key
    assert keys.key_in(key.rjust(20, "0")) == key
    assert keys.key_in(key) == key
    assert keys.key_in("12345") is None
    assert keys.key_in(key[:-1] + "7") is None
    assert keys.key_in(key.ljust(21, "1")) is None


@given(st.integers(1, keys.MOST), st.integers(0, 13), st.integers(1, 9))
def test_a_wrong_digit_is_found(serial: int, place: int, by: int) -> None:
    key = keys.payment_key(serial)
    assert keys.is_payment_key(key)
    wrong = key[:place] + str((int(key[place]) + by) % 10) + key[place + 1 :]
    assert not keys.is_payment_key(wrong)


@given(st.integers(1, keys.MOST))
def test_padding_is_never_mistaken(serial: int) -> None:
    key = keys.payment_key(serial)
    assert keys.key_in(key.ljust(21, "0")) == key
