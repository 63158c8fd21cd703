"""The tables of a run from what the division has confirmed (利用調整の入力), under pseudonyms, with a fingerprint."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .writing import table_bytes

_TIME: Final = (1980, 1, 1, 0, 0, 0)
LOTTERY: Final = 10**11


@dataclass(frozen=True, slots=True)
class Candidate:
    """One child that takes part: scored, confirmed, with wishes as codes of facilities."""

    code: str
    family: str
    seq: int
    class_id: int
    index: int
    keys: tuple[int, ...]
    current: str
    wishes: tuple[str, ...]
    bonus_at: str = ""
    bonus: int = 0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a family of several children wants."""

    condition: str
    solo: str
    split: str


def pseudonym(salt: bytes, kind: str, code: str) -> str:
    """A name for tables that says nothing without the round's salt; the same in every run of the round."""
    return kind + hashlib.sha256(salt + f":{kind}:{code}".encode()).hexdigest()[:14]


def lottery(salt: bytes, family: str) -> int:
    """The family's number among complete equals (抽選番号), drawn by hashing: fixed when the round was opened."""
    return int.from_bytes(hashlib.sha256(salt + f":lottery:{family}".encode()).digest()[:8], "big") % LOTTERY


def input_tables(
    *,
    salt: bytes,
    seats: Mapping[tuple[str, int], int],
    children: Sequence[Candidate],
    families: Mapping[str, Conditions],
    pins: Mapping[str, str],
) -> dict[str, bytes]:
    """The files of docs/nursery-format.md, rows in the order of their ids. Everybody in them is a pseudonym.

    Args:
        seats: (facility, class) → seats offered. What is wished for and not in it is offered with no seat.
        pins: child → facility, "" for none: placed by officials.
    """
    width = max((len(one.keys) for one in children), default=0)
    names = {one.code: pseudonym(salt, "C", one.code) for one in children}
    homes = {code: pseudonym(salt, "F", code) for code in families}
    slots = {**{(f, one.class_id): 0 for one in children for f in (*one.wishes, one.current) if f}, **seats}
    alone: dict[str, int] = {}
    for one in children:
        alone[one.family] = alone.get(one.family, 0) + 1
    tables: dict[str, Iterable[Sequence[object]]] = {
        "slots.csv": [
            ("facility_id", "class_id", "vacancy"), *((f, c, number) for (f, c), number in sorted(slots.items())),
        ],
        "children.csv": [
            ("child_id", "family_id", "seq", "class_id", "index", *(f"tb{n}" for n in range(1, width + 1)), "lottery",
             "current_facility_id"),
            *sorted(
                (names[one.code], homes[one.family], one.seq, one.class_id, one.index,
                 *(*one.keys, *[0] * (width - len(one.keys))), lottery(salt, one.family), one.current)
                for one in children
            ),
        ],
        "families.csv": [
            ("family_id", "condition", "solo", "split"),
            *sorted(_family_row(homes[code], families[code], number) for code, number in alone.items()),
        ],
        "choices.csv": [
            ("child_id", "rank", "facility_id", "bonus", "local_tb"),
            *sorted(
                (names[one.code], rank, f, one.bonus if f == one.bonus_at else 0, 0)
                for one in children for rank, f in enumerate(one.wishes, 1)
            ),
        ],
    }  # fmt: skip
    if pins:
        tables["pins.csv"] = [
            ("child_id", "facility_id"), *sorted((names[code], f) for code, f in pins.items() if code in names),
        ]  # fmt: skip
    return {name: table_bytes(name, rows, "utf-8") for name, rows in tables.items()}


def _family_row(home: str, wanted: Conditions, children: int) -> tuple[str, str, str, str]:
    if children == 1:
        return home, "SINGLE", "", ""
    return home, wanted.condition, wanted.solo if wanted.condition == "PARTIAL" else "", wanted.split


def fingerprint(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and hashes of files: the same files, the same text."""
    listed = "".join(f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(files.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as one zip, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a zip that `packed` made."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
