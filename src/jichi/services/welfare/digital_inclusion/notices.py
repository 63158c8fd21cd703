"""What notices say, in five languages."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText


def _five(ja: str, easy: str, en: str, zh: str, ko: str) -> LocalizedText:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


TITLES: Final[dict[str, LocalizedText]] = {
    "received": _five(
        "教室の申込みを受け付けました: {course}",
        "申し込みを受け取りました: {course}",
        "Your entry was received: {course}",
        "已收到您的申请：{course}",
        "신청을 접수했습니다: {course}",
    ),
    "waiting": _five(
        "キャンセル待ちに入りました: {course}",
        "順番を待っています: {course}",
        "You are on the waiting list: {course}",
        "您已进入候补名单：{course}",
        "대기자 명단에 올랐습니다: {course}",
    ),
    "won": _five(
        "当選しました: {course}",
        "選ばれました: {course}",
        "You were selected: {course}",
        "您已中签：{course}",
        "당첨되었습니다: {course}",
    ),
    "lost": _five(
        "抽選の結果のお知らせ: {course}",
        "くじの結果です: {course}",
        "Result of the draw: {course}",
        "抽签结果通知：{course}",
        "추첨 결과 안내: {course}",
    ),
    "offered": _five(
        "空きが出ました。参加の返事をしてください: {course}",
        "入れるようになりました。返事をしてください: {course}",
        "A place is free for you. Please answer: {course}",
        "有空位了，请答复：{course}",
        "자리가 났습니다. 답변해 주세요: {course}",
    ),
    "given": _five(
        "空きが出て、参加できることになりました: {course}",
        "入れるようになりました: {course}",
        "You now have a place: {course}",
        "您已获得名额：{course}",
        "참가하실 수 있게 되었습니다: {course}",
    ),
    "too_late": _five(
        "返事の期限が過ぎ、次の方に回りました: {course}",
        "返事の日が過ぎました: {course}",
        "The time to answer is over: {course}",
        "答复期限已过：{course}",
        "답변 기한이 지났습니다: {course}",
    ),
    "cancelled": _five(
        "教室の中止のお知らせ: {course}",
        "教室がなくなりました: {course}",
        "Class cancelled: {course}",
        "课程取消通知：{course}",
        "교실 취소 안내: {course}",
    ),
    "tomorrow": _five(
        "教室は明日です: {course}",
        "教室は明日です: {course}",
        "Your class is tomorrow: {course}",
        "课程明天举行：{course}",
        "교실은 내일입니다: {course}",
    ),
    "survey": _five(
        "参加された感想を聞かせてください: {course}",
        "どうでしたか。アンケートに答えてください: {course}",
        "How was it? Please tell us: {course}",
        "请告诉我们您的感想：{course}",
        "참가하신 소감을 들려주세요: {course}",
    ),
    "booked": _five(
        "相談を予約しました: {course}",
        "相談を予約しました: {course}",
        "Your visit is booked: {course}",
        "已预约咨询：{course}",
        "상담을 예약했습니다: {course}",
    ),
    "visit_tomorrow": _five(
        "相談は明日です: {course}",
        "相談は明日です: {course}",
        "Your visit is tomorrow: {course}",
        "咨询预约在明天：{course}",
        "상담은 내일입니다: {course}",
    ),
}
