"""宛名番号 and 世帯番号 of the sample: serials with the standard's check digit, ten digits."""

from __future__ import annotations

from jichi.kernel.check_digits import addressee_check_digit


def _number(serial: int) -> str:
    body = str(serial)
    return f"{body}{addressee_check_digit(body, remainder_one='zero')}"


def resident_number(index: int) -> str:
    """宛名番号 of the person at this place (from 0)."""
    return _number(100_000_001 + index)


def household_number(index: int) -> str:
    """世帯番号 of the household at this place (from 0)."""
    return _number(200_000_001 + index)


def organization_number(index: int) -> str:
    """宛名番号 of the body at this place (from 0)."""
    return _number(900_000_001 + index)
