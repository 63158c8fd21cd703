"""What mails about stays say: what happened, the number, where to read it. The house's name stands behind sign-in."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template, TemplateFamily
from jichi.kernel.localized import LocalizedText

_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}から宿泊のお知らせがあります",
    "easy": "{ward}から泊まる予約のお知らせです",
    "en": "{ward}: a notice about your stay",
    "zh-hans": "{ward}：关于您的住宿预约的通知",
    "ko": "{ward}: 숙박 예약에 대한 알림이 있습니다",
}
_CLOSING: Final[LocalizedText] = {
    "ja": "\n予約番号: {about}\n\nログインしてご覧ください。\n{url}\n",
    "easy": "\nあなたの番号: {about}\n\nここで見てください。\n{url}\n",
    "en": "\nReference number: {about}\n\nPlease sign in to read it.\n{url}\n",
    "zh-hans": "\n预约编号：{about}\n\n请登录后查看。\n{url}\n",
    "ko": "\n예약번호: {about}\n\n로그인하여 확인해 주세요.\n{url}\n",
}


_notice = TemplateFamily(
    prefix="retreats", topic="events", subject=_SUBJECT, closing=_CLOSING, may_opt_out=False
).notice


TEMPLATES: Final[tuple[Template, ...]] = (
    _notice(
        "booked",
        "{ward}です。宿泊の予約ができました。",
        "{ward}です。泊まる予約ができました。",
        "This is {ward}. Your stay is booked.",
        "这里是{ward}。您的住宿预约已确定。",
        "{ward}입니다. 숙박 예약이 되었습니다.",
    ),
    _notice(
        "requested",
        "{ward}です。宿泊の申込みを受け付けました。宿が確認してから、お知らせします。",
        "{ward}です。申し込みを受け取りました。宿が確かめてから知らせます。",
        "This is {ward}. We received your request for a stay. The inn will confirm it.",
        "这里是{ward}。已收到您的住宿申请。旅馆确认后会通知您。",
        "{ward}입니다. 숙박 신청을 접수했습니다. 숙소가 확인한 뒤 알려 드립니다.",
    ),
    _notice(
        "waiting",
        "{ward}です。宿泊のキャンセル待ちに入りました。空きが出たら、お知らせします。",
        "{ward}です。今はいっぱいです。順番を待っています。部屋があったら知らせます。",
        "This is {ward}. You are on the waiting list for a stay. We will write when a room is free.",
        "这里是{ward}。您已进入住宿候补名单。有空房时会通知您。",
        "{ward}입니다. 숙박 대기자 명단에 올랐습니다. 방이 나면 알려 드립니다.",
    ),
    _notice(
        "applied",
        "{ward}です。宿泊の抽選の申込みを受け付けました。",
        "{ward}です。くじの申し込みを受け取りました。",
        "This is {ward}. You have entered the draw for a stay.",
        "这里是{ward}。已收到您的住宿抽签申请。",
        "{ward}입니다. 숙박 추첨 신청을 접수했습니다.",
    ),
    _notice(
        "offered",
        "{ward}です。宿泊の部屋を用意できます。{due}までに、泊まるかどうかの返事をしてください。",
        "{ward}です。部屋があります。{due}までに返事をしてください。",
        "This is {ward}. A room is kept for you. Please answer by {due}.",
        "这里是{ward}。已为您保留房间。请在{due}之前答复。",
        "{ward}입니다. 방이 준비되었습니다. {due}까지 답변해 주세요.",
    ),
    _notice(
        "to_pay",
        "{ward}です。宿泊の部屋を押さえました。期限までに支払うと、予約が決まります。",
        "{ward}です。部屋をとりました。時間までにお金をはらうと、泊まれます。",
        "This is {ward}. A room is held for you. It is yours once you pay in time.",
        "这里是{ward}。已为您保留房间。请在期限前付款以确定预约。",
        "{ward}입니다. 방을 잡아 두었습니다. 기한까지 결제하면 예약이 확정됩니다.",
    ),
    _notice(
        "paid",
        "{ward}です。支払いが済み、宿泊の予約が決まりました。",
        "{ward}です。お金を受け取りました。泊まる予約ができました。",
        "This is {ward}. You have paid, and your stay is booked.",
        "这里是{ward}。付款完成，您的住宿预约已确定。",
        "{ward}입니다. 결제가 끝나 숙박 예약이 확정되었습니다.",
    ),
    _notice(
        "unpaid",
        "{ward}です。期限までに支払いがなかったため、部屋は次の方に回りました。",
        "{ward}です。時間までにお金が届かなかったので、部屋は次の人に回りました。",
        "This is {ward}. It was not paid in time, so the room went to the next person.",
        "这里是{ward}。由于未在期限前付款，房间已转给下一位。",
        "{ward}입니다. 기한까지 결제되지 않아 방이 다음 분께 넘어갔습니다.",
    ),
    _notice(
        "paid_too_late",
        "{ward}です。支払いが期限のあとに届き、部屋がありませんでした。お金はお返しします。",
        "{ward}です。お金が届くのがおそくて、部屋がありませんでした。お金は返します。",
        "This is {ward}. Your payment came too late and no room was left. You get your money back.",
        "这里是{ward}。付款在期限后到达，已无房间。款项将退还。",
        "{ward}입니다. 결제가 기한 뒤에 도착하여 방이 없었습니다. 금액은 돌려드립니다.",
    ),
    _notice(
        "refused",
        "{ward}です。申し訳ありません。宿泊をお受けできませんでした。",
        "{ward}です。ごめんなさい。泊まれません。",
        "This is {ward}. We are sorry: the stay could not be accepted.",
        "这里是{ward}。很抱歉，未能接受您的住宿申请。",
        "{ward}입니다. 죄송합니다. 숙박을 받을 수 없게 되었습니다.",
    ),
    _notice(
        "lost",
        "{ward}です。宿泊の部屋を用意できませんでした。くわしくは予約のページをご覧ください。",
        "{ward}です。部屋は取れませんでした。",
        "This is {ward}. We have no room for you this time. Your page says more.",
        "这里是{ward}。此次未能为您准备房间。详情请查看预约页面。",
        "{ward}입니다. 이번에는 방을 준비하지 못했습니다. 자세한 내용은 예약 페이지를 봐 주세요.",
    ),
    _notice(
        "cancelled",
        "{ward}です。宿泊の予約は取り消されました。",
        "{ward}です。泊まる予約は、なくなりました。",
        "This is {ward}. Your stay was cancelled.",
        "这里是{ward}。您的住宿预约已取消。",
        "{ward}입니다. 숙박 예약이 취소되었습니다.",
    ),
    _notice(
        "soon",
        "{ward}です。もうすぐ宿泊の日です。",
        "{ward}です。もうすぐ泊まる日です。",
        "This is {ward}. Your stay is soon.",
        "这里是{ward}。您的住宿日期临近。",
        "{ward}입니다. 곧 숙박일입니다.",
    ),
)
