"""In whose place may a person act now: as holder, as deputy of one who is away, for a vacant post, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from uuid import UUID

from .spec import RANKS, Seat, height
from .state import AfterReading, How, RouteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """不在: until the end of a day; `deputy`: whom the person named, if anybody."""

    until: date
    deputy: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who holds which post today, and who is away: posts stay, persons come and go."""

    holders: Mapping[Seat, tuple[UUID, ...]] = field(default_factory=dict)
    away: Mapping[UUID, Away] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)
    divisions: Mapping[str, str] = field(default_factory=dict)
    """Japanese names of divisions by code, for those where somebody holds a post."""

    def of(self, seat: Seat) -> tuple[UUID, ...]:
        """Who holds the post: of the division, else of the whole house ("*")."""
        return self.holders.get(seat) or self.holders.get(Seat(seat.rank, "*"), ())

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody who holds a post here."""
        return frozenset(person for holders in self.holders.values() for person in holders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The place in which a person may act."""

    person: UUID
    seat: Seat
    how: How
    on_behalf_of: UUID | None = None


Answer: TypeAlias = Standing | str
"""A standing, or the code of the reason why not."""


def standing(state: RouteState, seat: Seat, person: UUID, office: Office, *, deciding: bool) -> Answer:
    """May the person act in the place of this post now?

    Returns:
        The standing, or "route.own" (自分の起案), "route.holder_present", "route.deputy_excluded"
        (代決できない事案), "route.not_yours".
    """
    holders = office.of(seat)
    own_allowed = deciding and state.spec.drafter_decides
    if person == state.drafter and not (own_allowed and person in holders):
        return "route.own"
    if person in holders:
        return Standing(person=person, seat=seat, how="holder")
    others = sorted(holder for holder in holders if holder != state.drafter or own_allowed)
    if any(holder not in office.away for holder in others):
        return "route.holder_present" if _is_deputy(state, seat, person, office) else "route.not_yours"
    if others:
        return _deputy(state, seat, person, office, others)
    if holders or state.spec.vacant == "above":  # the drafter's own superior decides, never a subordinate
        return _above(state, seat, person, office)
    if state.spec.vacant == "deputy":
        return _deputy(state, seat, person, office, ())
    return "route.not_yours"


def is_excluded(state: RouteState) -> bool:
    """Is this a matter that no deputy may act on (重要・異例・疑義)?"""
    return any(condition.holds(state.facts) for condition in state.spec.excluded)


def _is_deputy(state: RouteState, seat: Seat, person: UUID, office: Office) -> bool:
    return any(person in office.of(Seat(rank, seat.division)) for rank in state.spec.deputy_ranks(seat.rank))


def _deputy(
    state: RouteState, seat: Seat, person: UUID, office: Office, absent: tuple[UUID, ...] | list[UUID]
) -> Answer:
    if not _is_deputy(state, seat, person, office):
        return "route.not_yours"
    if is_excluded(state):
        return "route.deputy_excluded"
    if person in office.away:
        return "route.not_yours"
    for holder in absent:
        named = office.away[holder].deputy
        if named == person:
            return Standing(person=person, seat=seat, how="deputy", on_behalf_of=holder)
        if named is not None and named not in office.away and _is_deputy(state, seat, named, office):
            continue
        if person in _first_present(state, seat, office):
            return Standing(person=person, seat=seat, how="deputy", on_behalf_of=holder)
    if not absent and person in _first_present(state, seat, office):
        return Standing(person=person, seat=seat, how="deputy")
    return "route.not_yours"


def _first_present(state: RouteState, seat: Seat, office: Office) -> tuple[UUID, ...]:
    """Holders, present today, of the first rank of the rule that has any."""
    for rank in state.spec.deputy_ranks(seat.rank):
        present = tuple(p for p in office.of(Seat(rank, seat.division)) if p not in office.away and p != state.drafter)
        if present:
            return present
    return ()


def _above(state: RouteState, seat: Seat, person: UUID, office: Office) -> Answer:
    for rank in RANKS:
        if height(rank) <= height(seat.rank):
            continue
        holders = [p for p in office.of(Seat(rank, seat.division)) if p != state.drafter]  # type: ignore[arg-type]  # a key of RANKS
        if holders:
            return Standing(person=person, seat=seat, how="above") if person in holders else "route.not_yours"
    return "route.not_yours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What waits for a person. `kind`: "act", "returned" (to the drafter), "asked", "after" (後閲) or "read" (供覧)."""

    kind: str
    person: UUID
    step: str = ""
    seat: Seat | None = None
    how: How = "holder"
    on_behalf_of: UUID | None = None


def actors(state: RouteState, seat: Seat, office: Office, *, deciding: bool) -> tuple[Standing, ...]:
    """Who should act in the place of this post now: holders, else stand-ins, else the absent."""
    found = [standing(state, seat, person, office, deciding=deciding) for person in sorted(office.people)]
    able = [one for one in found if isinstance(one, Standing)]
    present = [one for one in able if one.how == "holder" and one.person not in office.away]
    standins = [one for one in able if one.how != "holder"]
    return tuple(present or standins or able)


def turns(state: RouteState, office: Office) -> tuple[Turn, ...]:
    """Everything that waits for somebody, as the posts are held today."""
    found = [Turn(kind="after", person=e.person, step=e.step, seat=e.seat) for e in _once(state)]
    for step_id, seat in state.copies:
        found += [Turn(kind="read", person=person, step=step_id, seat=seat) for person in office.of(seat)]
    if state.status == "returned":
        found.append(Turn(kind="returned", person=state.drafter, how="drafter"))
    found += [Turn(kind="asked", person=q.asked) for q in state.open_questions if q.asked is not None]
    current = state.current
    if current is None:
        return tuple(found)
    for seat in current.waiting:
        for one in actors(state, seat, office, deciding=current.step.kind == "decision"):
            found.append(
                Turn(
                    kind="act", person=one.person, step=current.step.id, seat=seat, how=one.how,
                    on_behalf_of=one.on_behalf_of,
                )
            )  # fmt: skip
    return tuple(found)


def _once(state: RouteState) -> tuple[AfterReading, ...]:
    """One entry a person: reading empties all of them at once."""
    return tuple({entry.person: entry for entry in state.after}.values())


def unmanned(state: RouteState, office: Office) -> tuple[Seat, ...]:
    """Seats whose turn it is and for which nobody may act: the post is vacant and no rule helps."""
    current = state.current
    if current is None:
        return ()
    deciding = current.step.kind == "decision"
    return tuple(seat for seat in current.waiting if not actors(state, seat, office, deciding=deciding))
