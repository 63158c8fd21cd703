"""What a room orders: one slip each; and the fingerprint of an order, so that a repeat is told from another one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from .window import Addressee


@dataclass(frozen=True, slots=True, kw_only=True)
class ElCodes:
    """What an eL-QR needs beyond the slip: fee number 3 digits, years 4, period 2 (municipality's own tables)."""

    fee_number: str
    levy_year: str
    tax_year: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipOrder:
    """One slip to issue.

    Args:
        number: the payment number, digits only; keys of one length in one municipality. The same number again is a
            reissue: the slip before it is marked as replaced.
        subject: what is paid, for the room that orders ("collection:installment:17"); opaque here.
        amount: yen.
        due: legal due date (納期限).
        pay_by: last day that stores and apps take it; None for none.
        title: what it is for, as printed, up to 30 full-width characters.
        rows: further facts (label, value), up to 6.
        handwritten: the amount is filled in by hand: no barcode, no eL-QR.
    """

    number: str
    subject: str
    amount: int
    due: date
    pay_by: date | None
    to: Addressee
    title: str
    rows: tuple[tuple[str, str], ...] = ()
    el: ElCodes | None = None
    handwritten: bool = False


def fingerprint(orders: Iterable[SlipOrder], *, title: str, large: bool) -> str:
    """SHA-256 over everything ordered, in order."""
    digest = hashlib.sha256(json.dumps([title, large], ensure_ascii=False).encode())
    for order in orders:
        digest.update(json.dumps(asdict(order), ensure_ascii=False, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def doubled(orders: Sequence[SlipOrder]) -> tuple[str, ...]:
    """Payment numbers that stand more than once in one order."""
    seen: set[str] = set()
    found = []
    for order in orders:
        if order.number in seen:
            found.append(order.number)
        seen.add(order.number)
    return tuple(found)


def ranges(total: int, size: int) -> tuple[tuple[int, int, int], ...]:
    """Parts of a run: (number from 1, first place, last place), places from 0."""
    return tuple(
        (number, first, min(first + size, total) - 1) for number, first in enumerate(range(0, total, size), start=1)
    )
