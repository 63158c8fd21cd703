"""Six help desks of the sample ward with months of visits: places, questions and people are invented."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Final

from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .actions import Booking, DeskContent
from .queries import DeskView
from .rules import Hours, SingleDay

SYSTEM: Final = system_actor("sample", purpose="sample")
WEEKS: Final = 9
DESKS: Final = (
    ("midori", "みどりいきいきプラザ", (0, 2, 4), 2), ("sakura", "さくらいきいきプラザ", (1, 3, 5), 1),
    ("keyaki", "けやき福祉会館", (0, 1, 3), 1), ("minato", "みなといきいきプラザ", (2, 4, 5), 1),
    ("yanagi", "やなぎ区民センター", (1, 2, 4), 1), ("kusu", "くすのき高齢者センター", (0, 3, 4), 1),
)  # fmt: skip
"""Code, name, weekdays, supporters: three days a week each, all day."""
TOPICS: Final = (
    ("calls", "電話のかけ方・受け方", "電話", "Calls", "打电话", "전화"),
    ("photos", "写真・動画", "写真", "Photos", "照片", "사진"),
    ("messages", "メール・メッセージ", "メール", "Messages", "邮件与消息", "메일·메시지"),
    ("maps", "地図・乗りかえ", "地図", "Maps", "地图", "지도"),
    ("procedures", "区のオンライン手続", "区の手続き", "Online procedures", "在线手续", "온라인 절차"),
    ("payments", "スマホの支払い", "お金を払う", "Paying", "手机支付", "스마트폰 결제"),
    ("safety", "あやしい連絡・詐欺", "あやしい連絡", "Suspicious messages", "可疑信息", "수상한 연락"),
    ("settings", "設定・文字の大きさ", "スマホの設定", "Settings", "设置", "설정"),
)  # fmt: skip
AGES: Final = ("50_64", "65_74", "65_74", "75_84", "75_84", "75_84", "85_over", "unknown")


def fill_desks(context: SampleContext, division_id: int) -> None:
    """Desks, their hours, and visits of the last weeks, of today and of the days to come."""
    today, rng = context.today, context.rng_for("digital_inclusion.desks")
    for place, (code, ja, easy, en, zh, ko) in enumerate(TOPICS, 1):
        title = {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}
        actions.put_topic(actor=SYSTEM, division_id=division_id, code=code, title=title, place=place)
    begin = today - timedelta(weeks=WEEKS)
    for number, (code, name, weekdays, supporters) in enumerate(DESKS, 1):
        content = DeskContent(
            title={"ja": f"{name}の相談窓口"},
            address=f"東京都みどり区みどり町{number}-2-3",
            phone=f"03-0000-01{number:02}",
        )
        actions.put_desk(actor=SYSTEM, code=code, division_id=division_id, content=content)
        hours = [
            Hours(valid_from=begin, weekday=one, opens=time(10), closes=time(16), supporters=supporters)
            for one in weekdays
        ]
        actions.set_hours(actor=SYSTEM, code=code, valid_from=begin, hours=hours)
        actions.set_day(
            actor=SYSTEM, code=code, day=SingleDay(day=date(today.year, 12, 29)), reason="年末のため休みます。"
        )
        found = queries.desk(code, since=today)
        if found is not None:
            _visits(rng, found, begin, today)


def _visits(rng: random.Random, found: DeskView, begin: date, today: date) -> None:
    """Some visits of each week, then two of the days to come."""
    for offset in range((today - begin).days + 9):
        day = begin + timedelta(days=offset)
        slots = found.slots_on(day)
        if not slots or (day < today and rng.random() < 0.5):
            continue
        slot = rng.choice(slots)
        if slot.ends_at <= clock.now() and day >= today:
            continue
        with clock.standing_at(datetime.combine(day, time(9), TOKYO) - timedelta(days=1)):
            done = actions.book_visit(
                actor=SYSTEM, code=found.code, at=slot.starts_at, channel=rng.choice(("web", "telephone")),
                booking=Booking(name="見本 花子", phone="03-0000-0003", wish="写真を送る", age_class=rng.choice(AGES)),
                dedupe_key=f"sample:{found.code}:{format_date(day)}",
            )  # fmt: skip
        if day < today and done.number:
            _over(rng, found, done.number, slot.starts_at)


def _over(rng: random.Random, found: DeskView, number: str, at: datetime) -> None:
    """What became of a booking, and sometimes somebody who walked in after it."""
    came = rng.random() > 0.1
    with clock.standing_at(at):
        actions.receive_visit(actor=SYSTEM, number=number, came=came)
        numbers = [number] if came else []
        if rng.random() < 0.5:
            numbers.append(actions.walk_in(actor=SYSTEM, code=found.code, dedupe_key=f"sample:walk-in:{number}"))
    with clock.standing_at(at + timedelta(minutes=rng.randint(8, 40))):
        for one in numbers:
            actions.finish_visit(
                actor=SYSTEM, number=one, topics=[topic[0] for topic in rng.sample(TOPICS, rng.randint(1, 2))],
                outcome=rng.choice(("solved", "solved", "solved", "again", "passed_on")), age=rng.choice(AGES),
                passed_to="携帯電話の店",
            )  # fmt: skip
