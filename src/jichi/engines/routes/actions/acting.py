"""The acts of people on a route (決裁・合議・差戻し・引戻し・引上げ・代決・後閲・供覧): one action each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from jichi.engines.audit.context import Actor

from ..rules import (
    ANSWERS,
    TO_DRAFTER,
    Act,
    ActKind,
    Office,
    RouteState,
    Seat,
    Standing,
    Step,
    extra_id,
    passed_steps,
    skipped_steps,
    standing,
)
from .changing import Build, Telling, blank_act, perform


def at_present_step(actor: Actor, kind: ActKind, *, as_deputy: bool, reason: str = "", to: str = "") -> Build:
    """The act at the present step, in the place where this actor may stand.

    As a deputy only when the actor says so: standing for somebody else is never by accident.
    """

    def build(state: RouteState, office: Office) -> Act:
        act = blank_act(actor, kind=kind, reason=reason.strip(), to=to, content_hash=state.content_hash)
        current = state.current
        if current is None or actor.account_id is None:
            return act
        act = replace(act, step=current.step.id)
        deciding = current.step.kind == "decision"
        for seat in current.waiting:
            found = standing(state, seat, actor.account_id, office, deciding=deciding)
            act = act if act.seat else replace(act, seat=seat)
            if isinstance(found, str):
                act = replace(act, seat=seat) if found != "route.not_yours" else act
            elif (found.how == "deputy") == as_deputy:
                return _placed(act, found, office)
        return act

    return build


def _placed(act: Act, found: Standing, office: Office) -> Act:
    name = office.names.get(found.on_behalf_of, "") if found.on_behalf_of else ""
    return replace(act, seat=found.seat, how=found.how, on_behalf_of=found.on_behalf_of, on_behalf_name=name)


def approve_step(
    *, actor: Actor, route_id: UUID, comment: str = "", as_deputy: bool = False, expected_version: int | None = None
) -> UUID:
    """回議: approve at the present step. `as_deputy`: 代決, for the absent holder.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """
    build = at_present_step(actor, "approve", as_deputy=as_deputy, reason=comment)
    return perform(actor, route_id, build, expected_version=expected_version)


def agree_step(
    *,
    actor: Actor,
    route_id: UUID,
    answer: Literal["agree", "agree_comment", "disagree"],
    comment: str = "",
    as_deputy: bool = False,
    expected_version: int | None = None,
) -> UUID:
    """合議: agree, agree with a comment, or disagree; the last two say why. What a disagreement does, the route says.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """
    build = at_present_step(actor, answer, as_deputy=as_deputy, reason=comment)
    return perform(actor, route_id, build, expected_version=expected_version)


def decide_route(
    *, actor: Actor, route_id: UUID, comment: str = "", as_deputy: bool = False, expected_version: int | None = None
) -> UUID:
    """決裁 (専決, or with `as_deputy` 代決): the matter is decided as it stands, and announced.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """
    build = at_present_step(actor, "decide", as_deputy=as_deputy, reason=comment)
    return perform(actor, route_id, build, expected_version=expected_version)


def refuse_route(
    *, actor: Actor, route_id: UUID, reason: str, as_deputy: bool = False, expected_version: int | None = None
) -> UUID:
    """否決: the decider refuses the draft; number and record stay.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """
    build = at_present_step(actor, "refuse", as_deputy=as_deputy, reason=reason)
    return perform(actor, route_id, build, expected_version=expected_version)


def send_back(
    *,
    actor: Actor,
    route_id: UUID,
    to: str,
    reason: str,
    as_deputy: bool = False,
    expected_version: int | None = None,
) -> UUID:
    """差戻し: to "drafter" or an earlier step's id. What was approved from there on is void.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """
    build = at_present_step(actor, "send_back", as_deputy=as_deputy, reason=reason, to=to)
    telling = Telling("差し戻され、承認が取り消されました", _made_void)
    return perform(actor, route_id, build, expected_version=expected_version, telling=telling)


def _made_void(state: RouteState, office: Office, act: Act) -> frozenset[UUID]:
    del office
    first = 0 if act.to == TO_DRAFTER else state.place(act.to)
    marks = [mark for s in state.steps[first:] for mark in s.marks.values()]
    return frozenset(mark.by for mark in marks if mark.by is not None and mark.kind in ANSWERS)


def pull_back(*, actor: Actor, route_id: UUID, reason: str = "", expected_version: int | None = None) -> UUID:
    """引戻し: the drafter takes the draft back, as long as nobody else has acted on it.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """

    def build(state: RouteState, office: Office) -> Act:
        del state, office
        return blank_act(actor, kind="pull_back", how="drafter", reason=reason.strip())

    return perform(actor, route_id, build, expected_version=expected_version)


def resubmit_route(*, actor: Actor, route_id: UUID, expected_version: int | None = None) -> UUID:
    """もう一度回議に出す: the drafter, after 差戻し or 引戻し; every step is asked again.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """

    def build(state: RouteState, office: Office) -> Act:
        passed = passed_steps(state, office)
        return blank_act(actor, kind="submit", how="drafter", content_hash=state.content_hash, passed=passed)

    return perform(actor, route_id, build, expected_version=expected_version)


def pull_up(*, actor: Actor, route_id: UUID, reason: str, expected_version: int | None = None) -> UUID:
    """引上げ: a higher post of the line takes the route to its own step; who was passed over is told.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says.
    """

    def build(state: RouteState, office: Office) -> Act:
        act = blank_act(actor, kind="pull_up", reason=reason.strip())
        for later in state.steps:
            if later.is_done or later is state.current or later.step.kind not in ("line", "decision"):
                continue
            seat = next((s for s in later.step.seats if actor.account_id in office.of(s)), None)
            if seat is not None:
                return replace(act, step=later.step.id, seat=seat)
        return act

    def passed_over(state: RouteState, office: Office, act: Act) -> frozenset[UUID]:
        free = [seat for s in skipped_steps(state, act.step) for seat in s.step.seats if seat not in s.marks]
        return frozenset(person for seat in free for person in office.of(seat))

    telling = Telling("引上げがありました", passed_over)
    return perform(actor, route_id, build, expected_version=expected_version, telling=telling)


def insert_consent(
    *,
    actor: Actor,
    route_id: UUID,
    seats: Sequence[Seat],
    reason: str,
    need: Literal["all", "any"] | int = "all",
    disagreement: Literal["continue", "stop", "back"] = "stop",
    expected_version: int | None = None,
) -> UUID:
    """合議の追加: one more 合議 before the present step, by the drafter or by whose turn it is.

    Args:
        seats: posts of named divisions, asked in parallel.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: as `changing.perform` says; "route.vacant" where nobody holds a post.
    """

    def build(state: RouteState, office: Office) -> Act:
        added = Step(
            id=extra_id(state), kind="consent", title="追加の合議",
            seats=tuple(s.within(state.division) for s in seats), need=need, disagreement=disagreement,
        )  # fmt: skip
        if actor.account_id == state.drafter:
            return blank_act(actor, kind="insert", how="drafter", reason=reason.strip(), added=added)
        act = at_present_step(actor, "insert", as_deputy=False, reason=reason)(state, office)
        return replace(act, added=added)

    return perform(actor, route_id, build, expected_version=expected_version)


def read_afterwards(*, actor: Actor, route_id: UUID) -> UUID:
    """後閲: the absent holder has read what was done in their place.

    Raises:
        NotFound, Conflict: no such route, or nothing of it to read.
    """

    def build(state: RouteState, office: Office) -> Act:
        del state, office
        return blank_act(actor, kind="read_afterwards")

    return perform(actor, route_id, build, expected_version=None)


def mark_copy_read(*, actor: Actor, route_id: UUID) -> UUID:
    """供覧: the actor has read their reading copy.

    Raises:
        NotFound, Conflict: no such route, or no copy of it for this actor.
    """

    def build(state: RouteState, office: Office) -> Act:
        act = blank_act(actor, kind="read")
        for step_id, seat in state.copies:
            if actor.account_id in office.of(seat):
                return replace(act, step=step_id, seat=seat)
        return act

    return perform(actor, route_id, build, expected_version=None)
