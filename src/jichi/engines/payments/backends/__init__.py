"""The payment firm that `JICHI_PEERS["payments"]` names: `hosted` (or its sandbox) speaks docs/payments.md, `stripe`
the public API of that firm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from jichi.kernel import clock

from .. import protocol
from ..rules import Notice
from . import stripe
from .base import Firm, FirmAwayError, FirmRefusedError, Session
from .hosted import HostedFirm
from .null import NullFirm
from .stripe import StripeFirm

__all__ = [
    "PEER",
    "Firm",
    "FirmAwayError",
    "FirmRefusedError",
    "Session",
    "firm",
    "pages_of",
    "peer",
    "read_callback",
]

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
    if told.get("kind") == "stripe" and told.get("url") and told.get("key") and told.get("pages"):
        return StripeFirm(url=str(told["url"]), key=str(told["key"]), pages=str(told["pages"]))
    return NullFirm()


def pages_of() -> str:
    """Where the firm's own pages are, so that a form may lead there; "" for none."""
    told = peer()
    return str(told.get("pages") or told.get("url", ""))


def read_callback(headers: Mapping[str, str], *, path: str, body: bytes) -> Notice | None:
    """What a call of the firm says, its signature looked at first; None: nothing that changes anything here.

    Raises:
        BadSignatureError, ValueError: not the firm's, or not to be read.
    """
    told, now = peer(), int(clock.now().timestamp())
    secret, before = str(told.get("secret", "")), str(told.get("secret_before", ""))
    if told.get("kind") == "stripe":
        stripe.verify(headers.get(stripe.HEADER, ""), secret=secret, secret_before=before, now=now, body=body)
        return stripe.read_event(body)
    protocol.verify(
        headers.get(protocol.HEADER, ""), secret=secret, secret_before=before, now=now, method="POST", path=path,
        body=body,
    )  # fmt: skip
    return protocol.read_event(body)
