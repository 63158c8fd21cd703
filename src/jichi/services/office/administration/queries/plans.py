"""Reads of plans of personnel change: lists, and what a plan would do to people and to what they have in hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.rules import Organisation
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases import queries as cases
from jichi.engines.routes import queries as routes
from jichi.engines.routes.rules import RANKS
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError

from .. import rules
from ..models import Plan
from ..rules import Effect, Move, Orphan
from .organisation import administrator_roles

HANDLE = "eng_cases.case.handle"
PLATFORM = system_actor("administration", purpose="personnel change")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan as its pages show it."""

    id: UUID
    number: int
    title: str
    day: date
    state: str
    moves: tuple[Move, ...]
    answers: dict[str, str]
    revision: int
    written_by_id: UUID | None
    written_by: str
    confirmed_by: str
    written_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any]
    problem: str


def plan_view(row: Plan) -> PlanView:
    """A row as other modules see it."""
    return PlanView(
        id=row.pk, number=row.number, title=row.title, day=row.day, state=row.state,
        moves=rules.moves_from(row.moves), answers=dict(row.answers), revision=row.revision,
        written_by_id=row.written_by_id, written_by=row.written_by.name if row.written_by else "",
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "", written_at=row.written_at,
        confirmed_at=row.confirmed_at, ended_at=row.ended_at, result=dict(row.result), problem=row.problem,
    )  # fmt: skip


def plans(limit: int = 50) -> tuple[PlanView, ...]:
    """Plans, newest first; one statement."""
    rows = Plan.objects.select_related("written_by", "confirmed_by").order_by("-number")[:limit]
    return tuple(plan_view(row) for row in rows)


def plan(id: UUID) -> PlanView | None:
    """One plan; one statement."""
    row = Plan.objects.select_related("written_by", "confirmed_by").filter(pk=id).first()
    return plan_view(row) if row else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would do. `fingerprint` names exactly this, for "this is what I saw"."""

    before: Organisation
    then: Organisation
    errors: tuple[LineError, ...]
    effects: tuple[Effect, ...]
    orphans: tuple[Orphan, ...]

    def open_orphans(self, answers: Mapping[str, str]) -> list[Orphan]:
        """What still has no answer."""
        return rules.unanswered(self.orphans, answers)

    def fingerprint(self, plan: PlanView) -> str:
        """Hash of plan, answers and effects."""
        told = [plan.revision, plan.day.isoformat(), plan.answers, [str(one) for one in self.effects],
                [(one.key, [value for value, _ in one.choices]) for one in self.orphans]]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def preview(moves: Sequence[Move], day: date) -> Preview:
    """What moves would do on a day; five statements, and three for each official who loses a post."""
    before = accounts.organisation(since=min(day, clock.today()))
    found = rules.after(before, moves, day)
    rights = accounts.role_matrix()
    concerned = tuple(rules.effects(before, found.organisation, day, rights))
    errors = list(found.errors)
    if not _administered(found.organisation, day):
        errors.append(LineError(0, "", FieldError("rights.last")))
    with unit(PLATFORM):
        orphans = tuple(_orphans(before, found.organisation, day, concerned, rights))
    return Preview(before, found.organisation, tuple(errors), concerned, orphans)


def _administered(then: Organisation, day: date) -> bool:
    roles = administrator_roles()
    return any(
        set(one.roles) & roles and one.holds_on(day) and then.people[one.login].is_active for one in then.holdings
    )


def _orphans(
    before: Organisation, then: Organisation, day: date, effects: Sequence[Effect], rights: Mapping[str, frozenset[str]]
) -> Iterator[Orphan]:
    able = frozenset(role for role, keys in rights.items() if HANDLE in keys)
    logins = {person.id: login for login, person in before.people.items()}
    losing = {one.login for one in effects if one.lost or one.login_ends}
    waiting: dict[str, int] = {}
    for held in cases.cases_in_hand():
        if held.account_id is not None and logins.get(held.account_id) in losing:
            orphan = rules.case_orphan(
                login=logins[held.account_id], division=held.division, count=held.count, bound=held.bound,
                before=before, then=then, day=day, roles=able,
            )  # fmt: skip
            if orphan:
                yield orphan
        waiting[held.division] = waiting.get(held.division, 0) + held.count
    yield from _rest(before, then, day, waiting, able)
    codes = {one.name: code for code, one in before.divisions.items()}
    seats = [
        (f"{one.serves or '区全体'} {RANKS[one.rank]}", codes.get(one.division, ""), one.title)
        for one in routes.ranked_posts()
    ]
    yield from rules.seat_orphans(before, then, day, seats)
    for login in sorted(losing):
        yield from _personal(before, login)


def _rest(
    before: Organisation, then: Organisation, day: date, waiting: Mapping[str, int], able: frozenset[str]
) -> Iterator[Orphan]:
    """Abolished divisions with open cases that nobody could work on any more."""
    for code, division in then.divisions.items():
        if division.is_active or code not in before.divisions or not before.divisions[code].is_active:
            continue
        count = waiting.get(code, 0)
        if not count or rules.handlers(then, code, day, able):
            continue
        people = sorted(
            {one.login for one in then.holdings if one.holds_on(day) and set(one.roles) & able}
            & {login for login, person in then.people.items() if person.is_active}
        )
        yield Orphan(
            key=f"rest:{code}", kind="rest", count=count, about=f"廃止する{division.name}に残る案件", proposed="",
            choices=tuple((f"{rules.TO}{one}", f"{then.people[one].name}が残務整理に就く") for one in people),
        )  # fmt: skip


def _personal(before: Organisation, login: str) -> Iterator[Orphan]:
    person = before.people[login]
    for away in routes.absences_left_to(person.id):
        yield Orphan(
            key=f"deputy:{login}:{away.id}", kind="deputy", count=1, proposed="accept",
            about=f"{format_date(away.starts_on)}からの不在の代決者が{person.name}です",
            choices=((rules.ACCEPT, "代決者なしにして、本人が決め直す"),),
        )  # fmt: skip
    counts = routes.waiting_counts(Actor(kind="staff", account_id=person.id))
    own = counts.get("returned", 0) + counts.get("asked", 0)
    if own:
        yield Orphan(
            key=f"turns:{login}", kind="turns", count=own, proposed="",
            about=f"{person.name}に差し戻された起案と、答えていない質問",
            choices=((rules.ACCEPT, "前の日までに本人が済ませる"),),
        )  # fmt: skip


def overdue(today: date) -> int:
    """Confirmed plans whose day has come and that are not carried out; one statement."""
    return Plan.objects.filter(state="confirmed", day__lt=today).count()
