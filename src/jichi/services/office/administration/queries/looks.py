"""Reads of looks at people's records, marked by rules. The number of statements does not grow with the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.rules import Organisation
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.audit.queries import Look
from jichi.engines.cases import queries as cases
from jichi.engines.registry import queries as registry
from jichi.kernel.clock import TOKYO
from jichi.kernel.text import fold_for_search

from .. import rules
from ..rules import LookRules

PLATFORM = system_actor("looks", purpose="looks")
SCANNED = 400
"""So many looks are searched for marked ones for one page."""


@lru_cache(maxsize=1)
def look_rules() -> LookRules:
    """The rules that come with the house."""
    return rules.look_rules_from(
        files("jichi.services.office.administration").joinpath("look_rules.yaml").read_text("utf-8")
    )


@dataclass(frozen=True, slots=True)
class MarkedLook:
    """A look with the name of the official, their divisions then, and its marks. Names of residents stay out."""

    look: Look
    login: str
    official: str
    divisions: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookPage:
    """Some looks, newest first; `next_after` continues the list, "" at its end."""

    rows: tuple[MarkedLook, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFilter:
    """Which looks: words of the official's name or login, 宛名番号, first and last day, only marked ones."""

    official: str = ""
    subject: str = ""
    since: date
    until: date
    marked: bool = False


def looks(filter: LookFilter, *, after: str = "", limit: int = 50) -> LookPage:
    """Who looked at whom; six statements, whatever is asked."""
    with unit(PLATFORM):
        office = accounts.organisation()
        people = {person.id: login for login, person in office.people.items()}
        words = fold_for_search(filter.official)
        chosen: tuple[UUID, ...] | None = None
        if words:
            chosen = tuple(
                one.id for one in office.people.values() if words in fold_for_search(f"{one.name} {one.login}")
            )
        wanted = SCANNED if filter.marked else limit
        found = trail.looks(
            since=_midnight(filter.since), until=_midnight(filter.until + timedelta(days=1)), actor_ids=chosen,
            subject=filter.subject, before=_cursor(after), nth=look_rules().busy_looks, limit=wanted + 1,
        )  # fmt: skip
        rows = _marked(found[:wanted], office, people)
    if not filter.marked:
        return LookPage(rows, _after(found[limit - 1]) if len(found) > limit else "")
    kept = tuple(row for row in rows if row.marks)[:limit]
    if len(kept) == limit:
        return LookPage(kept, _after(kept[-1].look))
    return LookPage(kept, _after(found[wanted - 1]) if len(found) > wanted else "")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def _after(look: Look) -> str:
    return f"{look.at.isoformat()}_{look.id}"


def _cursor(after: str) -> tuple[datetime, int] | None:
    text, _, number = after.rpartition("_")
    try:
        at = datetime.fromisoformat(text)
        return (at, int(number)) if at.tzinfo and number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None


def _marked(found: list[Look], office: Organisation, people: dict[UUID, str]) -> tuple[MarkedLook, ...]:
    if not found:
        return ()
    subjects = sorted({look.subject for look in found})
    days = timedelta(days=look_rules().case_days)
    names = registry.residents(subjects)
    having: dict[str, set[str]] = {}
    for subject, division in cases.divisions_with_cases_of(subjects, since=found[-1].at - days):
        having.setdefault(subject, set()).add(division)
    rows = []
    for look in found:
        login = people.get(look.actor_id, "")
        official = office.people[login].name if login else ""
        day = look.at.astimezone(TOKYO).date()
        served = {one.division for one in office.holdings if one.login == login and one.holds_on(day)}
        person = names.get(look.subject)
        marks = rules.marks_of(
            look_rules(), at=look.at, official=official, looked_at=person.display_name if person else "",
            divisions=served, with_cases=having.get(look.subject, set()), nth_before=look.nth_before,
        )  # fmt: skip
        divisions = tuple(sorted(office.divisions[code].name for code in served))
        rows.append(MarkedLook(look, login, official, divisions, marks))
    return tuple(rows)
