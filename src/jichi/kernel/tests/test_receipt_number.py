"""受付番号: what the check character notices, and what people may type."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel import receipt_number as rn

numbers = st.binary(min_size=5, max_size=16).map(rn.new_number)


def test_the_weights_of_all_eight_places_differ_and_none_is_zero() -> None:
    """From this follows, the field having no divisors of zero, that errors and swaps are noticed."""
    weights = [*rn.WEIGHTS, 1]
    assert len(weights) == rn.LENGTH
    assert len(set(weights)) == rn.LENGTH
    assert 0 not in weights


def test_the_field_has_no_divisors_of_zero() -> None:
    for left in range(1, 32):
        products = {rn._times(left, right) for right in range(1, 32)}
        assert products == set(range(1, 32))


@pytest.mark.parametrize(
    "number", ["K7M42QF9", rn.new_number(b"\x00" * 5), rn.new_number(b"jichi"), rn.new_number(b"\xff" * 5)]
)
def test_every_single_wrong_character_is_noticed(number: str) -> None:
    assert rn.parse_number(number) == number
    for place in range(rn.LENGTH):
        for other in rn.ALPHABET:
            wrong = number[:place] + other + number[place + 1 :]
            assert (rn.parse_number(wrong) is None) == (wrong != number)


@given(numbers, st.integers(0, rn.LENGTH - 1), st.sampled_from(rn.ALPHABET))
def test_a_wrong_character_is_noticed_in_any_number(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    assert (rn.parse_number(wrong) is None) == (wrong != number)


@given(numbers)
def test_every_swap_of_two_characters_is_noticed(number: str) -> None:
    for left, right in combinations(range(rn.LENGTH), 2):
        swapped = list(number)
        swapped[left], swapped[right] = swapped[right], swapped[left]
        wrong = "".join(swapped)
        assert (rn.parse_number(wrong) is None) == (wrong != number)


@given(numbers)
def test_numbers_are_of_the_alphabet_and_round_trip(number: str) -> None:
    assert set(number) <= set(rn.ALPHABET)
    assert rn.parse_number(rn.format_number(number)) == number
    assert rn.parse_number(number.lower()) == number


def test_different_bytes_give_different_numbers() -> None:
    assert len({rn.new_number(n.to_bytes(5, "big")) for n in range(4096)}) == 4096


@pytest.mark.parametrize(
    "typed",
    [
        "K7M4-2QF9",
        "k7m42qf9",
        "Ｋ７Ｍ４－２ＱＦ９",
        "ｋ７ｍ４　２ｑｆ９",
        " K7M4 2QF9\n",
        "K7M4ー2QF9",
        "k7m4‐2qf9",
        "K7M4−2QF9",
    ],
)
def test_any_width_case_and_separator_is_read(typed: str) -> None:
    assert rn.parse_number(typed) == "K7M42QF9"


@pytest.mark.parametrize(
    "typed", ["", "K7M42QF", "K7M42QF99", "K7M42QF8", "K0M42QF9", "K7M4I2QF", "受付番号です", "K7M4/2QF9"]
)
def test_anything_else_is_none(typed: str) -> None:
    assert rn.parse_number(typed) is None


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = rn.parse_number(text)
    assert found is None or len(found) == rn.LENGTH


def test_the_shown_form_and_too_few_bytes() -> None:
    assert rn.format_number("K7M42QF9") == "K7M4-2QF9"
    with pytest.raises(ValueError):
        rn.new_number(b"1234")
