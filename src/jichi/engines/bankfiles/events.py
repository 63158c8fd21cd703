"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsTaken:
    """A file of receipts was taken in whole. SQL: `bankfiles_to_book(file_id)` gives what is to be booked of it."""

    file_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementTaken:
    """An acquirer's settlement was taken in whole; `queries.settled_lines(file_id=…)` gives its lines."""

    file_id: UUID
