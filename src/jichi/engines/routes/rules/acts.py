"""What stands after acts: a state is made by folding acts, and in no other way.

`advance` trusts its act (history has happened); whether an act may happen is decided in `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from .spec import Facts, RouteSpec, Seat, Step, height
from .state import ASIDE, EXTRA, TO_DRAFTER, Act, AfterReading, Mark, Question, RouteState, StepState


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
    elif act.how != "drafter" and act.kind not in ASIDE:
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
