"""職位: which rank a post has on routes; and turns brought in step with who holds which post today."""

from __future__ import annotations

from collections.abc import Iterable
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


def rank_post(*, actor: Actor, post_id: int, rank: str, division_code: str | None) -> None:
    """Say that a post has a rank on the routes of a division; None: of the whole house (副区長).

    A post may serve several divisions (部長). The same again changes nothing.

    Raises:
        Forbidden: without "eng_routes.manage". Invalid: no such rank. NotFound: no such post or division.
    """
    _may_manage(actor)
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
        _renew_where(actor, Q() if division is None else Q(division_id=division.id))


def unrank_post(*, actor: Actor, route_post_id: int) -> None:
    """Take a rank off a post; open steps of it go to whoever else has the rank.

    Raises:
        Forbidden: without "eng_routes.manage".
    """
    _may_manage(actor)
    with unit(actor):
        row = RoutePost.objects.filter(pk=route_post_id).first()
        if row is None:
            return
        where = Q() if row.division_id is None else Q(division_id=row.division_id)
        row.delete()
        _renew_where(actor, where)


def _may_manage(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden


def renew_turns(*, actor: Actor) -> int:
    """Bring every open route in step with today's posts and absences (人事異動); answer how many were looked at.

    Runs each night after midnight, and may run any time.

    Raises:
        Forbidden: neither the platform nor "eng_routes.manage".
    """
    _may_manage(actor)
    with unit(actor):
        return _renew_where(actor, Q())


def renew_turns_of(actor: Actor, account_id: UUID) -> None:
    """Bring those routes in step that a person's coming or going concerns."""
    served = RoutePost.objects.filter(
        post__holdings__account_id=account_id, post__holdings__during__contains=clock.today()
    )
    divisions = set(served.values_list("division_id", flat=True))
    everywhere = None in divisions or not divisions
    _renew_where(actor, Q() if everywhere else Q(division_id__in=divisions) | Q(turns__account_id=account_id))


def _renew_where(actor: Actor, where: Q) -> int:
    """As the platform: whom a change of posts concerns sits in any division."""
    with unit(system_actor("routes", purpose=actor.purpose)):
        ids: Iterable[UUID] = Route.objects.filter(where, closed_at=None).order_by("id").values_list("pk", flat=True)
        count = 0
        for route_id in dict.fromkeys(ids):
            route = Route.objects.select_related("division").select_for_update(of=("self",)).get(pk=route_id)
            state = state_of(route, acts_of(route))
            renew(actor, route, state, office_for(divisions_of(state)))
            count += 1
        return count
