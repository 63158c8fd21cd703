"""What we and a bank's gateway say to each other: signed JSON both ways (docs/direct-debit.md). No Django.

A signature covers time, method, path and body; the address a person comes back to is signed too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from .rules.registering import REASONS, State

HEADER: Final = "Jichi-Signature"
KEY_HEADER: Final = "Idempotency-Key"
WINDOW: Final = 300
"""Seconds that a clock may differ and a message may be under way."""
MOST_BODY: Final = 64 * 1024
_HEADER: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_REF: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_TOLD: Final[Mapping[str, State]] = {
    "open": "open", "registered": "done", "failed": "failed", "cancelled": "cancelled", "expired": "expired",
}  # fmt: skip


class BadSignatureError(Exception):
    """Not signed by who shares the secret, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a bank says of a registration. The account is there where it was registered."""

    ref: str
    reference: UUID | None
    state: State
    reason: str = ""
    branch: str = ""
    type: str = ""
    account: str = ""
    holder: str = ""


def _digest(secret: str, text: bytes) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _signed(at: int, method: str, path: str, body: bytes) -> bytes:
    return f"{at}\n{method}\n{path}\n".encode() + body


def sign(secret: str, *, at: int, method: str, path: str, body: bytes) -> str:
    """The signature header of a message sent at `at` (seconds since 1970)."""
    return f"t={at},v1={_digest(secret, _signed(at, method, path, body))}"


def verify(header: str, *, secret: str, now: int, method: str, path: str, body: bytes) -> None:
    """Nothing, where the message is signed with the secret within the window.

    Raises:
        BadSignatureError: no signature, a wrong one, no secret, or one from too long ago or too far ahead.
    """
    found = _HEADER.fullmatch(header)
    if found is None or not secret:
        raise BadSignatureError("no signature")
    at = int(found[1])
    if not hmac.compare_digest(_digest(secret, _signed(at, method, path, body)), found[2]):
        raise BadSignatureError("wrong signature")
    if abs(now - at) > WINDOW:
        raise BadSignatureError("outside of the time window")


def mark_of(secret: str, *, ref: str, nonce: str, status: str) -> str:
    """The signature in the address a person comes back to."""
    return _digest(secret, f"return\n{ref}\n{nonce}\n{status}".encode())


def is_marked(secret: str, mark: str, *, ref: str, nonce: str, status: str) -> bool:
    """Did the bank write this address?"""
    return bool(secret) and hmac.compare_digest(mark_of(secret, ref=ref, nonce=nonce, status=status), mark)


def packed(content: Mapping[str, Any]) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises ValueError for anything else."""
    found = json.loads(body) if len(body) <= MOST_BODY else None
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what came is wrong, not our code
    return found


def read_word(about: object) -> Word:
    """A registration object of the protocol. Raises ValueError where it can't be read."""
    if not isinstance(about, dict):
        raise ValueError("a word about nothing")  # noqa: TRY004 - what came is wrong, not our code
    ref, status = str(about.get("id", "")), str(about.get("status", ""))
    if not _REF.fullmatch(ref) or status not in _TOLD:
        raise ValueError("a word that can't be read")
    try:
        reference = UUID(str(about.get("reference")))
    except ValueError:
        reference = None
    reason = str(about.get("reason") or "")
    account = about.get("account") if status == "registered" else {}
    if not isinstance(account, dict) or (status == "registered" and not account):
        raise ValueError("registered without an account")
    given = {name: str(account.get(name, ""))[:60] for name in ("branch", "type", "account", "holder")}
    state = _TOLD[status]
    return Word(
        ref=ref,
        reference=reference,
        state=state,
        reason=(reason if reason in REASONS else "other") if state == "failed" else "",
        **given,
    )
