"""Acts on a route as they are kept, and what stands after them: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from .spec import Fact, Facts, RouteSpec, Seat, Step

ActKind: TypeAlias = Literal[
    "submit", "approve", "agree", "agree_comment", "disagree", "decide", "refuse", "send_back", "pull_back",
    "pull_up", "insert", "content", "read", "read_afterwards", "withdraw", "ask", "answer",
]  # fmt: skip
How: TypeAlias = Literal["holder", "deputy", "above", "drafter", "caller"]
"""As who: holder of the post, its deputy (代決), the post above a vacant one, the drafter, the room that asks."""
Status: TypeAlias = Literal["running", "returned", "approved", "refused", "withdrawn"]
OPEN: Final[frozenset[str]] = frozenset({"running", "returned"})
AGREED: Final[frozenset[str]] = frozenset({"approve", "agree", "agree_comment", "decide", "skipped", "passed"})
ANSWERS: Final[frozenset[str]] = frozenset({"approve", "agree", "agree_comment", "disagree", "decide", "refuse"})
ASIDE: Final[frozenset[str]] = frozenset({"read", "read_afterwards", "ask", "answer"})
"""Acts that move nothing: after them the drafter may still take the draft back."""
TO_DRAFTER: Final = "drafter"
EXTRA: Final = "extra-"
"""How the ids of inserted 合議 begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference of two contents, as people read it."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing somebody did. `on_behalf_of`: the absent holder whom a deputy stood for.

    `seat`: the post in whose place it was done. `passed` (submit): steps that are the drafter's own or below.
    `to` (send_back): "drafter" or a step's id. `added` (insert): the extra 合議. `minor` (content): 軽微な修正.
    `facts` (content): what the changed content comes to, where it differs: another amount may have another decider.
    `changes` (content): what is different. `asked` (ask): whom; `question` (answer): the number of the act that asked.
    """

    kind: ActKind
    by: UUID | None
    by_name: str = ""
    at: datetime
    how: How = "holder"
    step: str = ""
    seat: Seat | None = None
    on_behalf_of: UUID | None = None
    on_behalf_name: str = ""
    content_hash: str = ""
    reason: str = ""
    to: str = ""
    added: Step | None = None
    passed: tuple[str, ...] = ()
    minor: bool = False
    facts: dict[str, Fact] | None = None
    changes: tuple[Change, ...] = ()
    asked: UUID | None = None
    asked_name: str = ""
    question: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands at one seat now. `kind`: an answer, "skipped" (引上げ) or "passed" (起案者の職)."""

    kind: str
    by: UUID | None
    by_name: str
    at: datetime
    how: str
    on_behalf_of: UUID | None
    on_behalf_name: str
    content_hash: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """A step and what stands at its seats. `left_out`: "", "condition" or "above" (above who decides)."""

    step: Step
    marks: Mapping[Seat, Mark] = field(default_factory=dict)
    left_out: str = ""

    @property
    def agreed(self) -> int:
        """Seats that agreed, or need not."""
        return sum(mark.kind in AGREED for mark in self.marks.values())

    @property
    def unreachable(self) -> bool:
        """Too many disagreed for the number needed."""
        against = sum(mark.kind == "disagree" for mark in self.marks.values())
        return len(self.step.seats) - against < self.step.needed

    @property
    def is_done(self) -> bool:
        """Nothing more has to happen here. Reading copies hold nobody up."""
        if self.left_out or self.step.kind == "reading" or self.agreed >= self.step.needed:
            return True
        return (
            self.step.kind == "consent"
            and self.step.disagreement == "continue"
            and self.unreachable
            and len(self.marks) == len(self.step.seats)
        )

    @property
    def is_stopped(self) -> bool:
        """A disagreement keeps the route here (合議の不同意で止まる)."""
        return self.step.kind == "consent" and self.step.disagreement == "stop" and self.unreachable

    @property
    def waiting(self) -> tuple[Seat, ...]:
        """Seats whose turn it is: the unanswered ones, in order only the first; who disagreed may think again."""
        if self.is_done:
            return ()
        free = tuple(seat for seat in self.step.seats if seat not in self.marks)
        if self.is_stopped:
            return tuple(seat for seat, mark in self.marks.items() if mark.kind == "disagree")
        return free[:1] if self.step.order == "in_order" else free


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterReading:
    """後閲: `person` has still to read what a deputy did in act `number`."""

    number: int
    person: UUID
    name: str
    seat: Seat
    step: str
    by: UUID | None
    by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """照会: act `number` asked; `answer` and `answered_at` once the person asked has answered."""

    number: int
    by: UUID | None
    by_name: str
    asked: UUID | None
    asked_name: str
    text: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteState:
    """A route after some acts.

    `same`: hashes that count as this content: the present one, and those before minor corrections of it.
    `touched`: somebody other than the drafter acted since it was last submitted.
    `after`: deputies' acts not yet read; `read`: reading copies that were read, by step, seat.
    """

    spec: RouteSpec
    division: str
    facts: Facts
    drafter: UUID
    steps: tuple[StepState, ...]
    decider: Seat
    status: Status = "running"
    content_hash: str = ""
    same: frozenset[str] = frozenset()
    number: int = 0
    touched: bool = False
    after: tuple[AfterReading, ...] = ()
    read: frozenset[tuple[str, Seat]] = frozenset()
    last: Act | None = None
    questions: tuple[Question, ...] = ()

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions that wait for an answer; with the end of the route they wait no more."""
        return tuple(q for q in self.questions if q.answered_at is None) if self.is_open else ()

    @property
    def current(self) -> StepState | None:
        """The step whose turn it is; None when the route is with the drafter or ended."""
        if self.status != "running":
            return None
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def is_open(self) -> bool:
        """Neither decided nor withdrawn."""
        return self.status in OPEN

    def place(self, step_id: str) -> int:
        """Where a step stands; -1 for none."""
        return next((number for number, s in enumerate(self.steps) if s.step.id == step_id), -1)

    def step(self, step_id: str) -> StepState | None:
        """The step with this id."""
        return next((s for s in self.steps if s.step.id == step_id), None)

    @property
    def copies(self) -> tuple[tuple[str, Seat], ...]:
        """供覧: copies that have been handed out (the route came so far) and are not read yet."""
        found: list[tuple[str, Seat]] = []
        for state in self.steps:
            if not state.is_done:
                break
            if state.step.kind == "reading" and not state.left_out:
                found += [(state.step.id, seat) for seat in state.step.seats]
        if self.status in ("refused", "withdrawn", "returned"):
            return ()
        return tuple(copy for copy in found if copy not in self.read)
