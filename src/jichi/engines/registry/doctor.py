"""What `jichi doctor` says of the register's mirror: how old the last load is."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from .models import RegisterLoad
from .queries import register_state
from .units import LOADER

STALE_DAYS: Final = 3
_MEND: Final = "take a newer file in: jichi register import FILE (docs/register-import.md)"


def stale_days() -> int:
    """After so many days a register counts as old: JICHI_REGISTER["stale_days"], 3 if not set."""
    return int(getattr(settings, "JICHI_REGISTER", {}).get("stale_days", STALE_DAYS))


def findings() -> list[Finding]:
    """The mirror's age, and a load that somebody has to confirm."""
    with unit(LOADER):
        state = register_state()
        waiting = RegisterLoad.objects.filter(state="waiting").count()
    if state.as_of is None:
        found = [Finding("register", "missing", "no load yet", _MEND)]
    elif state.kind == "sample":
        found = [Finding("register", "ok", f"the sample ward, {state.residents} residents")]
    else:
        days = (clock.today() - state.as_of).days
        words = f"{state.residents} residents as of {state.as_of}, {days} days ago"
        is_old = days > stale_days()
        found = [Finding("register", "wrong" if is_old else "ok", words, _MEND if is_old else "")]
    if waiting:
        found.append(
            Finding("loads", "missing", f"{waiting} wait for a second official", "staff portal, 住民情報の取込")
        )
    return found
