"""Retention: messages are forgotten 400 days after they ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.kernel import clock

from .models import Message

KEEP: Final = timedelta(days=400)


def sweep() -> None:
    """Delete messages whose deliveries have all ended long ago; failed ones stay until somebody acts."""
    Message.objects.filter(created_at__lt=clock.now() - KEEP).exclude(
        deliveries__state__in=("pending", "sending", "uncertain", "failed")
    ).delete()
