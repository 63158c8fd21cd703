"""The form of an event: its fields, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.http import QueryDict

from jichi.design.fields import FieldGroup, FormField, Option
from jichi.design.typed import Typed, options, shown, with_wrong
from jichi.engines.programmes.arranging import Read
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LANGUAGES

from ...rules import ACCESSIBILITY, CATEGORIES, LANGUAGE_NAMES, MODE_WORDS, Content, Question
from .prices import PriceReader, price_group

MOST_QUESTIONS: Final = 3
TEXTS: Final = (
    "organiser", "place_name", "address", "access", "price_note", "contact_name", "contact_phone", "url", "text_source",
    "once_a_season", "linked_with", "series",
)  # fmt: skip
FLAGS: Final = (
    "whole_course", "waiting_list", "residents_only", "works_here_too", "residents_first", "first_timers_twice",
)  # fmt: skip
REPEATS: Final = {
    "once": "1回だけ", "daily": "毎日", "weekly": "毎週", "fortnightly": "2週間ごと", "monthly_day": "毎月同じ日",
    "monthly_weekday": "毎月同じ曜日(第2土曜など)",
}  # fmt: skip
LONGEST: Final = 5000
MOMENTS: Final = ("opens_at", "closes_at", "withdraw_until", "draw_at")
NUMBERS: Final = (
    ("price_yen", 1_000_000, 0), ("capacity", 100_000, 0), ("most_people", 50, 1), ("answer_hours", 720, 0),
    ("age_least", 120, None), ("age_most", 120, None),
)  # fmt: skip
"""Field, most, what nothing means."""
ENTERING: Final = {
    "whole_course": "1件の申込みで、全部の回に参加する(連続講座)",
    "waiting_list": "満員のときは、キャンセル待ちを受ける",
}
LIMITS: Final = {
    "residents_only": "区に住民登録のある方だけ",
    "works_here_too": "区で働く方・学ぶ方も(電話か窓口で証明を見て受け付けます)",
    "residents_first": "抽選で、住民登録のある方を先にする",
    "first_timers_twice": "抽選で、はじめての方を2倍当たりやすくする",
}


def read_form(post: QueryDict) -> Read[Content]:
    """A form that was sent."""
    read = Typed(post, "events")
    flags = {*post.getlist("flags"), *post.getlist("limits")}
    given: dict[str, Any] = {name: post.get(name, "").strip()[:LONGEST] for name in TEXTS}
    given |= {name: name in flags for name in FLAGS}
    given |= {name: read.day(name) for name in ("first", "until")}
    given |= {name: read.hours(name) for name in ("starts", "ends")}
    given |= {name: read.days(name) for name in ("without", "more")}
    given |= {name: read.moment(name) for name in MOMENTS}
    given |= {name: read.value(name, _degrees, "coordinate") for name in ("latitude", "longitude")}
    given |= {name: read.number(name, 0, most, empty) for name, most, empty in NUMBERS}
    content = Content(
        **given, title=read.by_language("title", 200), description=read.by_language("description", LONGEST),
        category=read.choice("category", CATEGORIES, "other"), mode=read.choice("mode", MODE_WORDS, "none"),
        repeat=read.choice("repeat", REPEATS, "once"),
        languages=tuple(one for one in LANGUAGE_NAMES if one in post.getlist("languages")) or ("ja",),
        accessibility=tuple(one for one in ACCESSIBILITY if one in post.getlist("accessibility")),
        questions=_questions(post), **PriceReader(read).all(),
    )  # fmt: skip
    if (content.latitude is None) != (content.longitude is None):
        read.wrong.setdefault("latitude", FieldError("events.coordinate"))
    return Read(replace(content, most_people=content.most_people or 1), read.wrong, read.typed)


def _degrees(text: str) -> float:
    value = float(text)
    if not -180 <= value <= 180:
        raise ValueError
    return value


def _questions(post: QueryDict) -> tuple[Question, ...]:
    found = []
    for place in range(1, MOST_QUESTIONS + 1):
        label = post.get(f"question{place}", "").strip()[:200]
        if label:
            required = f"question{place}" in post.getlist("required_questions")
            found.append(Question(key=f"question{place}", label=label, required=required))
    return tuple(found)


# -- fields ----------------------------------------------------------------------------------------


def groups(read: Read[Content], *, fixed: bool) -> list[FieldGroup]:
    """The form in parts; `fixed`: published, so that dates and rules are not asked again."""
    found = [_about(read.content), _place(read.content)]
    if not fixed:
        found += [_dates(read), _entering(read), price_group(read.content), _rules(read), _more(read.content)]
    return with_wrong(found, read.wrong, read.typed)


def _about(content: Content) -> FieldGroup:
    fields = [
        FormField(name="title_ja", label="催しの名前", value=content.title.get("ja", "")),
        FormField(
            name="description_ja", label="説明", kind="textarea", rows=8, value=content.description.get("ja", ""),
            hint="だれのための、何をする催しか。持ち物も書きます。",
        ),
        FormField(name="category", label="種類", kind="select", value=content.category, options=options(CATEGORIES)),
    ]  # fmt: skip
    for language in LANGUAGES[1:]:
        word = LANGUAGE_NAMES[language]
        lang = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}.get(language, "")
        fields += [
            FormField(
                name=f"title_{language}",
                label=f"催しの名前({word})",
                required=False,
                lang=lang,
                value=content.title.get(language, ""),
            ),
            FormField(
                name=f"description_{language}",
                label=f"説明({word})",
                kind="textarea",
                rows=4,
                required=False,
                lang=lang,
                value=content.description.get(language, ""),
            ),
        ]
    return FieldGroup("内容", tuple(fields))


def _place(content: Content) -> FieldGroup:
    def text(name: str, label: str, hint: str = "", **more: Any) -> FormField:
        return FormField(name=name, label=label, hint=hint, required=False, value=shown(getattr(content, name)), **more)

    return FieldGroup(
        "場所・料金・問合せ",
        (
            FormField(name="place_name", label="場所の名前", value=content.place_name),
            text("address", "住所"),
            text("latitude", "緯度", "例: 35.6895", size=12),
            text("longitude", "経度", size=12),
            text("access", "行き方"),
            text("price_yen", "料金", "無料のときは0。全員が同じ額のときに入力します。", size=10, unit="円"),
            text("price_note", "料金の説明", "例: 材料費を含む"),
            text("organiser", "主催"),
            text("contact_name", "問合せ先"),
            text("contact_phone", "問合せ先の電話"),
            text("url", "主催者のページ", "https:// で始まる住所"),
            FormField(
                name="languages",
                label="会場で話す言葉",
                kind="checkboxes",
                required=False,
                value=list(content.languages),
                options=options(LANGUAGE_NAMES),
            ),
            FormField(
                name="accessibility",
                label="バリアフリー",
                kind="checkboxes",
                required=False,
                value=list(content.accessibility),
                options=options(ACCESSIBILITY),
            ),
        ),
    )


def _dates(read: Read[Content]) -> FieldGroup:
    content = read.content

    def text(name: str, label: str, hint: str = "", *, required: bool = False, size: int = 12) -> FormField:
        return FormField(
            name=name, label=label, hint=hint, required=required, size=size, value=shown(getattr(content, name))
        )

    return FieldGroup(
        "日時",
        (
            text("first", "始めの日", "例: 2026-06-20、令和8年6月20日", required=True),
            text("starts", "始まりの時刻", "例: 10:00", required=True, size=6),
            text("ends", "終わりの時刻", "始まりより前なら、次の日の時刻です。", required=True, size=6),
            FormField(name="repeat", label="くり返し", kind="select", value=content.repeat, options=options(REPEATS)),
            text("until", "くり返しの最後の日"),
            text("without", "除く日", "祝日や休館日。コンマで区切ります。", size=40),
            text("more", "加える日", "ほかの日。コンマで区切ります。", size=40),
        ),
    )


def _entering(read: Read[Content]) -> FieldGroup:
    content = read.content

    def moment(name: str, label: str, hint: str = "") -> FormField:
        value = shown(getattr(content, name))
        return FormField(name=name, label=label, hint=hint, required=False, size=18, value=value)

    def number(name: str, label: str, unit: str, hint: str = "") -> FormField:
        value = str(getattr(content, name) or "")
        return FormField(name=name, label=label, hint=hint, unit=unit, required=False, size=8, value=value)

    return FieldGroup(
        "申込み",
        (
            FormField(name="mode", label="決め方", kind="radio", value=content.mode, options=options(MODE_WORDS)),
            _ticked("flags", "申込みの形", ENTERING, content),
            number("capacity", "定員", "人", "1回ごとの人数"),
            number("most_people", "1件の申込みの人数", "人まで", "同伴者を入れて"),
            moment("opens_at", "申込みの始まり", "例: 2026-06-01 9:00"),
            moment("closes_at", "申込みの締切"),
            moment("withdraw_until", "取り消しの期限", "空なら、終わるまでいつでも取り消せます。"),
            number("answer_hours", "空きが出た人が返事をする時間", "時間", "0なら、返事を待たずに参加が決まります。"),
            moment("draw_at", "抽選の日時", "締切の15分以上あと。このときの乱数で抽選します。"),
            FormField(
                name="text_source",
                label="乱数のもとになる公表の数字",
                required=False,
                value=content.text_source,
                hint="空なら、公開の乱数(drand)を使います。ネットにつながらないときだけ、公表される数字の名前を書きます。",
            ),
        ),
    )


def _ticked(name: str, label: str, words: Mapping[str, str], content: Content) -> FormField:
    value = [flag for flag in words if getattr(content, flag)]
    return FormField(name=name, label=label, kind="checkboxes", required=False, options=options(words), value=value)


def _rules(read: Read[Content]) -> FieldGroup:
    content = read.content
    ages = [
        FormField(
            name=name, label=label, required=False, size=5, unit="歳",
            value="" if getattr(content, name) is None else str(getattr(content, name)),
        )
        for name, label in (("age_least", "何歳から"), ("age_most", "何歳まで"))
    ]  # fmt: skip
    return FieldGroup("参加できる方", (
        _ticked("limits", "決まり", LIMITS, content),
        *ages,
        FormField(
            name="series", label="催しのまとまりの名前", required=False, value=content.series,
            hint="同じ名前の催しに参加した方は「はじめて」ではなくなります。例: 親子工作",
        ),
        FormField(
            name="once_a_season", label="年度に1回だけの種類", required=False, value=content.once_a_season,
            hint="同じ名前の催しには、1人が同じ年度に1件だけ申し込めます。",
        ),
        FormField(
            name="linked_with", label="つながる催しの名前(1人1席)", required=False, value=content.linked_with,
            hint="同じ名前の催しの中で、1人が席を持てるのは1つです。席が決まると、ほかのキャンセル待ちから外れます。先着順と順番待ちで使えます。",
        ),
    ))  # fmt: skip


def _more(content: Content) -> FieldGroup:
    asked = {one.key: one for one in content.questions}
    fields = [
        FormField(
            name=f"question{place}", label=f"申し込む人への質問{place}", required=False,
            value=asked[f"question{place}"].label if f"question{place}" in asked else "",
        )
        for place in range(1, MOST_QUESTIONS + 1)
    ]  # fmt: skip
    fields.append(
        FormField(
            name="required_questions", label="必ず答えてもらう質問", kind="checkboxes", required=False,
            value=[one.key for one in content.questions if one.required],
            options=tuple(Option(f"question{n}", f"質問{n}") for n in range(1, MOST_QUESTIONS + 1)),
        )
    )  # fmt: skip
    return FieldGroup("質問", tuple(fields))
