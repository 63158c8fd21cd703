"""eL-QR, OCR lines, Pay-easy numbers, JPQR: vectors, faults one by one, what the checks find and what they cannot."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from .. import rules
from ..rules.el_qr import el_lines
from .test_barcode import VECTORS

KEY: Final = b"a key of the site, long enough"


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day without a time


def _of(entry: dict[str, Any]) -> rules.ElSlip:
    given_ = entry["input"]
    return rules.ElSlip(
        amount=given_["amount"], fee_number=given_["tax_fee_number"], case_key=given_["case_key"],
        confirmation=given_["confirmation"], body_code=given_["tax_agency_code"], office=given_["tax_office_code"],
        levy_year=given_["levy_year"], tax_year=given_["tax_year"], period=given_["period"], due=_day(given_["due"]),
        pay_by=_day(given_["pay_limit"]), payee=given_["agency_account"],
    )  # fmt: skip


FIRST: Final = _of(VECTORS["el_qr"][0])
PAYLOAD: Final = str(VECTORS["el_qr"][0]["expected"]["payload"])


@pytest.mark.parametrize("entry", VECTORS["el_qr"], ids=lambda entry: str(entry["id"]))
def test_the_vectors_are_built_and_read_back(entry: dict[str, Any]) -> None:
    slip, wanted = _of(entry), entry["expected"]
    assert rules.build_el_qr(slip) == wanted["payload"]
    assert [line[:2] for line in el_lines(slip)] == [wanted["upper_cd"], wanted["lower_cd"]]
    assert rules.read_el_qr(wanted["payload"]) == rules.ElReading(slip=slip, faults=())
    assert slip.el_number == ("13800", slip.case_key, slip.confirmation, slip.fee_number)


@pytest.mark.parametrize("entry", VECTORS["ocr_check_digits"], ids=lambda entry: str(entry["id"]))
def test_check_pairs(entry: dict[str, Any]) -> None:
    assert rules.ocr_pair(entry["input"]) == entry["expected"]


@pytest.mark.parametrize("entry", VECTORS["crc16"], ids=lambda entry: str(entry["id"]))
def test_crc(entry: dict[str, Any]) -> None:
    assert rules.crc_16(entry["input"].encode()) == entry["expected"]


def _sealed(body: str) -> str:
    """A payload with its CRC put right, so that a fault inside is met alone."""
    return f"{body[:-5]}{rules.crc_16(body[:-5].encode()):05}"


def _with(at: int, text: str) -> str:
    return _sealed(PAYLOAD[:at] + text + PAYLOAD[at + len(text) :])


@pytest.mark.parametrize(
    ("payload", "codes"),
    [
        (PAYLOAD[:-1], ["slip.length"]),
        (PAYLOAD[:-1] + "x", ["slip.non_digit"]),
        (_with(0, "01"), ["slip.el_tags"]),
        (_with(14, "95"), ["slip.el_tags"]),
        (_with(10, "11"), ["slip.el_fixed"]),
        (_with(16, "0105"), ["slip.el_fixed"]),
        (PAYLOAD[:-5] + "00000", ["slip.crc"]),
        (_with(20, "13801"), ["slip.el_agency"]),
        (_with(29, "00"), ["slip.ocr_pair"]),
        (_with(68, "00"), ["slip.ocr_pair"]),
        (_with(116, "00000444440"), ["slip.el_amount"]),
        (_with(141, "20260631"), ["slip.el_due"]),
        (_with(149, "20261301"), ["slip.el_pay_by"]),
    ],
)
def test_each_failure_has_its_own_code(payload: str, codes: list[str]) -> None:
    assert [fault.code for fault in rules.el_qr_faults(payload)] == codes


def test_what_only_the_reader_s_town_and_day_make_wrong() -> None:
    late = rules.el_qr_faults(PAYLOAD, today=date(2026, 8, 1))
    assert [(fault.code, fault.params) for fault in late] == [("slip.el_expired", {"day": "2026年7月31日(金)"})]
    assert rules.el_qr_faults(PAYLOAD, today=date(2026, 7, 31)) == ()
    assert rules.el_qr_faults(PAYLOAD, body_codes=frozenset({"99001"})) == ()
    assert [fault.code for fault in rules.el_qr_faults(PAYLOAD, body_codes=frozenset({"13999"}))] == ["slip.el_body"]


DIGITS = st.from_regex(r"[0-9]+", fullmatch=True)
SLIPS: Final = st.builds(
    lambda amount, digits, days: rules.ElSlip(
        amount=amount, fee_number=digits[:3], case_key=digits[3:23], confirmation=digits[23:29],
        body_code=digits[29:34], office=digits[34:37], levy_year="2026", tax_year="2026", period=digits[37:39],
        due=min(days), pay_by=max(days), payee=digits[39:50],
    ),
    st.integers(1, 10**11 - 1), st.from_regex(r"[0-9]{50}", fullmatch=True),
    st.lists(st.dates(date(2020, 1, 1), date(2099, 12, 31)), min_size=2, max_size=2),
)  # fmt: skip


@given(SLIPS)
def test_what_is_built_is_read(slip: rules.ElSlip) -> None:
    payload = rules.build_el_qr(slip)
    assert (len(payload), rules.read_el_qr(payload)) == (255, rules.ElReading(slip=slip, faults=()))


@given(SLIPS, st.integers(0, 254))
def test_every_change_of_one_digit_of_a_payload_is_found(slip: rules.ElSlip, place: int) -> None:
    payload = rules.build_el_qr(slip)
    for digit in set("0123456789") - {payload[place]}:
        assert rules.el_qr_faults(f"{payload[:place]}{digit}{payload[place + 1 :]}")


@given(st.from_regex(r"[0-9]{37}|[0-9]{42}", fullmatch=True))
@settings(max_examples=20)
def test_every_change_of_one_digit_of_a_line_is_found(body: str) -> None:
    line = rules.ocr_pair(body) + body
    for place, digit in enumerate(line):
        for other in set("0123456789") - {digit}:
            found = rules.ocr_faults(f"{line[:place]}{other}{line[place + 1 :]}")
            assert [fault.code for fault in found] == ["slip.ocr_pair"]


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    assert rules.read_el_qr(text).faults
    assert rules.read_jpqr(text).faults


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("6100000000000000000012345213800001000000", ["slip.ocr_length"]),
        ("620000000000000000012345213800001000000", ["slip.ocr_pair"]),
        ("61000000000000000001234521380000100000a", ["slip.non_digit"]),
    ],
)
def test_faults_of_a_line(line: str, codes: list[str]) -> None:
    assert [fault.code for fault in rules.ocr_faults(line)] == codes


def test_the_worked_example_of_a_pair() -> None:
    assert rules.ocr_pair("0000000000000000012345213800001000000") == "61"


@pytest.mark.parametrize(
    "change", [{"case_key": "1"}, {"period": "1"}, {"fee_number": "１23"}, {"amount": 10**11}, {"payee": ""}]
)
def test_parts_of_another_length_are_refused(change: dict[str, Any]) -> None:
    import dataclasses

    with pytest.raises(Invalid) as refused:
        rules.build_el_qr(dataclasses.replace(FIRST, **change))
    assert refused.value.code == "slip.line_part"


def test_nobody_pays_before_it_is_due() -> None:
    import dataclasses

    with pytest.raises(Invalid) as refused:
        rules.build_el_qr(dataclasses.replace(FIRST, pay_by=date(2026, 6, 29)))
    assert refused.value.code == "slip.el_days"


# -- Pay-easy ----------------------------------------------------------------------------------------


def test_a_confirmation_number_hangs_on_key_number_and_reissue() -> None:
    number = rules.confirmation_number(KEY, "00123", 0)
    assert number == rules.confirmation_number(KEY, "00123", 0)
    assert (len(number), number.isdecimal()) == (6, True)
    others = {
        rules.confirmation_number(KEY, "00123", 1),
        rules.confirmation_number(KEY, "123", 0),
        rules.confirmation_number(b"another key, as long as that", "00123", 0),
    }
    assert number not in others
    assert len(others) == 3
    assert rules.same_confirmation(number, number)
    assert not rules.same_confirmation("", number)
    assert not rules.same_confirmation("１23456", "123456")
    with pytest.raises(ValueError, match="too short"):
        rules.confirmation_number(b"short", "1", 0)


def test_confirmation_numbers_are_spread_evenly() -> None:
    first = [rules.confirmation_number(KEY, str(number), 0)[0] for number in range(5000)]
    counts = [first.count(digit) for digit in "0123456789"]
    assert 400 < min(counts) <= max(counts) < 600


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"agency": "1380"}, "agency"), ({"number": "1" * 21}, "number"), ({"number": ""}, "number"),
        ({"confirmation": "12345a"}, "confirmation"), ({"category": "1234"}, "category"),
    ],
)  # fmt: skip
def test_pay_easy_numbers_have_their_lengths(change: dict[str, str], part: str) -> None:
    parts = {"agency": "13800", "number": "00012", "confirmation": "000123", "category": ""}
    assert rules.PayEasy(**parts).number == "00012"
    with pytest.raises(Invalid) as refused:
        rules.PayEasy(**{**parts, **change})
    assert refused.value.params["part"] == part


# -- JPQR --------------------------------------------------------------------------------------------


def jpqr(body: str) -> str:
    """A code of an invented shop with its checksum."""
    return f"{body}6304{rules.crc_16((body + '6304').encode()):04X}"


SHOP: Final = jpqr("00020101021126100006jp.abc5204549953033925802JP5907MIDORI16005Tokyo")


def test_a_shop_s_code_is_taken_apart() -> None:
    found = rules.read_jpqr(SHOP)
    assert (found.faults, found.dynamic, found.accounts) == ((), False, ("26",))
    assert (found.values["59"], found.values["53"]) == ("MIDORI1", "392")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (SHOP[:-1] + "!", ["slip.crc"]),
        (SHOP[:20], ["slip.jpqr_shape", "slip.crc"]),
        ("0002", ["slip.jpqr_shape", "slip.crc"]),
    ],
)
def test_a_damaged_code_says_so(text: str, codes: list[str]) -> None:
    assert [fault.code for fault in rules.read_jpqr(text).faults] == codes
