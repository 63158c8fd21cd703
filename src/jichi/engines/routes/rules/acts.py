"""Acts on a route, and what stands after them: a state is made by folding acts, and in no other way.

`advance` trusts its act (history has happened); whether an act may happen is decided in `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from .spec import Fact, Facts, RouteSpec, Seat, Step, height

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
_ASIDE: Final[frozenset[str]] = frozenset({"read", "read_afterwards", "ask", "answer"})
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


def opening_state(spec: RouteSpec, *, division: str, facts: Facts, drafter: UUID) -> RouteState:
    """The route before its first act: steps for these facts, seats of the division in charge, who decides.

    Raises:
        ValueError: nobody decides on these facts (lint refuses such files).
    """
    found = spec.decider(facts)
    if found is None:
        raise ValueError("no row of the 専決 table fits")
    decider = found.within(division)
    steps = tuple(_opened(step, decider, division, facts) for step in spec.steps)
    return RouteState(spec=spec, division=division, facts=facts, drafter=drafter, steps=steps, decider=decider)


def _opened(step: Step, decider: Seat, division: str, facts: Facts) -> StepState:
    if step.kind == "decision":
        return StepState(step=replace(step, seats=(decider,), need="all"))
    left_out = "" if all(condition.holds(facts) for condition in step.when) else "condition"
    own = all(not seat.division for seat in step.seats)
    if step.kind == "line" and own and all(height(s.rank) >= height(decider.rank) for s in step.seats):
        left_out = left_out or "above"
    return StepState(step=replace(step, seats=tuple(s.within(division) for s in step.seats)), left_out=left_out)


def fold(opening: RouteState, acts: Iterable[Act]) -> RouteState:
    """What stands after the acts, in order."""
    state = opening
    for act in acts:
        state = advance(state, act)
    return state


def advance(state: RouteState, act: Act) -> RouteState:
    """What stands after one more act."""
    after = _CHANGES.get(act.kind, _answered)(state, act)
    touched = after.touched
    if act.kind in ("submit", "pull_back"):
        touched = False
    elif act.how != "drafter" and act.kind not in _ASIDE:
        touched = True
    return replace(after, number=state.number + 1, touched=touched, last=act)


def _mark(state: RouteState, act: Act, kind: str = "") -> Mark:
    return Mark(
        kind=kind or act.kind, by=act.by, by_name=act.by_name, at=act.at, how=act.how,
        on_behalf_of=act.on_behalf_of, on_behalf_name=act.on_behalf_name, content_hash=state.content_hash,
        reason=act.reason, number=state.number + 1,
    )  # fmt: skip


def _marked(state: RouteState, step_id: str, marks: Mapping[Seat, Mark]) -> RouteState:
    steps = tuple(replace(s, marks={**s.marks, **marks}) if s.step.id == step_id else s for s in state.steps)
    return replace(state, steps=steps)


def _cleared(state: RouteState, first: int) -> RouteState:
    """Without what stands at the steps from `first` on: those approvals are void."""
    steps = tuple(replace(s, marks={}) if number >= first else s for number, s in enumerate(state.steps))
    return replace(state, steps=steps)


def _answered(state: RouteState, act: Act) -> RouteState:
    assert act.seat is not None  # noqa: S101 - every answer is given in some post's place
    after = _marked(state, act.step, {act.seat: _mark(state, act)})
    if act.on_behalf_of is not None:
        reading = AfterReading(
            number=state.number + 1, person=act.on_behalf_of, name=act.on_behalf_name, seat=act.seat, step=act.step,
            by=act.by, by_name=act.by_name,
        )  # fmt: skip
        after = replace(after, after=(*after.after, reading))
    if act.kind == "refuse":
        return replace(after, status="refused")
    if act.kind == "decide":
        return replace(after, status="approved")
    step = after.step(act.step)
    if act.kind == "disagree" and step is not None and step.step.disagreement == "back" and step.unreachable:
        return replace(_cleared(after, 0), status="returned")
    return after


def _submitted(state: RouteState, act: Act) -> RouteState:
    same = state.same if act.content_hash in state.same else frozenset({act.content_hash})
    after = replace(_cleared(state, 0), status="running", content_hash=act.content_hash, same=same)
    return _with_passed(after, act)


def _sent_back(state: RouteState, act: Act) -> RouteState:
    if act.to == TO_DRAFTER:
        return replace(_cleared(state, 0), status="returned")
    passed = {s.step.id: s.marks for s in state.steps if any(m.kind == "passed" for m in s.marks.values())}
    after = _cleared(state, state.place(act.to))
    for step_id, marks in passed.items():
        after = _marked(after, step_id, marks)
    return after


def _pulled_up(state: RouteState, act: Act) -> RouteState:
    after = state
    for step in skipped_steps(state, act.step):
        free = [seat for seat in step.step.seats if seat not in step.marks]
        after = _marked(after, step.step.id, {seat: _mark(state, act, "skipped") for seat in free})
    return after


def skipped_steps(state: RouteState, step_id: str) -> tuple[StepState, ...]:
    """Unfinished steps before this one, in order."""
    return tuple(s for s in state.steps[: max(0, state.place(step_id))] if not s.is_done)


def _inserted(state: RouteState, act: Act) -> RouteState:
    current = state.current
    if act.added is None or current is None:
        return state
    place = state.place(current.step.id)
    return replace(state, steps=(*state.steps[:place], StepState(step=act.added), *state.steps[place:]))


def _changed(state: RouteState, act: Act) -> RouteState:
    if act.minor:
        return replace(state, content_hash=act.content_hash, same=state.same | {act.content_hash})
    after = replace(
        for_facts(state, act.facts), content_hash=act.content_hash, same=frozenset({act.content_hash}),
        number=state.number,
    )  # fmt: skip
    return _with_passed(_cleared(after, 0), act) if state.status == "running" else _cleared(after, 0)


def for_facts(state: RouteState, facts: Facts | None) -> RouteState:
    """The steps for other facts; what was inserted meanwhile is asked before the decision."""
    if facts is None or dict(facts) == dict(state.facts):
        return state
    fresh = opening_state(state.spec, division=state.division, facts=facts, drafter=state.drafter)
    extra = tuple(s for s in state.steps if s.step.id.startswith(EXTRA))
    place = next(number for number, s in enumerate(fresh.steps) if s.step.kind == "decision")
    steps = (*fresh.steps[:place], *extra, *fresh.steps[place:])
    return replace(state, facts=facts, decider=fresh.decider, steps=steps)


def _with_passed(state: RouteState, act: Act) -> RouteState:
    """Steps that are the drafter's own or below need nobody."""
    after = state
    for step_id in act.passed:
        step = after.step(step_id)
        if step is not None:
            after = _marked(after, step_id, {seat: _mark(after, act, "passed") for seat in step.step.seats})
    return after


def _read_afterwards(state: RouteState, act: Act) -> RouteState:
    return replace(state, after=tuple(entry for entry in state.after if entry.person != act.by))


def _read(state: RouteState, act: Act) -> RouteState:
    return state if act.seat is None else replace(state, read=state.read | {(act.step, act.seat)})


def _asked(state: RouteState, act: Act) -> RouteState:
    question = Question(
        number=state.number + 1, by=act.by, by_name=act.by_name, asked=act.asked, asked_name=act.asked_name,
        text=act.reason, at=act.at,
    )  # fmt: skip
    return replace(state, questions=(*state.questions, question))


def _answered_question(state: RouteState, act: Act) -> RouteState:
    done = tuple(
        replace(q, answer=act.reason, answered_at=act.at) if q.number == act.question else q for q in state.questions
    )
    return replace(state, questions=done)


def _pulled_back(state: RouteState, act: Act) -> RouteState:
    del act
    return replace(_cleared(state, 0), status="returned")


def _withdrawn(state: RouteState, act: Act) -> RouteState:
    del act
    return replace(state, status="withdrawn")


_CHANGES: Final[Mapping[str, Callable[[RouteState, Act], RouteState]]] = {
    "submit": _submitted,
    "send_back": _sent_back,
    "pull_back": _pulled_back,
    "pull_up": _pulled_up,
    "insert": _inserted,
    "content": _changed,
    "read": _read,
    "read_afterwards": _read_afterwards,
    "withdraw": _withdrawn,
    "ask": _asked,
    "answer": _answered_question,
}
