"""What keeps a definition from being published in this house: mistakes of the file, and what the file can't know.

Reads only: the division, the procedures that follow, the routes and whether their posts are held today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from jichi.engines.accounts.queries import DivisionInfo, division
from jichi.engines.routes import queries as routes
from jichi.engines.routes.rules import RANKS, RouteSpec, Seat

from .models import FormVersion
from .rules import DefinitionError, FormDefinition, Problem, lint, read_definition
from .rules.source import Path, Source, path_text
from .rules.terms import RouteChoice

_VACANT: Final = {
    "above": "すぐ上の職の人が扱います。職に人を就けるか、経路を直す",
    "deputy": "代決者が扱います。職に人を就けるか、経路を直す",
    "wait": "決裁が止まります。公開の前に、職に人を就ける",
}


def publishing_problems(source: str, beside: Collection[str] = ()) -> tuple[Problem, ...]:
    """All that is found in a definition file, here and today: errors stop publishing, warnings do not.

    Args:
        source: text of the file.
        beside: ids of procedures that are published in the same go.

    Statements: up to two, and one and one for each division where a route is named.
    """
    try:
        definition, read = read_definition(source)
    except DefinitionError as error:
        return error.problems
    return checked(definition, read, beside)[0]


def checked(
    definition: FormDefinition, source: Source, beside: Collection[str] = ()
) -> tuple[tuple[Problem, ...], int | None]:
    """The problems, and the id of the division where there is one."""
    known = routes.specs()
    found = list(lint(definition, source, {name: spec.facts_used() for name, spec in known.items()}))
    owner = division(definition.division)
    if owner is None:
        message = f"課「{definition.division}」がありません。"
        found.append(_problem(source, "unknown_division", ("division",), message, "課のコードを確かめる"))
    found += _followed(definition, source, beside)
    if owner is not None:
        named = [(path, known[name]) for path, name in _routes(definition) if name in known]
        held = {(post.rank, post.serves) for post in routes.ranked_posts() if post.holders} if named else set()
        for path, spec in named:
            found += _vacant(spec, path, source, owner, held)
    ordered = sorted(found, key=lambda problem: (problem.level, problem.line, problem.path))
    return tuple(ordered), owner.id if owner else None


def _problem(source: Source, code: str, path: Path, message: str, fix: str, level: str = "error") -> Problem:
    return Problem(f"definition.{code}", source.line(path), path_text(path), message, fix, level)


def _followed(definition: FormDefinition, source: Source, beside: Collection[str]) -> Iterator[Problem]:
    """What is due afterwards must be there to be sent; what came before may still come."""
    named = {one.procedure for one in definition.follow_ups} | ({definition.follows} if definition.follows else set())
    wanted = named - {definition.id, *beside}
    if not wanted:
        return
    rows = FormVersion.objects.filter(procedure__slug__in=wanted, state="published")
    there = set(rows.values_list("procedure__slug", flat=True))
    for n, one in enumerate(definition.follow_ups):
        if one.procedure in wanted - there:
            message = f"後の手続「{one.procedure}」は、公開されていません。決定のあと、だれも出せません。"
            fix = "先に公開するか、一緒に公開する"
            yield _problem(source, "follow_up_unpublished", ("follow_ups", n, "procedure"), message, fix)
    if definition.follows in wanted - there:
        message = f"前の手続「{definition.follows}」は、公開されていません。まだだれも申請できません。"
        fix = "前の手続も公開する"
        yield _problem(source, "follows_unpublished", ("follows",), message, fix, "warning")


def _routes(definition: FormDefinition) -> list[tuple[Path, str]]:
    route = definition.route
    if not isinstance(route, RouteChoice):
        return [(("route",), route)] if route else []
    if route.id is not None:
        return [(("route", "id"), route.id)]
    return [(("route", "steps", n, "id"), step.id) for n, step in enumerate(route.steps)]


def _vacant(
    spec: RouteSpec, path: Path, source: Source, owner: DivisionInfo, held: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """Posts of the route that nobody holds today; `held` are (rank, Japanese name of the division or "")."""
    seats = [seat for step in spec.steps if step.kind != "reading" for seat in step.seats]
    for seat in dict.fromkeys([*seats, *(row.seat for row in spec.decides)]):
        place = _division_of(seat, owner)
        if place is not None and (seat.rank, place) not in held and (seat.rank, "") not in held:
            message = f"決裁経路「{spec.title}」の{place}の{RANKS[seat.rank]}に、いま就いている人がいません。"
            yield _problem(source, "vacant_post", path, message, _VACANT[spec.vacant], "warning")


def _division_of(seat: Seat, owner: DivisionInfo) -> str | None:
    """Japanese name of the seat's division; None where there is no such division, which the routes' own check tells."""
    if not seat.division:
        return owner.names["ja"]
    if seat.division == "*":
        return "全庁"
    found = division(seat.division)
    return found.names["ja"] if found else None
