"""A class in series as its division plans it (連続教室): dates, places, who may enter, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from jichi.engines.booking.rules.series import Series, Slot, slots_of
from jichi.kernel.ages import age_on
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LocalizedText

LEVELS: Final = {
    "starting": "はじめて(電源の入れ方から)",
    "basics": "基本(電話・写真・メール)",
    "apps": "アプリを使う",
    "one_point": "ワンポイント(1つの話題)",
    "further": "もっと使う(手続・支払い)",
}
"""Level → its Japanese words for officials; an own word of the ward's, no published scale."""
MODES: Final = {"first_come": "先着順", "lottery": "抽選"}
SPOKEN: Final = {"ja": "日本語", "easy": "やさしい日本語", "en": "英語", "zh-hans": "中国語", "ko": "韓国語"}
REPEATS: Final = {
    "daily": "毎日", "weekly": "毎週", "fortnightly": "2週間ごと", "monthly_weekday": "毎月同じ曜日(第2土曜など)",
}  # fmt: skip
AGE_CLASSES: Final = {
    "under_50": (0, 49), "50_64": (50, 64), "65_74": (65, 74), "75_84": (75, 84), "85_over": (85, 200), "unknown": (),
}  # fmt: skip
"""Class of age → full years from, to. Names and limits are this service's own."""
MOST_SESSIONS: Final = 30
FREEZE: Final = timedelta(minutes=15)
"""Between closing and the randomness: ten minutes the draw asks for, and five to freeze."""
YEAR: Final = timedelta(days=364)
"""A copy is 52 weeks later: the same weekdays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a class is and by which rules places are given. Moments are aware; one place is for all sessions."""

    title: LocalizedText = field(default_factory=dict)
    text: LocalizedText = field(default_factory=dict)
    bring: LocalizedText = field(default_factory=dict)
    level: str = "starting"
    spoken: str = "ja"
    place_name: str = ""
    address: str = ""
    access: str = ""
    teacher: str = ""
    """Login name of the instructor; sessions may have another one later."""
    first: date | None = None
    starts: time | None = None
    ends: time | None = None
    repeat: str = "weekly"
    times: int = 1
    without: tuple[date, ...] = ()
    mode: str = "first_come"
    capacity: int = 0
    team_places: int = 0
    """Places kept for associations (町会など), first come; 0: none."""
    team_most: int = 0
    """Most members of one association."""
    teams_until: date | None = None
    """The last day on which places of associations are kept for them."""
    waiting_list: bool = True
    answer_hours: int = 48
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    withdraw_until: datetime | None = None
    draw_at: datetime | None = None
    text_source: str = ""
    residents_only: bool = False
    age_least: int | None = None

    def slots(self) -> tuple[Slot, ...]:
        """The sessions in order: `times` of them, days left out are made up for at the end; () while not known.

        Raises:
            ValueError: a rhythm nobody knows.
        """
        if self.first is None or self.starts is None or self.ends is None or self.times < 1:
            return ()
        if self.repeat not in REPEATS:
            raise ValueError("no such rhythm")
        days = 31 if self.repeat == "monthly_weekday" else {"daily": 1, "weekly": 7, "fortnightly": 14}[self.repeat]
        until = self.first + timedelta(days=days * (self.times + len(self.without) + 2))
        series = Series(
            first=self.first, starts=self.starts, ends=self.ends, repeat=self.repeat,  # type: ignore[arg-type] # checked above
            until=until, without=frozenset(self.without),
        )  # fmt: skip
        return slots_of(series)[: self.times]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing or wrong, and in which field."""

    field: str
    error: FieldError


_DAYS: Final = ("first", "teams_until")
_TIMES: Final = ("starts", "ends")
_MOMENTS: Final = ("opens_at", "closes_at", "withdraw_until", "draw_at")


def plan_to(plan: Plan) -> dict[str, Any]:
    """As JSON holds it."""
    given = asdict(plan)
    for name in (*_DAYS, *_TIMES, *_MOMENTS):
        given[name] = None if given[name] is None else given[name].isoformat()
    given["without"] = [day.isoformat() for day in plan.without]
    return given


def plan_from(kept: Mapping[str, Any]) -> Plan:
    """From JSON; names that are no longer known are left out."""
    known = {one.name for one in fields(Plan)}
    given = {name: value for name, value in kept.items() if name in known}
    for names, read in ((_DAYS, date.fromisoformat), (_TIMES, time.fromisoformat), (_MOMENTS, datetime.fromisoformat)):
        given |= {name: read(given[name]) for name in names if given.get(name)}
    given["without"] = tuple(date.fromisoformat(day) for day in given.get("without", ()))
    return Plan(**given)


def copied(plan: Plan) -> Plan:
    """The same class 52 weeks later, everything else as it was."""
    moved: dict[str, Any] = {}
    for name in (*_DAYS, *_MOMENTS):
        value = getattr(plan, name)
        moved[name] = None if value is None else value + YEAR
    return replace(plan, **moved, without=tuple(day + YEAR for day in plan.without))


def conditions_of(plan: Plan, on: date) -> list[dict[str, Any]]:
    """Who may enter as a person, as the engine of bookings asks it; associations are asked nothing.

    Args:
        on: the day at which ages are counted, the first session.
    """
    found: list[dict[str, Any]] = [{"kind": "resident"}] if plan.residents_only else []
    if plan.age_least is not None:
        found.append({"kind": "age", "on": on.isoformat(), "least": plan.age_least})
    return found


def age_class(born: date | None, day: date) -> str:
    """The class of age of somebody on a day; "unknown" where the birth is, or lies ahead."""
    if born is None or born > day:
        return "unknown"
    years = age_on(born, day)
    return next(name for name, limits in AGE_CLASSES.items() if limits and limits[0] <= years <= limits[1])


def problems(plan: Plan, now: datetime) -> tuple[Problem, ...]:
    """Everything that stands between a draft and its publication, in the order of the form."""
    needed = (
        ("title_ja", plan.title.get("ja")), ("text_ja", plan.text.get("ja")), ("place_name", plan.place_name),
        ("first", plan.first), ("starts", plan.starts), ("ends", plan.ends), ("opens_at", plan.opens_at),
        ("closes_at", plan.closes_at),
    )  # fmt: skip
    found = [Problem(name, FieldError("field.required")) for name, value in needed if not value]
    return (*found, *_sessions(plan, now), *_places(plan))


def _sessions(plan: Plan, now: datetime) -> list[Problem]:
    if plan.starts and plan.ends and plan.ends <= plan.starts:
        return [Problem("ends", FieldError("digital.times"))]
    slots = plan.slots()
    if not slots:
        return [Problem("times", FieldError("digital.no_dates"))] if plan.first and plan.starts and plan.ends else []
    found = [Problem("first", FieldError("digital.over"))] if slots[0].starts_at < now else []
    if plan.opens_at and plan.closes_at and not plan.opens_at < plan.closes_at <= slots[0].starts_at:
        found.append(Problem("closes_at", FieldError("digital.closes_at")))
    return found


def _places(plan: Plan) -> list[Problem]:
    found = []
    if not 1 <= plan.capacity <= 500:
        found.append(Problem("capacity", FieldError("digital.number", {"least": 1, "most": 500})))
    if plan.team_places and not 2 <= plan.team_most <= plan.team_places:
        most = max(2, plan.team_places)
        found.append(Problem("team_most", FieldError("digital.number", {"least": 2, "most": most})))
    if plan.teams_until and plan.closes_at and plan.teams_until >= day_in_tokyo(plan.closes_at):
        found.append(Problem("teams_until", FieldError("digital.teams_until")))
    if plan.mode == "lottery" and plan.closes_at:
        if plan.draw_at is None:
            found.append(Problem("draw_at", FieldError("field.required")))
        elif plan.draw_at < plan.closes_at + FREEZE:
            found.append(Problem("draw_at", FieldError("digital.draw_at")))
    return found


def day_in_tokyo(at: datetime) -> date:
    """The calendar day of a moment in Japan."""
    return at.astimezone(TOKYO).date()
