"""What every act does: lock the route, judge the act, chain it, renew what waits, announce the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, JichiError, NotFound

from ..events import RouteDecided, RouteResubmitted, RouteSentBack
from ..models import Route, RouteAct
from ..record import acts_of, divisions_of, office_for, state_of
from ..rules import ANSWERS, TO_DRAFTER, Act, Office, Refusal, RouteState, act_body, advance, link, refusal
from .turning import renew, tell

MAX_REASON: Final = 2000
_FORBIDDEN: Final = frozenset(
    {
        "route.own", "route.not_yours", "route.holder_present", "route.deputy_excluded", "route.drafter_only",
        "route.no_pull_up", "route.not_higher", "route.once",
    }
)  # fmt: skip
Build: TypeAlias = Callable[[RouteState, Office], Act]


@dataclass(frozen=True, slots=True)
class Done:
    """A route after an act: what it was, what it is, who holds what."""

    route: Route
    before: RouteState
    after: RouteState
    office: Office


def locked_route(route_id: UUID) -> Route:
    """The route, locked until the unit of work ends.

    Raises:
        NotFound: none, or out of the actor's reach (row security).
    """
    found = Route.objects.select_related("division").select_for_update(of=("self",)).filter(pk=route_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom an act concerns without asking them for anything, and the words for it."""

    words: str
    people: Callable[[RouteState, Office, Act], frozenset[UUID]]


def perform(
    actor: Actor, route_id: UUID, build: Build, *, expected_version: int | None, telling: Telling | None = None
) -> UUID:
    """Do the act that `build` makes of the present state, if it may happen; answer the route's id.

    Raises:
        NotFound: no such route for this actor. Invalid: a reason is missing or too long.
        Forbidden: not this person's act ("route.own", "route.deputy_excluded", …).
        Conflict: "route.changed" with who and when, or what the state does not allow.
    """
    if actor.account_id is None:
        raise Forbidden
    with unit(actor):
        route = locked_route(route_id)
        state = state_of(route, acts_of(route))
        office = office_for(divisions_of(state))
        act = build(state, office)
        if expected_version is not None and expected_version != route.version:
            if _is_repeated(state.last, act, expected_version, route.version):
                return route.pk
            raise changed(state)
        done = append(actor, route, state, office, act)
        if telling is not None:
            tell(actor, done.route, telling.people(state, office, act), telling.words)
        announce_end(actor, done, act)
        return route.pk


def _is_repeated(last: Act | None, act: Act, expected: int, version: int) -> bool:
    """The same press twice: the newest act is this very one."""
    same = last is not None and (last.kind, last.by, last.reason, last.to) == (act.kind, act.by, act.reason, act.to)
    return same and version == expected + 1


def changed(state: RouteState) -> Conflict:
    """Somebody acted after the page was shown: who, and when."""
    last = state.last
    return Conflict("route.changed", by=last.by_name if last else "", at=last.at if last else None)


def refused(why: Refusal) -> JichiError:
    """The refusal as an error of its kind."""
    if why.code == "route.reason_required":
        return Invalid(fields={"reason": FieldError(why.code)})
    if why.code in _FORBIDDEN:
        return Forbidden(why.code, **why.params)
    return Conflict(why.code, **why.params)


def append(actor: Actor, route: Route, state: RouteState, office: Office, act: Act) -> Done:
    """Chain the act, and bring the route, its turns and the inboxes in step with it.

    Raises:
        JichiError: the act may not happen now; nothing was changed.
    """
    if len(act.reason) > MAX_REASON:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"max": MAX_REASON, "now": len(act.reason)})})
    if act.added is not None:
        office = office_for(divisions_of(state) | {seat.division for seat in act.added.seats})
    why = refusal(state, act, office)
    if why is not None:
        raise refused(why)
    body = act_body(act)
    RouteAct.objects.create(
        route=route, number=state.number + 1, kind=act.kind, at=act.at, by_id=act.by, body=body, previous=route.head,
        hash=link(route.head, body),
    )  # fmt: skip
    after = advance(state, act)
    route.version, route.head = after.number, link(route.head, body)
    if (after.status, after.content_hash) != (route.status, route.content_hash):
        route.status, route.content_hash = after.status, after.content_hash
        route.closed_at = None if after.is_open else act.at
        Route.objects.filter(pk=route.pk).update(
            status=route.status, content_hash=route.content_hash, closed_at=route.closed_at
        )
    renew(actor, route, after, office)
    return Done(route, state, after, office)


def announce_end(actor: Actor, done: Done, act: Act) -> None:
    """Tell the rooms above of a decision or of a route that went back, and tell the drafter."""
    route, after = done.route, done.after
    if after.status in ("approved", "refused") and act.by is not None:
        words = "決裁されました" if after.status == "approved" else "否決されました"
        tell(actor, route, {after.drafter}, words)
        announce(
            RouteDecided(
                subject=route.subject, route_id=route.pk, outcome="approved" if act.kind == "decide" else "refused",
                decided_by=act.by, decided_for=act.on_behalf_of, content_hash=after.content_hash,
            )
        )  # fmt: skip
    elif act.kind == "send_back" or (act.kind in ANSWERS | {"pull_back"} and after.status == "returned"):
        announce(
            RouteSentBack(
                subject=route.subject, route_id=route.pk, to=act.to or TO_DRAFTER, reason=act.reason,
                sent_by=act.by, pulled_back=act.kind == "pull_back",
            )
        )  # fmt: skip
    elif act.kind == "submit":
        announce(RouteResubmitted(subject=route.subject, route_id=route.pk, content_hash=after.content_hash))


def answered_by(state: RouteState) -> frozenset[UUID]:
    """Everybody whose answer stands now."""
    return frozenset(
        mark.by for s in state.steps for mark in s.marks.values() if mark.by is not None and mark.kind in ANSWERS
    )


def blank_act(actor: Actor, **given: object) -> Act:
    """An act of this actor, now."""
    values: dict[str, object] = {"by": actor.account_id, "by_name": actor.name, "at": clock.now(), **given}
    return Act(**values)  # type: ignore[arg-type]  # the callers name fields of Act
