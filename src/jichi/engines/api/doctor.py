"""What `jichi doctor` says of the interface for programs."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.errors import Finding

from .models import Subscription
from .outgoing import allowed


def findings() -> list[Finding]:
    """Where webhooks may go, and whether some address was switched off."""
    may = allowed()
    inside = ", ".join((*may.networks, may.origin)).strip(", ")
    mend = 'addresses inside: {"webhooks": {"kind": "internal", "networks": ["10.1.0.0/16"]}} in secrets/peers.json'
    found = [Finding("Webhooks", "ok", f"public https addresses{' and ' + inside if inside else ''}", mend)]
    with unit(system_actor("api.doctor")):
        failed = Subscription.objects.filter(state="failed").count()
    if failed:
        found.append(Finding("Webhooks", "wrong", f"{failed} address(es) did not answer for days", "/staff/admin/api/"))
    return found
