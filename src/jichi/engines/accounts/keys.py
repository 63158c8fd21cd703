"""Keys that the demo and its stand-ins both make from their shared secret. Never for anything real. No Django."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

AUTHORITY: Final = "Jichi sandbox authority (stand-in)"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def derived_key(secret: str, purpose: str) -> ec.EllipticCurvePrivateKey:
    """The same key for the same secret and purpose."""
    number = int.from_bytes(hashlib.sha512(f"{purpose} {secret}".encode()).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())
