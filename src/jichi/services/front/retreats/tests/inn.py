"""A division, its officials, residents, an own house and a partner inn, for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.services.front.retreats import actions
from jichi.services.front.retreats.actions import Booked, RoomTypeSpec, Wish
from jichi.services.front.retreats.rules import NORMAL, Band, HouseContent, Season, Tariff, Tax

SYSTEM = system_actor("test")
MAY = frozenset({"front_retreats.view", "front_retreats.edit", "front_retreats.desk", "eng_booking.manage"})
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 1, 12, tzinfo=TOKYO)


@dataclass(frozen=True)
class Inn:
    """Who and what there is."""

    division: int
    clerk: Actor
    stranger: Actor
    desk: Actor
    hanako: Actor
    taro: Actor


def tariff() -> Tariff:
    """Two seasons, three kinds of persons, meals, a tax, charges 14 days and on the day."""
    prices = {"resident_adult": 5000, "resident_child": 3000, "works_adult": 6000, "infant": 0}
    high = {kind: yen + 2000 if yen else 0 for kind, yen in prices.items()}
    return Tariff(
        seasons=(
            Season(key=NORMAL, title={"ja": "通常期間"}),
            Season(key="年末年始", title={"ja": "年末年始"}, first=date(2026, 12, 29), last=date(2027, 1, 3)),
        ),
        prices={NORMAL: prices, "年末年始": high},
        meals={"breakfast": dict.fromkeys(prices, 800), "dinner": dict.fromkeys(prices, 2500)},
        taxes=(Tax(title="入湯税", yen=150, classes=("resident_adult", "works_adult")),),
        bands=(Band(14, 30), Band(1, 50), Band(0, 100)),
    )


def build() -> Inn:
    """Make them in the open transaction: house "minato" (2 rooms, one of them large), inn "kaede" (1 room)."""
    division = accounts.create_division(actor=SYSTEM, code="RETREAT", names={"ja": "地域振興課"}).pk
    other = accounts.create_division(actor=SYSTEM, code="RETREAT-B", names={"ja": "別の課"}).pk
    inn = accounts.create_division(actor=SYSTEM, code="INN", names={"ja": "楓荘"}).pk
    people = [
        Actor(
            kind="resident", level="email",
            account_id=accounts.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp", name=name).pk,
        )
        for name in ("hanako", "taro")
    ]  # fmt: skip
    for code, kind, desk, rooms in (("minato", "own", None, ("松", "竹")), ("kaede", "inn", inn, ("椿",))):
        house(division, code, kind=kind, desk=desk, rooms=rooms)
    return Inn(
        division=division, clerk=Actor(kind="staff", divisions=frozenset({division}), permissions=MAY),
        stranger=Actor(kind="staff", divisions=frozenset({other}), permissions=MAY),
        desk=Actor(kind="staff", divisions=frozenset({inn}), permissions=frozenset({"front_retreats.desk"})),
        hanako=people[0], taro=people[1],
    )  # fmt: skip


def house(
    division: int, code: str, *, kind: str = "own", desk: int | None = None, rooms: tuple[str, ...] = ("松",)
) -> None:
    """A published house with rooms of one kind, "washitsu" for one to four."""
    actions.create_house(
        actor=SYSTEM, division_id=division, code=code, title={"ja": f"{code}荘", "en": code.title()}, kind=kind,
        content=HouseContent(address="箱根町1-1", phone="0460-00-0000", answer_hours=48), desk_id=desk,
    )  # fmt: skip
    spec = RoomTypeSpec(code="washitsu", title={"ja": "和室"}, least=1, most=4, rooms=rooms)
    actions.set_rooms(actor=SYSTEM, code=code, room_types=[spec])
    first = clock.today() - timedelta(days=800)
    actions.save_tariff(actor=SYSTEM, code=code, valid_from=first, tariff=tariff())
    actions.publish_tariff(actor=SYSTEM, code=code, valid_from=first)
    actions.publish_house(actor=SYSTEM, code=code)


def wish(code: str = "minato", day: date = DAY, nights: int = 1, **more: Any) -> Wish:
    """Two adults who work here, unless told otherwise."""
    party: Mapping[str, int] = {"works_adult": 2}
    given: dict[str, Any] = {
        "house": code, "room_type": "washitsu", "check_in": day, "nights": nights, "party": party, "name": "宿 花子",
        "kana": "ヤド ハナコ", "phone": "03-1234-5678", "kind": "works", "workplace": "みどり商店", **more,
    }  # fmt: skip
    return Wish(**given)


def book(actor: Actor, key: str, **more: Any) -> Booked:
    """A booking on the web, or by telephone where an official books."""
    return actions.book_stay(
        actor=actor, wish=wish(**more), dedupe_key=key, vouched=actor.kind == "staff",
        channel="telephone" if actor.kind == "staff" else "web",
    )  # fmt: skip
