"""What mails about classes and desks say: that there is a notice, the number, where to read it."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template, TemplateFamily
from jichi.engines.programmes.rules import CLOSING
from jichi.kernel.localized import LocalizedText

_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}からスマホ教室・相談のお知らせがあります",
    "easy": "{ward}からスマホ教室のお知らせです",
    "en": "{ward}: a notice about smartphone classes and help",
    "zh-hans": "{ward}：关于智能手机课程与咨询的通知",
    "ko": "{ward}: 스마트폰 교실·상담 안내가 있습니다",
}
_notice = TemplateFamily(prefix="digital", topic="events", subject=_SUBJECT, closing=CLOSING, may_opt_out=False).notice


TEMPLATES: Final[tuple[Template, ...]] = (
    _notice(
        "notice",
        "{ward}です。スマホ教室・相談の予約について、お知らせがあります。",
        "{ward}です。スマホ教室や相談の予約のお知らせです。",
        "This is {ward}. There is a notice about your class or your booking at a help desk.",
        "这里是{ward}。关于您的智能手机课程或咨询预约，有新的通知。",
        "{ward}입니다. 스마트폰 교실 또는 상담 예약에 대한 알림이 있습니다.",
    ),
    _notice(
        "offered",
        "{ward}です。キャンセル待ちの教室に空きが出ました。{due}までに、参加の返事をしてください。",
        "{ward}です。教室に入れるようになりました。{due}までに返事をしてください。",
        "This is {ward}. A place in a class is free for you. Please answer by {due}.",
        "这里是{ward}。课程有空位了。请在{due}之前答复。",
        "{ward}입니다. 교실에 자리가 났습니다. {due}까지 답변해 주세요.",
    ),
)
