"""Questions as data, what counts as an answer, and what the answers come to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.localized import LocalizedText

LONGEST: Final = 1000
MOST_OWN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; without `options` it is answered in words."""

    key: str
    label: LocalizedText
    options: tuple[tuple[str, LocalizedText], ...] = ()


def _words(ja: str, easy: str, en: str, zh: str, ko: str) -> LocalizedText:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


STANDARD: Final[tuple[Question, ...]] = (
    Question(
        key="satisfied",
        label=_words("全体として、どうでしたか", "ぜんぶで、どうでしたか", "How was it, all in all?", "总体感觉如何？",
                     "전체적으로 어떠셨나요?"),
        options=(
            ("5", _words("とてもよかった", "とてもよかった", "Very good", "非常好", "매우 좋았다")),
            ("4", _words("よかった", "よかった", "Good", "好", "좋았다")),
            ("3", _words("ふつう", "ふつう", "Fair", "一般", "보통")),
            ("2", _words("よくなかった", "よくなかった", "Poor", "不好", "좋지 않았다")),
            ("1", _words("とてもよくなかった", "とてもよくなかった", "Very poor", "非常不好", "매우 좋지 않았다")),
        ),
    ),
    Question(
        key="clear",
        label=_words("内容はわかりやすかったですか", "よくわかりましたか", "Was it easy to follow?", "内容容易理解吗？",
                     "내용이 이해하기 쉬웠나요?"),
        options=(
            ("yes", _words("わかりやすかった", "よくわかった", "Easy", "容易理解", "쉬웠다")),
            ("partly", _words("少し難しかった", "少しわからなかった", "A little difficult", "有点难", "조금 어려웠다")),
            ("no", _words("難しかった", "わからなかった", "Difficult", "很难", "어려웠다")),
        ),
    ),
    Question(
        key="again",
        label=_words("また参加したいですか", "また来たいですか", "Would you come again?", "还想再参加吗？",
                     "다시 참가하고 싶으신가요?"),
        options=(
            ("yes", _words("参加したい", "また来たい", "Yes", "想参加", "참가하고 싶다")),
            ("perhaps", _words("内容による", "わからない", "It depends", "看内容", "내용에 따라")),
            ("no", _words("参加しない", "来ない", "No", "不参加", "참가하지 않는다")),
        ),
    ),
    Question(
        key="heard",
        label=_words("どこで知りましたか", "どこで知りましたか", "How did you hear of it?", "您是从哪里得知的？",
                     "어디에서 알게 되셨나요?"),
        options=(
            ("paper", _words("広報紙", "区の新聞", "Ward newsletter", "区报", "구 소식지")),
            ("web", _words("区のホームページ", "区のホームページ", "Ward website", "区网站", "구 홈페이지")),
            ("line", _words("LINEやSNS", "LINEやSNS", "LINE or social media", "LINE或社交媒体", "LINE이나 SNS")),
            ("poster", _words("ポスターやちらし", "ポスター", "Poster or flyer", "海报或传单", "포스터나 전단")),
            ("people", _words("家族や知り合い", "家族や友だち", "Family or friends", "家人或熟人", "가족이나 지인")),
            ("other", _words("そのほか", "ほか", "Other", "其他", "기타")),
        ),
    ),
    Question(
        key="age",
        label=_words("あなたの年代", "あなたの年", "Your age", "您的年龄段", "연령대"),
        options=(
            ("0", _words("19歳以下", "19歳まで", "19 or younger", "19岁以下", "19세 이하")),
            ("20", _words("20歳から39歳", "20歳から39歳", "20 to 39", "20至39岁", "20세부터 39세")),
            ("40", _words("40歳から64歳", "40歳から64歳", "40 to 64", "40至64岁", "40세부터 64세")),
            ("65", _words("65歳以上", "65歳から上", "65 or older", "65岁以上", "65세 이상")),
        ),
    ),
    Question(
        key="remarks",
        label=_words("よかったこと、直してほしいこと(名前は書かないでください)",
                     "よかったこと、直してほしいこと(名前は書かないでください)",
                     "What was good, what should be better (please write no names)",
                     "好的地方、希望改进的地方（请勿填写姓名）", "좋았던 점, 고쳤으면 하는 점(이름은 쓰지 마세요)"),
    ),
)  # fmt: skip
"""What a division may ask without writing anything."""


def standard(keys: Iterable[str]) -> tuple[Question, ...]:
    """The standard questions of these keys, in the house's order."""
    wanted = set(keys)
    return tuple(one for one in STANDARD if one.key in wanted)


def own_question(place: int, label: str, options: str) -> Question:
    """A division's own question: `options` one a line, none for an answer in words.

    Raises:
        Invalid: field "options<place>": fewer than two or more than eight, or the same twice.
    """
    lines = [line.strip() for line in options.splitlines() if line.strip()]
    if lines and (len(lines) not in range(2, 9) or len(set(lines)) < len(lines)):
        raise Invalid(fields={f"options{place}": FieldError("surveys.options")})
    return Question(
        key=f"own{place}", label={"ja": label.strip()},
        options=tuple((str(number), {"ja": line}) for number, line in enumerate(lines, 1)),
    )  # fmt: skip


def questions_to(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """As JSON."""
    return [
        {"key": one.key, "label": dict(one.label), "options": [[key, dict(text)] for key, text in one.options]}
        for one in questions
    ]


def questions_from(data: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """What `questions_to` wrote."""
    return tuple(
        Question(key=row["key"], label=row["label"], options=tuple((key, text) for key, text in row["options"]))
        for row in data
    )


def checked(questions: Sequence[Question], given: Mapping[str, str]) -> dict[str, str]:
    """The answers that are kept: every question may be left out, but not all of them.

    Raises:
        Invalid: by field; "surveys.empty": nothing was answered.
    """
    kept: dict[str, str] = {}
    wrong: dict[str, FieldError] = {}
    for one in questions:
        text = given.get(one.key, "").strip()
        if not text:
            continue
        if one.options and text not in dict(one.options):
            wrong[one.key] = FieldError("field.choose_one")
        elif len(text) > LONGEST:
            wrong[one.key] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
        kept[one.key] = text
    if wrong:
        raise Invalid(fields=wrong)
    if not kept:
        raise Invalid("surveys.empty")
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one question came to: (option's label, how many) in the order of the options, or the texts."""

    question: Question
    counts: tuple[tuple[LocalizedText, int], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def answered(self) -> int:
        """How many answered this question."""
        return sum(count for _text, count in self.counts) if self.question.options else len(self.texts)


def tallied(questions: Sequence[Question], replies: Iterable[Mapping[str, str]]) -> tuple[Tally, ...]:
    """Sums of each question; texts sorted, so that nothing of the order in which they came is left."""
    rows = list(replies)
    found = []
    for one in questions:
        given = [row[one.key] for row in rows if one.key in row]
        if one.options:
            found.append(Tally(question=one, counts=tuple((text, given.count(key)) for key, text in one.options)))
        else:
            found.append(Tally(question=one, texts=tuple(sorted(given))))
    return tuple(found)


def percent(part: int, whole: int) -> str:
    """Tenths of a percent, rounded half up; "" of nothing."""
    return f"{(part * 2000 + whole) // (2 * whole) / 10:.1f}" if whole else ""


def mark_of(survey_id: UUID, respondent: str) -> str:
    """What is kept of who answered: the same respondent has another one in each questionnaire."""
    return hashlib.sha256(f"{survey_id}:{respondent}".encode()).hexdigest()
