"""Check digits against published numbers, and masking of individual numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel import check_digits as cd

VECTORS = json.loads((Path(__file__).parent / "vectors" / "check_digits.json").read_text("utf-8"))["check_digits"]
CHECKS: dict[str, Callable[[str], bool]] = {
    "my_number": cd.is_my_number,
    "corporate_number": cd.is_corporate_number,
    "local_government_code": cd.is_local_government_code,
    "insurer_number_8": cd.is_insurer_number,
    "insurer_number_6_nhi": cd.is_insurer_number,
    "ltc_insurer_number": cd.is_care_insurer_number,
    "ltc_office_number": cd.is_care_office_number,
    "medical_institution_9": lambda value: cd.medical_institution_verdict(value) == "right",
}


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def test_every_group_of_vectors_has_its_check() -> None:
    assert set(VECTORS) == set(CHECKS)


@pytest.mark.parametrize(
    ("kind", "value", "valid"), [(kind, row["value"], row["valid"]) for kind, rows in VECTORS.items() for row in rows]
)
def test_vectors(kind: str, value: str, valid: bool) -> None:
    assert CHECKS[kind](value) is valid


@pytest.mark.parametrize("check", [*CHECKS.values(), cd.is_public_payer_number, cd.is_public_recipient_number])
@pytest.mark.parametrize("value", ["", "1", "abc", "１２３４５６７８９０１８", "1234-5678-9018", "1" * 14, " 131032"])
def test_other_shapes_are_never_valid(check: Callable[[str], bool], value: str) -> None:
    assert check(value) is False


@pytest.mark.parametrize("digit", "0123456789")
def test_twelve_equal_digits_are_no_individual_number(digit: str) -> None:
    assert not cd.is_my_number(digit * 12)


@given(digits(11), st.integers(0, 9))
def test_exactly_one_last_digit_fits(eleven: str, last: int) -> None:
    right = cd.my_number_check_digit(eleven) == last
    assert cd.is_my_number(f"{eleven}{last}") == (right and len(set(f"{eleven}{last}")) > 1)


@given(digits(7), st.integers(0, 6), st.integers(1, 9))
def test_modulus_10_sees_every_wrong_digit(seven: str, place: int, shift: int) -> None:
    right = f"{seven}{cd.modulus_10_check_digit(seven)}"
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert cd.is_public_payer_number(right)
    assert not cd.is_public_payer_number(wrong)


def test_the_points_table_decides_outside_the_four_prefectures() -> None:
    assert cd.medical_institution_verdict("010116381", "1") == "right"
    assert cd.medical_institution_verdict("010116381", "3") == "wrong"
    assert cd.medical_institution_verdict("130310243", "3") == "right"
    assert cd.medical_institution_verdict("010116382", "4") == "unverified"
    assert cd.medical_institution_verdict("470116382") in {"right", "unverified"}
    assert cd.medical_institution_verdict("47011638x") == "wrong"


@pytest.mark.parametrize(
    ("serial", "zero", "skip"),
    [
        ("000001", 9, 9),  # 2 → 11 - 2
        ("000000", 0, 0),
        ("123456", 0, 0),  # 12 + 15 + 16 + 15 + 12 + 7 = 77 → remainder 0
        ("000006", 0, None),  # 12 → remainder 1
        ("1234567", 4, 4),  # 14 + 18 + 20 + 20 + 18 + 14 + 2 = 106 → 11 - 7
    ],
)
def test_check_digits_of_addressee_numbers(serial: str, zero: int, skip: int | None) -> None:
    assert cd.addressee_check_digit(serial) == zero
    assert cd.addressee_check_digit(serial, remainder_one="skip") == skip


@given(st.integers(0, 10**9 - 1), st.sampled_from(["zero", "skip"]))
def test_issued_numbers_carry_their_check_digit(serial: int, setting: cd.RemainderOne) -> None:
    number = cd.new_addressee_no(serial, width=10, remainder_one=setting)
    if number is None:
        assert setting == "skip"
    else:
        assert len(number) == 10
        assert cd.has_addressee_check_digit(number, remainder_one=setting)


def test_serials_and_values_of_another_shape() -> None:
    for serial in (-1, 10**9):
        with pytest.raises(ValueError):
            cd.new_addressee_no(serial, width=10)
    with pytest.raises(ValueError):
        cd.modulus_10_check_digit("")
    with pytest.raises(ValueError):
        cd.my_number_check_digit("1")
    assert not cd.has_addressee_check_digit("5")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("番号は123456789018です", "番号は************です"),
        ("１２３４５６７８９０１８", "************"),
        ("1234-5678-9018 と 1234 5678 9018", "****-****-**** と **** **** ****"),
        ("１２３４－５６７８－９０１８", "****－****－****"),
        ("1234　5678　9018", "****　****　****"),
        ("4321 1234 5678 9018", "4321 **** **** ****"),
        ("123456789019", "123456789019"),
        ("0123456789018", "0123456789018"),
        ("1234567890189", "1234567890189"),
        ("1234-5678-9018-3456", "1234-5678-9018-3456"),
        ("000000000000", "000000000000"),
        ("03-1234-5678", "03-1234-5678"),
        ("12345678\n9018", "12345678\n9018"),
        ("", ""),
    ],
)
def test_individual_numbers_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert cd.mask_my_numbers(text) == masked


@given(st.text(max_size=10), digits(11), st.text(max_size=10))
def test_no_text_keeps_a_number_after_masking(before: str, eleven: str, after: str) -> None:
    number = f"{eleven}{cd.my_number_check_digit(eleven)}"
    masked = cd.mask_my_numbers(f"{before} {number} {after}", mask="●")
    assert cd.find_my_numbers(masked) == [] or cd.find_my_numbers(f"{before} {after}")
