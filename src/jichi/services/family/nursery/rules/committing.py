"""The published commitment to a result (公表する指紋): a hash tree in which each family finds its own rows.

SHA-256 with the leaf and node prefixes of RFC 6962 (Certificate Transparency, §2.1); a salt in each leaf keeps others
from guessing what it says.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence

Path = tuple[tuple[str, str], ...]


def leaf_text(row: Mapping[str, object]) -> str:
    """What a family checks: its rows as JSON, the same text for the same rows."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def salt_of(secret: bytes, name: str) -> str:
    """The salt of one leaf."""
    return hashlib.sha256(secret + f":leaf:{name}".encode()).hexdigest()[:32]


def leaf_hash(text: str) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(leaves: Sequence[bytes]) -> tuple[str, list[Path]]:
    """(root in hex, path of each leaf from the leaf up, as sides and hashes). A node without a brother moves up."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest(), []
    level, places = list(leaves), list(range(len(leaves)))
    paths: list[list[tuple[str, str]]] = [[] for _ in leaves]
    while len(level) > 1:
        for number, place in enumerate(places):
            brother = place ^ 1
            if brother < len(level):
                paths[number].append(("left" if brother < place else "right", level[brother].hex()))
            places[number] = place // 2
        level = [_node(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0].hex(), [tuple(path) for path in paths]


def root_from(text: str, path: Sequence[Sequence[str]]) -> str:
    """The root that a leaf and its path lead to: what the check page and an auditor compute."""
    found = leaf_hash(text)
    for side, other in path:
        brother = bytes.fromhex(other)
        found = _node(brother, found) if side == "left" else _node(found, brother)
    return found.hex()


def commitment_file(leaves: Sequence[str]) -> bytes:
    """What an auditor is given of a published run: every leaf in the tree's order."""
    return (json.dumps(list(leaves), ensure_ascii=False, indent=0) + "\n").encode()


def check_commitment(commitment: bytes, assignments: bytes, inputs_sha256: str) -> tuple[str, tuple[str, ...]]:
    """(the root that the leaves lead to, what they say that the run's tables do not).

    Args:
        assignments: assignments.csv of the run.
        inputs_sha256: fingerprint of the run's input tables.
    """
    findings: list[str] = []
    wanted = {
        row["child_id"]: (row["family_id"], row["facility_id"], row["status"])
        for row in csv.DictReader(io.StringIO(assignments.decode("utf-8-sig"), newline=""))
    }
    said: dict[str, tuple[str, str, str]] = {}
    leaves = json.loads(commitment)
    for text in leaves:
        leaf = json.loads(text)
        if leaf["inputs"] != inputs_sha256:
            findings.append(f"commitment.json: the leaf of {leaf['family']} is of other inputs")
        for child in leaf["children"]:
            if child["child"] in said:
                findings.append(f"commitment.json: {child['child']} stands there twice")
            said[child["child"]] = (leaf["family"], child["facility"], child["status"])
    for name in sorted({*wanted, *said}):
        if wanted.get(name) != said.get(name):
            findings.append(f"commitment.json: {name} is not as in assignments.csv")
    return tree([leaf_hash(text) for text in leaves])[0], tuple(findings)
