"""Numbers, postcodes, telephone numbers and mail addresses as typed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel import numbers
from jichi.kernel.numbers import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000", 5000),
        ("5,000", 5000),
        ("５，０００", 5000),
        (" 5 000 ", 5000),
        ("５　０００", 5000),
        ("+5", 5),
        ("-5", -5),
        ("−5", -5),
        ("－５", -5),
        ("007", 7),
        ("0", 0),
        ("1,234,567", 1234567),
    ],
)
def test_whole_numbers_in_any_spelling(text: str, value: int) -> None:
    assert numbers.parse_int(text) == value


@pytest.mark.parametrize("text", ["1,23", "1.5", "五", "1e3", "0x10", "--5", "٣", "²x", "1_000", "1,,000", "9" * 40])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(InputError) as refused:
        numbers.parse_int(text)
    assert refused.value.code == "number.unreadable"


def test_bounds_units_and_nothing() -> None:
    assert numbers.parse_int("5,000円", unit="円") == 5000
    assert numbers.parse_int("10", minimum=10, maximum=10) == 10
    for text, code, params in [
        ("9", "number.too_small", {"minimum": 10}),
        ("11", "number.too_large", {"maximum": 10}),
        ("　", "number.missing", {}),
    ]:
        with pytest.raises(InputError) as refused:
            numbers.parse_int(text, minimum=10, maximum=10)
        assert (refused.value.code, refused.value.params) == (code, params)


@given(st.integers(-(10**15), 10**15))
def test_a_formatted_number_is_read_back(value: int) -> None:
    assert numbers.parse_int(numbers.format_int(value)) == value


def test_decimals() -> None:
    assert numbers.parse_decimal("３６．５", places=1) == Decimal("36.5")
    assert numbers.parse_decimal("1,234", places=2) == Decimal(1234)
    for text, places in [("36.55", 1), ("1.", 1), ("1.5", 0), ("NaN", 2)]:
        with pytest.raises(InputError, match=r"number\.unreadable"):
            numbers.parse_decimal(text, places=places)
    with pytest.raises(InputError, match=r"number\.missing"):
        numbers.parse_decimal("", places=1)


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(67, 100, "67.0%"), (1, 3, "33.3%"), (1, 2000, "0.1%"), (0, 5, "0.0%"), (3, 0, "－")]
)
def test_percentages_have_one_decimal(part: int, whole: int, text: str) -> None:
    assert numbers.format_percent(part, whole) == text


@pytest.mark.parametrize(
    "text", ["123-4567", "1234567", "〒123-4567", "１２３－４５６７", "123ー4567", " 〒 123 4567 "]
)
def test_postcodes(text: str) -> None:
    assert numbers.parse_postcode(text) == "1234567"


def test_wrong_postcodes_and_the_shown_form() -> None:
    assert numbers.format_postcode("1234567") == "〒123-4567"
    for text, code in [
        ("", "postcode.missing"),
        ("123-456", "postcode.unreadable"),
        ("12-34567", "postcode.unreadable"),
    ]:
        with pytest.raises(InputError) as refused:
            numbers.parse_postcode(text)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("03-1234-5678", "0312345678", "03-1234-5678"),
        ("０３（１２３４）５６７８", "0312345678", "03-1234-5678"),
        ("03 1234 5678", "0312345678", "03-1234-5678"),
        ("090ー1234ー5678", "09012345678", "090-1234-5678"),
        ("+81 90-1234-5678", "09012345678", "090-1234-5678"),
        ("+81(0)3-1234-5678", "0312345678", "03-1234-5678"),
        ("0120-123-456", "0120123456", "0120-123-456"),
        ("0800-123-4567", "08001234567", "0800-123-4567"),
        ("0570-012-345", "0570012345", "0570-012-345"),
        ("0422-12-3456", "0422123456", "0422-12-3456"),
        ("042-123-4567", "0421234567", "042-123-4567"),
        ("04-2912-3456", "0429123456", "0429123456"),
        ("04-7123-4567", "0471234567", "04-7123-4567"),
        ("0558-12-3456", "0558123456", "0558123456"),
        ("+1 (212) 555-0123", "+12125550123", "+12125550123"),
    ],
)
def test_telephone_numbers(text: str, stored: str, shown: str) -> None:
    assert numbers.parse_phone(text) == stored
    assert numbers.format_phone(stored) == shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone.missing"),
        ("--", "phone.missing"),
        ("1234-5678", "phone.unreadable"),
        ("090-1234-567", "phone.unreadable"),
        ("03-1234-56789", "phone.unreadable"),
        ("0000000000", "phone.unreadable"),
        ("でんわ", "phone.unreadable"),
        ("03-1234-5678x9", "phone.unreadable"),
        ("+0123456789", "phone.unreadable"),
    ],
)
def test_wrong_telephone_numbers(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        numbers.parse_phone(text)
    assert refused.value.code == code


def test_a_ward_may_hand_in_its_area_codes() -> None:
    assert numbers.format_phone("0558123456", area_codes={"0558": (4, 2)}) == "0558-12-3456"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        (" Hanako@Example.JP ", "Hanako@example.jp"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
        ("a+tag@mail.example.co.jp", "a+tag@mail.example.co.jp"),
        ("a@xn--wgv71a119e.xn--wgv71a", "a@xn--wgv71a119e.xn--wgv71a"),
    ],
)
def test_mail_addresses(text: str, address: str) -> None:
    assert numbers.parse_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "hanako",
        "@example.jp",
        "a@b",
        "a@@example.jp",
        "a b@example.jp",
        "a@exam_ple.jp",
        "a@-example.jp",
        "a@example..jp",
        "a@192.168.0.1",
        "a@example.jp\nBcc: b@example.jp",
        "a@example.jp,b@example.jp",
        ".a@example.jp",
        "花子@example.jp",
        f"{'a' * 65}@example.jp",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.jp",
    ],
)
def test_wrong_mail_addresses(text: str) -> None:
    with pytest.raises(InputError, match=r"email\.unreadable"):
        numbers.parse_email(text)


def test_a_missing_mail_address() -> None:
    with pytest.raises(InputError, match=r"email\.missing"):
        numbers.parse_email("　")


@pytest.mark.parametrize("parse", [numbers.parse_int, numbers.parse_postcode, numbers.parse_phone, numbers.parse_email])
@given(text=st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_code(parse: Callable[[str], object], text: str) -> None:
    with suppress(InputError):
        first = parse(text)
        assert parse(str(first)) == first
