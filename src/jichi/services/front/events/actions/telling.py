"""What people hear: a notice in their inbox, and a message that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.engines.programmes import actions as programmes
from jichi.engines.programmes.actions import DRAWN, Voice
from jichi.engines.surveys import queries as surveys
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.localized import LocalizedText

from ..models import Event, EventEntry, EventSlot
from ..rules import survey_code

SYSTEM: Final = system_actor("events")
TITLES: Final[dict[str, LocalizedText]] = {
    "received": {
        "ja": "申込みを受け付けました: {event}",
        "easy": "申し込みを受け取りました: {event}",
        "en": "Your entry was received: {event}",
        "zh-hans": "已收到您的申请：{event}",
        "ko": "신청을 접수했습니다: {event}",
    },
    "waiting": {
        "ja": "キャンセル待ちに入りました: {event}",
        "easy": "順番を待っています: {event}",
        "en": "You are on the waiting list: {event}",
        "zh-hans": "您已进入候补名单：{event}",
        "ko": "대기자 명단에 올랐습니다: {event}",
    },
    "won": {
        "ja": "当選しました: {event}",
        "easy": "選ばれました: {event}",
        "en": "You were selected: {event}",
        "zh-hans": "您已中签：{event}",
        "ko": "당첨되었습니다: {event}",
    },
    "lost": {
        "ja": "抽選の結果のお知らせ: {event}",
        "easy": "くじの結果です: {event}",
        "en": "Result of the draw: {event}",
        "zh-hans": "抽签结果通知：{event}",
        "ko": "추첨 결과 안내: {event}",
    },
    "offered": {
        "ja": "空きが出ました。参加の返事をしてください: {event}",
        "easy": "入れるようになりました。返事をしてください: {event}",
        "en": "A place is free for you. Please answer: {event}",
        "zh-hans": "有空位了，请答复：{event}",
        "ko": "자리가 났습니다. 답변해 주세요: {event}",
    },
    "given": {
        "ja": "空きが出て、参加できることになりました: {event}",
        "easy": "入れるようになりました: {event}",
        "en": "You now have a place: {event}",
        "zh-hans": "您已获得名额：{event}",
        "ko": "참가하실 수 있게 되었습니다: {event}",
    },
    "too_late": {
        "ja": "返事の期限が過ぎ、次の方に回りました: {event}",
        "easy": "返事の日が過ぎました: {event}",
        "en": "The time to answer is over: {event}",
        "zh-hans": "答复期限已过：{event}",
        "ko": "답변 기한이 지났습니다: {event}",
    },
    "to_pay": {
        "ja": "席を押さえました。期限までに支払ってください: {event}",
        "easy": "席をとりました。時間までにお金をはらってください: {event}",
        "en": "A place is held for you. Please pay in time: {event}",
        "zh-hans": "已为您保留席位，请在期限前付款：{event}",
        "ko": "자리를 잡아 두었습니다. 기한까지 결제해 주세요: {event}",
    },
    "paid": {
        "ja": "支払いが済み、参加が決まりました: {event}",
        "easy": "お金を受け取りました。参加できます: {event}",
        "en": "You have paid, and you have a place: {event}",
        "zh-hans": "付款完成，参加已确定：{event}",
        "ko": "결제가 끝나 참가가 확정되었습니다: {event}",
    },
    "unpaid": {
        "ja": "期限までに支払いがなく、席は次の方に回りました: {event}",
        "easy": "時間が過ぎたので、席は次の人に回りました: {event}",
        "en": "It was not paid in time; the place went on: {event}",
        "zh-hans": "未在期限前付款，席位已转给下一位：{event}",
        "ko": "기한까지 결제되지 않아 다음 분께 넘어갔습니다: {event}",
    },
    "paid_too_late": {
        "ja": "支払いが期限のあとに届き、席がありませんでした。お金はお返しします: {event}",
        "easy": "お金が届くのがおそくて、席がありませんでした。お金は返します: {event}",
        "en": "Your payment came too late and no place was left. You get your money back: {event}",
        "zh-hans": "付款在期限后到达，已无席位。款项将退还：{event}",
        "ko": "결제가 기한 뒤에 도착하여 자리가 없었습니다. 금액은 돌려드립니다: {event}",
    },
    "cancelled": {
        "ja": "中止のお知らせ: {event}",
        "easy": "なくなりました: {event}",
        "en": "Cancelled: {event}",
        "zh-hans": "取消通知：{event}",
        "ko": "취소 안내: {event}",
    },
    "chosen": {
        "ja": "選考の結果、参加が決まりました: {event}",
        "easy": "選ばれました。参加できます: {event}",
        "en": "You were chosen to take part: {event}",
        "zh-hans": "经选拔，您可以参加：{event}",
        "ko": "심사 결과 참가가 결정되었습니다: {event}",
    },
    "not_chosen": {
        "ja": "選考の結果のお知らせ: {event}",
        "easy": "選ぶ結果のお知らせです: {event}",
        "en": "Result of the selection: {event}",
        "zh-hans": "选拔结果通知：{event}",
        "ko": "심사 결과 안내: {event}",
    },
    "survey": {
        "ja": "参加された感想を聞かせてください: {event}",
        "easy": "どうでしたか。アンケートに答えてください: {event}",
        "en": "How was it? Please tell us: {event}",
        "zh-hans": "请告诉我们您的感想：{event}",
        "ko": "참가하신 소감을 들려주세요: {event}",
    },
    "tomorrow": {
        "ja": "明日です: {event}",
        "easy": "明日です: {event}",
        "en": "It is tomorrow: {event}",
        "zh-hans": "明天举行：{event}",
        "ko": "내일입니다: {event}",
    },
}
TO_THE_ENTRY: Final[LocalizedText] = {
    "ja": "申込みの内容を見る", "easy": "申し込みを見る", "en": "See the entry", "zh-hans": "查看申请",
    "ko": "신청 보기",
}  # fmt: skip
"""The link from a charge to the entry it is for."""
CHOSEN: Final = {"taken": "chosen", "held": "chosen", "waiting": "not_chosen", "lost": "not_chosen"}
"""State of an entry → what is said of it after a selection."""
VOICE: Final = Voice(
    actor=SYSTEM, titles=TITLES, name="event", key="front_events:entry", path="/events/mine/",
    template=lambda what: f"events.{what}", pages={"survey": "survey/"},
)  # fmt: skip


def subject_key(entry_id: UUID) -> str:
    """What notices about an entry are about."""
    return f"{VOICE.key}:{entry_id}"


def tell_entered(*, event: Event, entry_id: UUID, account_id: UUID, outcome: str) -> None:
    """An entry came in; in the transaction that keeps it."""
    programmes.tell_entered(actor=SYSTEM, voice=VOICE, title=event.title, entry_id=entry_id, outcome=outcome)


def tell_one(*, offering_id: UUID, entry_id: UUID, what: str) -> None:
    """One entry moved, as `programmes.tell_moved` says. Offerings that are no event's are left alone."""
    event = Event.objects.filter(offering_id=offering_id).first()
    if event is not None:
        programmes.tell_moved(actor=SYSTEM, voice=VOICE, title=event.title, entry_id=entry_id, what=what)


def tell_results(*, actor: Actor, offering_id: UUID) -> int:
    """Everybody of a drawn list hears the outcome, or everybody of a cancelled event that it is; may run twice.

    Raises:
        Forbidden: not the platform itself.
    """
    event = Event.objects.filter(offering_id=offering_id).first()
    if event is None:
        return 0
    return programmes.tell_everybody(
        actor=actor, voice=VOICE, title=event.title, offering_id=offering_id, is_cancelled=event.state == "cancelled",
        outcomes=CHOSEN if event.mode == "selection" else DRAWN,
    )  # fmt: skip


def remind(*, actor: Actor) -> int:
    """Who has a place tomorrow hears of it once.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    tomorrow = clock.today() + timedelta(days=1)
    told = 0
    with unit(actor):
        slots = EventSlot.objects.filter(starts_at__date=tomorrow, event__state="published").select_related("event")
        for slot in slots:
            rows = EventEntry.objects.filter(event=slot.event).values_list("entry_id", flat=True)
            for entry in booking.entries_by_id(list(rows)).values():
                if entry.state == "taken" and entry.item == slot.item_code:
                    programmes.tell_entry(
                        actor=SYSTEM, voice=VOICE, title=slot.event.title, entry=entry, what="tomorrow",
                        again=f":{tomorrow}",
                    )  # fmt: skip
                    told += 1
    return told


def ask(*, actor: Actor) -> int:
    """Who had a place on a date that ended yesterday is asked what it was like, where the division asks; how many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    yesterday = clock.today() - timedelta(days=1)
    told = 0
    with unit(actor):
        slots = list(
            EventSlot.objects.filter(ends_at__date=yesterday, event__state="published").select_related("event")
        )
        asked = surveys.surveyed([survey_code(one.event_id) for one in slots])
        for slot in slots:
            later = EventSlot.objects.filter(event=slot.event, item_code=slot.item_code, ends_at__gt=slot.ends_at)
            if survey_code(slot.event_id) not in asked or later.exists():
                continue
            rows = EventEntry.objects.filter(event=slot.event).values_list("entry_id", flat=True)
            for entry in booking.entries_by_id(list(rows)).values():
                if entry.state == "taken" and entry.item == slot.item_code and not entry.no_show:
                    programmes.tell_entry(
                        actor=SYSTEM, voice=VOICE, title=slot.event.title, entry=entry, what="survey"
                    )  # fmt: skip
                    told += 1
    return told
