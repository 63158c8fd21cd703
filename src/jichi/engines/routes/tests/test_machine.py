"""The route machine against random acts by random people, with people coming, going and being away meanwhile.

The test keeps books of its own, in the simplest way, and compares: who approved what of which content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ..rules import (
    TO_DRAFTER,
    Act,
    Authority,
    Away,
    Condition,
    Deputies,
    Lift,
    Office,
    Rank,
    RouteSpec,
    RouteState,
    Seat,
    Step,
    act_body,
    act_from_body,
    advance,
    extra_id,
    fold,
    for_facts,
    height,
    opening_state,
    passed_steps,
    possible_acts,
    refusal,
    turns,
)

PEOPLE = tuple(UUID(int=number) for number in range(1, 10))
RANKS: tuple[Rank, ...] = ("clerk", "chief", "manager", "director", "vice_mayor")
SEATS = (*(Seat(rank, "youth") for rank in RANKS), Seat("manager", "tax"), Seat("manager", "law"), Seat("chief", "law"))
START = datetime(2026, 4, 1, tzinfo=UTC)
KINDS: tuple[Any, ...] = (
    "submit", "approve", "agree", "agree_comment", "disagree", "decide", "refuse", "send_back", "pull_back",
    "pull_up", "insert", "read", "read_afterwards", "withdraw", "ask", "answer",
)  # fmt: skip
people = st.sampled_from(PEOPLE)
seats = st.sampled_from(SEATS)


@st.composite
def specs(draw: st.DrawFn) -> RouteSpec:
    """Routes of every make: 合議 parallel or in order, all, any or m of n, each rule for a disagreement."""
    asked = draw(st.lists(st.sampled_from(SEATS[5:]), min_size=1, max_size=3, unique=True))
    consent = Step(
        id="consent", kind="consent", seats=tuple(asked),
        need=draw(st.sampled_from(["all", "any", min(2, len(asked))])),
        order=draw(st.sampled_from(["parallel", "in_order"])),
        disagreement=draw(st.sampled_from(["continue", "stop", "back"])),
    )  # fmt: skip
    line = [Step(id=rank, kind="line", seats=(Seat(rank),)) for rank in ("chief", "manager", "director")]
    place = draw(st.integers(0, 3))
    steps = [*line[:place], consent, *line[place:], Step(id="decision", kind="decision")]
    if draw(st.booleans()):
        steps.append(Step(id="copies", kind="reading", seats=(Seat("chief", "law"),)))
    limit = Condition(fact="amount", up_to=100)
    lift = Lift(rank="manager", to="director", when=(Condition(fact="important", over=0),))
    return RouteSpec(
        format="jichi/route/1", id="random", title="任意", steps=tuple(steps),
        decides=(Authority(seat=Seat("manager"), when=(limit,)), Authority(seat=Seat("vice_mayor"))),
        deputies=(Deputies(rank="manager", by=("chief",)), Deputies(rank="vice_mayor", by=("director", "manager"))),
        excluded=(Condition(fact="important", over=0),),
        lifts=draw(st.sampled_from([(), (lift,)])),
        vacant=draw(st.sampled_from(["deputy", "above", "wait"])), drafter_decides=draw(st.booleans()),
        pull_up=draw(st.booleans()),
    )  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One answer in the test's own books."""

    step: str
    seat: Seat
    kind: str
    by: UUID | None
    content: str


class RouteMachine(RuleBasedStateMachine):
    """Random acts; the books say what must be true of every act that was let through."""

    def __init__(self) -> None:
        super().__init__()
        self.holders: dict[Seat, tuple[UUID, ...]] = {
            seat: (PEOPLE[number % len(PEOPLE)],) for number, seat in enumerate(SEATS)
        }
        self.away: dict[UUID, Away] = {}
        self.acts: list[Act] = []
        self.books: list[Entry] = []
        self.contents = ["c0"]
        """Contents that count as the present one: it, and those before minor corrections."""
        self.touched = False
        self.to_read: list[UUID] = []
        self.asked: dict[int, UUID | None] = {}
        """Questions without an answer: number of the act, whom."""
        self.minute = 0

    @property
    def office(self) -> Office:
        return Office(holders=dict(self.holders), away=dict(self.away))

    @initialize(spec=specs(), amount=st.sampled_from([50, 500]), important=st.sampled_from([0, 1]), drafter=people)
    def open(self, spec: RouteSpec, amount: int, important: int, drafter: UUID) -> None:
        facts = {"amount": amount, "important": important}
        self.opening = opening_state(spec, division="youth", facts=facts, drafter=drafter)
        self.state: RouteState = self.opening
        self.act(Act(
            kind="submit", by=drafter, at=START, how="drafter", content_hash="c0",
            passed=passed_steps(self.state, self.office),
        ))  # fmt: skip

    # -- what happens around -------------------------------------------------------------------

    @rule(seat=seats, holders=st.lists(people, max_size=2, unique=True))
    def personnel_change(self, seat: Seat, holders: list[UUID]) -> None:
        self.holders[seat] = tuple(holders)

    @rule(person=people, deputy=st.none() | people, gone=st.booleans())
    def absence(self, person: UUID, deputy: UUID | None, gone: bool) -> None:
        self.away.pop(person, None)
        if gone:
            self.away[person] = Away(until=date(2026, 4, 30), deputy=deputy if deputy != person else None)

    # -- acts ----------------------------------------------------------------------------------

    @rule(person=people, data=st.data())
    def offered_act(self, person: UUID, data: st.DataObject) -> None:
        """An act as the page would offer it, allowed or not."""
        near = possible_acts(self.state, person, self.office, at=START)
        if not near:
            return
        chosen = data.draw(st.sampled_from(near))
        how: Any = chosen.how
        self.act(Act(
            kind=chosen.kind, by=person, at=self.now(), step=chosen.step, seat=chosen.seat, how=how,
            on_behalf_of=chosen.on_behalf_of, reason="理由",
            to=data.draw(st.sampled_from(chosen.targets)) if chosen.targets else "",
            content_hash=self.state.content_hash, added=self.extra(data),
            passed=passed_steps(self.state, self.office) if chosen.kind == "submit" else (),
            asked=self.state.drafter if chosen.kind == "ask" else None, question=chosen.question,
        ), offered=chosen.why_not is None)  # fmt: skip

    @rule(
        person=people, kind=st.sampled_from(KINDS), seat=seats, data=st.data(), behalf=st.none() | people,
        how=st.sampled_from(["holder", "deputy", "above", "drafter"]),
    )  # fmt: skip
    def wild_act(self, person: UUID, kind: Any, seat: Seat, data: st.DataObject, behalf: UUID | None, how: Any) -> None:
        """An act no page offers: any person, any post, any step, any claim."""
        steps = [s.step.id for s in self.state.steps]
        self.act(Act(
            kind=kind, by=person, at=self.now(), step=data.draw(st.sampled_from(steps)), seat=seat, how=how,
            on_behalf_of=behalf, reason=data.draw(st.sampled_from(["", "理由"])),
            to=data.draw(st.sampled_from([TO_DRAFTER, *steps, ""])), content_hash=self.state.content_hash,
            added=self.extra(data), asked=data.draw(st.none() | people), question=data.draw(st.integers(0, 9)),
        ))  # fmt: skip

    @precondition(lambda self: len(self.contents) < 8)
    @rule(
        minor=st.booleans(), person=people, reason=st.sampled_from(["", "誤字"]),
        amount=st.sampled_from([None, None, 50, 500]),
    )  # fmt: skip
    def content_change(self, minor: bool, person: UUID, reason: str, amount: int | None) -> None:
        content = f"c{len(self.acts)}"
        facts = None if amount is None else {**self.state.facts, "amount": amount}
        self.act(Act(
            kind="content", by=person, at=self.now(), how="caller", content_hash=content, minor=minor, reason=reason,
            facts=facts, passed=() if minor else passed_steps(for_facts(self.state, facts), self.office),
        ))  # fmt: skip

    def extra(self, data: st.DataObject) -> Step:
        asked = data.draw(st.lists(st.sampled_from(SEATS[5:]), max_size=2))
        return Step(id=extra_id(self.state), kind="consent", seats=tuple(asked), disagreement="stop")

    def now(self) -> datetime:
        self.minute += 1
        return START + timedelta(minutes=self.minute)

    def act(self, act: Act, *, offered: bool | None = None) -> None:
        why = refusal(self.state, act, self.office)
        if offered is not None and act.kind != "insert":
            assert (why is None) == offered
        if why is not None:
            return
        self.must_hold_before(act)
        self.state = advance(self.state, act)
        self.acts.append(act)
        self.write_down(act)

    # -- the books -----------------------------------------------------------------------------

    def must_hold_before(self, act: Act) -> None:
        """What the words of 決裁 promise, told without the machine's own reasoning."""
        spec, drafter = self.state.spec, self.state.drafter
        office = self.office
        if act.kind == "pull_back":
            assert act.by == drafter
            assert not self.touched
        if act.kind in ("approve", "agree", "agree_comment", "disagree", "decide", "refuse"):
            assert act.seat is not None
            may_decide_own = spec.drafter_decides and act.kind in ("decide", "refuse") and act.by in office.of(act.seat)
            assert act.by != drafter or may_decide_own
            self.must_have_a_place(act, office)
        if act.kind == "decide":
            lifted = spec.lifts and self.state.facts["important"]
            small: Rank = "director" if lifted else "manager"
            assert act.seat == Seat(small if int(self.state.facts["amount"]) <= 100 else "vice_mayor", "youth")
            self.everything_required_is_there()
        if act.kind == "read_afterwards":
            assert act.by in self.to_read
        if act.kind == "pull_up":
            assert spec.pull_up
        if act.kind == "ask":
            assert act.by != act.asked is not None
            assert act.by != drafter or spec.drafter_decides
            self.must_have_a_place(act, office)
        if act.kind == "answer":
            assert self.asked[act.question] == act.by
            assert act.reason

    def must_have_a_place(self, act: Act, office: Office) -> None:
        assert act.seat is not None
        holders = [p for p in office.of(act.seat) if p != self.state.drafter]
        if act.how == "holder":
            assert act.by in office.of(act.seat)
        elif act.how == "deputy":
            assert self.state.facts["important"] == 0
            assert all(p in self.away for p in holders)
            ranks = self.state.spec.deputy_ranks(act.seat.rank)
            assert any(act.by in office.of(Seat(rank, act.seat.division)) for rank in ranks)
            assert act.by not in self.away
            assert act.on_behalf_of in holders if holders else act.on_behalf_of is None
        else:
            assert act.how == "above"
            assert not holders
            higher = [s for s in SEATS if s.division == act.seat.division and height(s.rank) > height(act.seat.rank)]
            assert any(act.by in office.of(s) for s in higher)

    def everything_required_is_there(self) -> None:
        for step in self.state.steps:
            if step.step.kind not in ("line", "consent") or step.left_out:
                continue
            mine = {e.seat: e for e in self.books if e.step == step.step.id and e.content in self.contents}
            yes = sum(e.kind != "disagree" for e in mine.values())
            heard = step.step.disagreement == "continue" and len(mine) == len(step.step.seats)
            assert yes >= step.step.needed or (step.step.kind == "consent" and heard), step.step.id

    def write_down(self, act: Act) -> None:
        if act.kind in ("submit", "pull_back") or (act.kind == "send_back" and act.to == TO_DRAFTER):
            self.books.clear()
        if act.kind == "content":
            self.contents = [*self.contents, act.content_hash] if act.minor else [act.content_hash]
            self.books = self.books if act.minor else []
            assert act.facts is None or not act.minor or act.facts == self.state.facts
        if act.kind == "send_back" and act.to != TO_DRAFTER:
            later = [s.step.id for s in self.state.steps[self.state.place(act.to) :]]
            self.books = [e for e in self.books if e.step not in later or e.kind == "passed"]
        if act.kind in ("approve", "agree", "agree_comment", "disagree") and act.seat is not None:
            self.books.append(Entry(act.step, act.seat, act.kind, act.by, self.state.content_hash))
            if self.state.status == "returned":  # a disagreement that sends back
                self.books.clear()
        if act.kind == "pull_up":
            self.write_skipped(act)
        for step_id in act.passed:
            step_state = self.state.step(step_id)
            assert step_state is not None
            self.books += [Entry(step_id, s, "passed", act.by, act.content_hash) for s in step_state.step.seats]
        if act.on_behalf_of is not None and act.how == "deputy":
            self.to_read.append(act.on_behalf_of)
        if act.kind == "read_afterwards":
            self.to_read = [p for p in self.to_read if p != act.by]
        self.write_questions(act)
        if act.kind in ("submit", "pull_back"):
            self.touched = False
        elif act.how != "drafter" and act.kind not in ("read", "read_afterwards", "ask", "answer"):
            self.touched = True

    def write_questions(self, act: Act) -> None:
        if act.kind == "ask":
            self.asked[self.state.number] = act.asked
        if act.kind == "answer":
            del self.asked[act.question]

    def write_skipped(self, act: Act) -> None:
        for step in self.state.steps[: self.state.place(act.step)]:
            known = {e.seat for e in self.books if e.step == step.step.id}
            free = [seat for seat in step.step.seats if seat not in known and step.step.kind == "line"]
            self.books += [Entry(step.step.id, s, "skipped", act.by, self.state.content_hash) for s in free]

    # -- always --------------------------------------------------------------------------------

    @invariant()
    def after_reading_empties_by_reading_only(self) -> None:
        if self.acts:
            assert sorted(e.person for e in self.state.after) == sorted(self.to_read)

    @invariant()
    def questions_wait_for_their_answers_and_for_nothing_else(self) -> None:
        if self.acts:
            waiting = {q.number: q.asked for q in self.state.open_questions}
            assert waiting == (self.asked if self.state.is_open else {})

    def teardown(self) -> None:
        """The state is its acts, and nothing else."""
        if self.acts:
            assert fold(self.opening, [act_from_body(act_body(act)) for act in self.acts]) == self.state

    @invariant()
    def who_is_asked_may_act(self) -> None:
        if not self.acts:
            return
        for turn in turns(self.state, self.office):
            near = possible_acts(self.state, turn.person, self.office, at=START)
            able = [p for p in near if p.why_not is None]
            assert able or any(p.why_not and p.why_not.code == "route.once" for p in near)
            if turn.kind != "act":
                wanted = {"after": "read_afterwards", "read": "read", "returned": "submit", "asked": "answer"}[
                    turn.kind
                ]
                assert wanted in {p.kind for p in able}

    @invariant()
    def what_ended_has_ended(self) -> None:
        if self.acts and not self.state.is_open:
            ends = {"approved": "decide", "refused": "refuse", "withdrawn": "withdraw"}
            assert any(act.kind == ends[self.state.status] for act in self.acts)
            assert self.state.current is None


RouteMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestRouteMachine = RouteMachine.TestCase
