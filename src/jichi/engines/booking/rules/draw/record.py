"""The audit record of a draw (抽選の記録): one JSON file with all that is needed to run it again, and nobody's name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from . import drand
from .drawing import Outcome
from .entries import Entries
from .naming import Packed, json_names, packed
from .params import DrawError, Params, canonical_json, canonical_text

SEED_BYTES: Final = 32
RANDOMNESS_BYTES: Final = 32
_PLAIN: Final = bytes(sorted({*range(0x20, 0x7F)} - {0x22, 0x5C}))
"""ASCII that stands in JSON as it is."""
FREEZE_SECONDS: Final = 600
"""Rules and list are frozen at least this long before the randomness exists."""


@dataclass(frozen=True, slots=True)
class Beacon:
    """The randomness as it came: `signature` of a drand round, or the agreed `line` of public numbers."""

    randomness: bytes
    signature: bytes = b""
    line: str = ""


def commitment_of(seed: bytes) -> bytes:
    """What is published of an operator seed beforehand."""
    return hashlib.sha256(b"verifiable-lottery-1/commit\0" + seed).digest()


def judged_beacon(params: Params, beacon: Beacon) -> tuple[bool, str]:
    """Is the randomness what the announced source gave? With the reason, for people.

    (True, …) only where it was proved here: a signature by the pinned group key, or a line whose hash it is.

    Raises:
        DrawError: it is certainly not.
    """
    if len(beacon.randomness) != RANDOMNESS_BYTES:
        raise DrawError(f"the randomness must be {RANDOMNESS_BYTES} bytes")
    if params.kind == "drand":
        return _judged_round(params, beacon)
    if params.kind == "text":
        sources = params.beacon.get("sources")
        line = beacon.line or (sources if isinstance(sources, str) else "")
        if line and hashlib.sha256(line.encode()).digest() == beacon.randomness:
            return True, "the randomness is the SHA-256 of the agreed line"
        if beacon.line:
            raise DrawError("the randomness is not the SHA-256 of the line")
        return False, "no line was given whose SHA-256 the randomness is"
    return False, f"this program can't check a source of the kind {params.kind!r}"


def _judged_round(params: Params, beacon: Beacon) -> tuple[bool, str]:
    if not beacon.signature:
        return False, "no signature was given"
    if drand.randomness_of(beacon.signature) != beacon.randomness:
        raise DrawError("the randomness is not the SHA-256 of the signature")
    chain, number = params.beacon.get("chain"), params.beacon.get("round")
    if chain != drand.QUICKNET.hash or not isinstance(number, int):
        return False, "the key of this chain is not pinned here"
    if not drand.verified_signature(number, beacon.signature):
        raise DrawError(f"the signature is not that of round {number} by the pinned group key")
    return True, f"signature of drand quicknet round {number} by the pinned group key"


def beacon_of_record(params: Params, beacon: Beacon, *, verified: bool) -> dict[str, Any]:
    """`beacon` as it stands in the record: what was announced, and what came."""
    found: dict[str, Any] = {**params.beacon, "randomness": beacon.randomness.hex(), "verified": verified}
    if params.kind == "drand":
        found["signature"] = beacon.signature.hex()
    elif beacon.line:
        found["line"] = beacon.line
    return found


def build_record(
    params: Params,
    entries: Entries,
    outcome: Outcome,
    *,
    beacon: Mapping[str, Any],
    seed: bytes = b"",
    rejections: Mapping[str, int] | None = None,
    times: Mapping[str, str] | None = None,
    software: str = "",
    previous: str = "",
    reason: str = "",
    to_write: bool = False,
) -> dict[str, Any]:
    """The record of one draw.

    Args:
        beacon: see `beacon_of_record`.
        rejections: number of rejected entries by cause.
        times: "announced", "closed", "frozen", "randomness", "drawn", ISO 8601 with an offset, as far as known.
        previous: SHA-256 of the record of the draw before this one, "" for the first.
        reason: why there is a second draw of the same places, published; "" for a first draw.
        to_write: it goes to `record_parts` and nowhere else: its long lists may be `Packed`.
    """
    ids = [name.decode() for name in entries.ids]
    names = json_names(entries.ids) if to_write else None

    def named(places: Sequence[int]) -> list[str] | Packed:
        return packed(names, places) if names else list(map(ids.__getitem__, places))

    return {
        "algorithm": params.published["algorithm"],
        "params": params.published,
        "params_sha256": params.digest.hex(),
        "commitment": commitment_of(seed).hex() if seed else "",
        "operator_seed": seed.hex(),
        "beacon": dict(beacon),
        "entries": entries.data.decode(),
        "entries_sha256": entries.digest.hex(),
        "entries_count": len(entries),
        "key": outcome.key.hex(),
        "orders": [named(order) for order in outcome.orders],
        "wins": {ids[n]: [params.items[i] for i in won] for n, won in outcome.wins.items()},
        "remaining": dict(zip(params.items, outcome.remaining, strict=True)),
        "waitlists": dict(zip(params.items, map(named, outcome.waitlists), strict=True)),
        "rejections": dict(rejections or {}),
        "software": software,
        "times": dict(times or {}),
        "previous": previous,
        "reason": reason,
        "changes": [],
    }


def record_parts(record: Mapping[str, Any]) -> Iterator[bytes]:
    """The file piece by piece: canonical JSON, so that the same draw gives the same bytes.

    Raises:
        DrawError: a text in it is no Unicode.
    """
    comma = b"{"
    for key in sorted(record):
        yield comma + canonical_json(key) + b":"
        comma = b","
        value = record[key]
        if key == "orders" and isinstance(value, list):
            yield from _joined(map(_names, value), b"[", b"]")
        elif key == "entries" and isinstance(value, str):
            yield _list(value)
        elif key == "waitlists" and isinstance(value, dict):
            yield from _joined((canonical_json(k) + b":" + _names(value[k]) for k in sorted(value)), b"{", b"}")
        else:
            yield canonical_json(value)
    yield b"}" if record else b"{}"


def _joined(parts: Iterable[bytes], begin: bytes, end: bytes) -> Iterator[bytes]:
    yield begin
    for number, part in enumerate(parts):
        yield b"," + part if number else part
    yield end


def _list(text: str) -> bytes:
    """The list of entries as JSON; after TAB and LF there is seldom anything left to escape."""
    if text.isascii():
        plain = text.encode().replace(b"\t", b"\\t").replace(b"\n", b"\\n")
        # What is left beside plain letters are the backslashes just written: so many, or one stood there before.
        if plain.translate(None, _PLAIN) == b"\\" * (len(plain) - len(text)):
            return b'"' + plain + b'"'
        return canonical_json(text)
    short = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return canonical_text(f'"{short}"') if short.isprintable() else canonical_json(text)


def _names(value: Any) -> bytes:
    """A list of texts as JSON: a million of them by one join where none of them needs escaping."""
    if isinstance(value, Packed):
        return value.data
    if isinstance(value, list) and value and set(map(type, value)) == {str}:
        text = '","'.join(value)
        if text.isascii():
            data = text.encode()
            if data.translate(None, _PLAIN) == b'"' * (2 * (len(value) - 1)):
                return b'["' + data + b'"]'
        elif text.count('"') == 2 * (len(value) - 1) and text.isprintable() and "\\" not in text:
            return canonical_text('["' + text + '"]')
    return canonical_json(value)


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """The file at once; see `record_parts`."""
    return b"".join(record_parts(record))


def record_sha256(record: Mapping[str, Any]) -> str:
    """The hash by which the next record names this one: of the record as it was drawn, before any change."""
    found = hashlib.sha256()
    for part in record_parts({**record, "changes": []}):
        found.update(part)
    return found.hexdigest()
