"""May this act happen now? One answer for the button, the action and the test: `refusal`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from .acts import skipped_steps
from .asking import MAX_OPEN, why_not_answer, why_not_ask
from .spec import RANKS, Rank, Seat, Step, height
from .standing import Office, Standing, standing
from .state import ANSWERS, EXTRA, TO_DRAFTER, Act, ActKind, RouteState, StepState

NEEDS_REASON: Final[frozenset[str]] = frozenset(
    {"agree_comment", "disagree", "refuse", "send_back", "pull_up", "insert", "withdraw", "ask", "answer"}
)
OF_KIND: Final[Mapping[str, tuple[ActKind, ...]]] = {
    "line": ("approve",), "consent": ("agree", "agree_comment", "disagree"), "decision": ("decide", "refuse"),
}  # fmt: skip
MAX_EXTRA: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why not: a code of the message catalogue, and what fills it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An act as a person could do it now; `why_not` is None when it may happen.

    `targets` (send_back): "drafter" and ids of earlier steps. `skips` (pull_up): the posts passed over.
    `question` (answer): the number of the act that asked.
    """

    kind: ActKind
    by: UUID | None = None
    step: str = ""
    seat: Seat | None = None
    how: str = "holder"
    on_behalf_of: UUID | None = None
    why_not: Refusal | None = None
    targets: tuple[str, ...] = ()
    skips: tuple[Seat, ...] = ()
    question: int = 0

    @property
    def needs_reason(self) -> bool:
        """Must the person say why?"""
        return self.kind in NEEDS_REASON


def refusal(state: RouteState, act: Act, office: Office) -> Refusal | None:
    """Why the act may not happen now; None when it may."""
    if act.on_behalf_of is not None and act.how != "deputy":
        return Refusal(code="route.say_how")
    if act.kind in ("read", "read_afterwards"):
        return _reading(state, act, office)
    if not state.is_open:
        return Refusal(code="route.ended")
    if act.kind in NEEDS_REASON and not act.reason.strip():
        return Refusal(code="route.reason_required")
    if act.kind == "send_back":
        return _at_turn(state, act, office) or _target(state, act.to)
    if act.kind == "ask":
        return _at_turn(state, act, office) or _said(why_not_ask(state, act))
    if act.kind == "answer":
        return _said(why_not_answer(state, act))
    judge = {"insert": _insert, "pull_up": _pull_up}.get(act.kind, _answer if act.kind in ANSWERS else _of_the_drafter)
    return judge(state, act, office)


def _said(code: str | None) -> Refusal | None:
    return None if code is None else Refusal(code=code, params={"max": MAX_OPEN})


def _reading(state: RouteState, act: Act, office: Office) -> Refusal | None:
    if act.how != "holder":  # nobody reads for somebody else
        return Refusal(code="route.not_yours")
    if act.kind == "read_afterwards":
        return None if any(e.person == act.by for e in state.after) else Refusal(code="route.nothing_to_read")
    if act.seat is None or (act.step, act.seat) not in state.copies:
        return Refusal(code="route.nothing_to_read")
    return None if act.by in office.of(act.seat) else Refusal(code="route.not_yours")


def _answer(state: RouteState, act: Act, office: Office) -> Refusal | None:
    current = state.current
    refused = _at_turn(state, act, office)
    if refused is not None or current is None:
        return refused
    if act.kind not in OF_KIND[current.step.kind]:
        return Refusal(code="route.wrong_act", params={"step": current.step.word})
    if current.step.needed < len(current.step.seats) and any(
        mark.by == act.by and seat != act.seat for seat, mark in current.marks.items()
    ):
        return Refusal(code="route.once")
    return None


def _at_turn(state: RouteState, act: Act, office: Office) -> Refusal | None:
    """Is it the turn of this post, and may the person act in its place just so?"""
    current = state.current
    if current is None:
        return Refusal(code="route.with_drafter")
    if act.by is None or act.seat is None or current.step.id != act.step or act.seat not in current.waiting:
        return Refusal(code="route.not_your_turn")
    found = standing(state, act.seat, act.by, office, deciding=current.step.kind == "decision")
    if isinstance(found, str):
        return Refusal(code=found, params={"seat": act.seat.word})
    if (found.how, found.on_behalf_of) != (act.how, act.on_behalf_of):
        return Refusal(code="route.say_how", params={"seat": act.seat.word})
    return None


def _of_the_drafter(state: RouteState, act: Act, office: Office) -> Refusal | None:
    del office  # the drafter is a person, not a post
    asked_from_above = act.how == "caller" and act.kind in ("content", "withdraw")
    if not asked_from_above and (act.how != "drafter" or act.by != state.drafter):
        return Refusal(code="route.drafter_only")
    if act.kind == "submit" and (state.status != "returned" and state.number > 0):
        return Refusal(code="route.under_way")
    if act.kind == "pull_back":
        if state.status != "running":
            return Refusal(code="route.with_drafter")
        return Refusal(code="route.acted_already") if state.touched else None
    if act.kind == "content":
        other = act.facts is not None and dict(act.facts) != dict(state.facts)
        if act.content_hash == state.content_hash and not other:
            return Refusal(code="route.same_content")
        if other and act.minor:
            return Refusal(code="route.not_minor")
        if act.minor and not act.reason.strip():
            return Refusal(code="route.reason_required")
    return None


def send_back_targets(state: RouteState) -> tuple[str, ...]:
    """Whither the present step may send back: the drafter, and earlier steps where somebody answered."""
    current = state.current
    if current is None:
        return ()
    earlier = state.steps[: state.place(current.step.id)]
    answered = [s for s in earlier if any(m.kind in ANSWERS or m.kind == "skipped" for m in s.marks.values())]
    return (TO_DRAFTER, *(s.step.id for s in answered))


def _target(state: RouteState, to: str) -> Refusal | None:
    return None if to in send_back_targets(state) else Refusal(code="route.no_such_target")


def _insert(state: RouteState, act: Act, office: Office) -> Refusal | None:
    current, added = state.current, act.added
    if current is None:
        return Refusal(code="route.with_drafter")
    if not (act.how == "drafter" and act.by == state.drafter):
        refused = _at_turn(state, act, office)
        if refused is not None:
            return refused
    if added is None or added.kind != "consent" or not added.seats or state.place(added.id) >= 0:
        return Refusal(code="route.no_such_consent")
    if len(set(added.seats)) < len(added.seats) or added.needed > len(added.seats) or added.when:
        return Refusal(code="route.no_such_consent")
    if sum(s.step.id.startswith(EXTRA) for s in state.steps) >= MAX_EXTRA:
        return Refusal(code="route.too_many_consents", params={"max": MAX_EXTRA})
    empty = next((seat for seat in added.seats if not set(office.of(seat)) - {state.drafter}), None)
    return Refusal(code="route.vacant", params={"seat": empty.word}) if empty else None


def _pull_up(state: RouteState, act: Act, office: Office) -> Refusal | None:
    target = state.step(act.step)
    if state.current is None:
        return Refusal(code="route.with_drafter")
    if not state.spec.pull_up:
        return Refusal(code="route.no_pull_up")
    if target is None or act.by is None or act.seat is None or act.seat not in target.step.seats or target.is_done:
        return Refusal(code="route.not_your_turn")
    refused = _passing_over(target, skipped_steps(state, act.step), act.seat)
    if refused is not None:
        return refused
    found = standing(state, act.seat, act.by, office, deciding=target.step.kind == "decision")
    if isinstance(found, str):
        return Refusal(code=found, params={"seat": act.seat.word})
    return None if found.how == act.how == "holder" else Refusal(code="route.not_yours")


def _passing_over(target: StepState, skipped: tuple[StepState, ...], seat: Seat) -> Refusal | None:
    """Only posts of the line below may be passed over, never another section's 合議."""
    if not skipped or target.step.kind not in ("line", "decision"):
        return Refusal(code="route.not_your_turn")
    if any(step.step.kind != "line" for step in skipped):
        return Refusal(code="route.consent_first")
    if any(height(free.rank) >= height(seat.rank) for step in skipped for free in _free(step)):
        return Refusal(code="route.not_higher")
    return None


def _free(step: StepState) -> tuple[Seat, ...]:
    return tuple(seat for seat in step.step.seats if seat not in step.marks)


def possible_acts(state: RouteState, person: UUID, office: Office, *, at: datetime) -> tuple[Possible, ...]:
    """What a person could do with this route, each with the reason why not yet or not at all.

    Only acts that come near them: answers of the present step, and what their part in the route gives them.
    """
    found: list[Possible] = []
    for act in _near(state, person, office, at):
        targets = send_back_targets(state) if act.kind == "send_back" else ()
        skips = (
            tuple(s for step in skipped_steps(state, act.step) for s in _free(step)) if act.kind == "pull_up" else ()
        )
        found.append(
            Possible(
                kind=act.kind, by=person, step=act.step, seat=act.seat, how=act.how, on_behalf_of=act.on_behalf_of,
                why_not=refusal(state, act, office), targets=targets, skips=skips, question=act.question,
            )
        )  # fmt: skip
    return tuple(found)


def _near(state: RouteState, person: UUID, office: Office, at: datetime) -> Iterator[Act]:
    """Acts as this person would do them, with a reason where one is needed."""
    blank = Act(kind="read", by=person, at=at, reason="…")
    current = state.current
    if current is not None:
        here = _here(state, current, person, office, blank)
        for kind in OF_KIND[current.step.kind]:
            yield replace(here, kind=kind)
        yield replace(here, kind="send_back", to=TO_DRAFTER)
        extra = Step(id=extra_id(state), kind="consent", seats=current.step.seats[:1])
        if person == state.drafter:
            yield replace(blank, kind="insert", how="drafter", added=extra)
        else:
            yield replace(here, kind="insert", added=extra)
            yield replace(here, kind="ask", asked=state.drafter)
        yield from _pulls(state, person, office, blank)
    if person == state.drafter:
        mine = replace(blank, how="drafter")
        yield replace(mine, kind="pull_back")
        if state.status == "returned":
            yield replace(mine, kind="submit", content_hash=state.content_hash)
        yield replace(mine, kind="withdraw")
    for question in state.open_questions:
        if question.asked == person:
            yield replace(blank, kind="answer", question=question.number)
    for step_id, seat in state.copies:
        if person in office.of(seat):
            yield replace(blank, kind="read", step=step_id, seat=seat)
    if any(entry.person == person for entry in state.after):
        yield replace(blank, kind="read_afterwards")


def _here(state: RouteState, current: StepState, person: UUID, office: Office, blank: Act) -> Act:
    """The blank act at the present step, in the place where the person may stand; else at its first post."""
    deciding = current.step.kind == "decision"
    seats = current.waiting or current.step.seats
    for seat in seats:
        found = standing(state, seat, person, office, deciding=deciding)
        if isinstance(found, Standing):
            return replace(blank, step=current.step.id, seat=seat, how=found.how, on_behalf_of=found.on_behalf_of)
    return replace(blank, step=current.step.id, seat=_likely(state, seats, person, office, deciding=deciding))


def _likely(state: RouteState, seats: tuple[Seat, ...], person: UUID, office: Office, *, deciding: bool) -> Seat:
    """The post whose refusal says most to this person."""
    for seat in seats:
        if standing(state, seat, person, office, deciding=deciding) != "route.not_yours":
            return seat
    return seats[0]


def _pulls(state: RouteState, person: UUID, office: Office, blank: Act) -> Iterator[Act]:
    for step in state.steps:
        if step.is_done or not skipped_steps(state, step.step.id):
            continue
        seat = next((s for s in step.step.seats if person in office.of(s)), None)
        if seat is not None and step.step.kind in ("line", "decision"):
            yield replace(blank, kind="pull_up", step=step.step.id, seat=seat)
            return


def extra_id(state: RouteState) -> str:
    """The id of the next inserted 合議."""
    return f"{EXTRA}{1 + sum(s.step.id.startswith(EXTRA) for s in state.steps)}"


def passed_steps(state: RouteState, office: Office) -> tuple[str, ...]:
    """Steps of the line that are the drafter's own or below: 回議 goes upward from the drafter only."""
    ranks = [rank for rank in RANKS if state.drafter in office.of(Seat(cast("Rank", rank), state.division))]
    own = max((height(rank) for rank in ranks), default=-1)
    return tuple(
        s.step.id
        for s in state.steps
        if s.step.kind == "line" and not s.left_out
        and all(seat.division == state.division and height(seat.rank) <= own for seat in s.step.seats)
    )  # fmt: skip
