"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "digital.team_size": {
        "ja": "団体の人数は、{least}人から{most}人までにしてください。",
        "easy": "グループは{least}人から{most}人までです。",
        "en": "A group is of {least} to {most} people.",
        "zh-hans": "团体人数须为{least}至{most}人。",
        "ko": "단체 인원은 {least}명에서 {most}명까지입니다.",
    },
    "digital.too_many_names": {
        "ja": "氏名は{most}人までです。人を減らしてください。",
        "easy": "名前は{most}人までです。",
        "en": "At most {most} names. Take somebody out.",
        "zh-hans": "姓名最多{most}人。请减少人数。",
        "ko": "성명은 {most}명까지입니다. 인원을 줄여 주세요.",
    },
    "digital.visit_over": {
        "ja": "この相談は、もう始まったか、終わっています。",
        "easy": "この相談は、もう始まったか、終わっています。",
        "en": "This visit has already begun or is over.",
        "zh-hans": "该咨询已开始或已结束。",
        "ko": "이 상담은 이미 시작되었거나 끝났습니다.",
    },
}
"""Code → sentence in five languages."""

FOR_OFFICIALS: Final[dict[str, str]] = {
    "digital.teams_until": "団体の席を残す最後の日は、申込みの締切より前の日にしてください。",
    "digital.day": "「{text}」は日付として読めません。「2026-12-01」のように書いてください。",
    "digital.hours": "「13:30」のように、時と分で入力してください。",
    "digital.moment": "「2026-12-01 17:00」のように、日付と時刻を入力してください。",
    "digital.number": "{least}から{most}までの整数で入力してください。",
    "digital.times": "終わりは、始まりより後にしてください。",
    "digital.no_dates": "回が1つもありません。始めの日、回数、除く日を直してください。",
    "digital.over": "もう過ぎた日があります。これからの日にしてください。",
    "digital.draw_at": "抽選の日時は、申込みの締切から15分以上あとにしてください。",
    "digital.closes_at": "締切は、申込みの始まりより後、初回より前にしてください。",
    "digital.not_ready": "まだ足りないところがあります。「内容を変える」から入力してください。",
    "digital.not_draft": "公開した教室の、日時・定員・申込みの決まりは変えられません。中止して、写しを作ってください。",
    "digital.changed_since": "ほかの人が先に変えました。あなたの変更は保存していません。最新の内容を確かめてください。",
    "digital.code": "小文字の英数字と - で、40文字までで入力してください。",
    "digital.code_taken": "この符号の窓口は、もうあります。",
    "digital.too_early": "この回は、まだ始まる日ではありません。出席は当日から付けられます。",
}
"""Code → Japanese sentence."""
