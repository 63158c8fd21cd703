"""The payment firm that `JICHI_PEERS["payments"]` names: `hosted` (or its sandbox) speaks docs/payments.md."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

from .base import Firm, FirmAwayError, FirmRefusedError, Session
from .hosted import HostedFirm
from .null import NullFirm

__all__ = ["PEER", "Firm", "FirmAwayError", "FirmRefusedError", "Session", "firm", "peer"]

PEER: Final = "payments"
_KINDS: Final = frozenset({"sandbox", "hosted"})


def peer() -> dict[str, Any]:
    """What the instance was told of the payment firm: {} where there is none."""
    found: dict[str, Any] = settings.JICHI_PEERS.get(PEER, {})
    return found


def firm() -> Firm:
    """The payment firm; one that refuses everything where none is configured."""
    told = peer()
    if told.get("kind") in _KINDS and told.get("url") and told.get("secret"):
        return HostedFirm(url=str(told["url"]), secret=str(told["secret"]))
    return NullFirm()
