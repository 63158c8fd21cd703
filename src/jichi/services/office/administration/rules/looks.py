"""Unusual looks at people's records, by rules that explain themselves (閲覧の点検). Pure; the rules are data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import yaml

from jichi.kernel.business_days import is_closed
from jichi.kernel.clock import TOKYO
from jichi.kernel.text import fold_for_search, normalise_name


@dataclass(frozen=True, slots=True)
class LookRules:
    """The numbers of look_rules.yaml, and the words of each mark."""

    opens: time
    closes: time
    busy_looks: int
    busy_minutes: int
    case_days: int
    marks: dict[str, str]


def look_rules_from(text: str) -> LookRules:
    """The rules in a file.

    Raises:
        KeyError, ValueError: not such a file.
    """
    data: Any = yaml.safe_load(text)
    hours = data["office_hours"]
    return LookRules(
        opens=time.fromisoformat(hours["from"]), closes=time.fromisoformat(hours["until"]),
        busy_looks=int(data["busy"]["looks"]), busy_minutes=int(data["busy"]["minutes"]),
        case_days=int(data["case"]["days"]), marks=dict(data["marks"]),
    )  # fmt: skip


def _parts(name: str) -> tuple[str, str]:
    parts = normalise_name(name).split("　")
    return fold_for_search(parts[0]), fold_for_search("".join(parts))


def marks_of(
    rules: LookRules,
    *,
    at: datetime,
    official: str,
    looked_at: str,
    divisions: Collection[str],
    with_cases: Collection[str],
    nth_before: datetime | None,
) -> tuple[str, ...]:
    """Keys of the marks of one look, in the order of the file.

    Args:
        official: name of the official. looked_at: name of the person; "" where it is not known.
        divisions: that the official served then. with_cases: divisions with a case of the person.
        nth_before: when this official's look lay that is `busy_looks` before this one.
    """  # fmt: skip
    local = at.astimezone(TOKYO)
    mine, theirs = _parts(official), _parts(looked_at)
    same_name = bool(looked_at) and mine[1] == theirs[1]
    found = {
        "same_name": same_name,
        "same_surname": bool(looked_at) and not same_name and mine[0] == theirs[0],
        "no_case": not set(divisions) & set(with_cases),
        "busy": nth_before is not None and at - nth_before < timedelta(minutes=rules.busy_minutes),
        "off_hours": not (not is_closed(local.date()) and rules.opens <= local.time() < rules.closes),
    }
    return tuple(key for key in rules.marks if found.get(key))
