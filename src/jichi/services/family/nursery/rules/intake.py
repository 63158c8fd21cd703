"""A file of applications (申込みのCSV), one row for each child: read into families, every error with its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from jichi.kernel.ages import age_reached_by
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .answers import NO, QUESTIONS, YES, About, Answer, asked, read_answer
from .least_age import LeastAge, Slot, too_young

CONDITIONS: Final = {
    "SAME": "同じ園だけ", "TOGETHER": "別の園でもよい", "PARTIAL": "一人だけでもよい", "INDEPENDENT": "別々に選ぶ",
}  # fmt: skip
SOLO: Final = {"EITHER": "どちらでも", "ELDER": "上の子から", "YOUNGER": "下の子から"}
SPLIT: Final = {"": "希望順", "SAME_FIRST": "同じ園を優先"}
MOST_WISHES: Final = 60
MOST_CHILDREN: Final = 8
GUARDIANS: Final = 2
_FAMILY: Final = {
    "code": "申込番号", "guardian_name": "保護者氏名", "addressee_no": "宛名番号", "condition": "きょうだいの条件",
    "solo": "一人だけのとき", "split": "園が分かれるとき", "sibling_at": "きょうだいの園", "missing": "不足書類",
}  # fmt: skip
_CHILD: Final = {
    "child": "児童番号", "name": "児童氏名", "kana": "児童フリガナ", "birth": "生年月日", "current": "在籍園",
    "wishes": "希望の園", "unborn": "出生前",
}  # fmt: skip
NEEDED: Final = ("code", "guardian_name", "child", "name", "birth", "wishes")


def _answer_columns() -> dict[str, str]:
    guardians = {
        f"g{number}:{one.title}": f"保護者{number}の{one.title}"
        for number in range(1, GUARDIANS + 1) for one in asked("guardian")
    }  # fmt: skip
    return {**guardians, **{f"{one.about}:{one.title}": one.title for one in QUESTIONS if one.about != "guardian"}}


HEADINGS: Final = {**_FAMILY, **_CHILD, **_answer_columns()}


@dataclass(frozen=True, slots=True)
class ChildIn:
    """One child as applied for. `wishes` are codes of facilities, best first; `current` is where it is now (転園)."""

    code: str
    name: str
    kana: str
    birth: date
    class_id: int
    current: str
    wishes: tuple[str, ...]
    answers: dict[str, Answer] = field(default_factory=dict)
    unborn: bool = False
    """`birth` is the day it is expected."""


@dataclass(frozen=True, slots=True)
class FamilyIn:
    """One application: the family's answers and conditions, its children elder first."""

    code: str
    guardian_name: str
    addressee_no: str
    condition: str
    solo: str
    split: str
    sibling_at: str
    missing: tuple[str, ...]
    guardians: tuple[dict[str, Answer], ...]
    answers: dict[str, Answer]
    children: tuple[ChildIn, ...] = ()


class _WrongError(Exception):
    def __init__(self, column: str, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.column, self.error = column, FieldError(code, params)


def class_on(birth: date, entry: date) -> int | None:
    """The age class (クラス) at entry: the age reached by 1 April of the school year; None outside of 0 to 5.

    A child born on 2 April counts with the younger class: the age is reached at the end of the day before a birthday
    (年齢計算ニ関する法律), so the day before 1 April decides.
    """
    if birth > entry:
        return None
    year = entry.year if entry.month >= 4 else entry.year - 1
    first = date(year, 4, 1)
    if birth > first:
        return 0
    years = age_reached_by(birth, date(year, 3, 31))
    return years if years <= 5 else None


def read_applications(
    data: bytes, *, entry: date, facilities: frozenset[str], ages: Mapping[Slot, LeastAge] | None = None
) -> tuple[tuple[FamilyIn, ...], tuple[LineError, ...]]:
    """(families by code, all errors); with an error there are no families.

    Args:
        entry: day of entry (入園日), from which classes follow.
        facilities: codes that may be wished for.
        ages: the least ages at entry.
    """
    table = read_table(data, {name: (heading,) for name, heading in HEADINGS.items()}, NEEDED)
    errors, families = list(table.errors), dict[str, FamilyIn]()
    seen: dict[str, int] = {}
    for line, row in table.rows:
        try:
            family, child = _family(row, facilities), _child(row, entry, facilities, ages or {})
            if child.code in seen:
                raise _WrongError("child", "nursery.code_twice", line=seen[child.code])
            seen[child.code] = line
            known = families.setdefault(family.code, family)
            if replace(known, children=()) != family:
                raise _WrongError("code", "nursery.family_differs")
            if len(known.children) == MOST_CHILDREN:
                raise _WrongError("code", "nursery.too_many_children", max=MOST_CHILDREN)
            families[family.code] = replace(known, children=(*known.children, child))
        except _WrongError as wrong:
            errors.append(LineError(line, HEADINGS[wrong.column], wrong.error))
    found = (
        replace(one, children=tuple(sorted(one.children, key=lambda child: (child.birth, child.code))))
        for _, one in sorted(families.items())
    )
    return (() if errors else tuple(found)), tuple(errors)


def write_applications(families: tuple[FamilyIn, ...]) -> bytes:
    """The CSV that `read_applications` takes; without families a form to fill in."""
    rows = []
    for family in families:
        for child in family.children:
            cells = {
                "code": family.code, "guardian_name": family.guardian_name, "addressee_no": family.addressee_no,
                "condition": CONDITIONS.get(family.condition, ""), "solo": SOLO.get(family.solo, ""),
                "split": SPLIT.get(family.split, ""), "sibling_at": family.sibling_at,
                "missing": "、".join(family.missing), "child": child.code, "name": child.name, "kana": child.kana,
                "birth": child.birth.isoformat(), "current": child.current, "wishes": " ".join(child.wishes),
                "unborn": YES if child.unborn else "",
                **{f"family:{title}": str(value) for title, value in family.answers.items()},
                **{f"child:{title}": str(value) for title, value in child.answers.items()},
                **{
                    f"g{number}:{title}": str(value)
                    for number, one in enumerate(family.guardians, 1) for title, value in one.items()
                },
            }  # fmt: skip
            rows.append([cells.get(name, "") for name in HEADINGS])
    return write_table(tuple(HEADINGS.values()), rows)


def _key(row: Mapping[str, str], name: str, words: Mapping[str, str], default: str) -> str:
    given = row.get(name, "")
    found = next((key for key, word in words.items() if word == given), default if not given else None)
    if found is None:
        raise _WrongError(name, "nursery.word", word=given, words="、".join(words.values()))
    return found


def _code(row: Mapping[str, str], name: str) -> str:
    code = unicodedata.normalize("NFKC", row[name])
    if not code:
        raise _WrongError(name, "field.required")
    if len(code) > 40 or not code.isascii() or not code.replace("-", "").isalnum():
        raise _WrongError(name, "nursery.code")
    return code


def _facility(row: Mapping[str, str], name: str, facilities: frozenset[str]) -> str:
    code = unicodedata.normalize("NFKC", row.get(name, ""))
    if code and code not in facilities:
        raise _WrongError(name, "nursery.no_facility", code=code)
    return code


def _answers(row: Mapping[str, str], about: About, prefix: str) -> dict[str, Answer]:
    found = {}
    for question in asked(about):
        column = f"{prefix}:{question.title}"
        answer = read_answer(question, row.get(column, ""))
        if answer is None:
            words = "、".join(question.words) or "0からの整数"
            raise _WrongError(column, "nursery.word", word=row[column], words=words)
        found[question.title] = answer
    return found


def _family(row: Mapping[str, str], facilities: frozenset[str]) -> FamilyIn:
    if not row["guardian_name"]:
        raise _WrongError("guardian_name", "field.required")
    number = unicodedata.normalize("NFKC", row.get("addressee_no", ""))
    if number and not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise _WrongError("addressee_no", "nursery.addressee")
    guardians = tuple(_answers(row, "guardian", f"g{place}") for place in range(1, GUARDIANS + 1))
    return FamilyIn(
        code=_code(row, "code"), guardian_name=row["guardian_name"], addressee_no=number,
        condition=_key(row, "condition", CONDITIONS, "PARTIAL"), solo=_key(row, "solo", SOLO, "EITHER"),
        split=_key(row, "split", SPLIT, ""), sibling_at=_facility(row, "sibling_at", facilities),
        missing=tuple(word for word in row.get("missing", "").replace(",", "、").split("、") if word),
        guardians=guardians, answers=_answers(row, "family", "family"),
    )  # fmt: skip


def _child(
    row: Mapping[str, str], entry: date, facilities: frozenset[str], ages: Mapping[Slot, LeastAge]
) -> ChildIn:  # fmt: skip
    if not row["name"]:
        raise _WrongError("name", "field.required")
    try:
        birth = date.fromisoformat(unicodedata.normalize("NFKC", row["birth"]).replace("/", "-"))
    except ValueError:
        raise _WrongError("birth", "field.unreadable_date") from None
    class_id = class_on(birth, entry)
    if class_id is None:
        raise _WrongError("birth", "nursery.no_class")
    wishes = tuple(unicodedata.normalize("NFKC", row["wishes"]).replace("、", " ").split())
    for code in wishes:
        if code not in facilities:
            raise _WrongError("wishes", "nursery.no_facility", code=code)
    if not wishes or len(set(wishes)) != len(wishes) or len(wishes) > MOST_WISHES:
        raise _WrongError("wishes", "nursery.wishes", max=MOST_WISHES)
    for young in too_young(ages, wishes, class_id, birth, entry):
        raise _WrongError("wishes", "nursery.too_young", place=young.facility, days=young.days, day=young.reached_on)
    current = _facility(row, "current", facilities)
    if row.get("unborn", "") not in {"", YES, NO}:
        raise _WrongError("unborn", "nursery.word", word=row["unborn"], words=f"{YES}、{NO}")
    answers = _answers(row, "child", "child")
    answers["転園"] = "あり" if current else "なし"
    return ChildIn(
        _code(row, "child"), row["name"], row.get("kana", ""), birth, class_id, current, wishes, answers,
        row.get("unborn", "") == YES,
    )  # fmt: skip
