"""Questions as form fields, and what they came to as charts, rows of a file and a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings

from jichi.design.fields import FormField, Option
from jichi.design.parts import Chart, Series
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import HTML_LANG, Picked, pick

from .queries import Outcome
from .rules import MOST_OWN, STANDARD, Question, Tally, percent

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "eng_surveys" / "pdf" / "report.typ"


def _lang(text: Picked, language: str) -> str:
    return "" if HTML_LANG[text.language] == HTML_LANG.get(language, "ja") else HTML_LANG[text.language]


def answer_fields(
    questions: Sequence[Question], values: Mapping[str, str], wrong: Mapping[str, FieldError], language: str
) -> list[FormField]:
    """The questions as a resident answers them; none has to be answered."""
    found = []
    for one in questions:
        label = pick(one.label, language)
        options = [(key, pick(text, language)) for key, text in one.options]
        found.append(
            FormField(
                name=one.key,
                label=label.text,
                lang=_lang(label, language),
                kind="radio" if options else "textarea",
                rows=4,
                required=False,
                value=values.get(one.key, ""),
                error=wrong.get(one.key),
                options=tuple(Option(key, text.text, lang=_lang(text, language)) for key, text in options),
            )
        )
    return found


def ask_fields(chosen: Sequence[Question], wrong: Mapping[str, FieldError]) -> list[FormField]:
    """What an official chooses from: the standard questions, and two of their own."""
    own = {one.key: one for one in chosen if one.key.startswith("own")}
    fields = [
        FormField(
            name="questions", label="聞くこと", kind="checkboxes", required=False, value=[one.key for one in chosen],
            options=tuple(Option(one.key, one.label["ja"], hint=_hint(one)) for one in STANDARD),
            error=wrong.get("questions"),
        )
    ]  # fmt: skip
    for place in range(1, MOST_OWN + 1):
        one = own.get(f"own{place}")
        fields += [
            FormField(
                name=f"label{place}", label=f"課の質問{place}", required=False, error=wrong.get(f"label{place}"),
                value=one.label["ja"] if one else "", hint="日本語だけで出ます。",
            ),
            FormField(
                name=f"options{place}", label=f"課の質問{place}の選択肢", kind="textarea", rows=3, required=False,
                value="\n".join(text["ja"] for _key, text in one.options) if one else "",
                hint="1行に1つ。空なら、文章で答える欄になります。", error=wrong.get(f"options{place}"),
            ),
        ]  # fmt: skip
    return fields


def _hint(one: Question) -> str:
    return "・".join(text["ja"] for _key, text in one.options) or "文章で答える欄"


def charts(outcome: Outcome, source: str) -> list[Chart]:
    """A chart for each question with options; the design puts the same numbers beside it as a table."""
    return [_chart(one, source) for one in outcome.tallies if one.question.options]


def _chart(one: Tally, source: str) -> Chart:
    most = max(one.counts, key=lambda pair: pair[1])
    return Chart(
        title=one.question.label["ja"], unit="件", source=source,
        description=f"{one.answered}件の答えのうち、最も多いのは「{most[0]['ja']}」の{most[1]}件です。",
        labels=[text["ja"] for text, _count in one.counts],
        series=[Series("答え", [float(count) for _text, count in one.counts])],
    )  # fmt: skip


def texts(outcome: Outcome) -> list[tuple[str, tuple[str, ...]]]:
    """Answers in words, by question."""
    return [(one.question.label["ja"], one.texts) for one in outcome.tallies if not one.question.options]


HEADINGS: Final = ("質問", "答え", "件数", "割合(%)")


def rows(outcome: Outcome) -> list[list[str]]:
    """One line for each answer that may be given, and one for each text."""
    found: list[list[str]] = []
    for one in outcome.tallies:
        label = one.question.label["ja"]
        found += [[label, text["ja"], str(count), percent(count, one.answered)] for text, count in one.counts]
        found += [[label, text, "1", ""] for text in one.texts]
    return found


def report_pdf(*, title: str, facts: Sequence[tuple[str, str]], outcome: Outcome, division: str) -> bytes:
    """報告書: what took place in numbers, and what people said of it."""
    data = {
        "ward": settings.JICHI_WARD, "title": title, "facts": [list(pair) for pair in facts],
        "heading": "アンケート", "header": list(HEADINGS), "rows": rows(outcome)[:1000],
        "few": few(outcome), "division": division, "day": format_date(clock.today(), "ja", "long"),
    }  # fmt: skip
    return render_pdf(
        template=TEMPLATE, data=data, title=title, language="ja", author=settings.JICHI_WARD, made_at=clock.now()
    )


def few(outcome: Outcome) -> str:
    """Why no sums are shown; "" where they are."""
    if outcome.tallies:
        return ""
    if not outcome.replies:
        return "答えはまだありません。"
    return f"答えは{outcome.replies}件です。だれの答えか分からないように、{outcome.least}件になると結果が出ます。"
