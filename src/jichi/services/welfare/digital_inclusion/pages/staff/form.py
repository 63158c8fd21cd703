"""The form of a class: its fields, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from jichi.design.fields import FieldGroup, FormField, Option
from jichi.design.typed import Typed, options, shown, with_wrong
from jichi.engines.accounts import queries as accounts
from jichi.engines.programmes.arranging import Read
from jichi.kernel.localized import LANGUAGES

from ...rules import LEVELS, MODES, REPEATS, SPOKEN, Plan
from ...rules.courses import MOST_SESSIONS

LONGEST: Final = 3000
TEXTS: Final = ("place_name", "address", "access", "text_source")
FLAGS: Final = {
    "waiting_list": "満員のときは、キャンセル待ちを受ける",
    "residents_only": "区に住民登録のある方だけ(団体は問わない)",
}
NUMBERS: Final = (
    ("times", 1, MOST_SESSIONS, 1), ("capacity", 0, 500, 0), ("team_places", 0, 500, 0), ("team_most", 0, 500, 0),
    ("answer_hours", 0, 720, 0), ("age_least", 0, 120, None),
)  # fmt: skip
"""Field, least, most, what nothing means."""
MOMENTS: Final = ("opens_at", "closes_at", "withdraw_until", "draw_at")
TEACHERS: Final = "digital_supporter"
_LANG: Final = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}


def read_form(post: QueryDict) -> Read[Plan]:
    """A form that was sent."""
    read = Typed(post, "digital")
    given: dict[str, Any] = {name: post.get(name, "").strip()[:LONGEST] for name in TEXTS}
    given |= {name: name in post.getlist("flags") for name in FLAGS}
    given |= {name: read.hours(name) for name in ("starts", "ends")}
    given |= {name: read.moment(name) for name in MOMENTS}
    given |= {name: read.number(name, least, most, empty) for name, least, most, empty in NUMBERS}
    teachers = {one.value: "" for one in teacher_options()}
    plan = Plan(
        **given, title=read.by_language("title", 200), text=read.by_language("text", LONGEST),
        bring=read.by_language("bring", LONGEST), first=read.day("first"), teams_until=read.day("teams_until"),
        without=read.days("without"), level=read.choice("level", LEVELS, "starting"),
        spoken=read.choice("spoken", SPOKEN, "ja"), mode=read.choice("mode", MODES, "first_come"),
        repeat=read.choice("repeat", REPEATS, "weekly"), teacher=read.choice("teacher", teachers, ""),
    )  # fmt: skip
    return Read(plan, read.wrong, read.typed)


def teacher_options() -> tuple[Option, ...]:
    """Who may teach: accounts with the role. One statement."""
    found = accounts.officials(role=TEACHERS, limit=100).rows
    return (Option("", "まだ決めない"), *(Option(one.login, one.name, noruby=True) for one in found))


def groups(read: Read[Plan], *, fixed: bool) -> list[FieldGroup]:
    """The form in parts; `fixed`: published, so that dates and rules are not asked again."""
    found = [_about(read.content), _texts(read.content)] + (
        [] if fixed else [_dates(read.content), _entering(read.content)]
    )
    return with_wrong(found, read.wrong, read.typed)


def _text(plan: Plan, name: str, label: str, hint: str = "", **more: Any) -> FormField:
    more = {"required": False, **more}
    return FormField(name=name, label=label, hint=hint, value=shown(getattr(plan, name)), **more)


def _about(plan: Plan) -> FieldGroup:
    def choice(name: str, label: str, words: Mapping[str, str]) -> FormField:
        return FormField(name=name, label=label, kind="select", value=getattr(plan, name), options=options(words))

    return FieldGroup(
        "内容",
        (
            FormField(name="title_ja", label="教室の名前", value=plan.title.get("ja", "")),
            FormField(name="text_ja", label="説明", kind="textarea", rows=6, value=plan.text.get("ja", "")),
            FormField(
                name="bring_ja", label="持ち物", kind="textarea", rows=2, required=False, value=plan.bring.get("ja", "")
            ),
            choice("level", "段階", LEVELS),
            choice("spoken", "話す言葉", SPOKEN),
            _text(plan, "place_name", "場所の名前", required=True),
            _text(plan, "address", "住所"),
            _text(plan, "access", "行き方"),
            FormField(
                name="teacher", label="講師", kind="select", required=False, value=plan.teacher,
                options=teacher_options(), hint="公開したあとは、回ごとに変えられます。",
            ),
        ),
    )  # fmt: skip


def _texts(plan: Plan) -> FieldGroup:
    """The same in other languages; what is missing is shown in Japanese."""
    fields: list[FormField] = []
    for language in LANGUAGES[1:]:
        word, lang = SPOKEN[language], _LANG.get(language, "")
        for name, label, texts, rows in (
            ("title", "教室の名前", plan.title, 0), ("text", "説明", plan.text, 3), ("bring", "持ち物", plan.bring, 2),
        ):  # fmt: skip
            fields.append(
                FormField(
                    name=f"{name}_{language}", label=f"{label}({word})", kind="textarea" if rows else "text",
                    rows=rows or 5, required=False, lang=lang, value=texts.get(language, ""),
                )
            )  # fmt: skip
    return FieldGroup("ほかの言葉", tuple(fields))


def _dates(plan: Plan) -> FieldGroup:
    return FieldGroup(
        "日時",
        (
            _text(plan, "first", "初回の日", "例: 2026-12-01、令和8年12月1日", required=True, size=12),
            _text(plan, "starts", "始まりの時刻", "例: 13:30", required=True, size=6),
            _text(plan, "ends", "終わりの時刻", required=True, size=6),
            _text(plan, "times", "回数", required=True, size=4, unit="回"),
            FormField(name="repeat", label="くり返し", kind="select", value=plan.repeat, options=options(REPEATS)),
            _text(plan, "without", "除く日", "祝日や休館日。コンマで区切ります。その分、後ろに延びます。", size=40),
        ),
    )


def _entering(plan: Plan) -> FieldGroup:
    return FieldGroup(
        "申込み",
        (
            FormField(name="mode", label="決め方", kind="radio", value=plan.mode, options=options(MODES)),
            _text(plan, "capacity", "定員", "1人1席で、全部の回に参加します。", required=True, size=5, unit="人"),
            _text(plan, "team_places", "団体の席", "町会などの席。先着順。0なら受けません。", size=5, unit="人"),
            _text(plan, "team_most", "1団体の上限", size=5, unit="人"),
            _text(plan, "teams_until", "団体の席を残す最後の日", "次の日に、残った席を個人に回します。", size=12),
            FormField(
                name="flags", label="申込みの決まり", kind="checkboxes", required=False, options=options(FLAGS),
                value=[name for name in FLAGS if getattr(plan, name)],
            ),
            _text(plan, "age_least", "初回の日の年齢の下限", "ないときは空", size=4, unit="歳以上"),
            _text(plan, "answer_hours", "キャンセル待ちの返事の時間", "0なら、返事を待たずに参加になります。",
                  size=5, unit="時間"),
            _text(plan, "opens_at", "申込みの始まり", "例: 2026-11-01 9:00", required=True, size=18),
            _text(plan, "closes_at", "申込みの締切", required=True, size=18),
            _text(plan, "withdraw_until", "取り消しの期限", "空なら、いつでも取り消せます。", size=18),
            _text(plan, "draw_at", "抽選の日時", "抽選のとき。締切から15分以上あと。", size=18),
            _text(plan, "text_source", "乱数のもと", "空なら drand の公開の乱数。例: その日の株価指数の終値", size=40),
        ),
    )  # fmt: skip
