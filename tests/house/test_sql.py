"""Rules for SQL: what every room needs alike is made in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jichi.engines.audit.track import run_sql_functions, who_acts

from .tree import PACKAGE, report, shown

_NAME, _PERMISSION = "a_name", "a.permission"


def copies(text: str) -> list[str]:
    """Functions of the shapes that `who_acts` makes, by name."""
    made = str(who_acts(system=_NAME, account=_NAME, divisions=(_NAME, _PERMISSION)).sql)
    flat = " ".join(text.split())
    found: list[str] = []
    for one in re.findall(r"CREATE [^;]+;", made):
        pattern = re.escape(" ".join(one.split())).replace(_NAME, r"(\w+)").replace(re.escape(_PERMISSION), r"[\w.]+")
        found += re.findall(pattern, flat)
    return found


def test_who_acts_is_told_by_functions_of_one_place() -> None:
    found = [
        f"{shown(path)}: {name}() is made by `who_acts` of engines/audit/track.py"
        for path in sorted(PACKAGE.rglob("sql/*.sql"))
        for name in copies(path.read_text(encoding="utf-8"))
    ]
    assert not found, report(found)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (str(who_acts(system="parks_is_system").sql), ["parks_is_system"]),
        (str(who_acts(account="parks_account", divisions=("parks_divisions", "parks.view")).sql).replace("\n", "\n\n"),
         ["parks_account", "parks_divisions"]),
        ("CREATE FUNCTION parks_may() RETURNS boolean LANGUAGE sql RETURN jichi_setting('actor_kind') = 'staff';", []),
    ],
)  # fmt: skip
def test_copies_are_found(text: str, names: list[str]) -> None:
    assert copies(text) == names


_MADE = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\(([^)]*)", re.MULTILINE)


def made(text: str) -> list[str]:
    """Functions that a text makes: name and arguments, without what only looks different."""
    return [f"{name}({' '.join(arguments.split())})" for name, arguments in _MADE.findall(text)]


def test_a_function_has_one_text() -> None:
    """What changed is changed where it stands; migrations make it anew with `run_sql_functions`."""
    places: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("sql/*.sql")):
        for name in made(path.read_text(encoding="utf-8")):
            places.setdefault(name, []).append(shown(path))
    assert len(places) > 200
    found = [f"{', '.join(where)}: {name} has more than one text" for name, where in places.items() if len(where) > 1]
    assert not found, report(found)


def test_two_texts_of_a_function_are_seen_whatever_their_layout() -> None:
    first = "CREATE FUNCTION parks_open(p_a int,\n    p_b int) RETURNS int"
    assert made(first) == made(
        f"-- newer\n{first.replace('CREATE', 'CREATE OR REPLACE').replace(chr(10) + '    ', ' ')}"
    )
    assert made(first) != made("CREATE FUNCTION parks_open(p_a int) RETURNS int")


def test_functions_made_anew_come_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "guards.sql"
    body = "CREATE OR REPLACE FUNCTION {}() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN 1;\nEND $$;"
    path.write_text(f"-- one\n{body.format('one')}\n\n{body.format('two')}\nCREATE FUNCTION three() RETURNS int;\n")
    assert str(run_sql_functions(path, "two", "one").sql) == f"{body.format('two')}\n{body.format('one')}"
    with pytest.raises(ValueError, match="makes no three"):
        run_sql_functions(path, "three")
