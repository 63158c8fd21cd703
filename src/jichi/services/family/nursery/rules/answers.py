"""What an application says that scores are counted from (申込みの答え): the questions, their words, their readings."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

About: TypeAlias = Literal["guardian", "family", "child"]
Answer: TypeAlias = int | str
Answers: TypeAlias = Mapping[str, Answer]
ABOUT: Final[dict[About, str]] = {"guardian": "保護者", "family": "世帯", "child": "児童"}
YES: Final = "あり"
NO: Final = "なし"
ABSENT: Final = "不存在"
"""The reason of a second guardian who is not there: counted as the table says, not left out."""
REASONS: Final = ("就労", "就学", "疾病", "障害", "介護", "出産", "災害", "求職", ABSENT)
"""保育を必要とする事由 (子ども・子育て支援法施行規則1条の5), shortened."""
MOST: Final = 9_999


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `words` empty: a whole number from 0 to `MOST`."""

    title: str
    about: About
    words: tuple[str, ...] = ()


QUESTIONS: Final[tuple[Question, ...]] = (
    Question("理由", "guardian", REASONS), Question("週の日数", "guardian"), Question("週の時間", "guardian"),
    Question("障害の等級", "guardian"), Question("入院", "guardian", (YES, NO)),
    Question("ひとり親", "family", (YES, NO)), Question("生活保護", "family", (YES, NO)),
    Question("きょうだい在園", "family", (YES, NO)), Question("同時申込み", "family", (YES, NO)),
    Question("所得階層", "family"), Question("認可外の利用", "child", (YES, NO)),
    Question("児童の障害", "child", (YES, NO)), Question("年齢上限の卒園", "child", (YES, NO)),
    Question("転園", "child", (YES, NO)),
)  # fmt: skip
BY_TITLE: Final = {one.title: one for one in QUESTIONS}


def asked(about: About) -> tuple[Question, ...]:
    """The questions about a guardian, the family or a child."""
    return tuple(one for one in QUESTIONS if one.about == about)


def known_to(about: About) -> frozenset[str]:
    """The titles that a rule about somebody may ask for: what is said of them, and of their family."""
    return frozenset(one.title for one in QUESTIONS if one.about in {about, "family"})


def read_answer(question: Question, text: str) -> Answer | None:
    """The answer in one form; a blank is 0 or the last word (なし); None where it can't be read."""
    given = unicodedata.normalize("NFKC", text).strip()
    if question.words:
        return given if given in question.words else question.words[-1] if not given else None
    if not given:
        return 0
    return int(given) if given.isascii() and given.isdigit() and int(given) <= MOST else None
