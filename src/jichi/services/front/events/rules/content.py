"""An event as its division writes it: everything but what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from jichi.engines.booking.rules.paying import CancelStep
from jichi.engines.booking.rules.series import Series, Slot, slot_on, slots_of
from jichi.kernel.localized import LocalizedText

from .prices import Price

MODES: Final = ("none", "first_come", "lottery", "lottery_then_first_come", "waiting_list", "selection")
MODE_WORDS: Final = {
    "none": "申込み不要",
    "first_come": "先着順",
    "lottery": "抽選",
    "lottery_then_first_come": "抽選のあと、空きは先着順",
    "waiting_list": "空きが出たときだけ(順番待ち)",
    "selection": "選考(担当課が選ぶ)",
}
CATEGORIES: Final = {
    "class": "講座・教室",
    "culture": "文化・音楽",
    "sport": "スポーツ・健康",
    "children": "子ども・子育て",
    "talk": "講演・相談会",
    "festival": "まつり・催し",
    "nature": "自然・環境",
    "safety": "防災・安全",
    "other": "そのほか",
}
ACCESSIBILITY: Final = {
    "wheelchair": "車いすで入れる",
    "toilet": "バリアフリートイレ",
    "sign": "手話通訳",
    "captions": "文字の通訳(要約筆記)",
    "childcare": "託児",
    "parking": "障害のある方の駐車場",
}
LANGUAGE_NAMES: Final = {"ja": "日本語", "easy": "やさしい日本語", "en": "英語", "zh-hans": "中国語", "ko": "韓国語"}
YEAR: Final = timedelta(days=364)
"""A copy is 52 weeks later: the same weekdays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of its own that applicants answer (text, at most 200 characters)."""

    key: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a page of an event says, and by which rules places are given. Times are aware; `capacity` is of a date."""

    title: LocalizedText = field(default_factory=dict)
    description: LocalizedText = field(default_factory=dict)
    category: str = "other"
    organiser: str = ""
    place_name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access: str = ""
    price_yen: int = 0
    price_note: str = ""
    pay_first: bool = False
    """It is paid when entering, on the web; else on the day."""
    hold_minutes: int = 30
    """So long a place is held meanwhile."""
    prices: tuple[Price, ...] = ()
    """By class of persons; empty: everybody pays `price_yen`."""
    cancel_steps: tuple[CancelStep, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    url: str = ""
    languages: tuple[str, ...] = ("ja",)
    accessibility: tuple[str, ...] = ()
    first: date | None = None
    starts: time | None = None
    ends: time | None = None
    repeat: str = "once"
    until: date | None = None
    without: tuple[date, ...] = ()
    more: tuple[date, ...] = ()
    whole_course: bool = False
    """One entry is for all dates together (連続講座)."""
    mode: str = "none"
    capacity: int = 0
    most_people: int = 1
    waiting_list: bool = False
    answer_hours: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    withdraw_until: datetime | None = None
    draw_at: datetime | None = None
    text_source: str = ""
    """A named line of public numbers; "": a drand round."""
    residents_only: bool = False
    works_here_too: bool = False
    age_least: int | None = None
    age_most: int | None = None
    residents_first: bool = False
    first_timers_twice: bool = False
    once_a_season: str = ""
    linked_with: str = ""
    """Events of the division with the same name here are linked: one place a person among them."""
    series: str = ""
    questions: tuple[Question, ...] = ()
    picture_alt: str = ""

    def slots(self) -> tuple[Slot, ...]:
        """Every date, in order, none twice.

        Raises:
            ValueError: a series without end or of more than 400 dates.
        """
        if self.first is None or self.starts is None or self.ends is None:
            return ()
        found = slots_of(
            Series(
                first=self.first, starts=self.starts, ends=self.ends, repeat=self.repeat,  # type: ignore[arg-type] # checked there
                until=self.until, without=frozenset(self.without),
            )
        )  # fmt: skip
        more = (slot_on(day, self.starts, self.ends) for day in self.more)
        return tuple(sorted({*found, *more}, key=lambda slot: slot.starts_at))

    @property
    def is_lottery(self) -> bool:
        """Are places drawn?"""
        return self.mode.startswith("lottery")

    @property
    def costs(self) -> bool:
        """Does anybody pay?"""
        return self.price_yen > 0 or any(one.yen for one in self.prices)


_DAYS: Final = ("first", "until")
_TIMES: Final = ("starts", "ends")
_MOMENTS: Final = ("opens_at", "closes_at", "withdraw_until", "draw_at")


def content_to(content: Content) -> dict[str, Any]:
    """As JSON holds it."""
    given = asdict(content)
    for name in (*_DAYS, *_TIMES, *_MOMENTS):
        given[name] = None if given[name] is None else given[name].isoformat()
    for name in ("without", "more"):
        given[name] = [day.isoformat() for day in given[name]]
    return given


def content_from(kept: Mapping[str, Any]) -> Content:
    """From JSON; names that are no longer known are left out."""
    known = {f.name for f in fields(Content)}
    given = {name: value for name, value in kept.items() if name in known}
    for names, read in ((_DAYS, date.fromisoformat), (_TIMES, time.fromisoformat), (_MOMENTS, datetime.fromisoformat)):
        given |= {name: read(given[name]) for name in names if given.get(name)}
    for name in ("without", "more"):
        given[name] = tuple(date.fromisoformat(day) for day in given.get(name, ()))
    for name in ("languages", "accessibility"):
        given[name] = tuple(given.get(name, ()))
    given["questions"] = tuple(Question(**one) for one in given.get("questions", ()))
    given["prices"] = tuple(Price(**one) for one in given.get("prices", ()))
    given["cancel_steps"] = tuple(CancelStep(**one) for one in given.get("cancel_steps", ()))
    return Content(**given)


def copied(content: Content) -> Content:
    """Last year's event for this year: 52 weeks later, everything else as it was."""
    moved: dict[str, Any] = {}
    for name in (*_DAYS, *_MOMENTS):
        value = getattr(content, name)
        moved[name] = None if value is None else value + YEAR
    for name in ("without", "more"):
        moved[name] = tuple(day + YEAR for day in getattr(content, name))
    return replace(content, **moved)


def conditions_of(content: Content, on: date) -> list[dict[str, Any]]:
    """Who may enter, as the engine of bookings asks it. `on`: the day at which ages are counted, the first date."""
    found: list[dict[str, Any]] = []
    if content.residents_only:
        lives: dict[str, Any] = {"kind": "resident"}
        found.append({"any": [lives, {"kind": "works_here"}]} if content.works_here_too else lives)
    if content.age_least is not None or content.age_most is not None:
        age: dict[str, Any] = {"kind": "age", "on": on.isoformat()}
        if content.age_least is not None:
            age["least"] = content.age_least
        if content.age_most is not None:
            age["most"] = content.age_most
        found.append(age)
    if content.once_a_season:
        found.append({"kind": "once_per_season"})
    return found


def tiers_of(content: Content) -> list[list[dict[str, Any]]]:
    """Who is drawn first."""
    return [[{"kind": "resident"}]] if content.is_lottery and content.residents_first else []


def weights_of(content: Content) -> list[dict[str, Any]]:
    """Who has more slips in the drum."""
    if not (content.is_lottery and content.first_timers_twice and content.series):
        return []
    return [{"when": [{"kind": "first_timer"}], "weight": 2}]
