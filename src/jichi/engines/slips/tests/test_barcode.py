"""The payment barcode: all vectors, every fault under its own code, every change of a digit found, real bars read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from .. import rules
from .papers import bars

VECTORS: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
GOOD: Final = "91929023252070000010123499900299999900154357"


def _date(text: str) -> date | None:
    return None if text == "999999" else date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def _of(entry: dict[str, Any]) -> rules.PaymentBarcode:
    given_ = entry["input"]
    return rules.build_barcode(
        issuer=given_["company_code"], free_area=given_["free_area"], reissue=given_["reissue"],
        pay_by=_date(given_["due"]), amount=given_["amount"], stamp=bool(given_["stamp_flag"]),
    )  # fmt: skip


@pytest.mark.parametrize("entry", VECTORS["gs1_128"], ids=lambda entry: str(entry["id"]))
def test_the_vectors_are_built_and_read_back(entry: dict[str, Any]) -> None:
    built, wanted = _of(entry), entry["expected"]
    assert built.digits == wanted["digits44"]
    assert int(built.digits[-1]) == wanted["check_digit"]
    assert list(rules.printed_lines(built.digits)) == wanted["hri"]
    assert rules.symbol_values(built.digits)[-2] == wanted["code128_check_value"]
    assert sum(rules.bar_widths(built.digits)) == wanted["modules"] == rules.SYMBOL_MODULES
    assert rules.checked_barcode(built.digits) == built


@pytest.mark.parametrize("entry", VECTORS["gs1_128_check_digit"], ids=lambda entry: str(entry["id"]))
def test_check_digits(entry: dict[str, Any]) -> None:
    assert rules.modulus_10_31(entry["input"]) == entry["expected"]


@pytest.mark.parametrize("entry", VECTORS["gs1_128_normalise"], ids=lambda entry: str(entry["id"]))
def test_every_spelling_is_the_same_value(entry: dict[str, Any]) -> None:
    assert rules.normalise(entry["input"]) == entry["expected"]


CODES: Final = {
    "gs1bad-01": ["slip.check_digit"], "gs1bad-02": ["slip.identifier"], "gs1bad-03": ["slip.length"],
    "gs1bad-04": ["slip.length"], "gs1bad-05": ["slip.non_digit"], "gs1bad-06": ["slip.date"],
    "gs1bad-07": ["slip.amount_zero"], "gs1bad-08": ["slip.stamp"],
}  # fmt: skip


@pytest.mark.parametrize("entry", VECTORS["gs1_128_invalid"], ids=lambda entry: str(entry["id"]))
def test_each_failure_has_its_own_code(entry: dict[str, Any]) -> None:
    found = rules.read_barcode(entry["input"])
    assert ([fault.code for fault in found.faults], found.barcode) == (CODES[entry["id"]], None)
    with pytest.raises(Invalid) as refused:
        rules.checked_barcode(entry["input"])
    assert refused.value.code == CODES[entry["id"]][0]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(91) 929023-2520700000101234999002\r\n999999-0-015435-7\r\n", GOOD),
        ("(91)929023‐2520700000101234999002　999999−0−015435−7", GOOD),
        ("９１９２９０２３２５２０７０００００１０１２３４９９９００２９９９９９９００１５４３５７", GOOD),
        ("ean" + GOOD, GOOD),
        ("]C1\u001d" + GOOD, GOOD),
    ],
)
def test_further_spellings(text: str, digits: str) -> None:
    assert rules.normalise(text) == digits


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("]C0" + GOOD, ["slip.not_gs1"]),
        ("]E0" + GOOD, ["slip.not_gs1"]),
        ("", ["slip.non_digit", "slip.length"]),
        ("9" * 5000, ["slip.length"]),
        (
            "92" + GOOD[2:36] + "7000000" + "0",
            ["slip.identifier", "slip.check_digit", "slip.stamp", "slip.amount_zero"],
        ),
        ("(91)929023-x", ["slip.non_digit", "slip.length"]),
    ],
)
def test_all_faults_are_told_at_once(text: str, codes: list[str]) -> None:
    assert [fault.code for fault in rules.read_barcode(text).faults] == codes


BARCODES: Final = st.builds(
    rules.build_barcode,
    issuer=st.from_regex(r"[0-9]{6}", fullmatch=True),
    free_area=st.from_regex(r"[0-9]{1,21}", fullmatch=True),
    reissue=st.integers(0, 9),
    pay_by=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 12, 31))),
    amount=st.integers(1, 999_999),
    stamp=st.booleans(),
)


@given(BARCODES, st.sampled_from(["{0}", "]C1{0}", "EAN{0}", "\u001d{0}", "(91){1}", "{2}\n{3}", "{2} {3}"]))
def test_what_is_built_is_read(barcode: rules.PaymentBarcode, spelling: str) -> None:
    digits = barcode.digits
    text = spelling.format(digits, digits[2:], *rules.printed_lines(digits))
    assert rules.read_barcode(text) == rules.Reading(digits=digits, barcode=barcode, faults=())


@given(BARCODES, st.data())
def test_every_change_of_one_digit_is_found(barcode: rules.PaymentBarcode, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 43))
    for digit in set("0123456789") - {barcode.digits[place]}:
        changed = f"{barcode.digits[:place]}{digit}{barcode.digits[place + 1 :]}"
        assert "slip.check_digit" in [fault.code for fault in rules.read_barcode(changed).faults]


@given(BARCODES)
def test_of_two_digits_that_change_seats_those_not_found_are_named(barcode: rules.PaymentBarcode) -> None:
    digits, missed = barcode.digits, []
    for place in range(43):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if swapped != digits and rules.modulus_10_31(swapped[:-1]) == int(swapped[-1]):
            missed.append(place)
    assert tuple(missed) == rules.unseen_swaps(digits)


@given(st.text(max_size=60))
def test_reading_never_raises(text: str) -> None:
    found = rules.read_barcode(text)
    assert (found.barcode is None) == bool(found.faults)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": "12345"}, "slip.issuer_shape"),
        ({"issuer": "12345６"}, "slip.issuer_shape"),
        ({"free_area": "1" * 22}, "slip.free_area"),
        ({"free_area": ""}, "slip.free_area"),
        ({"reissue": 10}, "slip.reissues"),
        ({"reissue": -1}, "slip.reissues"),
        ({"pay_by": date(2100, 1, 1)}, "slip.century"),
        ({"pay_by": date(1999, 12, 31)}, "slip.century"),
        ({"amount": 0}, "slip.amount_layout"),
        ({"amount": 1_000_000}, "slip.amount_layout"),
    ],
)
def test_what_the_layout_cannot_hold_is_refused(change: dict[str, Any], code: str) -> None:
    parts: dict[str, Any] = {"issuer": "900000", "free_area": "1", "reissue": 0, "pay_by": None, "amount": 1}
    with pytest.raises(Invalid) as refused:
        rules.build_barcode(**{**parts, **change})
    assert refused.value.code == code


TERMS: Final = rules.Terms(issuer="900000", prefix="12345")


@pytest.mark.parametrize(
    ("amount", "handwritten", "code"),
    [(1, False, ""), (300_000, False, ""), (300_001, False, "slip.over_limit"), (1, True, "slip.handwritten")],
)
def test_who_gets_no_barcode(amount: int, handwritten: bool, code: str) -> None:
    assert rules.barcode_refusal(amount, TERMS, handwritten=handwritten) == code


def test_the_ceiling_is_a_setting_within_the_layout() -> None:
    high = rules.Terms(issuer="900000", limit_yen=5_000_000)
    assert rules.barcode_refusal(999_999, high) == ""
    assert rules.barcode_refusal(1_000_000, high) == "slip.over_limit"
    with pytest.raises(Invalid):
        rules.barcode_refusal(0, high)


def test_the_agent_s_digits_stand_before_our_key() -> None:
    assert rules.free_area("678", TERMS) == "123456780000000000000"
    for key in ("", "1" * 17, "12x"):
        with pytest.raises(Invalid) as refused:
            rules.free_area(key, TERMS)
        assert (refused.value.code, refused.value.params) == ("slip.free_area", {"max": 16})


@pytest.mark.parametrize(("dpi", "bars", "whole"), [(300, 48.8, 52.2), (400, 54.9, 58.7), (600, 48.8, 52.2)])
def test_modules_are_whole_dots_within_sixty_millimetres(dpi: int, bars: float, whole: float) -> None:
    printer = rules.PRINTERS[dpi]
    assert (round(printer.bars_mm, 1), round(printer.whole_mm, 1)) == (bars, whole)
    assert printer.snapped(10.0) / printer.dot_mm == pytest.approx(round(printer.snapped(10.0) / printer.dot_mm))


@pytest.mark.parametrize(("marked", "identifier"), [(True, "]C1"), (False, "]C0")])
def test_a_reader_takes_the_bars_for_gs1_only_with_fnc1(marked: bool, identifier: str) -> None:
    import zxingcpp

    (found,) = zxingcpp.read_barcodes(bars(GOOD, fnc1=marked))
    assert (found.symbology_identifier, found.bytes.decode()) == (identifier, GOOD)
