"""Retention: messages are forgotten 400 days after they were made, those to a bare address after 30."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q

from jichi.kernel import clock

from .models import Message

KEEP: Final = timedelta(days=400)
KEEP_ADDRESS: Final = timedelta(days=30)
"""Messages to people without an account hold an address: sign-in codes."""


def sweep() -> None:
    """Delete old messages; of those to accounts, what has not ended well stays until somebody acts."""
    now = clock.now()
    old = Q(created_at__lt=now - KEEP) | Q(account=None, created_at__lt=now - KEEP_ADDRESS)
    Message.objects.filter(old).exclude(
        deliveries__state__in=("pending", "sending", "uncertain", "failed"), account__isnull=False
    ).delete()
