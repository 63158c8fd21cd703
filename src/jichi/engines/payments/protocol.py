"""What we and the payment firm say to each other over HTTP: signed JSON both ways (docs/payments.md). No Django.

A signature covers time, method, path and body, so that a request can't be played back as a callback or later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from .rules import EVENT_KINDS, MOST_YEN, Notice

HEADER: Final = "Jichi-Signature"
KEY_HEADER: Final = "Idempotency-Key"
WINDOW: Final = 300
"""Seconds that a clock may differ and a message may be under way."""
MOST_BODY: Final = 64 * 1024
_HEADER: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_REF: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_WORD: Final = re.compile(r"[a-z0-9_]{0,40}")


class BadSignatureError(Exception):
    """Not signed by who shares the secret, or not now; the text says which, for the log."""


def _digest(secret: str, at: int, method: str, path: str, body: bytes) -> str:
    signed = f"{at}\n{method}\n{path}\n".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def sign(secret: str, *, at: int, method: str, path: str, body: bytes) -> str:
    """The signature header of a message sent at `at` (seconds since 1970)."""
    return f"t={at},v1={_digest(secret, at, method, path, body)}"


def verify(header: str, *, secret: str, secret_before: str = "", now: int, method: str, path: str, body: bytes) -> None:
    """Nothing, where the message is signed with the secret (or the one before it) within the window.

    Raises:
        BadSignatureError: no signature, a wrong one, or one from too long ago (or too far ahead).
    """
    found = _HEADER.fullmatch(header)
    if found is None:
        raise BadSignatureError("no signature")
    at = int(found[1])
    secrets = [one for one in (secret, secret_before) if one]
    # All are compared, each in constant time.
    fitting = [hmac.compare_digest(_digest(one, at, method, path, body), found[2]) for one in secrets]
    if not any(fitting):
        raise BadSignatureError("wrong signature")
    if abs(now - at) > WINDOW:
        raise BadSignatureError("outside of the time window")


def packed(content: Mapping[str, Any]) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises ValueError for anything else."""
    if len(body) > MOST_BODY:
        raise ValueError("too long")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what came is wrong, not our code
    return found


def _text(found: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = found.get(name) or ""
    if not isinstance(value, str) or (value and not form.fullmatch(value)):
        raise ValueError(f"{name} can't be read")
    return value


def _yen(found: Mapping[str, Any]) -> int:
    value = found.get("amount")
    if type(value) is not int or not 0 <= value <= MOST_YEN:
        raise ValueError("amount can't be read")
    return value


def _uuid(value: object) -> UUID | None:
    """A reference that is none of ours is no reason to refuse the message: it is kept as unknown."""
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    if not value:
        return None
    found = datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return found


def read_event(body: bytes) -> Notice:
    """A callback's body: {"id", "type", "session": {…}} or {"id", "type", "refund": {…}}.

    Raises:
        ValueError: not a message of this protocol.
    """
    found = unpacked(body)
    event_id, kind = _text(found, "id", _REF), found.get("type")
    if not event_id or event_id.startswith("poll:") or kind not in EVENT_KINDS:
        raise ValueError("not an event")
    about = found.get("refund" if kind.startswith("refund.") else "session")
    if not isinstance(about, dict):
        raise ValueError("an event about nothing")  # noqa: TRY004 - what came is wrong, not our code
    if kind.startswith("refund."):
        return Notice(
            event_id=event_id, kind=kind, session_ref=_text(about, "session", _REF), amount_yen=_yen(about),
            reference=_uuid(about.get("session_reference")), refund_key=_uuid(about.get("reference")),
            refund_ref=_text(about, "id", _REF),
        )  # fmt: skip
    return read_session(about, event_id=event_id, kind=kind)


def read_session(about: Mapping[str, Any], *, event_id: str, kind: Any) -> Notice:
    """A session object as a notice of this kind. Raises ValueError."""
    session_ref = _text(about, "id", _REF)
    payment = about.get("payment") or {}
    if not session_ref or not isinstance(payment, dict):
        raise ValueError("a session without name")
    if kind == "session.paid" and not payment.get("id"):
        raise ValueError("paid without a payment")
    return Notice(
        event_id=event_id, kind=kind, session_ref=session_ref, reference=_uuid(about.get("reference")),
        amount_yen=_yen(payment if kind == "session.paid" else about), payment_ref=_text(payment, "id", _REF),
        method=_text(payment, "method", _WORD) or "unknown", accepted_at=_moment(payment.get("accepted_at")),
    )  # fmt: skip


def read_answer(about: Mapping[str, Any]) -> Notice | None:
    """What the firm says of a session when asked, as a notice; None while it is open or waits for a store.

    The same answer makes the same event id, so that asking twice tells us once. Raises ValueError.
    """
    status = about.get("status")
    if status in ("open", "pending"):
        return None
    kind = f"session.{status}"
    if kind not in EVENT_KINDS:
        raise ValueError("no such status")
    payment = about.get("payment") or {}
    amount = payment.get("amount", about.get("amount")) if isinstance(payment, dict) else 0
    return read_session(about, event_id=f"poll:{about.get('id')}:{status}:{amount}"[:200], kind=kind)
