"""Retreats of the sample ward: two houses and a partner inn with stays of this and last year; all of it is invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import add_months
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .actions import RoomTypeSpec, Wish
from .rules import NORMAL, Band, HouseContent, Season, Tariff, Tax
from .sample_stays import AHEAD, fill_stays

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "community"
INN: Final = "inn-kaede"
NAMES: Final = {
    "midori-so": {
        "ja": "みどり荘", "easy": "みどり荘", "en": "Midori House", "zh-hans": "绿庄", "ko": "미도리소",
    },
    "umi-no-ie": {
        "ja": "海の家なぎさ", "easy": "海の家なぎさ", "en": "Seaside House Nagisa", "zh-hans": "海之家 渚",
        "ko": "바다의 집 나기사",
    },
    "kaede": {"ja": "旅館かえで", "easy": "旅館かえで", "en": "Inn Kaede", "zh-hans": "枫旅馆", "ko": "여관 가에데"},
}  # fmt: skip
TEXTS: Final = {
    "midori-so": {"ja": "山の中の、温泉のある施設です。", "en": "A house in the mountains, with hot springs."},
    "umi-no-ie": {"ja": "海まで歩いて5分です。", "en": "Five minutes' walk to the sea."},
    "kaede": {"ja": "区が部屋を借りている、庭のきれいな旅館です。", "en": "An inn with a fine garden."},
}  # fmt: skip
ROOMS: Final = {
    "midori-so": (
        ("washitsu", {"ja": "和室", "en": "Japanese room"}, 1, 4, 6),
        ("yoshitsu", {"ja": "洋室", "en": "Western room"}, 1, 2, 4),
    ),
    "umi-no-ie": (("washitsu", {"ja": "和室", "en": "Japanese room"}, 1, 5, 5),),
    "kaede": (("kyakushitsu", {"ja": "客室", "en": "Guest room"}, 1, 3, 3),),
}  # fmt: skip
FULLNESS: Final = {"midori-so": 0.92, "umi-no-ie": 0.84, "kaede": 0.88}


def _tariff(today: date, add: int) -> Tariff:
    year = today.year
    base = {
        "resident_adult": 5000 + add, "resident_child": 3000 + add, "works_adult": 6000 + add,
        "works_child": 3500 + add,
        "other_adult": 8000 + add, "other_child": 5000 + add, "infant": 0,
    }  # fmt: skip
    high = {kind: yen + 1500 if yen else 0 for kind, yen in base.items()}
    summer = {"ja": "夏の期間", "easy": "夏", "en": "Summer", "zh-hans": "夏季", "ko": "여름"}
    winter = {"ja": "年末年始", "easy": "年末年始", "en": "New Year", "zh-hans": "年末年初", "ko": "연말연시"}
    seasons = [
        Season(
            key=NORMAL,
            title={"ja": "通常期間", "easy": "いつもの日", "en": "Other days", "zh-hans": "平时", "ko": "보통 기간"},
        )
    ]
    for n in (year - 1, year, year + 1):
        seasons += [
            Season(key=f"夏{n}", title=summer, first=date(n, 7, 18), last=date(n, 8, 31)),
            Season(key=f"年末年始{n}", title=winter, first=date(n, 12, 29), last=date(n + 1, 1, 3)),
        ]
    prices = {one.key: base if one.key == NORMAL else high for one in seasons}
    adults = ("resident_adult", "works_adult", "other_adult")
    return Tariff(
        seasons=tuple(seasons), prices=prices,
        meals={
            "breakfast": {kind: 900 if kind != "infant" else 500 for kind in base},
            "dinner": {kind: 3000 if "adult" in kind else 1800 for kind in base},
        },
        taxes=(Tax(title="入湯税", yen=150, classes=adults),),
        bands=(Band(14, 20), Band(7, 30), Band(1, 50), Band(0, 100)),
    )  # fmt: skip


def fill(context: SampleContext) -> None:
    """Three houses with their stays. What is there already stays."""
    division = accounts.division(DIVISION)
    if division is None or queries.houses_of([division.id]):
        return
    rng = context.rng_for("retreats")
    known = accounts.division(INN)
    inn = known.id if known else account_actions.create_division(
        actor=SYSTEM, code=INN, names={"ja": "旅館かえで", "en": "Inn Kaede"}, phone="0557-00-0000"
    ).pk  # fmt: skip
    for place, code in enumerate(ROOMS):
        _house(code, division.id, inn if code == "kaede" else None, context.today, place)
    year = context.today.year
    people = registry.residents_born_between(date(year - 70, 1, 1), date(year - 25, 1, 1), limit=300)
    others = [one for one in people if one not in context.played]
    _lottery(context.today)
    if others:
        fill_stays(rng, context.today, others, FULLNESS)
        _stays(rng, context.today, others)


def _house(code: str, division_id: int, desk_id: int | None, today: date, place: int) -> None:
    content = HouseContent(
        description=TEXTS[code], address=("神奈川県箱根町0-0", "千葉県館山市0-0", "静岡県熱海市0-0")[place],
        phone=("0460-00-0000", "0470-00-0000", "0557-00-0000")[place], access="駅からバスで15分",
    )  # fmt: skip
    actions.create_house(
        actor=SYSTEM, division_id=division_id, code=code, title=NAMES[code], kind="inn" if desk_id else "own",
        content=content, desk_id=desk_id,
    )  # fmt: skip
    specs = [
        RoomTypeSpec(code=key, title=title, least=least, most=most, rooms=[f"{n}号室" for n in range(1, count + 1)])
        for key, title, least, most, count in ROOMS[code]
    ]
    actions.set_rooms(actor=SYSTEM, code=code, room_types=specs)
    first = date(today.year - 2, 4, 1)
    actions.save_tariff(actor=SYSTEM, code=code, valid_from=first, tariff=_tariff(today, 500 * place))
    actions.publish_tariff(actor=SYSTEM, code=code, valid_from=first)
    actions.publish_house(actor=SYSTEM, code=code)


def _lottery(today: date) -> None:
    """One month of a house is open for its draw."""
    month = add_months(today.replace(day=1), 6)
    noon = datetime.combine(today, time(12), TOKYO)
    actions.open_lottery(
        actor=SYSTEM, code="umi-no-ie", month=month, opens_at=noon - timedelta(days=5),
        closes_at=noon + timedelta(days=20), draw_at=noon + timedelta(days=21), confirm_until=noon + timedelta(days=30),
        first_come_on=today + timedelta(days=35),
    )  # fmt: skip


def _stays(rng: random.Random, today: date, people: Sequence[str]) -> None:
    """Stays of days that `sample_stays` leaves free, made as people make them: booked, asked for, cancelled."""
    made = 0
    for day in (today + timedelta(days=n) for n in range(AHEAD + 3, AHEAD + 8, 2)):
        for code, kinds in ROOMS.items():
            for key, _title, _least, most, _count in kinds:
                made += 1
                _one(rng, code, key, day, today, rng.choice(people), most, made)


def _one(rng: random.Random, code: str, kind: str, day: date, today: date, person: str, most: int, number: int) -> None:
    wish = Wish(
        house=code, room_type=kind, check_in=day, nights=rng.choice((1, 1, 2)), phone="03-0000-0001",
        party={"resident_adult": rng.randint(1, min(2, most))}, meals=rng.choice(("none", "breakfast", "two")),
    )  # fmt: skip
    with clock.standing_at(datetime.combine(today - timedelta(days=rng.randint(1, 20)), time(12), TOKYO)):
        done = actions.book_stay(
            actor=SYSTEM, wish=wish, dedupe_key=f"sample:{number}", addressee_no=person, vouched=True,
            channel="telephone" if number % 3 == 0 else "web",
        )  # fmt: skip
        if done.outcome == "requested" and number % 4:
            actions.accept_request(actor=SYSTEM, number=done.number)
        if done.number and number % 5 == 0:
            actions.cancel_stay(actor=SYSTEM, number=done.number)
