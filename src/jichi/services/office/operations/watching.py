"""What workers look at: their clock against the database's, the certificate, everything that rooms can check."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.manifest import load_manifests, resolve

from . import actions
from .models import Observation
from .rules import CLOCK_MOST

SYSTEM: Final = system_actor("operations.watch")
_before: list[tuple[float, float]] = []


def jumped(before: tuple[float, float], now: tuple[float, float]) -> float:
    """How far the clock was set between two looks, in seconds; both are (clock, seconds that really passed)."""
    return (now[0] - before[0]) - (now[1] - before[1])


def read_clock() -> bool:
    """One round of the loop: this worker's clock beside the database's, and whether somebody set it."""
    with unit(SYSTEM):
        offset = clock_offset()
        now = (time.time(), time.monotonic())
        set_by = jumped(_before[-1], now) if _before else 0.0
        _before[:] = [now]
        actions.observe(actor=SYSTEM, key="clock", facts={"offset": round(offset, 3)})
        if abs(set_by) > CLOCK_MOST:
            actions.observe(actor=SYSTEM, key="clock.jump", facts={"seconds": round(set_by, 1)})
        if Observation.objects.filter(key="look").exists():
            return False
    look()  # a new instance shows its state at once, not only after ten minutes
    return False


def clock_offset() -> float:
    """Seconds that this machine's clock is ahead of the database's. One statement."""
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        theirs = float(cursor.fetchone()[0])
    return (before + time.time()) / 2 - theirs


def look() -> None:
    """Every ten minutes: the certificate, and what `jichi doctor` asks of the rooms."""
    seen: list[dict[str, str]] = []
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        for function in manifest.doctor:
            try:
                found = [(one.what, one.state, one.detail) for one in resolve(function)()]
            except Exception as error:  # one room's fault must not hide the others'
                found = [(manifest.label, "wrong", type(error).__name__)]
            seen += [{"what": what, "state": state, "detail": detail[:200]} for what, state, detail in found]
    actions.observe(actor=SYSTEM, key="look", facts={"seen": seen})
    if settings.JICHI_ORIGIN.startswith("https:"):
        actions.observe(actor=SYSTEM, key="certificate", facts=_certificate(settings.JICHI_ORIGIN))


def _certificate(origin: str) -> dict[str, str]:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        with (
            closing(socket.create_connection((host, parts.port or 443), timeout=5)) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as line,
        ):
            held = line.getpeercert() or {}
    except OSError as error:
        return {"trouble": type(error).__name__}
    until = ssl.cert_time_to_seconds(str(held.get("notAfter", "")))
    return {"until": datetime.fromtimestamp(until, UTC).isoformat()}
