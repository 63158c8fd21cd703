"""The payment barcode of stores and phone apps (GS1-128, 44 digits after FNC1), made and read.

Layout: GS1-128シンボルによる標準料金代理収納ガイドライン (GS1 Japan): identifier 91, issuer 6, free area 21,
reissue 1, pay-by date 6, stamp duty 1, amount 6, check digit 1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.errors import Invalid

from .check_digits import modulus_10_31
from .faults import Fault, require_none

APPLICATION_IDENTIFIER: Final = "91"
LENGTH: Final = 44
FREE_LENGTH: Final = 21
MOST_REISSUES: Final = 9
MOST_YEN: Final = 999_999
NO_DATE: Final = "999999"
MOST_TEXT: Final = 200
"""Longer texts are no barcode in any spelling."""

_DASHES: Final = re.compile(r"[-‐‑‒–—―−ーｰ]")
_SPACE: Final = re.compile(r"[\s\u001d]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBarcode:
    """What a payment barcode says. `pay_by` None: no last day; `stamp`: stamp duty flag; `amount` in yen."""

    issuer: str
    free_area: str
    reissue: int
    pay_by: date | None
    stamp: bool
    amount: int

    @property
    def digits(self) -> str:
        """All 44 digits, check digit included."""
        day = f"{self.pay_by:%y%m%d}" if self.pay_by else NO_DATE
        body = f"{APPLICATION_IDENTIFIER}{self.issuer}{self.free_area}{self.reissue}{day}{self.stamp:d}{self.amount:06}"
        return f"{body}{modulus_10_31(body)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A barcode as read: its digits as far as they could be told, what they say, and every fault."""

    digits: str
    barcode: PaymentBarcode | None
    faults: tuple[Fault, ...]


def build_barcode(
    *, issuer: str, free_area: str, reissue: int, pay_by: date | None, amount: int, stamp: bool = False
) -> PaymentBarcode:
    """The barcode of a slip that is issued. `free_area` may be shorter: zeros fill it on the right.

    Raises:
        Invalid: "slip.issuer_shape", "slip.free_area", "slip.reissues", "slip.century", "slip.amount_layout".
    """
    if not _digits(issuer) or len(issuer) != 6:
        raise Invalid("slip.issuer_shape")
    if not _digits(free_area) or len(free_area) > FREE_LENGTH:
        raise Invalid("slip.free_area", max=FREE_LENGTH)
    if not 0 <= reissue <= MOST_REISSUES:
        raise Invalid("slip.reissues", max=MOST_REISSUES)
    if pay_by is not None and not 2000 <= pay_by.year <= 2099:
        raise Invalid("slip.century")
    if not 1 <= amount <= MOST_YEN:
        raise Invalid("slip.amount_layout", max=f"{MOST_YEN:,}")
    return PaymentBarcode(
        issuer=issuer, free_area=free_area.ljust(FREE_LENGTH, "0"), reissue=reissue, pay_by=pay_by, stamp=stamp,
        amount=amount,
    )  # fmt: skip


def _digits(text: str) -> bool:
    return bool(text) and text.isascii() and text.isdecimal()


def normalise(text: str) -> str:
    """The 44 digits of a barcode in any spelling; nothing but spelling, length and letters is looked at.

    Accepted: "]C1…", "EAN…" (agents' files), "(91)…", a leading GS (0x1D), the two printed lines with hyphens,
    blanks and line ends anywhere, full-width characters.

    Raises:
        Invalid: "slip.not_gs1" (plain Code 128, "]C0"), "slip.non_digit", "slip.length".
    """
    digits, faults = _spelled(text)
    require_none(faults)
    return digits


def _spelled(text: str) -> tuple[str, list[Fault]]:
    if len(text) > MOST_TEXT:
        return "", [Fault("slip.length", {"length": len(text), "wanted": LENGTH})]
    plain = _SPACE.sub("", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))
    faults = []
    if plain.startswith("]"):
        if plain[:3] != "]C1":
            faults.append(Fault("slip.not_gs1", {"mark": plain[:3]}))
        plain = plain[3:]
    elif plain.upper().startswith("EAN"):
        plain = plain[3:]
    plain = re.sub(r"^\((\d{2})\)", r"\1", plain).replace("-", "")
    if not _digits(plain):
        faults.append(Fault("slip.non_digit"))
    if len(plain) != LENGTH:
        faults.append(Fault("slip.length", {"length": len(plain), "wanted": LENGTH}))
    return plain, faults


def barcode_faults(digits: str) -> tuple[Fault, ...]:
    """Everything that is wrong with 44 digits, each with its own code."""
    faults = []
    if digits[:2] != APPLICATION_IDENTIFIER:
        faults.append(Fault("slip.identifier", {"found": digits[:2]}))
    right = modulus_10_31(digits[:-1])
    if int(digits[-1]) != right:
        faults.append(Fault("slip.check_digit", {"found": digits[-1], "right": right}))
    if digits[30:36] != NO_DATE and _day(digits[30:36]) is None:
        faults.append(Fault("slip.date", {"found": digits[30:36]}))
    if digits[36] not in "01":
        faults.append(Fault("slip.stamp", {"found": digits[36]}))
    if int(digits[37:43]) == 0:
        faults.append(Fault("slip.amount_zero"))
    return tuple(faults)


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def read_barcode(text: str) -> Reading:
    """A barcode in any spelling with all its faults; never raises. `barcode` is None unless it is without fault."""
    digits, spelling = _spelled(text)
    if any(fault.code != "slip.not_gs1" for fault in spelling):
        return Reading(digits=digits, barcode=None, faults=tuple(spelling))
    faults = (*spelling, *barcode_faults(digits))
    return Reading(digits=digits, barcode=None if faults else _taken_apart(digits), faults=faults)


def _taken_apart(digits: str) -> PaymentBarcode:
    return PaymentBarcode(
        issuer=digits[2:8], free_area=digits[8:29], reissue=int(digits[29]), pay_by=_day(digits[30:36]),
        stamp=digits[36] == "1", amount=int(digits[37:43]),
    )  # fmt: skip


def checked_barcode(text: str) -> PaymentBarcode:
    """What a barcode in any spelling says.

    Raises:
        Invalid: the first fault of `read_barcode`.
    """
    found = read_barcode(text)
    require_none(found.faults)
    return _taken_apart(found.digits)


def printed_lines(digits: str) -> tuple[str, str]:
    """The two lines of text under the bars: (91)issuer-free area and reissue; date-stamp-amount-check digit."""
    first = f"({digits[:2]}){digits[2:8]}-{digits[8:30]}"
    return first, f"{digits[30:36]}-{digits[36]}-{digits[37:43]}-{digits[43]}"
