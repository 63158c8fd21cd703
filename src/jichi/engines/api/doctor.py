"""What `jichi doctor` says of the interface for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from .models import ApiClient, ApiKey, Subscription
from .outgoing import allowed

SOON: Final = timedelta(days=30)


def findings() -> list[Finding]:
    """Where webhooks may go, whether some address was switched off, and which keys end soon."""
    may = allowed()
    inside = ", ".join((*may.networks, may.origin)).strip(", ")
    mend = 'addresses inside: {"webhooks": {"kind": "internal", "networks": ["10.1.0.0/16"]}} in secrets/peers.json'
    found = [Finding("Webhooks", "ok", f"public https addresses{' and ' + inside if inside else ''}", mend)]
    with unit(system_actor("api.doctor")):
        failed = Subscription.objects.filter(state="failed").count()
    if failed:
        found.append(Finding("Webhooks", "wrong", f"{failed} address(es) did not answer for days", "/staff/admin/api/"))
    return [*found, *_ending()]


def _ending() -> list[Finding]:
    """Programs that still call and whose time ends soon: their keys end with it, and only a person makes it longer."""
    today = clock.today()
    with unit(system_actor("api.doctor")):
        ending = ApiClient.objects.filter(
            stopped_at=None, ends_on__gte=today, ends_on__lte=today + SOON,
            keys__in=ApiKey.objects.filter(revoked_at=None),
        )  # fmt: skip
        told = list(ending.order_by("ends_on", "title").values_list("title", "ends_on").distinct())
    if not told:
        return []
    named = ", ".join(f"{title} ({day.isoformat()})" for title, day in told[:5])
    more = f" and {len(told) - 5} more" if len(told) > 5 else ""
    return [Finding("API keys", "wrong", f"end within {SOON.days} days: {named}{more}", "/staff/admin/api/")]
