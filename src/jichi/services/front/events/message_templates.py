"""What mails about events say: what happened, the number, where to read it. The event's name stands behind sign-in."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template, TemplateFamily
from jichi.engines.programmes.rules import CLOSING
from jichi.kernel.localized import LocalizedText

_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}から申込みのお知らせがあります",
    "easy": "{ward}から申し込みのお知らせです",
    "en": "{ward}: a notice about your booking",
    "zh-hans": "{ward}：关于您的预约的通知",
    "ko": "{ward}: 예약 신청에 대한 알림이 있습니다",
}
_notice = TemplateFamily(prefix="events", topic="events", subject=_SUBJECT, closing=CLOSING, may_opt_out=False).notice


TEMPLATES: Final[tuple[Template, ...]] = (
    _notice(
        "received",
        "{ward}です。催しの申込みを受け付けました。",
        "{ward}です。申し込みを受け取りました。",
        "This is {ward}. We have received your entry for an event.",
        "这里是{ward}。已收到您的活动申请。",
        "{ward}입니다. 행사 신청을 접수했습니다.",
    ),
    _notice(
        "waiting",
        "{ward}です。催しのキャンセル待ちに入りました。空きが出たら、お知らせします。",
        "{ward}です。今はいっぱいです。順番を待っています。入れるようになったら知らせます。",
        "This is {ward}. You are on the waiting list of an event. We will write when a place is free.",
        "这里是{ward}。您已进入活动候补名单。有空位时会通知您。",
        "{ward}입니다. 행사 대기자 명단에 올랐습니다. 자리가 나면 알려 드립니다.",
    ),
    _notice(
        "won",
        "{ward}です。抽選の結果、当選しました。",
        "{ward}です。くじで選ばれました。",
        "This is {ward}. You were selected in the draw.",
        "这里是{ward}。抽签结果：您已中签。",
        "{ward}입니다. 추첨에서 당첨되었습니다.",
    ),
    _notice(
        "lost",
        "{ward}です。抽選の結果が出ました。",
        "{ward}です。くじの結果が出ました。",
        "This is {ward}. The result of the draw is there.",
        "这里是{ward}。抽签结果已出。",
        "{ward}입니다. 추첨 결과가 나왔습니다.",
    ),
    _notice(
        "offered",
        "{ward}です。キャンセル待ちの催しに空きが出ました。{due}までに、参加の返事をしてください。",
        "{ward}です。入れるようになりました。{due}までに返事をしてください。",
        "This is {ward}. A place is free for you. Please answer by {due}.",
        "这里是{ward}。有空位了。请在{due}之前答复。",
        "{ward}입니다. 자리가 났습니다. {due}까지 답변해 주세요.",
    ),
    _notice(
        "given",
        "{ward}です。キャンセル待ちの催しに参加できることになりました。",
        "{ward}です。入れるようになりました。",
        "This is {ward}. You now have a place at the event.",
        "这里是{ward}。您已获得活动名额。",
        "{ward}입니다. 행사에 참가하실 수 있게 되었습니다.",
    ),
    _notice(
        "too_late",
        "{ward}です。参加の返事の期限が過ぎ、次の方に回りました。",
        "{ward}です。返事の日が過ぎました。次の人に回りました。",
        "This is {ward}. The time to answer is over; the place went to the next person.",
        "这里是{ward}。答复期限已过，名额已转给下一位。",
        "{ward}입니다. 답변 기한이 지나 다음 분께 넘어갔습니다.",
    ),
    _notice(
        "to_pay",
        "{ward}です。催しの席を押さえました。期限までに支払うと、参加が決まります。",
        "{ward}です。席をとりました。時間までにお金をはらうと、参加できます。",
        "This is {ward}. A place at an event is held for you. It is yours once you pay in time.",
        "这里是{ward}。已为您保留活动席位。请在期限前付款以确定参加。",
        "{ward}입니다. 행사 자리를 잡아 두었습니다. 기한까지 결제하면 참가가 확정됩니다.",
    ),
    _notice(
        "paid",
        "{ward}です。支払いが済み、催しへの参加が決まりました。",
        "{ward}です。お金を受け取りました。参加できます。",
        "This is {ward}. You have paid, and you have a place at the event.",
        "这里是{ward}。付款完成，您的参加已确定。",
        "{ward}입니다. 결제가 끝나 행사 참가가 확정되었습니다.",
    ),
    _notice(
        "unpaid",
        "{ward}です。期限までに支払いがなかったため、席は次の方に回りました。",
        "{ward}です。時間までにお金が届かなかったので、席は次の人に回りました。",
        "This is {ward}. It was not paid in time, so the place went to the next person.",
        "这里是{ward}。由于未在期限前付款，席位已转给下一位。",
        "{ward}입니다. 기한까지 결제되지 않아 다음 분께 넘어갔습니다.",
    ),
    _notice(
        "paid_too_late",
        "{ward}です。支払いが期限のあとに届き、席がありませんでした。お金はお返しします。",
        "{ward}です。お金が届くのがおそくて、席がありませんでした。お金は返します。",
        "This is {ward}. Your payment came too late and no place was left. You get your money back.",
        "这里是{ward}。付款在期限后到达，已无席位。款项将退还。",
        "{ward}입니다. 결제가 기한 뒤에 도착하여 자리가 없었습니다. 금액은 돌려드립니다.",
    ),
    _notice(
        "cancelled",
        "{ward}です。申し込まれた催しは中止になりました。",
        "{ward}です。申し込んだものが、なくなりました。",
        "This is {ward}. The event you entered has been cancelled.",
        "这里是{ward}。您申请的活动已取消。",
        "{ward}입니다. 신청하신 행사가 취소되었습니다.",
    ),
    _notice(
        "chosen",
        "{ward}です。催しの選考の結果、参加が決まりました。",
        "{ward}です。選ばれました。参加できます。",
        "This is {ward}. You were chosen to take part in an event.",
        "这里是{ward}。经选拔，您可以参加活动。",
        "{ward}입니다. 심사 결과 행사 참가가 결정되었습니다.",
    ),
    _notice(
        "not_chosen",
        "{ward}です。催しの選考の結果が出ました。",
        "{ward}です。選ぶ結果が出ました。",
        "This is {ward}. The result of the selection is there.",
        "这里是{ward}。活动选拔结果已出。",
        "{ward}입니다. 행사 심사 결과가 나왔습니다.",
    ),
    _notice(
        "survey",
        "{ward}です。参加された催しについて、感想を聞かせてください。名前は記録しません。",
        "{ward}です。イベントは、どうでしたか。アンケートに答えてください。名前は書きません。",
        "This is {ward}. Please tell us what the event was like. No name is kept.",
        "这里是{ward}。请告诉我们您对活动的感想。不记录姓名。",
        "{ward}입니다. 참가하신 행사에 대한 소감을 들려주세요. 이름은 기록하지 않습니다.",
    ),
    _notice(
        "tomorrow",
        "{ward}です。申し込まれた催しは明日です。",
        "{ward}です。申し込んだものは明日です。",
        "This is {ward}. The event you entered is tomorrow.",
        "这里是{ward}。您申请的活动明天举行。",
        "{ward}입니다. 신청하신 행사는 내일입니다.",
    ),
)
