"""Who stays on the waiting list when a result is out (次の回への引継ぎ), and as what it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from jichi.kernel.calendar import fiscal_year

from .answers import NO, YES
from .intake import ChildIn, FamilyIn, class_on

PLACED: Final = frozenset({"ADMITTED", "TRANSFERRED"})
Fate: TypeAlias = Literal["carried", "placed", "withdrawn", "too_old"]
FATES: Final[dict[Fate, str]] = {
    "carried": "引き継ぐ", "placed": "全員が内定", "withdrawn": "取り下げた、辞退した",
    "too_old": "クラスがない年齢になる",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What the published run gave a child; "" status: it was not in the run."""

    status: str
    facility: str


def family_after(family: FamilyIn, results: Mapping[str, Result], entry: date) -> tuple[FamilyIn | None, Fate]:
    """(the family as it goes on, "carried"), or (None, why it does not).

    Children with a place leave the list; where one was admitted, its nursery counts as the siblings' nursery. Classes
    follow the new day of entry.

    Args:
        results: child's number → result; children that are not in it were not in the run and stay.
        entry: day of entry of the next round.
    """
    waiting = [one for one in family.children if results.get(one.code, Result("", "")).status not in PLACED]
    if not waiting:
        return None, "placed"
    staying = [moved for one in waiting if (moved := _in_class(one, entry)) is not None]
    if not staying:
        return None, "too_old"
    placed = [results[one.code].facility for one in family.children if one not in waiting]
    sibling_at = family.sibling_at or (placed[0] if placed else "")
    answers = {
        **family.answers, "きょうだい在園": YES if sibling_at else family.answers.get("きょうだい在園", NO),
        "同時申込み": YES if len(staying) > 1 else NO,
    }  # fmt: skip
    return replace(family, sibling_at=sibling_at, answers=answers, children=tuple(staying)), "carried"


def _in_class(one: ChildIn, entry: date) -> ChildIn | None:
    group = class_on(one.birth, entry)
    return None if group is None else replace(one, class_id=group)


def seats_left(
    remaining: Mapping[tuple[str, int], int], given_back: Mapping[tuple[str, int], int], before: date, entry: date
) -> dict[tuple[str, int], int]:
    """(facility, class) → seats of the next round: what was left and what was given back, within one fiscal year.

    In another year the classes are others: nothing is known, and the facilities enter their seats.
    """
    if fiscal_year(before) != fiscal_year(entry):
        return {}
    keys = {*remaining, *given_back}
    return {key: remaining.get(key, 0) + given_back.get(key, 0) for key in sorted(keys)}
