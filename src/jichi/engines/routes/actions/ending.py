"""職位の廃止: a post gives its rank up. What waits for it goes on to others, or the post stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Absence, Route, RoutePost, RouteTurn
from ..queries import specs
from ..rules import RouteSpec
from .posts import may_manage, renew_where

MOST: Final = 500
"""More open routes than this are not moved while somebody waits for their page."""
_WAITS: Final = ("act", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """An open route that waits for the post: for whom now and afterwards. `after` (): for nobody."""

    title: LocalizedText
    about: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What hangs on a post's rank: routes that wait for it, route files that name it, open routes of what it serves,
    absences that its holders have told."""

    moving: tuple[Moving, ...]
    files: tuple[str, ...]
    open_routes: int
    absences: int

    @property
    def stuck(self) -> tuple[Moving, ...]:
        """Those that would wait for nobody: they keep the post from being ended."""
        return tuple(one for one in self.moving if not one.after)


class _Undone(Exception):
    """Takes back what was tried to see what it would do."""


def end_post(*, actor: Actor, route_post_id: int) -> None:
    """Take a rank off a post; open steps of it go to whoever else has the rank, a deputy or the post above.

    Twice is once.

    Raises:
        Forbidden: without "eng_routes.manage".
        Conflict: "route.nobody_left" (so many routes would wait for nobody), "route.too_many_open". Nothing changed.
    """
    may_manage(actor)
    with unit(actor):
        row = RoutePost.objects.select_for_update().filter(pk=route_post_id).first()
        if row is None:
            return
        _count, moved = _end(actor, row)
        stuck = sum(not after for before, after in moved.values() if before)
        if stuck:
            raise Conflict("route.nobody_left", count=stuck)


def what_hangs_on(*, actor: Actor, route_post_id: int) -> Hanging:
    """What ending the post would do, found by doing it and taking it back.

    Raises:
        Forbidden: without "eng_routes.manage". NotFound: no such post. Conflict: "route.too_many_open".
    """
    may_manage(actor)
    found: list[Hanging] = []
    try:
        with unit(actor):
            row = RoutePost.objects.select_for_update().filter(pk=route_post_id).first()
            if row is None:
                raise NotFound
            rank, holders = row.rank, _holders(row)
            count, moved = _end(actor, row)
            found.append(Hanging(
                moving=_named(moved), files=tuple(spec.title for spec in specs().values() if _names(spec, rank)),
                open_routes=count, absences=_absences(holders),
            ))  # fmt: skip
            raise _Undone
    except _Undone:
        return found[0]


def _end(actor: Actor, row: RoutePost) -> tuple[int, dict[UUID, tuple[frozenset[UUID], frozenset[UUID]]]]:
    """How many open routes the post may concern; of each that waits for somebody else now: for whom before, and now.

    Of the divisions it serves, and of others where it is asked (合議).
    """
    platform = system_actor("routes", purpose=actor.purpose)
    with unit(platform):
        found = Route.objects.filter(closed_at=None)
        if row.division_id is not None:
            asked = RouteTurn.objects.filter(account_id__in=_holders(row), closed_at=None).values("route")
            found = found.filter(Q(division_id=row.division_id) | Q(pk__in=asked))
        ids = list(found.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(ids) > MOST:
            raise Conflict("route.too_many_open", count=len(ids))
        before = _waiting(ids)
    row.delete()
    renew_where(actor, Q(pk__in=ids))
    with unit(platform):
        after = _waiting(ids)
    none: frozenset[UUID] = frozenset()
    both = {id: (before.get(id, none), after.get(id, none)) for id in before | after}
    return len(ids), {id: pair for id, pair in both.items() if pair[0] != pair[1]}


def _waiting(ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Route → for whom it waits. One statement."""
    found: dict[UUID, set[UUID]] = {}
    rows = RouteTurn.objects.filter(route__in=ids, closed_at=None, kind__in=_WAITS).values_list("route", "account")
    for route_id, account_id in rows:
        found.setdefault(route_id, set()).add(account_id)
    return {id: frozenset(people) for id, people in found.items()}


def _named(moved: Mapping[UUID, tuple[frozenset[UUID], frozenset[UUID]]]) -> tuple[Moving, ...]:
    names = accounts.account_names(sorted({one for pair in moved.values() for side in pair for one in side}, key=str))
    with unit(system_actor("routes")):
        rows = list(Route.objects.filter(pk__in=list(moved)).order_by("opened_at").values_list("pk", "title", "about"))
    return tuple(
        Moving(
            title=title, about=about,
            before=tuple(sorted(names.get(one, "") for one in moved[id][0])),
            after=tuple(sorted(names.get(one, "") for one in moved[id][1])),
        )
        for id, title, about in rows
    )  # fmt: skip


def _holders(row: RoutePost) -> list[UUID]:
    held = RoutePost.objects.filter(pk=row.pk, post__holdings__during__contains=clock.today())
    return list(held.values_list("post__holdings__account_id", flat=True))


def _absences(holders: list[UUID]) -> int:
    told = Absence.objects.filter(account_id__in=holders, cancelled_at=None, ends_on__gte=clock.today())
    return told.count()


def _names(spec: RouteSpec, rank: str) -> bool:
    """Does the route file name this rank: in a step, as who decides, or where a decision is lifted to?"""
    seats = [seat.rank for step in spec.steps for seat in step.seats]
    return rank in {*seats, *(row.seat.rank for row in spec.decides), *(row.to for row in spec.lifts)}
