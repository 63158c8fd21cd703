"""What a family writes when it applies online (オンラインの申込み): read step by step, and made into an application.

The content is plain data: {"children": [{key, name, kana, birth, number, current, wishes, answers}], "guardians":
[{name, answers}], "alone", "answers", "sibling_at", "condition", "solo", "split"}.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from jichi.kernel.errors import FieldError
from jichi.kernel.numbers import InputError, parse_int
from jichi.kernel.text import is_katakana_name, to_katakana

from .answers import ABSENT, NO, REASONS, YES, Answer
from .intake import CONDITIONS, MOST_CHILDREN, MOST_WISHES, SOLO, SPLIT, ChildIn, FamilyIn, class_on

Content: TypeAlias = dict[str, Any]
Wrong: TypeAlias = dict[str, FieldError]
STEPS: Final = ("children", "first", "second", "family", "wishes", "siblings")
WORKING: Final = "就労"
CERTIFICATE: Final = "就労証明書"
PAPERS: Final = {
    WORKING: CERTIFICATE, "就学": "在学証明書", "疾病": "診断書", "障害": "障害者手帳などの写し",
    "介護": "介護の状況がわかる書類", "出産": "母子健康手帳の写し", "災害": "罹災証明書", "求職": "求職活動の申告書",
}  # fmt: skip
"""Reason → the paper that is usually asked for; a ward's own list may be another, the official changes it."""
NAMELESS: Final = "出生前"
"""The name of a child that is not born and has none yet."""
BIRTH_PAPER: Final = "母子健康手帳の写し(出生前の子ども)"
LONGEST: Final = 60
_LIMITS: Final = {"days": ("週の日数", 7), "hours": ("週の時間", 168), "grade": ("障害の等級", 7)}
_OF_CHILD: Final = {"unlicensed": "認可外の利用", "disability": "児童の障害", "ageing_out": "年齢上限の卒園"}


def is_open(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Does a round take online applications at this moment? To the minute: at the closing moment it is closed."""
    return opens_at is not None and closes_at is not None and opens_at <= now < closes_at


def begun() -> Content:
    """An application nobody has answered anything of."""
    return {
        "children": [], "guardians": [{}, {}], "alone": None, "answers": {}, "sibling_at": "",
        "condition": "", "solo": "EITHER", "split": "",
    }  # fmt: skip


def new_child(name: str, kana: str, birth: date, *, key: str, number: str = "", due: bool = False) -> dict[str, Any]:
    """A child as it is added; `number` is its 宛名番号 where it was chosen from the household; `due`: not born yet."""
    return {
        "key": key, "name": name, "kana": kana, "birth": birth.isoformat(), "number": number, "current": "",
        "wishes": [], "answers": {}, "due": due,
    }  # fmt: skip


def read_new_child(
    posted: Mapping[str, str], birth: date | None, entry: date, today: date
) -> tuple[tuple[str, str, date] | None, Wrong]:
    """(name, katakana reading, birth) of a child typed in, or what is wrong with it by field.

    A child not yet born ("due" is ticked) may have no name, and its birth is the day it is expected (予定日).
    """
    if posted.get("due"):
        return _read_due(posted, birth, entry, today)
    return read_born(posted, birth, entry, today)


def _read_due(
    posted: Mapping[str, str], birth: date | None, entry: date, today: date
) -> tuple[tuple[str, str, date] | None, Wrong]:
    if birth is None:
        return None, {"birth": FieldError("field.date_required")}
    if birth < today:
        return None, {"birth": FieldError("nursery.due_past")}
    if class_on(birth, entry) is None:
        return None, {"birth": FieldError("nursery.due_late")}
    name = " ".join(unicodedata.normalize("NFC", posted.get("name", "")).split())
    kana = to_katakana(unicodedata.normalize("NFKC", posted.get("kana", "")).strip())
    if kana and not is_katakana_name(kana):
        return None, {"kana": FieldError("field.kana")}
    return (name[:LONGEST] or NAMELESS, kana[:LONGEST], birth), {}


def read_born(
    posted: Mapping[str, str], birth: date | None, entry: date, today: date
) -> tuple[tuple[str, str, date] | None, Wrong]:
    """The same of a child that is born: a name, a reading, and a day that has come."""
    wrong: Wrong = {}
    name = " ".join(unicodedata.normalize("NFC", posted.get("name", "")).split())
    kana = to_katakana(unicodedata.normalize("NFKC", posted.get("kana", "")).strip())
    if not name:
        wrong["name"] = FieldError("field.required")
    elif len(name) > LONGEST:
        wrong["name"] = FieldError("field.too_long", {"max": LONGEST, "now": len(name)})
    if not kana or len(kana) > LONGEST or not is_katakana_name(kana):
        wrong["kana"] = FieldError("field.required" if not kana else "field.kana")
    if birth is None:
        wrong["birth"] = FieldError("field.date_required")
    elif birth > today:
        wrong["birth"] = FieldError("nursery.not_born")
    elif class_on(birth, entry) is None:
        wrong["birth"] = FieldError("nursery.too_old")
    return (None, wrong) if wrong or birth is None else ((name, kana, birth), {})


def with_children(content: Content, chosen: Sequence[Mapping[str, Any]]) -> tuple[Content, Wrong]:
    """The content with just these children, elder first; those known already keep what was said of them."""
    if not chosen:
        return content, {"children": FieldError("field.choose_one")}
    if len(chosen) > MOST_CHILDREN:
        return content, {"children": FieldError("nursery.children_limit", {"max": MOST_CHILDREN})}
    known = {one["key"]: one for one in content["children"]}
    kept = [known.get(one["key"], dict(one)) for one in chosen]
    return {**content, "children": sorted(kept, key=lambda one: (one["birth"], one["key"]))}, {}


def read_guardian(posted: Mapping[str, str]) -> tuple[dict[str, Any], Wrong]:
    """A guardian's name and answers from {name, reason, days, hours, grade, hospital}."""
    wrong: Wrong = {}
    name, reason = " ".join(posted.get("name", "").split()), posted.get("reason", "")
    if not name:
        wrong["name"] = FieldError("field.required")
    elif len(name) > LONGEST:
        wrong["name"] = FieldError("field.too_long", {"max": LONGEST, "now": len(name)})
    if reason not in REASONS or reason == ABSENT:
        wrong["reason"] = FieldError("field.choose_one")
    answers: dict[str, Answer] = {"理由": reason, "入院": YES if posted.get("hospital") else NO}
    needed = {"days", "hours"} if reason in {WORKING, "就学", "介護"} else set()
    for field, (title, most) in _LIMITS.items():
        text = posted.get(field, "").strip()
        answers[title] = 0
        if not text:
            if field in needed:
                wrong[field] = FieldError("field.required")
            continue
        try:
            answers[title] = parse_int(text, minimum=0, maximum=most)
        except InputError as error:
            code = "field.number_too_large" if error.code == "number.too_large" else "field.number"
            wrong[field] = FieldError(code, {"max": most})
    return {"name": name, "answers": answers}, wrong


def absent() -> dict[str, Any]:
    """The second guardian of a parent who is alone."""
    return {"name": "", "answers": {"理由": ABSENT, "週の日数": 0, "週の時間": 0, "障害の等級": 0, "入院": NO}}


def read_child(posted: Mapping[str, str], facilities: Collection[str]) -> tuple[dict[str, Any], Wrong]:
    """{answers, current} of a child from its ticked boxes and the nursery it goes to now."""
    current = posted.get("current", "")
    if current and current not in facilities:
        return {}, {"current": FieldError("field.choose_one")}
    answers = {title: YES if posted.get(field) else NO for field, title in _OF_CHILD.items()}
    return {"current": current, "answers": {**answers, "転園": YES if current else NO}}, {}


def moved(wishes: Sequence[str], act: str, code: str, offered: Collection[str]) -> list[str]:
    """The ranked list after one press: add, up, down, remove. What can't be done changes nothing."""
    found = list(wishes)
    if act == "add" and code in offered and code not in found and len(found) < MOST_WISHES:
        return [*found, code]
    if code not in found:
        return found
    at = found.index(code)
    if act == "remove":
        del found[at]
    elif act == "up" and at:
        found[at - 1], found[at] = found[at], found[at - 1]
    elif act == "down" and at + 1 < len(found):
        found[at + 1], found[at] = found[at], found[at + 1]
    return found


def read_siblings(posted: Mapping[str, str]) -> tuple[dict[str, str], Wrong]:
    """{condition, solo, split}: what siblings want, in the words of the matching."""
    wrong = {
        name: FieldError("field.choose_one")
        for name, words in (("condition", CONDITIONS), ("solo", SOLO), ("split", SPLIT))
        if posted.get(name) not in words
    }
    if posted.get("condition") != "PARTIAL":
        wrong.pop("solo", None)
    if posted.get("condition") not in {"PARTIAL", "TOGETHER"}:
        wrong.pop("split", None)
    found = {"condition": posted.get("condition", ""), "solo": posted.get("solo", ""), "split": posted.get("split", "")}
    return {**found, "solo": found["solo"] if found["solo"] in SOLO else "EITHER",
            "split": found["split"] if found["split"] in SPLIT else ""}, wrong  # fmt: skip


def steps_open(content: Content) -> tuple[str, ...]:
    """The steps that are not answered yet, in their order; a step nobody needs counts as answered."""
    children, guardians = content["children"], content["guardians"]
    answered = {
        "children": bool(children) and all(one["answers"] for one in children),
        "first": bool(guardians[0]),
        "second": bool(guardians[1]),
        "family": bool(content["answers"]),
        "wishes": bool(children) and all(one["wishes"] for one in children),
        "siblings": len(children) < 2 or content["condition"] in CONDITIONS,
    }
    return tuple(step for step in STEPS if not answered[step])


def papers_of(content: Content) -> tuple[str, ...]:
    """The papers that the guardians' reasons ask for, one for each guardian, and one for a child not yet born."""
    found = []
    for place, one in enumerate(content["guardians"], 1):
        paper = PAPERS.get(one.get("answers", {}).get("理由", ""))
        if paper:
            found.append(paper_name(paper, place))
    if any(one.get("due") for one in content["children"]):
        found.append(BIRTH_PAPER)
    return tuple(found)


def paper_name(paper: str, place: int) -> str:
    """ "就労証明書(保護者1)"."""
    return f"{paper}(保護者{place})"


def family_of(
    content: Content, *, number: str, addressee_no: str, income: int, missing: Sequence[str], entry: date
) -> FamilyIn:
    """The application that the office takes over: what was sent, with the income class from the tax records.

    Args:
        content: complete (`steps_open` is empty).
        number: 受付番号, the application's code and the beginning of the children's.
        income: 所得階層.
    """
    children = content["children"]
    alone, together, sibling = bool(content["alone"]), len(children) > 1, content["sibling_at"]
    answers: dict[str, Answer] = {
        "ひとり親": YES if alone else NO, "生活保護": content["answers"]["生活保護"],
        "きょうだい在園": YES if sibling else NO, "同時申込み": YES if together else NO, "所得階層": income,
    }  # fmt: skip
    return FamilyIn(
        code=number, guardian_name=content["guardians"][0]["name"], addressee_no=addressee_no,
        condition=content["condition"] or "PARTIAL", solo=content["solo"] or "EITHER", split=content["split"],
        sibling_at=sibling, missing=tuple(missing),
        guardians=tuple(dict(one["answers"]) for one in content["guardians"]), answers=answers,
        children=tuple(_child_in(one, number, entry) for one in children),
    )  # fmt: skip


def _child_in(one: Mapping[str, Any], number: str, entry: date) -> ChildIn:
    birth = date.fromisoformat(one["birth"])
    return ChildIn(
        child_code(number, one["key"]), one["name"], one["kana"], birth, class_on(birth, entry) or 0, one["current"],
        tuple(one["wishes"]), dict(one["answers"]), bool(one.get("due")),
    )  # fmt: skip


def child_code(number: str, key: str) -> str:
    """The child's number inside its round; the same after a correction."""
    return f"{number}-{key}"


def content_mark(content: Mapping[str, Any]) -> str:
    """SHA-256 of what was written: the same content, the same text."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
