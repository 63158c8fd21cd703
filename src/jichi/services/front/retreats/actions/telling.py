"""What people hear of a stay: a notice in their inbox, and a message that there is one; desks get work."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jichi.engines.inbox import actions as inbox
from jichi.engines.messages import actions as messages
from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LANGUAGES, LocalizedText, pick
from jichi.kernel.receipt_number import format_number

from ..models import House, Stay
from .houses import SYSTEM

TITLES: Final[dict[str, LocalizedText]] = {
    "booked": {
        "ja": "宿泊の予約ができました: {house}",
        "easy": "泊まる予約ができました: {house}",
        "en": "Your stay is booked: {house}",
        "zh-hans": "住宿预约已确定：{house}",
        "ko": "숙박 예약이 되었습니다: {house}",
    },
    "requested": {
        "ja": "宿泊の申込みを受け付けました。宿が確認します: {house}",
        "easy": "申し込みを受け取りました。宿が確かめています: {house}",
        "en": "We received your request; the inn will confirm: {house}",
        "zh-hans": "已收到住宿申请，等待旅馆确认：{house}",
        "ko": "숙박 신청을 접수했습니다. 숙소가 확인합니다: {house}",
    },
    "waiting": {
        "ja": "キャンセル待ちに入りました: {house}",
        "easy": "順番を待っています: {house}",
        "en": "You are on the waiting list: {house}",
        "zh-hans": "您已进入候补名单：{house}",
        "ko": "대기자 명단에 올랐습니다: {house}",
    },
    "applied": {
        "ja": "宿泊の抽選の申込みを受け付けました: {house}",
        "easy": "くじの申し込みを受け取りました: {house}",
        "en": "You have entered the draw: {house}",
        "zh-hans": "已收到抽签申请：{house}",
        "ko": "추첨 신청을 접수했습니다: {house}",
    },
    "offered": {
        "ja": "部屋を用意できます。返事をしてください: {house}",
        "easy": "部屋があります。返事をしてください: {house}",
        "en": "A room is kept for you. Please answer: {house}",
        "zh-hans": "已为您保留房间，请答复：{house}",
        "ko": "방이 준비되었습니다. 답변해 주세요: {house}",
    },
    "to_pay": {
        "ja": "部屋を押さえました。期限までに支払ってください: {house}",
        "easy": "部屋をとりました。時間までにお金をはらってください: {house}",
        "en": "A room is held for you. Please pay in time: {house}",
        "zh-hans": "已为您保留房间，请在期限前付款：{house}",
        "ko": "방을 잡아 두었습니다. 기한까지 결제해 주세요: {house}",
    },
    "paid": {
        "ja": "支払いが済み、宿泊の予約ができました: {house}",
        "easy": "お金を受け取りました。泊まる予約ができました: {house}",
        "en": "You have paid, and your stay is booked: {house}",
        "zh-hans": "付款完成，住宿预约已确定：{house}",
        "ko": "결제가 끝나 숙박 예약이 되었습니다: {house}",
    },
    "unpaid": {
        "ja": "期限までに支払いがなく、部屋は次の方に回りました: {house}",
        "easy": "時間が過ぎたので、部屋は次の人に回りました: {house}",
        "en": "It was not paid in time; the room went on: {house}",
        "zh-hans": "未在期限前付款，房间已转给下一位：{house}",
        "ko": "기한까지 결제되지 않아 방이 다음 분께 넘어갔습니다: {house}",
    },
    "paid_too_late": {
        "ja": "支払いが期限のあとに届き、部屋がありませんでした。お金はお返しします: {house}",
        "easy": "お金が届くのがおそくて、部屋がありませんでした。お金は返します: {house}",
        "en": "Your payment came too late and no room was left. You get your money back: {house}",
        "zh-hans": "付款在期限后到达，已无房间。款项将退还：{house}",
        "ko": "결제가 기한 뒤에 도착하여 방이 없었습니다. 금액은 돌려드립니다: {house}",
    },
    "refused": {
        "ja": "宿泊をお受けできませんでした: {house}",
        "easy": "泊まれません: {house}",
        "en": "The stay could not be accepted: {house}",
        "zh-hans": "未能接受住宿申请：{house}",
        "ko": "숙박을 받을 수 없게 되었습니다: {house}",
    },
    "lost": {
        "ja": "抽選の結果、または期限切れのお知らせ: {house}",
        "easy": "部屋は取れませんでした: {house}",
        "en": "No room this time: {house}",
        "zh-hans": "未能获得房间：{house}",
        "ko": "방을 얻지 못했습니다: {house}",
    },
    "cancelled": {
        "ja": "宿泊を取り消しました: {house}",
        "easy": "泊まるのをやめました: {house}",
        "en": "The stay was cancelled: {house}",
        "zh-hans": "住宿已取消：{house}",
        "ko": "숙박을 취소했습니다: {house}",
    },
    "soon": {
        "ja": "もうすぐ宿泊の日です: {house}",
        "easy": "もうすぐ泊まる日です: {house}",
        "en": "Your stay is soon: {house}",
        "zh-hans": "住宿日期临近：{house}",
        "ko": "곧 숙박일입니다: {house}",
    },
}

TO_THE_STAY: Final[LocalizedText] = {
    "ja": "宿泊の記録を見る", "easy": "泊まる予約を見る", "en": "See the stay", "zh-hans": "查看住宿",
    "ko": "숙박 보기",
}  # fmt: skip
"""The link from a charge to the stay it is for."""


def subject_key(stay_id: UUID) -> str:
    """What notices about a stay are about."""
    return f"front_retreats:stay:{stay_id}"


def tell(stay: Stay, house: House, what: str) -> None:
    """One notice and one message for what became of a stay, each once. Call inside the system's unit."""
    if what == "requested":
        _ask_desk(stay, house)
    if stay.account_id is None:
        return
    words: dict[str, str] = {
        language: TITLES[what][language].format(house=pick(house.title, language).text) for language in LANGUAGES
    }
    key, path = f"{subject_key(stay.pk)}:{what}", f"/retreats/mine/{format_number(stay.number)}/"
    due = stay.answer_until.astimezone(TOKYO).date() if what == "offered" and stay.answer_until else None
    if what != "soon":
        inbox.close_items(actor=SYSTEM, subject_key=subject_key(stay.pk), kinds=["todo"])
    messages.notify(
        actor=SYSTEM, account_id=stay.account_id, template=f"retreats.{what}",
        kind="todo" if what == "offered" else "notice", title=words, url_path=path, subject_key=subject_key(stay.pk),
        dedupe_key=key, due_on=due, about=stay.number,
    )  # fmt: skip


def _ask_desk(stay: Stay, house: House) -> None:
    inbox.put_item(
        actor=SYSTEM, kind="check", title={"ja": f"宿泊の申込みを確かめる: {house.title['ja']}"},
        url_path=f"/staff/retreats/stays/{format_number(stay.number)}/", subject_key=f"{subject_key(stay.pk)}:desk",
        division_id=house.desk_id or house.division_id, permission="front_retreats.desk", about=stay.number,
        dedupe_key=f"{subject_key(stay.pk)}:desk",
    )  # fmt: skip
