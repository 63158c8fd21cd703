"""人事異動: what a plan makes of the organisation, what each person loses and gains, and what would have nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from jichi.engines.accounts.rules import DivisionRow, Holding, Organisation
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table
from jichi.kernel.text import normalise_input, normalise_name

from .people import Words, roles_in

KINDS: Final = {
    "離任": "leave", "着任": "take", "退職": "stop", "課の新設": "open", "課名の変更": "rename", "課の廃止": "close",
}  # fmt: skip
COLUMNS: Final = {
    "kind": ("区分",), "login": ("職員ID",), "division": ("課", "課の記号"), "title": ("職", "職名"),
    "roles": ("役割",), "name": ("課の名前", "新しい名前"),
}  # fmt: skip
REST_TITLE: Final = "残務整理"
QUEUE, ACCEPT, TO = "queue", "accept", "to:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line of a plan. `kind`: leave, take, stop (the login ends), open, rename, close (a division)."""

    line: int
    kind: str
    login: str = ""
    division: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    name: str = ""

    def kept(self) -> dict[str, Any]:
        """As it is kept."""
        return {**asdict(self), "roles": list(self.roles)}


def moves_from(kept: Iterable[Mapping[str, Any]]) -> tuple[Move, ...]:
    """What `Move.kept` gave."""
    return tuple(Move(**{**one, "roles": tuple(one["roles"])}) for one in kept)


def read_moves(data: bytes, words: Words) -> tuple[tuple[Move, ...], tuple[LineError, ...]]:
    """The lines of a plan as a file, or what is wrong with it, by line."""
    table = read_table(data, COLUMNS, ("kind",))
    errors = list(table.errors)
    moves = []
    opened = {
        normalise_input(cells.get("division", "")) for _, cells in table.rows if KINDS.get(cells["kind"]) == "open"
    }
    for line, cells in table.rows:
        wrong, move = _move(line, cells, words, opened)
        errors += [LineError(line, table.headings.get(column, COLUMNS[column][0]), error) for column, error in wrong]
        moves.append(move)
    return (() if errors else tuple(moves)), tuple(errors)


def _move(
    line: int, cells: Mapping[str, str], words: Words, opened: Collection[str]
) -> tuple[list[tuple[str, FieldError]], Move]:
    wrong: list[tuple[str, FieldError]] = []
    kind = KINDS.get(cells["kind"], "")
    if not kind:
        wrong.append(("kind", FieldError("plan.kind", {"words": "・".join(KINDS)})))
    said = cells.get("division", "")
    code = words.divisions.get(said, normalise_input(said) if normalise_input(said) in opened else "")
    if kind != "stop" and not code and said:
        wrong.append(("division", FieldError("admin.division", {"name": said[:60]})))
    roles, unknown = roles_in(cells.get("roles", ""), words)
    if unknown:
        wrong.append(("roles", FieldError("admin.role", {"word": unknown[:40], "words": "・".join(words.roles)})))
    move = Move(
        line=line, kind=kind, login=normalise_input(cells.get("login", "")), division=code,
        title=normalise_name(cells.get("title", "")), roles=tuple(sorted(roles)),
        name=normalise_name(cells.get("name", "")),
    )  # fmt: skip
    needed = {
        "leave": ("login", "division", "title"), "take": ("login", "division", "title"), "stop": ("login",),
        "open": ("division", "name"), "rename": ("division", "name"), "close": ("division",),
    }.get(kind, ())  # fmt: skip
    told = {column for column, _ in wrong}
    wrong += [
        (column, FieldError("field.required")) for column in needed if not getattr(move, column) and column not in told
    ]
    return wrong, move


@dataclass(frozen=True, slots=True)
class After:
    """The organisation as it would be from the day on, and what of the plan can't be."""

    organisation: Organisation
    errors: tuple[LineError, ...]


def after(organisation: Organisation, moves: Sequence[Move], day: date) -> After:
    """Carry the moves out on paper: who leaves holds to the day before, who takes holds from the day."""
    people = dict(organisation.people)
    divisions = dict(organisation.divisions)
    held = list(organisation.holdings)
    errors: list[LineError] = []

    def wrong(move: Move, column: str, code: str, **params: object) -> None:
        errors.append(LineError(move.line, column, FieldError(code, params)))

    for move in sorted(moves, key=lambda one: ("open", "rename", "leave", "stop", "take", "close").index(one.kind)):
        if move.login and (move.login not in people or not people[move.login].is_active):
            wrong(move, "職員ID", "plan.nobody", login=move.login)
        elif move.kind in {"leave", "stop"}:
            ends = [one for one in held if one.login == move.login and _ends(one, move, day)]
            if not ends and move.kind == "leave":
                wrong(move, "職", "plan.not_held", login=move.login, title=move.title)
            held = [replace(one, until=day - timedelta(days=1)) if one in ends else one for one in held]
            held = [one for one in held if one.until is None or one.until >= one.since]
            if move.kind == "stop":
                people[move.login] = replace(people[move.login], is_active=False)
        elif move.kind == "take":
            _take(move, held, divisions, day, wrong)
        else:
            _division(move, divisions, wrong)
    return After(Organisation(divisions, people, tuple(held)), tuple(sorted(errors, key=lambda one: one.line)))


def _ends(held: Holding, move: Move, day: date) -> bool:
    same = move.kind == "stop" or (held.division, normalise_name(held.title)) == (move.division, move.title)
    return same and (held.until is None or held.until >= day)


def _take(move: Move, held: list[Holding], divisions: Mapping[str, DivisionRow], day: date, wrong: Any) -> None:
    posts = {one.roles for one in held if (one.division, normalise_name(one.title)) == (move.division, move.title)}
    roles = move.roles or (next(iter(posts)) if len(posts) == 1 else ())
    division = divisions.get(move.division)
    if not roles:
        wrong(move, "役割", "plan.roles", title=move.title)
    elif division is None or not division.is_active:
        wrong(move, "課", "plan.closed", name=move.division)
    elif any(
        (one.login, one.division, one.title, one.roles) == (move.login, move.division, move.title, roles)
        and (one.until is None or one.until >= day)
        for one in held
    ):
        wrong(move, "職", "plan.held", login=move.login, title=move.title)
    else:
        held.append(
            Holding(id=0, post_id=0, login=move.login, division=move.division, title=move.title, roles=roles, since=day)
        )


def _division(move: Move, divisions: dict[str, DivisionRow], wrong: Any) -> None:
    known = divisions.get(move.division)
    if move.kind == "open":
        if known is not None:
            wrong(move, "課", "plan.division_there", name=move.division)
        else:
            divisions[move.division] = DivisionRow(id=0, code=move.division, name=move.name)
    elif known is None or not known.is_active:
        wrong(move, "課", "plan.closed", name=move.division)
    elif move.kind == "rename":
        divisions[move.division] = replace(known, name=move.name)
    else:
        divisions[move.division] = replace(known, is_active=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one person loses and gains, in posts (division, title) and permission keys."""

    login: str
    name: str
    lost: tuple[tuple[str, str], ...]
    gained: tuple[tuple[str, str], ...]
    may_no_longer: tuple[str, ...]
    may_now: tuple[str, ...]
    login_ends: bool = False


def effects(before: Organisation, then: Organisation, day: date, rights: Mapping[str, frozenset[str]]) -> list[Effect]:
    """Everybody whom the plan concerns, by login name.

    Args:
        rights: role → permission keys.
    """
    found = []
    for login, person in before.people.items():
        had, has = posts_on(before, login, day), posts_on(then, login, day)
        ends = person.is_active and not then.people[login].is_active
        if had == has and not ends:
            continue
        could, can = _rights(before, login, day, rights), _rights(then, login, day, rights)
        found.append(
            Effect(
                login=login, name=person.name, lost=tuple(sorted(had - has)), gained=tuple(sorted(has - had)),
                may_no_longer=tuple(sorted(could - can)), may_now=tuple(sorted(can - could)), login_ends=ends,
            )
        )  # fmt: skip
    return found


def posts_on(organisation: Organisation, login: str, day: date) -> set[tuple[str, str]]:
    """(division, title) of what somebody holds on a day."""
    return {(one.division, one.title) for one in organisation.holdings if one.login == login and one.holds_on(day)}


def _rights(organisation: Organisation, login: str, day: date, rights: Mapping[str, frozenset[str]]) -> set[str]:
    return {
        key for one in organisation.holdings if one.login == login and one.holds_on(day)
        for role in one.roles for key in rights.get(role, ())
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """What would have nobody. `kind`: cases, rest (of an abolished division), seat, deputy, turns.

    `choices` are answers with their words; `proposed` is one of them, or "" where somebody must be found first.
    """

    key: str
    kind: str
    count: int
    about: str
    choices: tuple[tuple[str, str], ...]
    proposed: str


def handlers(organisation: Organisation, division: str, day: date, roles: Collection[str]) -> list[str]:
    """Login names of who could take cases of a division on a day."""
    return sorted({
        one.login for one in organisation.holdings
        if one.division == division and one.holds_on(day) and set(one.roles) & set(roles)
        and organisation.people[one.login].is_active
    })  # fmt: skip


def case_orphan(
    *,
    login: str,
    division: str,
    count: int,
    bound: int,
    before: Organisation,
    then: Organisation,
    day: date,
    roles: Collection[str],
) -> Orphan | None:
    """Open cases of somebody who will not be there for them; None if they will.

    Args:
        bound: how many of them must have a person at every time.
        roles: roles that may work on cases.
    """  # fmt: skip
    able = handlers(then, division, day, roles)
    if login in able:
        return None
    names = {one: then.people[one].name for one in able}
    left = {title for code, title in posts_on(before, login, day) if code == division}
    successors = [
        one.login for one in then.holdings
        if one.login in able and one.division == division and not one.id and one.title in left
    ]  # fmt: skip
    choices = tuple((TO + one, f"{names[one]}が引き継ぐ") for one in able)
    if not bound:
        choices = (*choices, (QUEUE, "課の未担当に戻す"))
    proposed = TO + successors[0] if successors else QUEUE if not bound else choices[0][0] if choices else ""
    name, code = before.people[login].name, then.divisions[division].name
    about = f"{code}の案件(担当 {name})" + (f" うち{bound}件は補正中か決裁中" if bound else "")
    return Orphan(
        key=f"cases:{login}:{division}", kind="cases", count=count, about=about, choices=choices, proposed=proposed
    )


def seat_orphans(
    before: Organisation, then: Organisation, day: date, seats: Sequence[tuple[str, str, str]]
) -> list[Orphan]:
    """Ranks on routes that somebody holds without the plan and nobody with it.

    Args:
        seats: (what it is called, division of the post, title of the post); the same name may come twice.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for called, division, title in seats:
        found.setdefault(called, []).append((division, title))
    result = []
    for called, posts in found.items():
        had, has = (
            any((one.division, one.title) in posts and one.holds_on(day) for one in state.holdings)
            for state in (before, then)
        )
        if had and not has:
            result.append(
                Orphan(
                    key=f"seat:{called}", kind="seat", count=1, about=f"決裁の職「{called}」が空席になります",
                    choices=((ACCEPT, "空席のままにする(代決か、上位の職が決める)"),), proposed="",
                )
            )  # fmt: skip
    return result


def unanswered(orphans: Iterable[Orphan], answers: Mapping[str, str]) -> list[Orphan]:
    """Orphans without an answer that is one of their choices."""
    return [one for one in orphans if answers.get(one.key) not in {value for value, _ in one.choices}]
