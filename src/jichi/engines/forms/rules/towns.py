"""Addresses from the municipality's own list of towns: town, block, building; checked, and made one line. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .facts import Facts

TOWN_PARTS: Final = ("town", "block", "building")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u30fc\uff0d\u306e]")
_BLOCK: Final = re.compile(
    r"(?P<a>[0-9]{1,4})(?:番地?の?|-)?(?:(?P<b>[0-9]{1,4})(?:号|-(?P<c>[0-9]{1,4})号?)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TownChoice:
    """A town of the list (町丁・字): key, name as the register writes it, postcode or "", reading or ""."""

    key: str
    name: str
    postcode: str = ""
    kana: str = ""


@dataclass(frozen=True, slots=True)
class InTown:
    """An address taken apart."""

    town: TownChoice
    block: str
    building: str

    @property
    def line(self) -> str:
        """「芝一丁目2番3号　コーポ101」."""
        return f"{self.town.name}{self.block}" + (f"\u3000{self.building}" if self.building else "")


def towns_of(facts: Facts) -> tuple[TownChoice, ...]:
    """The list of towns; `facts` may have a method `towns()`, plain facts know none."""
    known = getattr(facts, "towns", None)
    found: Sequence[TownChoice] = tuple(known()) if callable(known) else ()
    return tuple(found)


def read_block(text: str) -> str | None:
    """「2-3」, 「２番３号」 → 「2番3号」; None for what is no block number."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace(" ", "")
    match = _BLOCK.fullmatch(plain)
    if match is None or plain.endswith("-"):
        return None
    a, b, c = match.group("a", "b", "c")
    if b is None:
        return f"{int(a)}番"
    return f"{int(a)}番{int(b)}号" if c is None else f"{int(a)}番{int(b)}-{int(c)}号"


def taken_apart(line: str, towns: Sequence[TownChoice]) -> InTown | None:
    """An address as it is kept, in its parts; None where it lies in none of the towns."""
    fitting = [town for town in towns if line.startswith(town.name)]
    if not fitting:
        return None
    town = max(fitting, key=lambda one: len(one.name))
    number, _, building = line[len(town.name) :].partition("\u3000")
    block = read_block(number)
    return None if block is None else InTown(town, block, building)
