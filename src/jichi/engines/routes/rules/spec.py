"""What a route file (決裁経路) says: steps in order, who decides what (専決), who may deputise (代決). Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field, StrictBool, StrictInt

FORMAT: Final = "jichi/route/1"

Rank: TypeAlias = Literal[
    "clerk", "chief", "assistant_manager", "manager", "deputy_director", "director", "vice_mayor", "mayor"
]
RANKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clerk": "担当", "chief": "係長", "assistant_manager": "課長補佐", "manager": "課長",
        "deputy_director": "次長", "director": "部長", "vice_mayor": "副区長", "mayor": "区長",
    }
)  # fmt: skip
"""Ranks of posts (職位), lowest first, with their Japanese words."""
_HEIGHT: Final = MappingProxyType({rank: height for height, rank in enumerate(RANKS)})

FLAGS: Final[Mapping[str, str]] = MappingProxyType({"important": "重要", "unusual": "異例", "disputed": "疑義"})
"""Facts that whoever drafts marks by hand (1 or 0); a matter that nobody marked is none of these."""

StepKind: TypeAlias = Literal["line", "consent", "reading", "decision"]
Fact: TypeAlias = int | str
Facts: TypeAlias = Mapping[str, Fact]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
_CLOSED: Final = ConfigDict(extra="forbid")


def height(rank: str) -> int:
    """How high a rank stands: 0 for 担当."""
    return _HEIGHT[rank]


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A post of a division, whoever holds it. `division` is its code; "" in a file: the division in charge."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    rank: Rank
    division: Annotated[str, Field(max_length=40)] = ""

    @property
    def word(self) -> str:
        """係長, 課長, …"""
        return RANKS[self.rank]

    def within(self, division: str) -> Seat:
        """The same seat with the division in charge filled in."""
        return self if self.division else Seat(self.rank, division)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when the fact is over `over`, at most `up_to`, and one of `one_of` (those that are given)."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    fact: Name
    over: StrictInt | None = None
    up_to: StrictInt | None = None
    one_of: Annotated[tuple[str, ...], Field(max_length=50)] = ()

    def holds(self, facts: Facts) -> bool:
        """Does it hold of these facts? A fact of the wrong kind never fits; a missing one neither."""
        value = facts.get(self.fact)
        if value is None or (self.one_of and str(value) not in self.one_of):
            return False
        if self.over is None and self.up_to is None:
            return True
        if not isinstance(value, int):
            return False
        return (self.over is None or value > self.over) and (self.up_to is None or value <= self.up_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `need` of its seats must agree: "all", "any" or a number; a line (回議) or decision needs its one.

    `disagreement` (合議 only), once the number needed can't be reached any more: "continue" (the decider
    sees it), "stop" (nothing moves until the draft changes or the answer does), "back" (to the drafter).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    id: Name
    kind: StepKind
    title: Annotated[str, Field(max_length=100)] = ""
    seats: Annotated[tuple[Seat, ...], Field(max_length=30)] = ()
    need: Literal["all", "any"] | Annotated[StrictInt, Field(ge=1, le=30)] = "all"
    order: Literal["parallel", "in_order"] = "parallel"
    disagreement: Literal["continue", "stop", "back"] = "continue"
    when: Annotated[tuple[Condition, ...], Field(max_length=10)] = ()

    @property
    def needed(self) -> int:
        """How many of the seats must agree."""
        if self.need == "all":
            return len(self.seats)
        return 1 if self.need == "any" else self.need

    @property
    def word(self) -> str:
        """Its title, or the word for its kind."""
        return self.title or STEP_WORDS[self.kind]


STEP_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"line": "回議", "consent": "合議", "reading": "供覧", "decision": "決裁"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One row of the 専決 table: who decides when the conditions hold; the first row that fits counts."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    seat: Seat
    when: Annotated[tuple[Condition, ...], Field(max_length=10)] = ()
    basis: Annotated[str, Field(max_length=200)] = ""
    """Where the decision regulation (事務決裁規程) says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """専決の制限: what the table gives to `rank` goes up to `to` when any condition holds (重要・異例・疑義)."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    rank: Rank
    to: Rank
    when: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=10)]
    basis: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputies:
    """代決: who acts for an absent holder of `rank`, in this order, in the same division."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    rank: Rank
    by: Annotated[tuple[Rank, ...], Field(min_length=1, max_length=5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """A route: how a matter goes from the drafter to the decision.

    `excluded`: matters no deputy may decide (重要・異例・疑義), any condition of them.
    `lifts`: what goes to a higher post than the table says.
    `vacant`: who acts for a post that nobody holds: the deputy of the rule, the post above, or nobody ("wait").
    `drafter_decides`: the drafter may decide if the decision is theirs by post.
    `pull_up`: a higher post of the line may act before lower ones (引上げ).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    format: Literal["jichi/route/1"]
    id: Name
    title: Words
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=30)]
    decides: Annotated[tuple[Authority, ...], Field(min_length=1, max_length=30)]
    lifts: Annotated[tuple[Lift, ...], Field(max_length=20)] = ()
    deputies: Annotated[tuple[Deputies, ...], Field(max_length=10)] = ()
    excluded: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    vacant: Literal["deputy", "above", "wait"] = "deputy"
    drafter_decides: StrictBool = False
    pull_up: StrictBool = True

    def deputy_ranks(self, rank: str) -> tuple[Rank, ...]:
        """Ranks that may act for an absent holder of `rank`, the nearest first."""
        return next((row.by for row in self.deputies if row.rank == rank), ())

    def authority(self, facts: Facts) -> Authority | None:
        """The row of the 専決 table that fits these facts first; None where none does."""
        return next((row for row in self.decides if all(c.holds(facts) for c in row.when)), None)

    def lift(self, facts: Facts) -> Lift | None:
        """What takes these facts to a higher post than the row of the table says, if anything."""
        row = self.authority(facts)
        fitting = (one for one in self.lifts if row is not None and one.rank == row.seat.rank)
        return next((one for one in fitting if any(c.holds(facts) for c in one.when)), None)

    def decider(self, facts: Facts) -> Seat | None:
        """The seat that decides on these facts; None where the table has no row for them."""
        row, lift = self.authority(facts), self.lift(facts)
        if row is None:
            return None
        return row.seat if lift is None else Seat(lift.to, row.seat.division)

    def basis(self, facts: Facts) -> str:
        """Where the decision regulation says so; "" where the file does not say."""
        found = (one.basis for one in (self.authority(facts), self.lift(facts)) if one is not None and one.basis)
        return "、".join(found)

    def facts_used(self) -> frozenset[str]:
        """Facts that steps and 専決 rows ask for: a route can't be opened without them.

        Those of `excluded` and `lifts`, and FLAGS, may be missing: what nobody calls important is not.
        """
        conditions = [c for step in self.steps for c in step.when] + [c for row in self.decides for c in row.when]
        return frozenset(condition.fact for condition in conditions) - set(FLAGS)
