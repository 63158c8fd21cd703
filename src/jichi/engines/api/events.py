"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFailed:
    """An address that wanted to be told did not answer for days, and is told no more."""

    subscription_id: UUID
    client_id: UUID
    client: str
    let_in_by: UUID | None
    """Account of the official who let the client in."""
