"""What processes write down about this instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from .models import Observation


def observe(*, actor: Actor, key: str, facts: Mapping[str, Any]) -> None:
    """Keep what was seen last of one subject.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        Observation.objects.update_or_create(key=key, defaults={"at": clock.now(), "facts": dict(facts)})


def backup_ended(*, actor: Actor, folder: str, rows: int, size: int, trouble: str = "") -> None:
    """Keep how a backup ended; `trouble` empty: well.

    Raises:
        Forbidden: not the platform itself.
    """
    with unit(actor):
        facts = {"folder": folder, "rows": rows, "bytes": size, "trouble": trouble[:200]}
        observe(actor=actor, key="backup.failed" if trouble else "backup", facts=facts)
        audit.record(
            actor=actor, action="backup_failed" if trouble else "backup", table="office_operations", object_id=folder
        )
