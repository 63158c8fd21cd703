"""延滞金: the vectors byte for byte, a day-by-day program, reliefs, missing years, and the vectors' fast path."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.collection.rules import delinquent, rates
from jichi.engines.collection.rules.accrual import USUAL, Cuts, Rounding
from jichi.engines.collection.rules.delinquent import Paid, Relief
from jichi.engines.collection.rules.delinquent_bulk import Payments, charges, first_month_ends
from jichi.kernel.errors import Invalid

from .vectors import names, vectors

DAY = date.fromisoformat
ROUNDINGS: tuple[Rounding, ...] = ("merge", "split", "exact")


@pytest.mark.parametrize("vector", vectors("first_month_end"), ids=names("first_month_end"))
def test_vectors_of_the_first_month(vector: dict[str, Any]) -> None:
    assert delinquent.first_month_end(DAY(vector["input"])).isoformat() == vector["expected"]
    assert str(first_month_ends(np.array([vector["input"]], dtype="datetime64[D]"))[0]) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("delinquent_charge"), ids=names("delinquent_charge"))
def test_vectors_of_charges(vector: dict[str, Any]) -> None:
    given_, expected = vector["input"], vector["expected"]
    found = delinquent.charge(given_["tax"], DAY(given_["due"]), DAY(given_["paid"]))
    segments = [
        {"from": s.first.isoformat(), "to": s.last.isoformat(), "days": s.days, "rate_percent": f"{s.rate / 100:.1f}",
         "yen": s.yen}
        for s in found.segments
    ]  # fmt: skip
    shown = {"base": found.base, "first_month_end": found.first_month_end.isoformat(), "segments": segments,
             "raw": found.raw, "charge": found.yen}  # fmt: skip
    assert shown == expected


@pytest.mark.parametrize("vector", vectors("delinquent_charge_partial"), ids=names("delinquent_charge_partial"))
def test_vectors_of_part_payments(vector: dict[str, Any]) -> None:
    given_ = vector["input"]
    payments = [Paid(DAY(p["date"]), p["amount"]) for p in given_["payments"]]
    found = delinquent.charge(given_["tax"], DAY(given_["due"]), date(2030, 12, 31), payments=payments)
    assert {"raw": found.raw, "charge": found.yen, "balance": found.balance} == vector["expected"]


@pytest.mark.parametrize(
    "vector", vectors("delinquent_charge_rounding_policy"), ids=names("delinquent_charge_rounding_policy")
)
def test_vectors_of_rounding_policies(vector: dict[str, Any]) -> None:
    given_ = vector["input"]
    found = {
        rounding: delinquent.charge(
            given_["tax"], DAY(given_["due"]), DAY(given_["paid"]), cuts=replace(USUAL, rounding=rounding)
        ).yen
        for rounding in ROUNDINGS
    }
    assert found == vector["expected"]


# -- against a program that walks through the days ------------------------------------------------

CASES = st.tuples(
    st.integers(0, 900_000),
    st.dates(date(2000, 1, 1), date(2026, 6, 30)),
    st.lists(st.tuples(st.integers(-40, 900), st.integers(1, 400_000)), max_size=4),
    st.integers(-3, 2_000),
)


def _case(case: tuple[int, date, list[tuple[int, int]], int]) -> tuple[int, date, date, list[Paid]]:
    tax, due, paid, days = case
    until = min(due + timedelta(days=days), date(2026, 12, 31))
    return tax, due, until, [Paid(due + timedelta(days=after), yen) for after, yen in paid]


def by_days(tax: int, due: date, until: date, payments: list[Paid], cuts: Cuts) -> int:
    """The charge by looking at each day: what is owed at its beginning, which rate it has, whether a line ends."""
    month_end = delinquent.first_month_end(due)
    lines: list[list[Any]] = []
    day = due + timedelta(days=1)
    while day <= until:
        owed = max(tax - sum(p.yen for p in payments if p.on < day), 0)
        base = 0 if owed < 2000 else owed // 1000 * 1000
        year = rates.PUBLISHED[day.year]
        kind = (base, year.first if day <= month_end else year.second, day <= month_end,
                day.year if cuts.rounding == "split" else 0)  # fmt: skip
        if lines and lines[-1][0] == kind:
            lines[-1][1] += 1
        else:
            lines.append([kind, 1])
        day += timedelta(days=1)
    exact = [Fraction(base * rate * days, 365 * 10_000) for (base, rate, _, _), days in lines]
    raw = int(sum(exact)) if cuts.rounding == "exact" else sum(int(x) for x in exact)
    return 0 if raw < 1000 else raw // 100 * 100


@given(CASES, st.sampled_from(ROUNDINGS))
def test_equals_a_day_by_day_program(case: Any, rounding: Rounding) -> None:
    tax, due, until, payments = _case(case)
    cuts = replace(USUAL, rounding=rounding)
    assert delinquent.charge(tax, due, until, payments=payments, cuts=cuts).yen == by_days(
        tax, due, until, payments, cuts
    )


@given(st.lists(CASES, min_size=1, max_size=30), st.sampled_from(ROUNDINGS))
def test_many_at_once_are_the_same_as_one_by_one(cases: list[Any], rounding: Rounding) -> None:
    cuts = replace(USUAL, rounding=rounding)
    plain = [_case(case) for case in cases]
    flat = [(row, paid.on, paid.yen) for row, (_, _, _, payments) in enumerate(plain) for paid in payments]
    found = charges(
        np.array([case[0] for case in plain], dtype=np.int64),
        np.array([case[1] for case in plain], dtype="datetime64[D]"),
        np.array([case[2] for case in plain], dtype="datetime64[D]"),
        payments=Payments(
            np.array([row for row, _, _ in flat], dtype=np.int64),
            np.array([day for _, day, _ in flat], dtype="datetime64[D]"),
            np.array([yen for _, _, yen in flat], dtype=np.int64),
        ),
        cuts=cuts,
    )
    one_by_one = [
        delinquent.charge(tax, due, until, payments=payments, cuts=cuts).yen for tax, due, until, payments in plain
    ]
    assert found.tolist() == one_by_one


@given(CASES)
def test_the_order_in_which_payments_are_told_does_not_matter(case: Any) -> None:
    tax, due, until, payments = _case(case)
    assert delinquent.charge(tax, due, until, payments=payments) == delinquent.charge(
        tax, due, until, payments=payments[::-1]
    )


# -- reliefs and missing years --------------------------------------------------------------------


def test_nothing_accrues_in_a_period_that_is_exempt() -> None:
    relief = Relief(date(2026, 1, 31), date(2026, 3, 31), "all")
    found = delinquent.charge(300_000, date(2025, 12, 30), date(2026, 3, 31), reliefs=[relief])
    assert [(s.days, s.rate, s.yen) for s in found.segments] == [(1, 240, 19), (30, 280, 690), (60, 0, 0)]
    assert found.yen == 0


def test_half_and_deferral_rate() -> None:
    """300,000 × 9.1 % ÷ 2 × 60 ÷ 365 = 2,243.8; at the deferral rate of 1.3 % 641.1."""
    due, until, first, last = date(2025, 12, 30), date(2026, 3, 31), date(2026, 1, 31), date(2026, 3, 31)
    half = delinquent.charge(300_000, due, until, reliefs=[Relief(first, last, "half")])
    assert [(s.percent, s.yen) for s in half.segments] == [("2.4", 19), ("2.8", 690), ("4.55", 2243)]
    assert (half.raw, half.yen) == (2952, 2900)
    above = delinquent.charge(300_000, due, until, reliefs=[Relief(first, last, "above")])
    assert [s.yen for s in above.segments] == [19, 690, 641]
    both = [Relief(first, last, "half"), Relief(first, last, "above")]
    assert delinquent.charge(300_000, due, until, reliefs=both).raw == above.raw


def test_a_missing_year_stops() -> None:
    with pytest.raises(Invalid) as refused:
        delinquent.charge(50_000, date(2026, 10, 31), date(2027, 1, 1))
    assert (refused.value.code, refused.value.params) == ("collection.rate_missing", {"year": 2027})
    with pytest.raises(Invalid) as refused:
        charges(*(np.array([value], dtype=kind) for value, kind in (
            (50_000, np.int64), ("2026-10-31", "datetime64[D]"), ("2027-01-01", "datetime64[D]"))))  # fmt: skip
    assert refused.value.params == {"year": 2027}
    assert delinquent.charge(50_000, date(2026, 12, 31), date(2026, 12, 31)).yen == 0


def test_a_deferral_before_its_rate_is_established_stops() -> None:
    with pytest.raises(Invalid) as refused:
        delinquent.charge(
            50_000, date(2020, 1, 31), date(2020, 12, 31),
            reliefs=[Relief(date(2020, 4, 1), date(2020, 5, 1), "above")],
        )  # fmt: skip
    assert refused.value.code == "collection.deferral_rate_missing"


def test_rates_as_published() -> None:
    table = rates.PUBLISHED
    assert (table[2013].first, table[2013].second) == (430, 1460)
    assert (table[2014].first, table[2014].second) == (290, 920)
    assert (table[2021].first, table[2021].second, table[2021].refund) == (250, 880, 100)
    assert (table[2026].first, table[2026].second, table[2026].refund) == (280, 910, 130)
    assert list(table) == list(range(2000, 2027))
    changed = {**table, 2027: rates.by_special_rate(200, 150)}
    assert rates.differences(table, changed, range(2000, 2030)) == (2027,)
