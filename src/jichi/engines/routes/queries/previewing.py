"""The way a matter would go, before it is put on it: for the drafter's last page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from .. import presentation as words
from ..record import divisions_of, office_for
from ..rules import Act, RouteSpec, RouteState, advance, opening_state, passed_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePreview:
    """`lines`: steps in order with who holds their posts; the last one decides. `notes`: marks, posts nobody holds."""

    title: str
    lines: tuple[Fact, ...]
    basis: str
    notes: tuple[str, ...]


def preview(*, spec: RouteSpec, facts: Mapping[str, int | str], division_id: int, drafter_id: UUID) -> RoutePreview:
    """The way that these facts would take today; three statements.

    Raises:
        NotFound: no such division.
    """
    divisions = accounts.divisions([division_id])
    if not divisions:
        raise NotFound
    state = opening_state(spec, division=divisions[0].code, facts=facts, drafter=drafter_id)
    office = office_for(divisions_of(state))
    act = Act(
        kind="submit", by=drafter_id, at=clock.now(), how="drafter", passed=passed_steps(state, office),
    )  # fmt: skip
    state = advance(state, act)
    lines = tuple(
        Fact(
            label=f"{s.step.word} {words.seat_word(seat, state, office)}",
            value=words.people_of(seat, office),
            name=True,
        )
        for s in state.steps
        if not s.left_out and not _is_passed(state, s.step.id)
        for seat in s.step.seats
    )
    notes = (*words.mark_notes(state, office), *words.vacancy_words(state, office))
    return RoutePreview(title=spec.title, lines=lines, basis=spec.basis(facts), notes=notes)


def _is_passed(state: RouteState, step_id: str) -> bool:
    step = state.step(step_id)
    return step is not None and any(mark.kind == "passed" for mark in step.marks.values())
