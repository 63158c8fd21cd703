"""Answers of the online procedure as an application, and how a month's fee came about as its parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from .fees import CLASSES, GROUNDS

PROCEDURE: Final = "after-school-club"
"""The procedure (its definition file stands in this room) whose accepted applications come in here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an accepted application asks for; `ground` "": no reduction was asked for."""

    club: str
    grade: int
    first_month: date
    income_class: str
    ground: str


def applied_from(answers: Mapping[str, Any], *, clubs: Collection[str]) -> Applied | None:
    """The application in the answers; None where something is missing or names no club of ours: a person enters it.

    Args:
        answers: as forms keep them ("grade" grade1, "income_class" class_d, "starts" an ISO day).
        clubs: codes there are.
    """
    grade = re.fullmatch(r"grade([1-6])", str(answers.get("grade", "")))
    income = str(answers.get("income_class", "class_d")).removeprefix("class_").upper()
    ground = str(answers.get("ground", "none"))
    ground = "" if ground == "none" else ground
    try:
        starts = date.fromisoformat(str(answers.get("starts", "")))
    except ValueError:
        return None
    club = str(answers.get("club", ""))
    if grade is None or club not in clubs or income not in CLASSES or ground not in GROUNDS:
        return None
    return Applied(
        club=club, grade=int(grade[1]), first_month=starts.replace(day=1), income_class=income, ground=ground
    )


Why: TypeAlias = Literal["full", "class", "ground", "sibling", "unused", "other"]


@dataclass(frozen=True, slots=True)
class Because:
    """Why a month costs what it costs: what took off how much. `word`: class, ground, or which child it is."""

    why: Why
    word: str = ""
    percent: int = 0


_SIBLING: Final = re.compile(r"きょうだい(\d+)人目")
_CUT: Final = re.compile(r"(.+): (?:(\d+)%減|免除)")


def because(reason: str) -> Because:
    """The parts of a reason as `fees.fee_of` and runs write it, so that parents read it in their language."""
    if reason == "基本の額":
        return Because("full")
    if reason == "利用していない月":
        return Because("unused")
    found = _CUT.fullmatch(reason)
    if found is None:
        return Because("other", reason)
    what, percent = found[1], int(found[2] or 100)
    sibling = _SIBLING.fullmatch(what)
    if sibling is not None:
        return Because("sibling", sibling[1], percent)
    for key, words in CLASSES.items():
        if what == f"階層 {words}":
            return Because("class", key, percent)
    for key, words in GROUNDS.items():
        if key and what == words:
            return Because("ground", key, percent)
    return Because("other", reason)
