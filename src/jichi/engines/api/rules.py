"""Keys, cursors, limits and signatures of the interface for programs, without a database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

PREFIX_LENGTH: Final = 8
LONGEST_DAYS: Final = 366
"""A client lasts at most a year, then somebody looks at it again."""
PER_MINUTE: Final = 600
PAGE_LIMIT: Final = 100
BODY_LIMIT: Final = 1024 * 1024
UPLOAD_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a body that carries files: 10 MiB in base64 and what stands around it."""
KEPT_HOURS: Final = 24
CALLS_KEPT_DAYS: Final = 90

_KEY: Final = re.compile(r"^jichi_([0-9a-z]{8})_([0-9A-Za-z_-]{43})$")
_IDEMPOTENCY: Final = re.compile(r"^[0-9A-Za-z._:-]{8,64}$")
_ETAG: Final = re.compile(r'^"(\d{1,9})"$')


def written_key(prefix: str, secret: str) -> str:
    """A key as it is handed over: the prefix stays visible, the secret is shown once."""
    return f"jichi_{prefix}_{secret}"


def read_key(authorization: str) -> tuple[str, str] | None:
    """Prefix and secret of an `Authorization: Bearer …` header; None where it holds no key of ours."""
    scheme, _, token = authorization.partition(" ")
    found = _KEY.match(token.strip()) if scheme.lower() == "bearer" else None
    return (found[1], found[2]) if found else None


def key_hash(secret: str, pepper: str) -> str:
    """What is kept of a key: an HMAC under the house's own secret, so that a stolen table opens nothing."""
    return hmac.new(f"api-key {pepper}".encode(), secret.encode(), hashlib.sha256).hexdigest()


def burst(per_minute: int) -> int:
    """How many calls may come at once after a rest."""
    return max(10, per_minute // 4)


def seal_cursor(text: str, pepper: str) -> str:
    """An opaque cursor; one that we did not make is recognised."""
    mark = hmac.new(f"cursor {pepper}".encode(), text.encode(), hashlib.sha256).digest()[:9]
    return base64.urlsafe_b64encode(mark + text.encode()).decode().rstrip("=")


def open_cursor(cursor: str, pepper: str) -> str | None:
    """What `seal_cursor` sealed; None for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        text = raw[9:].decode()
    except (ValueError, binascii.Error):
        return None
    return text if hmac.compare_digest(seal_cursor(text, pepper).encode(), cursor.encode()) else None


def is_idempotency_key(text: str) -> bool:
    """Is it one that we take?"""
    return bool(_IDEMPOTENCY.match(text))


def fingerprint(method: str, target: str, body: bytes) -> str:
    """What must be the same when a call comes again under its key."""
    return hashlib.sha256(f"{method} {target}\n".encode() + body).hexdigest()


def read_etag(if_match: str) -> int | None:
    """The version that an `If-Match` header names; None where it names none."""
    found = _ETAG.match(if_match.strip().removeprefix("W/"))
    return int(found[1]) if found else None


def fitting_end(ends_on: date, today: date) -> bool:
    """May a client made today last until this day?"""
    return today < ends_on <= today + timedelta(days=LONGEST_DAYS)


# -- webhooks ------------------------------------------------------------------------------------------------------

DELAYS: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200)
"""Seconds until the next try, by how many failed; then twice a day."""
GIVE_UP_DAYS: Final = 5
"""A delivery is given up, and an address that never answers is switched off, after so many days."""
SECRET_OVERLAP_HOURS: Final = 24
_ADDRESS: Final = re.compile(r"^https?://[^\s/?#@\\]{1,253}(?::\d{1,5})?(?:[/?][\x21-\x7e]*)?$")


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a delivery as Standard Webhooks defines it: `v1,` and HMAC-SHA256 of id.timestamp.body.

    Args:
        secret: "whsec_" and the key in base64.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def next_delay(failed: int, jitter: float) -> float:
    """Seconds until the next try after so many failed ones; `jitter` 0 to 1 spreads them by a tenth."""
    return DELAYS[min(failed, len(DELAYS)) - 1] * (1 + jitter / 10)


def readable_address(url: str, *, plain_allowed: bool = False) -> bool:
    """Is it an address that a delivery may go to, as far as its letters tell?"""
    if len(url) > 500 or not _ADDRESS.match(url):
        return False
    return url.startswith("https://") or plain_allowed


def is_public(address: str) -> bool:
    """Is it an address of the open Internet: not this machine, this network, a cloud's own service, or a disguise?"""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def within(address: str, networks: Iterable[str]) -> bool:
    """Does the address lie in one of these networks?"""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
        return any(ip in ipaddress.ip_network(network) for network in networks)
    except ValueError:
        return False
