"""Sums, judgements, entries, waits: tables and properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.payments import rules
from jichi.engines.payments.rules import Answer, ChargeLine, ChargeState, PostingKind, Verdict

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "told", "settling", "known", "outcome"),
    [
        ("due", 300, False, False, "settled"), ("due", 299, False, False, "other_amount"),
        ("due", 301, False, False, "other_amount"), ("due", 0, False, False, "other_amount"),
        ("due", 300, False, True, "repeat"), ("paid", 300, True, False, "surplus"),
        ("paid", 300, True, True, "repeat"), ("paid", 1, True, False, "other_amount"),
        ("cancelled", 300, False, False, "late"), ("refunding", 300, True, False, "surplus"),
        ("refunded", 300, True, False, "surplus"), ("refunded", 300, True, True, "repeat"),
    ],
)  # fmt: skip
def test_what_follows_from_money(state: str, told: int, settling: bool, known: bool, outcome: str) -> None:
    found = rules.judge_money(
        ChargeState(state), total_yen=300, told_yen=told, has_settling=settling, is_known_payment=known
    )
    assert found == outcome


@pytest.mark.parametrize(
    ("state", "told", "settling", "outcome"),
    [
        ("due", 300, False, "settled"), ("cancelled", 300, False, "settled"), ("paid", 300, True, "again"),
        ("due", 299, False, "other_amount"),
    ],
)  # fmt: skip
def test_money_that_is_carried_counts_whenever_it_comes(state: str, told: int, settling: bool, outcome: str) -> None:
    found = rules.judge_money(
        ChargeState(state), total_yen=300, told_yen=told, has_settling=settling, is_known_payment=False,
        is_carried=True,
    )  # fmt: skip
    assert found == outcome


def test_a_charge_of_nothing_takes_no_money() -> None:
    zero = rules.judge_money(ChargeState.ZERO, total_yen=0, told_yen=0, has_settling=False, is_known_payment=False)
    assert zero == "other_amount"


@given(st.sampled_from(get_args(PostingKind)), st.integers(0, rules.MOST_YEN), st.sampled_from(["cash", "agents"]))
def test_every_posting_is_even(kind: PostingKind, amount: int, purse: str) -> None:
    found = rules.posting(kind, amount, purse=purse)  # type: ignore[arg-type] # both are purses
    assert sum(found.values()) == 0
    assert len(found) == (2 if amount else 0)


@given(st.lists(st.tuples(st.integers(-1000, 5000), st.integers(1, 9)), min_size=1, max_size=10))
def test_the_total_is_the_sum_or_the_charge_is_none(given_lines: list[tuple[int, int]]) -> None:
    lines = [ChargeLine("x", {"ja": "x"}, unit, count) for unit, count in given_lines]
    expected = sum(unit * count for unit, count in given_lines)
    if expected < 0:
        with pytest.raises(ValueError):
            rules.total_of(lines)
    else:
        assert rules.total_of(lines) == expected


@pytest.mark.parametrize(
    ("answer", "uncertain", "age", "state", "doubts"),
    [
        ("done", 0, 0, "done", 0), ("done", 3, 9, "done", 3), ("never", 0, 0, "failed", 0), ("taken", 0, 0, "sent", 0),
        ("away", 0, 0, "requested", 0), ("away", 1, 0, "uncertain", 1), ("unknown", 0, 0, "uncertain", 1),
        ("later", 0, 4, "requested", 0), ("later", 0, 6, "failed", 0), ("unknown", 8, 6, "failed", 9),
        ("taken", 0, 6, "sent", 0),
    ],
)  # fmt: skip
def test_what_follows_from_an_answer_about_a_refund(
    answer: str, uncertain: int, age: int, state: str, doubts: int
) -> None:
    found = rules.judge_refund(
        Answer(answer, "firm.away"), attempts=1, uncertain=uncertain, requested_at=NOW - timedelta(days=age), now=NOW,  # type: ignore[arg-type] # of the table
        jitter=0.5,
    )  # fmt: skip
    assert (found.state, found.uncertain) == (state, doubts)
    assert (found.wait is None) == (state in ("done", "failed"))


@given(st.integers(1, 200), st.floats(0, 0.999))
def test_waits_grow_and_stay_within_an_hour(attempts: int, jitter: float) -> None:
    wait = rules.wait_before(attempts, jitter=jitter)
    assert timedelta(seconds=16) <= wait <= timedelta(minutes=72)
    assert isinstance(Verdict("requested", wait=wait).wait, timedelta)


@pytest.mark.parametrize(("minutes", "least", "most"), [(0, 8, 12), (10, 240, 360), (60 * 24 * 2, 17280, 25920)])
def test_the_firm_is_asked_less_and_less_often(minutes: int, least: int, most: int) -> None:
    for jitter in (0.0, 0.999):
        wait = rules.next_look(timedelta(minutes=minutes), jitter=jitter)
        assert wait is not None
        assert least <= wait.total_seconds() <= most
    assert rules.next_look(timedelta(days=31), jitter=0.5) is None


def test_receipt_numbers() -> None:
    assert rules.receipt_number(2026, 123) == "2026-000123"
