"""What ends by itself: kept answers after a day, the log of calls after ninety days."""

from __future__ import annotations

from datetime import timedelta

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import idempotency, rules
from .models import ApiCall


def sweep() -> None:
    """Drop what nobody may need any more. Bears repeating."""
    idempotency.forget_old()
    with unit(system_actor("api.sweep")):
        ApiCall.objects.filter(at__lt=clock.now() - timedelta(days=rules.CALLS_KEPT_DAYS)).delete()
