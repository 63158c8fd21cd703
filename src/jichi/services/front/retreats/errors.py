"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "retreats.too_soon": {
        "ja": "泊まる日の{days}日前までに予約してください。",
        "easy": "泊まる日の{days}日前までに予約してください。",
        "en": "Please book at least {days} day(s) ahead.",
        "zh-hans": "请至少提前{days}天预约。",
        "ko": "숙박일 {days}일 전까지 예약해 주세요.",
    },
    "retreats.too_far": {
        "ja": "{months}か月より先の日は、まだ選べません。",
        "easy": "{months}か月より先の日は、まだ選べません。",
        "en": "Days more than {months} months ahead can't be chosen yet.",
        "zh-hans": "还不能选择{months}个月以后的日期。",
        "ko": "{months}개월보다 먼 날짜는 아직 고를 수 없습니다.",
    },
    "retreats.nights": {
        "ja": "続けて泊まれるのは{most}泊までです。",
        "easy": "続けて泊まれるのは{most}泊までです。",
        "en": "You can stay for at most {most} nights.",
        "zh-hans": "最多可连住{most}晚。",
        "ko": "연속 숙박은 {most}박까지입니다.",
    },
    "retreats.party": {
        "ja": "人数を、0から30までの数で入力してください。",
        "easy": "人の数を、0から30までの数で書いてください。",
        "en": "Enter numbers of people from 0 to 30.",
        "zh-hans": "请输入0到30的人数。",
        "ko": "인원은 0부터 30까지의 숫자로 입력해 주세요.",
    },
    "retreats.no_adult": {
        "ja": "大人が1人は必要です。",
        "easy": "大人が1人は必要です。",
        "en": "At least one adult has to come.",
        "zh-hans": "至少需要1名大人。",
        "ko": "어른이 1명은 필요합니다.",
    },
    "retreats.beds": {
        "ja": "この部屋は{least}人から{most}人までです(寝具のない幼児は数えません)。",
        "easy": "この部屋は{least}人から{most}人までです。",
        "en": "This room is for {least} to {most} people (infants without bedding are not counted).",
        "zh-hans": "此房间可住{least}至{most}人（不用寝具的幼儿不计）。",
        "ko": "이 방은 {least}명부터 {most}명까지입니다(침구가 없는 유아는 세지 않습니다).",
    },
    "retreats.price_missing": {
        "ja": "この日、この人数の料金がまだ決まっていません。担当課におたずねください。",
        "easy": "この日の料金がまだ決まっていません。電話で聞いてください。",
        "en": "There is no price yet for these days and people. Please ask the office in charge.",
        "zh-hans": "该日期和人数的费用尚未确定。请咨询负责部门。",
        "ko": "이 날짜와 인원의 요금이 아직 정해지지 않았습니다. 담당 부서에 문의해 주세요.",
    },
    "retreats.price_changed": {
        "ja": "料金が変わりました。新しい料金を確かめてください。",
        "easy": "料金が変わりました。もう一度見てください。",
        "en": "The price has changed. Please look at the new one.",
        "zh-hans": "费用已变更。请确认新的费用。",
        "ko": "요금이 바뀌었습니다. 새 요금을 확인해 주세요.",
    },
    "retreats.charge_changed": {
        "ja": "日が変わり、取消料が変わりました。新しい取消料を確かめてください。",
        "easy": "やめるときのお金が変わりました。もう一度見てください。",
        "en": "The day has changed, and with it the cancellation charge. Please look at it again.",
        "zh-hans": "日期已变，取消费也随之变更。请重新确认。",
        "ko": "날짜가 바뀌어 취소 수수료가 달라졌습니다. 다시 확인해 주세요.",
    },
    "retreats.not_now": {
        "ja": "今は変えられません。最新の状態を確かめてください。",
        "easy": "今は変えられません。",
        "en": "This can't be changed now. Please look at how it stands.",
        "zh-hans": "现在无法更改。请确认最新状态。",
        "ko": "지금은 바꿀 수 없습니다. 최신 상태를 확인해 주세요.",
    },
    "retreats.paid_change": {
        "ja": "料金が変わる変更は、ここではできません。担当課に電話してください。",
        "easy": "お金が変わるときは、電話をしてください。",
        "en": "A change of the price can't be made here. Please telephone the office in charge.",
        "zh-hans": "此处不能进行会改变费用的更改。请致电负责部门。",
        "ko": "요금이 달라지는 변경은 여기서 할 수 없습니다. 담당 부서에 전화해 주세요.",
    },
    "retreats.choice_twice": {
        "ja": "同じ部屋と日を2つの希望に選んでいます。",
        "easy": "同じ部屋と日を2回選んでいます。",
        "en": "The same room and day is chosen twice.",
        "zh-hans": "同一房间和日期被选择了两次。",
        "ko": "같은 방과 날짜를 두 번 선택했습니다.",
    },
    "retreats.works_where": {
        "ja": "勤め先か学校の名前を入力してください。",
        "easy": "働いている会社か学校の名前を書いてください。",
        "en": "Enter the name of your workplace or school.",
        "zh-hans": "请输入工作单位或学校名称。",
        "ko": "근무처나 학교 이름을 입력해 주세요.",
    },
}
"""Code → sentence in five languages."""

FOR_OFFICIALS: Final[dict[str, str]] = {
    "retreats.no_prices": "大人の料金が1つもありません。",
    "retreats.no_normal": "通常期間がありません。",
    "retreats.no_bands": "取消料の表がありません。無料のときも「0日前 0%」の行を書いてください。",
    "retreats.bands_fall": "取消料は、泊まる日に近いほど高くなるように書いてください。",
    "retreats.missing": "「{what}」の「{kind}」の料金がありません。",
    "retreats.seasons_overlap": "期間「{one}」と「{other}」の日が重なっています。",
    "retreats.no_rooms": "部屋の種類と部屋を、1つ以上入れてください。",
    "retreats.no_house": "先に施設を1つ加えてください。",
    "retreats.no_tariff": "公開した料金表がありません。",
    "retreats.code": "英小文字・数字・ハイフンで40字までにしてください。",
    "retreats.code_taken": "この識別名は、ほかの施設が使っています。",
    "retreats.number": "{least}から{most}までの整数で入力してください。",
    "retreats.lines": "{line}行目「{text}」を、例のとおりに書いてください。",
    "retreats.changed_since": "ほかの人が先に変えました。あなたの変更は保存していません。",
    "retreats.published": "公開した料金表は変えられません。新しい日からの料金表を作ってください。",
    "retreats.past": "今日より前の日からの料金表は公開できません。",
    "retreats.days": "終わりの日は、始めの日と同じか後にしてください。",
    "retreats.taken": "その間に予約のある部屋があります: {rooms}。先に予約の方と相談してください。",
    "retreats.lottery_month": "抽選が終わっていない月です。抽選のあとにしてください。",
    "retreats.lottery_month_taken": "この月は、もう抽選があるか、先着順の予約が始まっています。",
    "retreats.moment": "「2026-06-20 17:00」のように、日付と時刻を入力してください。",
    "retreats.lottery_order": "前の日時より後にしてください。",
    "retreats.lottery_gap": "抽選は、締切の15分以上あとにしてください。",
    "retreats.lottery_first_come": "返事の期限からその月の1日までの日にしてください。",
    "retreats.too_many": "部屋は1つの種類で200までです。",
    "retreats.kind": "種類「{text}」は、期間・料金・食事・税・取消料のどれかにしてください。",
    "retreats.season": "「{text}」という期間は、この表の「期間」の行にありません。",
    "retreats.person": "「{text}」は、人の区分の言葉ではありません。",
    "retreats.twice": "同じ内容が{first}行目にもあります。",
    "retreats.member_kind": "区分「{text}」は、区民・在勤・在学のどれかにしてください。",
    "retreats.member_email": "メールアドレスに「@」がありません。",
    "retreats.day": "「{text}」は日付として読めません。「2026-06-20」のように書いてください。",
}
"""Code → Japanese sentence."""
