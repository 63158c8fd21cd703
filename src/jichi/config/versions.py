"""Which Jichi can be brought up to which: the table that `jichi upgrade` reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Version:
    """One release: from `least` on it takes over a database directly; `note` says what its upgrade does."""

    number: str
    least: str
    note: str = ""


VERSIONS: Final[tuple[Version, ...]] = (Version("0.1.0", "0.1.0", "the first: every database made by it goes forward"),)
"""Oldest first. Before a release that folds migrations together, a line here says how far one jump reaches."""


def order(number: str) -> tuple[int, ...]:
    """Sorts "0.10.0" behind "0.9.1"; what follows the numbers does not count."""
    return tuple(int(part) for part in re.findall(r"\d+", number.split("+", maxsplit=1)[0])[:3])


def refusal(before: str, after: str, table: tuple[Version, ...] = VERSIONS) -> str:
    """Why this jump can't be made; empty: it can. `before` empty: from a time before versions were noted."""
    if before and order(before) > order(after):
        return f"this database was used by Jichi {before}, which is later than this {after}; install {before} or later"
    target = next((one for one in reversed(table) if order(one.number) <= order(after)), None)
    if target is None or not before or order(before) >= order(target.least):
        return ""
    steps = [one.number for one in table if order(before) < order(one.number) <= order(target.least)]
    way = " → ".join(steps) or target.least
    return f"from {before} to {after} is too far for one step; upgrade to {way} first, each with its `jichi upgrade`"
