"""Facts this room announces, in the transaction in which they become true: for rooms that charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateChanged:
    """How dues of a kind are paid by this payer from now on: `state` live, held or ended."""

    mandate_id: UUID
    payer_no: str
    kind: str
    state: str
    since: date
    reason: str = ""
