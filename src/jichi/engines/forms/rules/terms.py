"""Parts of a definition beside its questions: who applies, what it costs, how it is handed over, who decides.

Pure data; what they come to for given answers is in `fees` and `handing`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, StringConstraints, Tag, model_validator
from pydantic import Field as Item
from pydantic_core import PydanticCustomError

from .conditions import Condition
from .texts import Name, Part, Slug, Text, localized

ApplicantKind: TypeAlias = Literal["self", "household", "parent", "guardian", "agent", "officer", "paper", "telephone"]
"""self: the person concerned; household: another member of the same household; parent: of a child there;
guardian: by law (法定代理人); agent: by mandate (委任状); officer: for an organisation; paper, telephone: an
official enters what came in on another way."""
REPRESENTATIVES: Final = frozenset({"guardian", "agent"})
ENTERED: Final = frozenset({"paper", "telephone"})

Level: TypeAlias = Literal["none", "email", "account", "card"]
LEVELS: Final[tuple[Level, ...]] = ("none", "email", "account", "card")
"""How surely the applicant must be known, weakest first."""

Way: TypeAlias = Literal["pdf", "post", "counter"]

USUAL_FEE: Final = localized("手数料", "手続きのお金", "Fee", "手续费", "수수료")


def reaches(level: str, wanted: Level) -> bool:
    """Is somebody known at `level` known surely enough? An unknown level is none."""
    return (LEVELS.index(level) if level in LEVELS else 0) >= LEVELS.index(wanted)


def _check_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("day", "日付は 2026-04-01 と書きます。", {}) from error
    return value


Day = Annotated[str, StringConstraints(min_length=10, max_length=10), AfterValidator(_check_day)]
"""A day as text, ISO 8601."""


class Price(Part):
    """Yen for one, from a day on and, where it ended, to a last day (both included)."""

    from_: Day = Item(alias="from")
    until: Day | None = None
    yen: Annotated[int, Item(ge=0, le=100_000_000)]

    def covers(self, day: date) -> bool:
        """Is this the price of that day?"""
        return self.from_ <= day.isoformat() and (self.until is None or day.isoformat() <= self.until)


class FeeItem(Part):
    """One line of a fee: so much for each, so many times, where a condition or a way of delivery asks for it."""

    code: Name
    title: Text
    prices: Annotated[tuple[Price, ...], Item(min_length=1, max_length=60)]
    count: Name | None = None
    """Question (count or number) that says how many; without it one."""
    when: Condition | None = None
    delivery: Annotated[tuple[Way, ...], Item(max_length=3)] = ()
    """Only for these ways of delivery."""


class Exemption(Part):
    """Who pays nothing (免除), for which items (none written: all), and by which rule."""

    id: Name
    when: Condition
    reason: Text
    items: Annotated[tuple[Name, ...], Item(max_length=20)] = ()


class FeeSchedule(Part):
    """A fee as dated items. The day of sending decides which prices hold."""

    items: Annotated[tuple[FeeItem, ...], Item(min_length=1, max_length=20)]
    exemptions: Annotated[tuple[Exemption, ...], Item(max_length=20)] = ()
    pay_days: Annotated[int, Item(ge=1, le=365)] = 14
    """Days after sending until which it is to be paid."""


def _kind_of_fee(value: object) -> str:
    return "schedule" if isinstance(value, (dict, FeeSchedule)) else "yen"


Fee = Annotated[
    Annotated[Annotated[int, Item(ge=0, le=100_000_000)], Tag("yen")] | Annotated[FeeSchedule, Tag("schedule")],
    Discriminator(_kind_of_fee),
]


class Signature(Part):
    """An electronic signature that a law asks for (電子署名): which law, and what is said to the person."""

    law: Text
    text: Text


class SecondPerson(Part):
    """Somebody else who must confirm by a link before it can be sent."""

    who: Text
    text: Text
    days: Annotated[int, Item(ge=1, le=60)] = 7
    """Days for which the link works."""


class Delivery(Part):
    """How the result comes to the person. With several ways a `choice` question of just these asks for it."""

    ways: Annotated[tuple[Way, ...], Item(min_length=1, max_length=3)]
    field: Name | None = None
    address: Name | None = None
    """Question (address) that says where to post it; otherwise the registered address."""


class Amount(Part):
    """An amount among the answers: a number, or a column of a table summed up."""

    field: Name
    column: Name | None = None


class RouteStep(Part):
    """Route for amounts up to a limit; the last one has none."""

    up_to: Annotated[int, Item(ge=0)] | None = None
    id: Slug


class RouteChoice(Part):
    """The route that decides (決裁経路) and the amount it looks at: one route, or one for each size of the amount."""

    amount: Amount
    id: Slug | None = None
    steps: Annotated[tuple[RouteStep, ...], Item(max_length=20)] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every route that may come of it."""
        return (self.id,) if self.id else tuple(step.id for step in self.steps)

    @model_validator(mode="after")
    def _rising(self) -> RouteChoice:
        if (self.id is None) == (not self.steps):
            raise PydanticCustomError("one_route", "id か steps のどちらか1つを書きます。", {})
        if not self.steps:
            return self
        limits = [step.up_to for step in self.steps[:-1]]
        known = [limit for limit in limits if limit is not None]
        if len(known) != len(limits) or self.steps[-1].up_to is not None or sorted(set(known)) != known:
            raise PydanticCustomError("route_limits", "up_to は小さい順に書き、最後の経路だけ up_to を書きません。", {})
        return self


def _kind_of_route(value: Any) -> str:
    return "routes" if isinstance(value, (dict, RouteChoice)) else "route_id"


Route = Annotated[
    Annotated[Slug, Tag("route_id")] | Annotated[RouteChoice, Tag("routes")],
    Discriminator(_kind_of_route),
]


class FollowUp(Part):
    """What is due afterwards (実績報告など): another procedure, and by when."""

    id: Name
    procedure: Slug
    title: Text
    text: Text | None = None
    after: Literal["sent", "decided"] = "decided"
    days: Annotated[int, Item(ge=1, le=1000)] | None = None
    on: Day | None = None
    """A fixed last day instead of days."""

    @model_validator(mode="after")
    def _one(self) -> FollowUp:
        if (self.days is None) == (self.on is None):
            raise PydanticCustomError("one_due", "days か on のどちらか1つを書きます。", {})
        return self
