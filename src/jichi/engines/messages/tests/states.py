"""States of deliveries, for tests of the rooms above."""

from __future__ import annotations

from jichi.engines.messages.models import Delivery


def fail(about: str, error: str = "mail.address_refused:550") -> None:
    """Nothing about this 受付番号 could be delivered. Inside a unit of the system."""
    Delivery.objects.filter(message__about=about).update(state="failed", next_attempt_at=None, last_error=error)
