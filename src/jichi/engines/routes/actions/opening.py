"""起案 and what the room above does with a route: open it, say that its content changed, withdraw it (廃案).

Who may cause these is decided in the room above, which knows the matter; they reach the route as the platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Route
from ..permissions import TAKE_PART
from ..record import acts_of, divisions_of, office_for, state_of
from ..rules import FLAGS, START, Change, RouteSpec, for_facts, opening_state, passed_steps, spec_data
from .changing import answered_by, append, blank_act
from .turning import tell


def open_route(
    *,
    actor: Actor,
    subject: str,
    route: RouteSpec,
    content_hash: str,
    facts: Mapping[str, int | str],
    division_id: int,
    title: LocalizedText,
    url_path: str,
    about: str,
    dedupe_key: str,
    drafter_id: UUID | None = None,
) -> UUID:
    """起案: put a matter on its route, and answer the route's id. The actor is its drafter.

    Args:
        subject: opaque: "eng_cases:case:<uuid>". One open route each.
        content_hash: of what is decided (SHA-256, hex); every approval is tied to it.
        facts: what conditions and the 専決 table ask for: {"amount": 250000, "matter": "subsidy"}.
        url_path: where the matter itself is looked at: "/staff/cases/K7M4-2QF9/".
        dedupe_key: the same key again answers the first route's id and changes nothing.
        drafter_id: the official who drafts, when the platform acts for them; staff actors draft themselves.

    Raises:
        Forbidden: nobody drafts, or an official who takes no part in approvals. NotFound: no such division.
        Invalid: "route.fact_missing". Conflict: "route.open_already".
    """
    drafter = drafter_id if actor.kind == "system" else actor.account_id
    if drafter is None or not (actor.kind == "system" or (actor.kind == "staff" and actor.may(TAKE_PART))):
        raise Forbidden
    _check_facts(route, facts)
    divisions = accounts.divisions([division_id])
    if not divisions:
        raise NotFound
    with unit(actor), unit(system_actor("routes", purpose=actor.purpose)):
        _one_at_a_time(subject)
        found = Route.objects.filter(dedupe_key=dedupe_key).first()
        if found is not None:
            return found.pk
        if Route.objects.filter(subject=subject, closed_at=None).exists():
            raise Conflict("route.open_already")
        row = Route.objects.create(
            subject=subject, dedupe_key=dedupe_key, spec=spec_data(route), spec_name=route.id, division_id=division_id,
            facts=dict(facts), title=dict(title), url_path=url_path, about=about, drafter_id=drafter,
            content_hash=content_hash, head=START, opened_at=clock.now(),
        )  # fmt: skip
        state = opening_state(route, division=divisions[0].code, facts=facts, drafter=drafter)
        office = office_for(divisions_of(state))
        name = actor.name if drafter == actor.account_id else accounts.account_names([drafter]).get(drafter, "")
        act = blank_act(
            actor, kind="submit", by=drafter, by_name=name, how="drafter", content_hash=content_hash,
            passed=passed_steps(state, office),
        )  # fmt: skip
        append(actor, row, state, office, act)
        return row.pk


def _check_facts(spec: RouteSpec, facts: Mapping[str, int | str]) -> None:
    missing = sorted(spec.facts_used() - set(facts))
    if missing:
        raise Invalid("route.fact_missing", fact=missing[0])


def _marks(facts: Mapping[str, int | str]) -> dict[str, int | str]:
    return {flag: facts[flag] for flag in FLAGS if flag in facts}


def _one_at_a_time(subject: str) -> None:
    """Two presses at once wait for each other here, and the second finds the first one's route."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"eng_routes:{subject}",))


def _open_route_of(subject: str) -> Route | None:
    """The subject's open route, locked."""
    found = Route.objects.select_related("division").select_for_update(of=("self",))
    return found.filter(subject=subject, closed_at=None).first()


def content_changed(
    *,
    actor: Actor,
    subject: str,
    content_hash: str,
    minor: bool,
    reason: str,
    facts: Mapping[str, int | str] | None = None,
    changes: Sequence[Change] = (),
) -> int:
    """What is decided was changed: approvals are void (J9), or, for a 軽微な修正, stand and their givers are told.

    Args:
        minor: 軽微な修正: a slip of the pen; needs a reason, and changes no fact.
        facts: all facts as they are now, where they may have changed: another amount may have another decider. What
            the drafter marked (FLAGS) stands until it is named otherwise.
        changes: what is different, for who approved before (`rules.differences`); kept in the history.

    Returns:
        How many approvals were made void.

    Raises:
        Invalid: a minor correction without a reason, "route.fact_missing". Conflict: "route.not_minor".
        Nothing happens without an open route, or if hash and facts are the same.
    """
    with unit(actor), unit(system_actor("routes", purpose=actor.purpose)):
        route = _open_route_of(subject)
        if route is None:
            return 0
        state = state_of(route, acts_of(route))
        now = state.facts if facts is None else {**_marks(state.facts), **facts}
        if route.content_hash == content_hash and dict(now) == dict(state.facts):
            return 0
        _check_facts(state.spec, now)
        gave = answered_by(state)
        how = "drafter" if actor.account_id == route.drafter_id else "caller"
        planned = for_facts(state, now)
        office = office_for(divisions_of(state) | divisions_of(planned))
        act = blank_act(
            actor, kind="content", how=how, content_hash=content_hash, minor=minor, reason=reason.strip(),
            facts=None if facts is None else dict(now), passed=() if minor else passed_steps(planned, office),
            changes=tuple(changes),
        )  # fmt: skip
        done = append(actor, route, state, office, act)
        words = "軽微な修正がありました" if minor else "内容が変わり、承認が取り消されました"
        tell(actor, done.route, gave, words)
        return 0 if minor else sum(m.kind != "passed" for s in state.steps for m in s.marks.values())


def withdraw_route(*, actor: Actor, subject: str, reason: str) -> bool:
    """廃案: end the subject's open route without a decision; its record stays. False when there is none open.

    Raises:
        Invalid: without a reason.
    """
    with unit(actor), unit(system_actor("routes", purpose=actor.purpose)):
        route = _open_route_of(subject)
        if route is None:
            return False
        state = state_of(route, acts_of(route))
        how = "drafter" if actor.account_id == route.drafter_id else "caller"
        act = blank_act(actor, kind="withdraw", how=how, reason=reason.strip())
        done = append(actor, route, state, office_for(divisions_of(state)), act)
        tell(actor, done.route, answered_by(state) | {route.drafter_id}, "廃案になりました")
        return True
