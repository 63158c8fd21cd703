"""People and their posts as a file: what each row says, and what it would change. A file ends nothing by silence.

A row is a person, with one post or none. What the file does not name stays as it is; a post ends by its 終了日.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import yaml

from jichi.engines.accounts.rules import ROLES, Holding, Organisation, Person, normal_email
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, Table, write_table
from jichi.kernel.text import normalise_input, normalise_name

from .ldif import day_of, read_people_table

NEEDED: Final = ("login", "name")
FIELDS: Final = ("login", "name", "kana", "email", "division", "title", "roles", "since", "until")
_LOGIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$")
MOST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """Which headings mean which field, and which roles a title carries where the file has none (data, not code)."""

    columns: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def mapping_from(text: str, known_roles: Collection[str]) -> Columns:
    """A mapping file (YAML: `columns`, `titles`).

    Raises:
        ValueError: not such a file; the text says what is wrong.
    """
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError("対応表をYAMLとして読めません。") from error
    given = data.get("columns") if isinstance(data, dict) else None
    if not isinstance(given, dict) or set(given) - set(FIELDS) or not set(NEEDED) <= set(given):
        raise ValueError(f"columns には {'・'.join(FIELDS)} だけを書き、login と name は必ず書いてください。")
    titles = {str(title): tuple(map(str, roles)) for title, roles in (data.get("titles") or {}).items()}
    for roles in titles.values():
        unknown = set(roles) - set(known_roles)
        if unknown:
            raise ValueError(f"役割「{'・'.join(sorted(unknown))}」はありません。")
    columns = {name: tuple(map(str, words if isinstance(words, list) else [words])) for name, words in given.items()}
    return Columns(columns, titles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, read. `given` are the columns that the file has; what it lacks, it does not change."""

    line: int
    login: str
    name: str
    kana: str = ""
    email: str = ""
    division: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a row changes. `kind`: "new" person, "person" (name, reading, address), "post", "days" of one."""

    line: int
    kind: str
    row: Row
    holding: Holding | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What words in a file mean: names and codes of divisions, names and keys of roles."""

    divisions: Mapping[str, str]
    roles: Mapping[str, str]


def words_of(organisation: Organisation, known_roles: Iterable[str]) -> Words:
    """The words of this house. Two divisions of one name are told apart by their code only."""
    active = [one for one in organisation.divisions.values() if one.is_active]
    names: dict[str, str] = {}
    for one in active:
        names[one.name] = "" if one.name in names else one.code
    roles = {role: role for role in known_roles}
    return Words(
        names | {one.code: one.code for one in active}, {ROLES.get(role, role): role for role in roles} | roles
    )


def read_people(data: bytes, mapping: Columns, words: Words) -> tuple[tuple[Row, ...], tuple[LineError, ...]]:
    """The rows of a file of people, or what is wrong with it, by line."""
    table = read_people_table(data, mapping.columns, NEEDED)
    if table.errors:
        return (), table.errors
    errors: list[LineError] = []
    rows = [_row(line, cells, table, mapping, words, errors) for line, cells in table.rows]
    errors += _contradictions(rows, table)
    return tuple(rows), tuple(sorted(errors, key=lambda one: one.line))


def _row(
    line: int, cells: Mapping[str, str], table: Table, mapping: Columns, words: Words, errors: list[LineError]
) -> Row:
    def wrong(column: str, code: str, **params: object) -> None:
        heading = table.headings.get(column, mapping.columns[column][0])
        errors.append(LineError(line, heading, FieldError(code, params)))

    login, name = normalise_input(cells["login"]), normalise_name(cells["name"])
    if not _LOGIN.match(login):
        wrong("login", "people.login" if login else "field.required")
    if not name or len(name) > MOST_NAME:
        wrong("name", "field.too_long" if name else "field.required", max=MOST_NAME, now=len(name))
    email = normalise_input(cells.get("email", ""))
    if email and normal_email(email) is None:
        wrong("email", "field.email")
    division, title = cells.get("division", ""), normalise_name(cells.get("title", ""))
    code = words.divisions.get(division, words.divisions.get(normalise_input(division), ""))
    if division and not code:
        wrong("division", "admin.division", name=division[:60])
    if bool(division) != bool(title):
        wrong("title" if division else "division", "people.post_half")
    days: dict[str, date | None] = {}
    for name_ in ("since", "until"):
        days[name_], error = day_of(cells.get(name_, ""))
        if error is not None:
            wrong(name_, error.code)
    since, until = days["since"], days["until"]
    if since and until and until < since:
        wrong("until", "people.days")
    roles: tuple[str, ...] = mapping.titles.get(title, ())
    if cells.get("roles"):
        roles, unknown = roles_in(cells["roles"], words)
        if unknown:
            wrong("roles", "admin.role", word=unknown[:40], words="・".join(ROLES.values()))
    return Row(
        line=line, login=login, name=name, kana=normalise_name(cells.get("kana", "")), email=email, division=code,
        title=title, roles=tuple(sorted(roles)), since=since, until=until, given=frozenset(table.headings),
    )  # fmt: skip


def roles_in(text: str, words: Words) -> tuple[tuple[str, ...], str]:
    """The roles that a cell names, and the first word that is none ("" if all are)."""
    found = []
    for part in re.split(r"[、,・;/\s]+", text):
        if not part:
            continue
        role = words.roles.get(part, "")
        if not role:
            return (), part
        found.append(role)
    return tuple(dict.fromkeys(found)), ""


def _contradictions(rows: Sequence[Row], table: Table) -> Iterable[LineError]:
    people: dict[str, Row] = {}
    posts: dict[tuple[str, str, str, tuple[str, ...]], int] = {}
    for row in rows:
        first = people.setdefault(row.login, row)
        if (first.name, first.kana, first.email) != (row.name, row.kana, row.email):
            yield LineError(row.line, table.headings["name"], FieldError("people.differs", {"line": first.line}))
        if not row.division:
            continue
        line = posts.setdefault((row.login, row.division, row.title, row.roles), row.line)
        if line != row.line:
            yield LineError(row.line, table.headings.get("title", ""), FieldError("people.twice", {"line": line}))


def differences(
    organisation: Organisation, rows: Sequence[Row], today: date, *, administrator_roles: Collection[str] = ()
) -> tuple[tuple[Change, ...], tuple[LineError, ...]]:
    """What the rows would change, in the order of the file, and what nobody may change by a file.

    Args:
        administrator_roles: roles that no file gives or takes; empty where the operator reads it.
    """
    found: list[Change] = []
    errors: list[LineError] = []
    seen: set[str] = set()
    for row in rows:
        if row.login not in seen:
            seen.add(row.login)
            found += _person_changes(row, organisation.people.get(row.login))
        change = _post_change(row, organisation, today)
        if change is None:
            continue
        found.append(change)
        if set(row.roles) & set(administrator_roles):
            errors.append(LineError(row.line, "役割", FieldError("rights.second")))
    return tuple(found), tuple(errors)


def _person_changes(row: Row, known: Person | None) -> list[Change]:
    if known is None:
        return [Change(line=row.line, kind="new", row=row, after=row.name)]
    told = {
        "氏名": (normalise_name(known.name), row.name),
        "フリガナ": (normalise_name(known.kana), row.kana if "kana" in row.given else normalise_name(known.kana)),
        "メール": (known.email, row.email if "email" in row.given else known.email),
    }
    differing = {label: pair for label, pair in told.items() if pair[0] != pair[1]}
    if not differing:
        return []
    before = "、".join(f"{label} {pair[0] or 'なし'}" for label, pair in differing.items())
    after = "、".join(f"{label} {pair[1] or 'なし'}" for label, pair in differing.items())
    return [Change(line=row.line, kind="person", row=row, before=before, after=after)]


def _post_change(row: Row, organisation: Organisation, today: date) -> Change | None:
    if not row.division:
        return None
    held = [
        one for one in organisation.holdings
        if (one.login, one.division, normalise_name(one.title), one.roles)
        == (row.login, row.division, row.title, row.roles)
        and (one.until is None or one.until >= today)
    ]  # fmt: skip
    same = next((one for one in held if row.since in (None, one.since)), held[0] if held else None)
    if same is None:
        if row.until is not None and row.until < today:
            return None  # over already
        return Change(line=row.line, kind="post", row=row, after=_days(row.since or today, row.until))
    since = row.since or same.since
    until = row.until if "until" in row.given else same.until
    if (since, until) == (same.since, same.until):
        return None
    before, after = _days(same.since, same.until), _days(since, until)
    return Change(line=row.line, kind="days", row=row, holding=same, before=before, after=after)


def _days(since: date, until: date | None) -> str:
    return f"{since.isoformat()}から" + (f"{until.isoformat()}まで" if until else "")


def write_people(organisation: Organisation) -> bytes:
    """Everybody with every post held, as the CSV that `read_people` takes; a person without a post has a row too."""
    headings = ("職員ID", "氏名", "フリガナ", "メール", "課", "職", "役割", "開始日", "終了日")
    rows: list[tuple[str, ...]] = []
    held: dict[str, list[Holding]] = {}
    for one in organisation.holdings:
        held.setdefault(one.login, []).append(one)
    for person in organisation.people.values():
        start = (person.login, person.name, person.kana, person.email)
        rows += [
            (
                *start, one.division, one.title, "、".join(ROLES.get(role, role) for role in one.roles),
                one.since.isoformat(), one.until.isoformat() if one.until else "",
            )
            for one in held.get(person.login, ())
        ] or [(*start, "", "", "", "", "")]  # fmt: skip
    return write_table(headings, rows)
