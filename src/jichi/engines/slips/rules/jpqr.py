"""JPQR (EMV merchant-presented): a shop's code that was received, taken apart for showing. Never minted here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .check_digits import crc_16
from .faults import Fault

MOST_TEXT: Final = 512
"""EMV merchant-presented codes have at most 512 characters."""
_ACCOUNTS: Final = range(2, 52)


@dataclass(frozen=True, slots=True, kw_only=True)
class JpqrReading:
    """Tag → value of the outer level in the order found; whether it can be such a code at all; every fault."""

    values: dict[str, str]
    faults: tuple[Fault, ...]

    @property
    def dynamic(self) -> bool:
        """Made for one payment (tag 01 = 12), not printed once for all."""
        return self.values.get("01") == "12"

    @property
    def accounts(self) -> tuple[str, ...]:
        """Tags of the payment schemes it serves (02 to 51)."""
        return tuple(tag for tag in self.values if int(tag) in _ACCOUNTS)


def looks_like_jpqr(text: str) -> bool:
    """Whether a QR text begins as EMV merchant-presented codes do and ends in their checksum."""
    return text.startswith("000201") and text[-8:-4] == "6304" and len(text) <= MOST_TEXT


def read_jpqr(text: str) -> JpqrReading:
    """Take a code apart: tags of 2 digits, lengths of 2, CRC as 4 hexadecimal digits. Never raises."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (tag + length).isascii() or not (tag + length).isdecimal() or len(length) != 2:
            faults.append(Fault("slip.jpqr_shape", {"place": at + 1}))
            break
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length) or tag in values:
            faults.append(Fault("slip.jpqr_shape", {"place": at + 1}))
            break
        values[tag] = value
        at += 4 + int(length)
    right = f"{crc_16(text[:-4].encode()):04X}"
    if values.get("63", "").upper() != right:
        faults.append(Fault("slip.crc", {"found": values.get("63", ""), "right": right}))
    return JpqrReading(values=values, faults=tuple(faults))
