"""What the room asks of a payment firm. Calls go out over the network: never make one while rows are locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ..rules import Answer


class FirmAwayError(Exception):
    """No connection, no answer, or one that can't be read: trying later is right."""


class FirmRefusedError(Exception):
    """The firm does not want this request; trying again is no use."""


@dataclass(frozen=True, slots=True)
class Session:
    """A page of the firm on which one charge can be paid."""

    ref: str
    url: str
    expires_at: datetime


class Firm(Protocol):
    """A payment firm with a page of its own (hosted checkout)."""

    is_there: bool
    """False: none is configured, every call is refused."""

    def open_session(
        self, *, key: str, charge_id: UUID, amount_yen: int, title: str, language: str, return_url: str,
        callback_url: str, expires_at: datetime,
    ) -> Session:  # fmt: skip
        """A page for one charge; the same key answers the same page.

        Raises:
            FirmAwayError, FirmRefusedError.
        """
        ...

    def session(self, ref: str) -> Mapping[str, Any]:
        """How a session stands, as `protocol.read_answer` takes it. Raises as above."""
        ...

    def expire(self, ref: str) -> Mapping[str, Any]:
        """End a session that is open, and say how it stands: one that was paid stays paid. Raises as above."""
        ...

    def refund(self, *, key: UUID, payment_ref: str, amount_yen: int) -> Answer:
        """Give a payment back; the same key is done once. Never raises."""
        ...
