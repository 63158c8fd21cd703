"""納付番号: the number by which money finds its instalment, on every channel."""

from __future__ import annotations

from typing import Final

from jichi.kernel.check_digits import modulus_10_check_digit

LENGTH: Final = 14
"""Digits: fits the free area of a store barcode even behind an agent's five (16), an eL case key (20) and the customer
number of an account transfer (20)."""
MOST: Final = 10 ** (LENGTH - 1) - 1


def payment_key(serial: int) -> str:
    """The key of the serial number: 13 digits and a check digit (modulus 10, weights 2 and 1).

    Raises:
        ValueError: below 1, or too large.
    """
    if not 1 <= serial <= MOST:
        raise ValueError("no such serial number")
    body = f"{serial:0{LENGTH - 1}}"
    return f"{body}{modulus_10_check_digit(body)}"


def is_payment_key(text: str) -> bool:
    """Could this be one of ours?"""
    if len(text) != LENGTH or not (text.isascii() and text.isdecimal()):
        return False
    return int(text[:-1]) > 0 and modulus_10_check_digit(text[:-1]) == int(text[-1])


def key_in(text: str) -> str | None:
    """Our key in what a channel hands back: free areas have zeros on the right of it, customer numbers on the left.

    None where there is none.
    """
    digits = text.strip()
    if len(digits) < LENGTH:
        return None
    for found, rest in ((digits[:LENGTH], digits[LENGTH:]), (digits[-LENGTH:], digits[:-LENGTH])):
        if is_payment_key(found) and not rest.strip("0"):
            return found
    return None
