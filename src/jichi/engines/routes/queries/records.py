"""Reads of routes: one with all that pages need, what waits for whom, tables. Known numbers of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding, Forbidden, NotFound

from .. import rules
from ..models import Absence, Route, RoutePost, RouteTurn
from ..record import acts_of, divisions_of, office_for, state_of
from ..rules import Act, Office, Possible, RouteSpec, RouteState

COUNT_CAP: Final = 1000


def own_folder() -> Path:
    """Where a municipality keeps route files of its own: a file there takes the place of the shipped one of its id."""
    return Path(settings.JICHI_HOME) / "routes"


@lru_cache(maxsize=1)
def specs() -> Mapping[str, RouteSpec]:
    """The routes of this house by their id: shipped files, and those of its own. Read once; no statement.

    Raises:
        RouteFileError: a file is wrong; better no decision than one by another table than the town's own.
    """
    shipped = files("jichi.engines.routes") / "specs"
    texts = [entry.read_text(encoding="utf-8") for entry in shipped.iterdir() if entry.name.endswith(".yaml")]
    texts += [path.read_text(encoding="utf-8") for path in sorted(own_folder().glob("*.yaml"))]
    found = {spec.id: spec for spec in map(rules.load_spec, texts)}
    return dict(sorted(found.items()))


def findings() -> list[Finding]:
    """For `jichi doctor`: can every route file be used, and has every rank that decides somebody in it?"""
    try:
        known = specs()
    except rules.RouteFileError as error:
        return [
            Finding("routes", "wrong", str(error.problems[0]), f"mend the files in {own_folder()}: jichi route check")
        ]
    with unit(system_actor("doctor")):
        held = {row.rank for row in ranked_posts() if row.holders}
    missing = sorted({row.seat.rank for one in known.values() for row in one.decides} - held, key=rules.height)
    if missing:
        words = "、".join(rules.RANKS[rank] for rank in missing)
        return [
            Finding("routes", "missing", f"nobody holds: {words}", "give posts their ranks at /staff/routes/posts/")
        ]
    return [Finding("routes", "ok", f"{len(known)} routes")]


def spec(spec_id: str) -> RouteSpec:
    """The route with this id, as procedures name it.

    Raises:
        NotFound: "route.unknown".
    """
    found = specs().get(spec_id)
    if found is None:
        raise NotFound("route.unknown", route=spec_id)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """A route as it stands. `status`: running, returned (with the drafter), approved, refused, withdrawn.

    `acts`: the history, oldest first. `office`: who holds the posts on its way today.
    """

    id: UUID
    subject: str
    spec_name: str
    title: dict[str, str]
    division_id: int
    url_path: str
    about: str
    status: str
    version: int
    content_hash: str
    opened_at: datetime
    closed_at: datetime | None
    acts: tuple[Act, ...]
    state: RouteState
    office: Office

    @property
    def drafter_id(self) -> UUID:
        """Who drafted it (起案)."""
        return self.state.drafter

    @property
    def drafter_name(self) -> str:
        """The drafter's name, as it was then."""
        return self.acts[0].by_name if self.acts else ""


def _view(row: Route | None) -> RouteView | None:
    if row is None:
        return None
    acts = acts_of(row)
    state = state_of(row, acts)
    return RouteView(
        id=row.pk, subject=row.subject, spec_name=row.spec_name, title=row.title, division_id=row.division_id,
        url_path=row.url_path, about=row.about, status=row.status, version=row.version, content_hash=row.content_hash,
        opened_at=row.opened_at, closed_at=row.closed_at, acts=acts, state=state,
        office=office_for(divisions_of(state)),
    )  # fmt: skip


def route_of(subject: str) -> RouteView | None:
    """The subject's newest route, as far as the actor of the unit sees it; four statements."""
    found = Route.objects.select_related("division").filter(subject=subject).order_by("-opened_at", "-id")
    return _view(found.first())


def route(route_id: UUID) -> RouteView:
    """One route; four statements.

    Raises:
        NotFound: none, or out of the actor's reach (row security).
    """
    found = _view(Route.objects.select_related("division").filter(pk=route_id).first())
    if found is None:
        raise NotFound
    return found


def possible_acts(actor: Actor, route: RouteView) -> tuple[Possible, ...]:
    """What the actor could do with the route now, each with the reason why not; no statement."""
    if actor.account_id is None or actor.kind != "staff":
        return ()
    return rules.possible_acts(route.state, actor.account_id, route.office, at=clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line of 決裁待ち or 後閲. `kind`: act, returned, after, read. `how`: holder, deputy, above, drafter."""

    turn_id: int
    route_id: UUID
    kind: str
    how: str
    title: dict[str, str]
    about: str
    division: dict[str, str]
    drafter_name: str
    status: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Some lines, longest waiting first; `next_after` continues the list, "" at its end."""

    rows: tuple[Waiting, ...]
    next_after: str


def waiting(
    actor: Actor, *, kinds: tuple[str, ...] = ("act", "returned", "asked"), after: str = "", limit: int = 20
) -> WaitingPage:
    """What waits for the actor, longest waiting first; one statement."""
    found = RouteTurn.objects.filter(account_id=_person(actor), kind__in=kinds, closed_at=None)
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__gt=int(after))
    rows = found.order_by("pk").values_list(
        "pk", "route_id", "kind", "how", "route__title", "route__about", "route__division__names",
        "route__drafter__name", "route__status", "opened_at",
    )[: limit + 1]  # fmt: skip
    lines = tuple(
        Waiting(
            turn_id=r[0], route_id=r[1], kind=r[2], how=r[3], title=r[4], about=r[5], division=r[6],
            drafter_name=r[7], status=r[8], opened_at=r[9],
        )
        for r in rows
    )  # fmt: skip
    return WaitingPage(lines[:limit], str(lines[limit - 1].turn_id) if len(lines) > limit else "")


def waiting_counts(actor: Actor) -> dict[str, int]:
    """How much waits for the actor by kind, each counted up to COUNT_CAP; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.kind, (SELECT count(*) FROM (SELECT FROM eng_routes_routeturn t WHERE t.account_id = %s "
            "AND t.kind = k.kind AND t.closed_at IS NULL LIMIT %s) c) "
            "FROM unnest(ARRAY['act', 'returned', 'asked', 'after', 'read']) k(kind)",
            (actor.account_id, COUNT_CAP),
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Is a route's history what was written? `broken_at`: number of the first act that does not fit."""

    acts: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """Every link fits."""
        return self.broken_at is None


def verify_chain(route_id: UUID) -> ChainCheck:
    """Compute every link of a route's history again; two statements.

    Raises:
        NotFound: none, or out of the actor's reach.
    """
    row = Route.objects.filter(pk=route_id).first()
    if row is None:
        raise NotFound
    acts = list(row.acts.order_by("number").values_list("number", "previous", "hash", "body"))
    return ChainCheck(len(acts), rules.broken_at(acts, row.head))


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceView:
    """One absence of an official, with the name of whom they named."""

    id: UUID
    account_id: UUID
    starts_on: date
    ends_on: date
    deputy_name: str
    reason: str


def absences_of(account_id: UUID) -> tuple[AbsenceView, ...]:
    """An official's absences that are not over, soonest first; one statement."""
    found = Absence.objects.filter(account_id=account_id, cancelled_at=None, ends_on__gte=clock.today())
    return tuple(
        AbsenceView(
            id=a.pk, account_id=a.account_id, starts_on=a.starts_on, ends_on=a.ends_on,
            deputy_name=a.deputy.name if a.deputy else "", reason=a.reason,
        )
        for a in found.select_related("deputy").order_by("starts_on", "pk")
    )  # fmt: skip


def absences_left_to(account_id: UUID) -> tuple[AbsenceView, ...]:
    """Absences that are not over and name this official as deputy, soonest first; one statement."""
    found = Absence.objects.filter(deputy_id=account_id, cancelled_at=None, ends_on__gte=clock.today())
    return tuple(
        AbsenceView(
            id=a.pk, account_id=a.account_id, starts_on=a.starts_on, ends_on=a.ends_on,
            deputy_name=a.deputy.name if a.deputy else "", reason=a.reason,
        )
        for a in found.select_related("deputy").order_by("starts_on", "pk")
    )  # fmt: skip


def absence(account_id: UUID, absence_id: UUID) -> AbsenceView | None:
    """One absence of an official that is not over; one statement."""
    return next((a for a in absences_of(account_id) if a.id == absence_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPost:
    """A post with its rank on routes. `serves`: the division's Japanese name, "" for the whole house."""

    id: int
    rank: str
    title: str
    division: str
    serves: str
    holders: tuple[str, ...]

    @property
    def key(self) -> str:
        """What stands for it in an address: nothing that could be counted."""
        return sha256(f"eng_routes:post:{self.id}".encode()).hexdigest()[:16]


_POSTS: Final = """
SELECT r.id, r.rank, p.title, d.names ->> 'ja', coalesce(s.names ->> 'ja', ''),
    ARRAY(SELECT a.name FROM eng_accounts_postholding h JOIN eng_accounts_account a ON a.id = h.account_id
        WHERE h.post_id = p.id AND h.during @> %s::date AND a.is_active ORDER BY a.name)
FROM eng_routes_routepost r JOIN eng_accounts_post p ON p.id = r.post_id
JOIN eng_accounts_division d ON d.id = p.division_id LEFT JOIN eng_accounts_division s ON s.id = r.division_id
ORDER BY s.code NULLS FIRST, p.title, r.id
"""


def ranked_posts() -> tuple[RankedPost, ...]:
    """Every post that has a rank, with who holds it today; one statement."""
    return tuple(
        RankedPost(id=r[0], rank=r[1], title=r[2], division=r[3], serves=r[4], holders=tuple(r[5]))
        for r in _rows(_POSTS, (clock.today(),))
    )


@dataclass(frozen=True, slots=True)
class ConsentPost:
    """A post of a division that may be asked for an extra 合議."""

    rank: str
    serves_code: str
    serves: str


def consent_posts(but: str) -> tuple[ConsentPost, ...]:
    """係長 and above of every division but one, where somebody holds the post today; one statement."""
    sql = (
        "SELECT DISTINCT r.rank, s.code, s.names ->> 'ja' FROM eng_routes_routepost r "
        "JOIN eng_accounts_division s ON s.id = r.division_id "
        "JOIN eng_accounts_postholding h ON h.post_id = r.post_id AND h.during @> %s::date "
        "WHERE s.code <> %s AND r.rank <> 'clerk' AND s.is_active"
    )
    found = [ConsentPost(*row) for row in _rows(sql, (clock.today(), but))]
    return tuple(sorted(found, key=lambda post: (post.serves_code, rules.height(post.rank))))


@dataclass(frozen=True, slots=True)
class PostInfo:
    """A post that may be given a rank."""

    id: int
    title: str
    division: str


def posts() -> tuple[PostInfo, ...]:
    """Every post that somebody holds today, by division; one statement."""
    sql = (
        "SELECT DISTINCT p.id, p.title, d.names ->> 'ja', d.code FROM eng_accounts_post p "
        "JOIN eng_accounts_division d ON d.id = p.division_id "
        "JOIN eng_accounts_postholding h ON h.post_id = p.id AND h.during @> %s::date ORDER BY d.code, p.title, p.id"
    )
    return tuple(PostInfo(*r[:3]) for r in _rows(sql, (clock.today(),)))


def colleagues(actor: Actor) -> tuple[tuple[UUID, str, str], ...]:
    """Account, name and post of those who hold a rank in the divisions the actor's posts serve; one statement.

    Whom one may name as deputy; whether a route's rule lets their post stand in is decided at each act.
    """
    today = clock.today()
    mine = RoutePost.objects.filter(post__holdings__account_id=_person(actor), post__holdings__during__contains=today)
    serving = Q(division_id__in=mine.values("division_id")) | Q(division_id__in=sorted(actor.divisions))
    rows = (
        RoutePost.objects.filter(
            serving, post__holdings__during__contains=today, post__holdings__account__is_active=True
        )
        .values_list("post__holdings__account_id", "post__holdings__account__name", "rank")
        .distinct()
    )
    found: dict[UUID, tuple[str, str]] = {}
    for account_id, name, rank in rows:
        if account_id != actor.account_id:
            found.setdefault(account_id, (name, rules.RANKS[rank]))
    return tuple((key, *value) for key, value in sorted(found.items(), key=lambda pair: pair[1]))


def _person(actor: Actor) -> UUID:
    """Who asks.

    Raises:
        Forbidden: nobody is signed in.
    """
    if actor.account_id is None:
        raise Forbidden
    return actor.account_id


def _rows(sql: str, arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
