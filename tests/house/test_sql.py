"""Rules for SQL: what every room needs alike is made in one place."""

from __future__ import annotations

import re

import pytest

from jichi.engines.audit.track import who_acts

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
