"""Reading a route from its rows: state folded from acts, and who holds which post today. Four statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jichi.kernel import clock

from .models import Absence, Route, RoutePost
from .rules import Act, Away, Office, Rank, RouteState, Seat, act_from_body, fold, opening_state, spec_from_data


def acts_of(route: Route) -> tuple[Act, ...]:
    """The history, oldest first; one statement."""
    return tuple(act_from_body(body) for body in route.acts.order_by("number").values_list("body", flat=True))


def state_of(route: Route, acts: Iterable[Act]) -> RouteState:
    """What stands after the acts. `route.division` must have been read with the route."""
    opening = opening_state(
        spec_from_data(route.spec), division=route.division.code, facts=route.facts, drafter=route.drafter_id
    )
    return fold(opening, acts)


def office_for(divisions: Iterable[str]) -> Office:
    """Who holds which post of these divisions, and of the whole house, today; who of them is away. Two statements."""
    today = clock.today()
    rows = (
        RoutePost.objects.filter(
            Q(division__code__in=set(divisions)) | Q(division=None),
            post__holdings__during__contains=today,
            post__holdings__account__is_active=True,
        )
        .order_by("pk")
        .values_list(
            "rank", "division__code", "division__names", "post__holdings__account_id", "post__holdings__account__name"
        )
    )
    holders: dict[Seat, tuple[UUID, ...]] = {}
    names: dict[UUID, str] = {}
    titles: dict[str, str] = {}
    for rank, code, division, account_id, name in rows:
        seat = Seat(cast("Rank", rank), code or "*")
        holders[seat] = (*(h for h in holders.get(seat, ()) if h != account_id), account_id)
        names[account_id] = name
        if code:
            titles[code] = division["ja"]
    away = Absence.objects.filter(
        account_id__in=names, cancelled_at=None, starts_on__lte=today, ends_on__gte=today
    ).order_by("declared_at")
    return Office(
        holders=holders,
        names=names,
        divisions=titles,
        away={a.account_id: Away(until=a.ends_on, deputy=a.deputy_id) for a in away},
    )


def divisions_of(state: RouteState) -> frozenset[str]:
    """Codes of the divisions on the way of a route."""
    return frozenset({state.division} | {seat.division for s in state.steps for seat in s.step.seats})


def is_post(post_id: int) -> bool:
    """Is there a post with this number?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM eng_accounts_post WHERE id = %s)", (post_id,))
        return bool(cursor.fetchone()[0])
