"""Check digits of slips: modulus 10 with weights 3 and 1, the pair of OCR lines, CRC-16 of QR payloads."""

from __future__ import annotations

import binascii
from typing import Final

_CD2_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2)
_CD1_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 8, 9)


def modulus_10_31(digits: str) -> int:
    """The check digit of the payment barcode: from the right times 3, 1, 3, 1 …; (10 - sum mod 10) mod 10.

    GS1-128シンボルによる標準料金代理収納ガイドライン (GS1 Japan). Both weights are coprime to 10, so every change
    of one digit is found.
    """
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return (10 - total % 10) % 10


def ocr_pair(body: str) -> str:
    """The two check digits before the 37 or 42 digits of an OCR line (as on postal OCR slips and in eL-QR).

    Second digit: odd places times 9, 8, 7, 6, 5, 4, 3, 2, again 9 …, even places times 1; sum mod 10. First digit:
    with the second in front, times 2, 1, 3, 1, 4, 1, … 9, 1, again 2 …; sum mod 11, where 10 becomes 0.
    """
    second = _second(body)
    rest = _first_rest(f"{second}{body}")
    return f"{0 if rest == 10 else rest}{second}"


def _second(body: str) -> int:
    return sum(
        int(digit) * (1 if place % 2 else _CD2_WEIGHTS[place // 2 % 8]) for place, digit in enumerate(body)
    ) % 10  # fmt: skip


def _first_rest(digits: str) -> int:
    return sum(
        int(digit) * (1 if place % 2 else _CD1_WEIGHTS[place // 2 % 8]) for place, digit in enumerate(digits)
    ) % 11  # fmt: skip


def unseen_swaps(digits: str) -> tuple[int, ...]:
    """Places (from 0) whose digit may change seats with the next one without `modulus_10_31` noticing.

    They are those of two digits that differ by five. Every change of a single digit is found, by this digit and by
    the pair of an OCR line: there a change that the second digit misses moves the first by more than the one step
    between 10 and 0, which are printed alike.
    """
    return tuple(place for place in range(len(digits) - 1) if abs(int(digits[place]) - int(digits[place + 1])) == 5)


def crc_16(data: bytes) -> int:
    """CRC-16 of EMV and eL-QR: polynomial 0x1021, start 0xFFFF, nothing reflected, no final XOR."""
    return binascii.crc_hqx(data, 0xFFFF)
