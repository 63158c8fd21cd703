"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "events.too_many_people": {
        "ja": "1件の申込みは{max}人までです。人を減らしてください。",
        "easy": "1回に{max}人までです。人を少なくしてください。",
        "en": "One entry is for at most {max} people. Take somebody out.",
        "zh-hans": "每次申请最多{max}人。请减少人数。",
        "ko": "신청 1건은 최대 {max}명입니다. 인원을 줄여 주세요.",
    },
    "events.class_counts": {
        "ja": "料金の区分の人数を、参加する人数({people}人)と同じにしてください。",
        "easy": "お金の種類の人数を、来る人の数({people}人)と同じにしてください。",
        "en": "The numbers by kind of fee must add up to the people who come ({people}).",
        "zh-hans": "各收费类别的人数合计须与参加人数（{people}人）相同。",
        "ko": "요금 구분별 인원의 합계를 참가 인원({people}명)과 같게 해 주세요.",
    },
    "events.choice_twice": {
        "ja": "同じ日時を2つの希望に選んでいます。別の日時にしてください。",
        "easy": "同じ日を2回選んでいます。ちがう日にしてください。",
        "en": "The same date is chosen twice. Choose another one.",
        "zh-hans": "同一日期时间被选择了两次。请选择其他日期时间。",
        "ko": "같은 일시를 두 번 선택했습니다. 다른 일시를 선택해 주세요.",
    },
}
"""Code → sentence in five languages."""

FOR_OFFICIALS: Final[dict[str, str]] = {
    "events.times": "終わりは、始まりより後にしてください。",
    "events.hours": "「10:00」のように、時と分で入力してください。",
    "events.moment": "「2026-06-20 17:00」のように、日付と時刻を入力してください。",
    "events.series": "くり返すときは、最後の日を入力してください。回数は400回までです。",
    "events.no_dates": "日が1つもありません。始めの日か、除く日を直してください。",
    "events.over": "もう過ぎた日があります。これからの日にしてください。",
    "events.number": "{least}から{most}までの整数で入力してください。",
    "events.coordinate": "緯度と経度は、35.6895 のような数で両方入力するか、両方空にしてください。",
    "events.draw_at": "抽選の日時は、申込みの締切から15分以上あとにしてください。",
    "events.closes_at": "締切は、申込みの始まりより後にしてください。",
    "events.text_needed": "乱数のもとになる公表の数字を、1行で入力してください。",
    "events.changed_since": "ほかの人が先に変えました。あなたの変更は保存していません。最新の内容を確かめてください。",
    "events.not_draft": "公開した催しの、日時・定員・申込みの決まりは変えられません。中止して、写しを作ってください。",
    "events.not_ready": "まだ足りないところがあります。「内容を変える」から入力してください。",
    "events.linked_mode": "つながる催しは、先着順か順番待ちだけです。",
    "events.pay_first": "申込みのときに支払う催しには、申込みの決め方と、1円以上の料金が要ります。",
    "events.cancel_steps": "取り消し料は、日数を1回ずつ、当日に近いほど高くなるように、0から100%で入力してください。",
    "events.has_entries": "この催しは、もう申込みを受けています。",
    "events.day": "「{text}」は日付として読めません。「2026-06-20」のように書いてください。",
    "events.time": "「{text}」は時刻として読めません。「10:00」のように書いてください。",
    "events.value": "「{text}」は読めません。",
    "events.no_twice": "同じNOが{line}行目にもあります。",
}
"""Code → Japanese sentence."""
