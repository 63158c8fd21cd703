"""職位: which rank a post has on routes; and turns brought in step with who holds which post today."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from ..models import Route, RoutePost
from ..record import acts_of, divisions_of, is_post, office_for, state_of
from ..rules import RANKS
from .turning import renew

MANAGE = "eng_routes.manage"
AT_ONCE: Final = 50
"""More routes than this are not renewed while somebody waits for their page."""


def rank_post(*, actor: Actor, post_id: int, rank: str, division_code: str | None) -> None:
    """Say that a post has a rank on the routes of a division; None: of the whole house (副区長).

    A post may serve several divisions (部長). The same again changes nothing.

    Raises:
        Forbidden: without "eng_routes.manage". Invalid: no such rank. NotFound: no such post or division.
    """
    may_manage(actor)
    if rank not in RANKS:
        raise Invalid(fields={"rank": FieldError("field.choose_one")})
    division = accounts.division(division_code) if division_code is not None else None
    if division_code is not None and division is None:
        raise NotFound("division.unknown", division=division_code)
    with unit(actor):
        if not is_post(post_id):
            raise NotFound
        same = RoutePost.objects.filter(post_id=post_id, rank=rank)
        same = same.filter(division=None) if division is None else same.filter(division_id=division.id)
        if not same.exists():
            RoutePost.objects.create(post_id=post_id, rank=rank, division_id=division.id if division else None)
        _renew_concerned(actor, {division.id if division else None}, None)


def may_manage(actor: Actor) -> None:
    """Raise Forbidden unless the actor is the platform or manages posts."""
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden


def renew_turns(*, actor: Actor) -> int:
    """Bring every open route in step with today's posts and absences; answer how many were looked at.

    Runs each night after midnight, and may run any time.

    Raises:
        Forbidden: neither the platform nor "eng_routes.manage".
    """
    may_manage(actor)
    return renew_where(actor, Q())


def renew_turns_of_holding(*, actor: Actor, account_id: UUID, post_id: int) -> None:
    """人事異動: somebody came to a post or left it; the open routes of the divisions it serves follow at once.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        served: set[int | None] = set(RoutePost.objects.filter(post_id=post_id).values_list("division_id", flat=True))
        _renew_concerned(actor, served, account_id)


def renew_turns_of_division(*, actor: Actor, division_id: int | None, account_id: UUID | None) -> int:
    """The open routes of a division (None: of all), and those that wait for a person; answer how many.

    Raises:
        Forbidden: neither the platform nor "eng_routes.manage".
    """
    may_manage(actor)
    return renew_where(actor, where_of({division_id}, account_id))


def renew_turns_of(actor: Actor, account_id: UUID) -> None:
    """Bring those routes in step that a person's coming or going concerns."""
    served = RoutePost.objects.filter(
        post__holdings__account_id=account_id, post__holdings__during__contains=clock.today()
    )
    _renew_concerned(actor, set(served.values_list("division_id", flat=True)), account_id)


def where_of(divisions: set[int | None], account_id: UUID | None) -> Q:
    """The routes of these divisions (None: of all), and those that wait for a person."""
    if None in divisions:
        return Q()
    waiting = Q(turns__account_id=account_id, turns__closed_at=None) if account_id else Q()
    return Q(division_id__in=divisions) | waiting


def _renew_concerned(actor: Actor, divisions: set[int | None], account_id: UUID | None) -> None:
    """Now where there are few; many are left to jobs, one for each division."""
    from ..tasks import renew_turns_of_division as job

    where = where_of(divisions, account_id)
    with unit(system_actor("routes", purpose=actor.purpose)):
        few = Route.objects.filter(where, closed_at=None).order_by().values("pk").distinct()[: AT_ONCE + 1].count()
    if few <= AT_ONCE:
        renew_where(actor, where)
        return
    for division_id in divisions or {0}:
        job.defer(division_id=division_id or 0, account_id=str(account_id or ""))


def renew_where(actor: Actor, where: Q) -> int:
    """As the platform: whom a change of posts concerns sits in any division. In parts, so that no lock is long."""
    platform = system_actor("routes", purpose=actor.purpose)
    with unit(platform):
        found = Route.objects.filter(where, closed_at=None).order_by("id").values_list("pk", flat=True)
        ids = list(dict.fromkeys(found))
    for start in range(0, len(ids), AT_ONCE):
        with unit(platform):
            for route_id in ids[start : start + AT_ONCE]:
                _renew_one(actor, route_id)
    return len(ids)


def _renew_one(actor: Actor, route_id: UUID) -> None:
    found = Route.objects.select_related("division").select_for_update(of=("self",))
    route = found.filter(pk=route_id, closed_at=None).first()
    if route is not None:
        state = state_of(route, acts_of(route))
        renew(actor, route, state, office_for(divisions_of(state)))
