"""drand (League of Entropy): which round comes when, and whether a signature is the group's.

Source: drand's specification; scheme bls-unchained-g1-rfc9380 of the chain "quicknet". Its group key is pinned here.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network: seconds since 1970 of its first round, seconds between rounds, its group's public key."""

    hash: str
    genesis: int
    period: int
    public_key: str = ""


QUICKNET: Final = Chain(
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", 1692803367, 3,
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
)  # fmt: skip
DEFAULT: Final = Chain("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce", 1595431050, 30)
"""The older chained network: its times are known here, its key is not pinned."""
CHAINS: Final = {chain.hash: chain for chain in (QUICKNET, DEFAULT)}
TAG: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE_BYTES: Final = 48


def round_at(chain: Chain, at: int) -> int:
    """The newest round published at a time (seconds since 1970).

    Raises:
        ValueError: before the network began.
    """
    if at < chain.genesis:
        raise ValueError("the network had not begun")
    return 1 + (at - chain.genesis) // chain.period


def time_of_round(chain: Chain, number: int) -> int:
    """When a round is published, in seconds since 1970."""
    return chain.genesis + (number - 1) * chain.period


def randomness_of(signature: bytes) -> bytes:
    """R = SHA-256 of the signature."""
    return hashlib.sha256(signature).digest()


def verified_signature(number: int, signature: bytes) -> bool:
    """Did quicknet's group sign this round? Pairing on BLS12-381: about a second of CPU.

    The point must be on the curve, in the right subgroup and not at infinity.
    """
    if len(signature) != SIGNATURE_BYTES or not 0 < number < 2**64:
        return False
    deepest = sys.getrecursionlimit()
    try:
        return _paired(number, signature)
    finally:
        sys.setrecursionlimit(deepest)  # py_ecc raises it when imported: then a deep JSON would end the process


def _paired(number: int, signature: bytes) -> bool:
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.hash_to_curve import hash_to_G1
    from py_ecc.bls.point_compression import decompress_G1, decompress_G2
    from py_ecc.bls.typing import G1Compressed, G2Compressed
    from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12
    from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf, neg
    from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing

    try:
        point = decompress_G1(G1Compressed(int.from_bytes(signature, "big")))
    except ValueError:
        return False
    if is_inf(point) or not subgroup_check(point):
        return False
    raw = bytes.fromhex(QUICKNET.public_key)
    key = decompress_G2(G2Compressed((int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))))
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, TAG, hashlib.sha256)  # type: ignore[arg-type]  # its stub names the hash, not its maker
    both = pairing(neg(G2), point, final_exponentiate=False) * pairing(key, hashed, final_exponentiate=False)
    return bool(final_exponentiate(both) == FQ12.one())
