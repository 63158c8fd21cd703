"""Small change of signing in that nobody needs a certificate for: counters and flows that live for minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .models import IdentityFlow, RateWindow

KEEP: Final = timedelta(days=1)


def sweep() -> None:
    """Delete flows and counters of tries older than a day. May run twice. What is personal goes by `retention`."""
    before = clock.now() - KEEP
    with unit(system_actor("accounts.sweep", purpose="retention")):
        IdentityFlow.objects.filter(created_at__lt=before).delete()
        RateWindow.objects.filter(started_at__lt=before).delete()
