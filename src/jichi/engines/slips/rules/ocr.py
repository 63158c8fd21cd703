"""The OCR line of a payment slip: an upper line of 39 digits, a lower one of 44, each led by a check pair."""

from __future__ import annotations

from typing import Final

from jichi.kernel.errors import Invalid

from .check_digits import ocr_pair
from .faults import Fault

UPPER: Final = 39
LOWER: Final = 44
_AGENCY_PLACE: Final = slice(25, 30)


def upper_line(*, payee: str, amount: int, agency: str, fee_number: str, reserved: str = "00000") -> str:
    """The upper line: payee account 11, amount 11, fee borne by payee (2), agency 5, no stamp duty, fee number 3.

    Raises:
        Invalid: "slip.line_part" where a part has not its length.
    """
    _require(payee=(payee, 11), agency=(agency, 5), fee_number=(fee_number, 3), reserved=(reserved, 5))
    if not 1 <= amount < 10**11:
        raise Invalid("slip.line_part", part="amount", length=11)
    body = f"{payee}{amount:011}2{agency}0{fee_number}{reserved}"
    return ocr_pair(body) + body


def lower_line(*, case_key: str, confirmation: str, body_code: str, office: str, el_use: str = "0") -> str:
    """The lower line: case key 20, confirmation number 6, eLTAX use 1, local body 5, office 3, zeros 7.

    Raises:
        Invalid: "slip.line_part" where a part has not its length.
    """
    _require(
        case_key=(case_key, 20), confirmation=(confirmation, 6), el_use=(el_use, 1), body_code=(body_code, 5),
        office=(office, 3),
    )  # fmt: skip
    body = f"{case_key}{confirmation}{el_use}{body_code}{office}{'0' * 7}"
    return ocr_pair(body) + body


def _require(**parts: tuple[str, int]) -> None:
    for part, (text, length) in parts.items():
        if len(text) != length or not text.isascii() or not text.isdecimal():
            raise Invalid("slip.line_part", part=part, length=length)


def ocr_faults(line: str) -> tuple[Fault, ...]:
    """What is wrong with one OCR line: "slip.ocr_length", "slip.non_digit", "slip.ocr_pair"."""
    if not line.isascii() or not line.isdecimal():
        return (Fault("slip.non_digit"),)
    if len(line) not in (UPPER, LOWER):
        return (Fault("slip.ocr_length", {"length": len(line)}),)
    right = ocr_pair(line[2:])
    if line[:2] != right:
        return (Fault("slip.ocr_pair", {"line": _NAMES[len(line)], "found": line[:2], "right": right}),)
    return ()


_NAMES: Final = {UPPER: "上段", LOWER: "下段"}
