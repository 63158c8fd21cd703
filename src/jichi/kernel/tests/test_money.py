"""Money: exactness, roundings handed in, splitting, wording."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.money import ZERO, Rounding, Yen, down, format_yen, half_up, total, up

amounts = st.integers(-(10**12), 10**12).map(Yen)


@pytest.mark.parametrize("value", [1.0, 0.1, Decimal(1), "1", True, None])
def test_only_whole_numbers_make_yen(value: Any) -> None:
    with pytest.raises(TypeError):
        Yen(value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Yen(1) + 1,  # type: ignore[operator]  # the refusal is what is tested
        lambda: Yen(1) * 1.5,  # type: ignore[operator]  # the same
        lambda: Yen(1) * True,
        lambda: 1 + Yen(1),
        lambda: Yen(1) - 0.5,  # type: ignore[operator]  # the same
        lambda: Yen(1).times(0.1, rounding=down),  # type: ignore[arg-type]  # the same
    ],
)
def test_arithmetic_refuses_what_is_not_exact(wrong: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        wrong()


@given(amounts, amounts)
def test_sums_are_those_of_whole_numbers(left: Yen, right: Yen) -> None:
    assert int(left + right) == int(left) + int(right)
    assert left - right == -(right - left)
    assert sum([left, right]) == total([left, right]) == left + right
    assert (left < right) == (int(left) < int(right))


def test_an_empty_total_is_zero_and_false() -> None:
    assert total([]) == ZERO
    assert not ZERO
    assert Yen(-1)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (down, [1, 1, 1, -1, -1]),
        (up, [1, 2, 2, -2, -2]),
        (half_up, [1, 1, 2, -1, -2]),
    ],
)
def test_roundings_at_the_edges(rounding: Rounding, expected: list[int]) -> None:
    values = [Fraction(1), Fraction("1.4"), Fraction("1.5"), Fraction("-1.4"), Fraction("-1.5")]
    assert [rounding(value) for value in values] == expected


def test_a_ratio_is_applied_exactly_before_rounding() -> None:
    assert Yen(100_000).times(Decimal("0.146"), rounding=down) == Yen(14_600)
    assert Yen(10).times(Fraction(1, 3), rounding=up) == Yen(4)
    assert Yen(12_399).to_unit(100) == Yen(12_300)
    assert Yen(12_350).to_unit(100, rounding=half_up) == Yen(12_400)


@given(
    st.integers(0, 10**9).map(Yen),
    st.integers(1, 48),
    st.sampled_from([1, 100, 1000]),
    st.sampled_from(["first", "last"]),
)
def test_parts_add_up_and_only_one_takes_the_rest(
    amount: Yen, parts: int, unit: int, rest_to: Literal["first", "last"]
) -> None:
    shares = amount.split(parts, unit=unit, rest_to=rest_to)
    assert len(shares) == parts
    assert total(shares) == amount
    equal = shares[1:] if rest_to == "first" else shares[:-1]
    assert len(set(equal)) <= 1
    assert all(int(share) % unit == 0 for share in equal)


def test_instalments_of_a_tax_put_the_rest_first() -> None:
    assert Yen(62_500).split(4, unit=1000) == (Yen(17_500), Yen(15_000), Yen(15_000), Yen(15_000))


@pytest.mark.parametrize(("parts", "unit"), [(0, 1), (2, 0)])
def test_impossible_splits_are_refused(parts: int, unit: int) -> None:
    with pytest.raises(ValueError):
        Yen(10).split(parts, unit=unit)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "5,000円"),
        ("easy", "5,000円"),
        ("en", "5,000 yen"),
        ("zh-hans", "5,000日元"),
        ("ko", "5,000엔"),
        ("xx", "5,000円"),
    ],
)
def test_wording_in_each_language(language: str, text: str) -> None:
    assert format_yen(Yen(5000), language) == text


def test_zero_is_written_unknown_is_said_and_minus_may_be_a_triangle() -> None:
    assert str(Yen(0)) == "0円"
    assert format_yen(None) == "未定"
    assert format_yen(Yen(-1234)) == "-1,234円"
    assert format_yen(Yen(-1234), minus="△") == "△1,234円"
    assert Yen(1_234_567).plain() == "1,234,567"
