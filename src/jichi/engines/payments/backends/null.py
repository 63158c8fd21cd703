"""No payment firm: nobody can pay online, and nothing is lost by asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ..rules import Answer
from .base import FirmRefusedError, Session


class NullFirm:
    """Stands where no firm is configured."""

    is_there = False

    def open_session(
        self, *, key: str, charge_id: UUID, amount_yen: int, title: str, language: str, return_url: str,
        callback_url: str, expires_at: datetime,
    ) -> Session:  # fmt: skip
        """Refused."""
        del key, charge_id, amount_yen, title, language, return_url, callback_url, expires_at
        raise FirmRefusedError("no payment firm is configured")

    def session(self, ref: str) -> Mapping[str, Any]:
        """Refused."""
        raise FirmRefusedError(f"no payment firm is configured: {ref}")

    def expire(self, ref: str) -> Mapping[str, Any]:
        """Refused."""
        return self.session(ref)

    def refund(self, *, key: UUID, payment_ref: str, amount_yen: int) -> Answer:
        """Later: the firm may be configured again."""
        del key, payment_ref, amount_yen
        return Answer("later", "firm.off")
