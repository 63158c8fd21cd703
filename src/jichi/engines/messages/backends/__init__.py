"""The channels as this instance has them: from its settings, or off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from ..rules import CHANNELS
from .base import Backend
from .line import LineBackend, line_settings
from .mail import MailBackend
from .off import OffBackend
from .sms import SmsBackend, sms_settings

__all__ = ["LineBackend", "SmsBackend", "backend", "channels_on", "days_between_sms", "line_backend", "sms_backend"]


def _peer(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = settings.JICHI_PEERS.get(name, {})
    return {} if found.get("kind") == "off" else found


def sms_backend() -> SmsBackend | None:
    """The SMS gateway, None without one. Raises ValueError when its settings are wrong."""
    peer = _peer("sms")
    return SmsBackend(sms_settings(peer)) if peer else None


def days_between_sms() -> int:
    """At most one SMS about a case in so many days; 0: no limit, or no SMS at all."""
    try:
        peer = _peer("sms")
        return sms_settings(peer).per_case_days if peer else 0
    except ValueError:
        return 0


def line_backend() -> LineBackend | None:
    """Our LINE channel, None without one. Raises ValueError when its settings are wrong."""
    peer = _peer("line")
    return LineBackend(line_settings(peer)) if peer else None


def backend(name: str) -> Backend:
    """The channel "mail", "sms" or "line"; one that is off or set wrongly sends nothing (`doctor` says why)."""
    if name == "mail":
        return MailBackend()
    try:
        found: Backend | None = sms_backend() if name == "sms" else line_backend()
    except ValueError:
        found = None
    return found or OffBackend(name)


def channels_on() -> frozenset[str]:
    """The channels that work here."""
    return frozenset(name for name in CHANNELS if backend(name).on)
