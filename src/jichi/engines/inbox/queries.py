"""Reading the inbox: a resident's items, an official's work list, counts. Constant numbers of statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import Actor
from jichi.kernel import clock

from .models import SearchMiss
from .search import SearchGroup, SearchHit, SearchResult, search

__all__ = [
    "InboxCounts", "Item", "Page", "SearchGroup", "SearchHit", "SearchResult", "StaffCounts", "counts_for_account",
    "counts_for_staff", "item_of_account", "items_about", "items_for_account", "items_for_staff", "misses", "search",
]  # fmt: skip

Scope: TypeAlias = Literal["mine", "division", "overdue", "waiting", "reading"]
Key: TypeAlias = tuple[str, ...]
COUNT_CAP: Final = 1000
"""Counts stop here: shown as 999+."""

_COLUMNS = (
    "w.id, w.account_id, w.division_id, w.assignee_id, w.kind, w.title, w.url_path, w.subject_key, w.about, w.due_on, "
    "w.state, w.created_at, w.closed_at, w.read_at"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One work item as pages show it."""

    id: int
    account_id: UUID | None
    division_id: int | None
    assignee_id: UUID | None
    kind: str
    title: dict[str, str]
    url_path: str
    subject_key: str
    about: str
    due_on: date | None
    state: str
    created_at: datetime
    closed_at: datetime | None
    read_at: datetime | None

    @property
    def is_todo(self) -> bool:
        """Does it still wait for an act of its owner?"""
        return self.state == "open" and self.kind not in ("notice", "document", "read")


@dataclass(frozen=True, slots=True)
class Page:
    """Some items and the key after which the next page begins (None: that was all)."""

    items: tuple[Item, ...]
    next_key: Key | None


def _rows(sql: str, arguments: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _items(rows: Sequence[tuple[Any, ...]]) -> tuple[Item, ...]:
    found: list[tuple[Any, ...]] = [(*row[:5], _json(row[5]), *row[6:14]) for row in rows]
    return tuple(Item(*row) for row in found)


def _json(value: Any) -> dict[str, str]:
    return json.loads(value) if isinstance(value, str) else dict(value)


# Open things to do first, by due date; then everything else. Within: newest first.
_FOR_ACCOUNT = f"""
WITH mine AS (
    SELECT {_COLUMNS}, NOT (w.state = 'open' AND w.kind = 'todo') AS later,
        CASE WHEN w.state = 'open' AND w.kind = 'todo' THEN w.due_sort ELSE DATE '9999-12-31' END AS soon
    FROM eng_inbox_workitem w
    WHERE w.account_id = %s AND (%s::text[] IS NULL OR w.kind = ANY (%s::text[])) AND (%s = '' OR w.state = %s)
)
SELECT * FROM mine WHERE (later, soon, -id) > (%s::boolean, %s::date, %s::bigint) ORDER BY later, soon, -id LIMIT %s
"""  # noqa: S608 - only the column list is put in, and it is a constant


def items_for_account(
    account_id: UUID, *, kinds: Sequence[str] | None = None, state: str = "", after: Key | None = None, limit: int = 20
) -> Page:
    """A resident's items: open ones to do by due date, then the others, newest first. One statement.

    Args:
        kinds: of "todo", "notice", "document"; None for all.
        state: "open", "done" or "" for both.
        after: `next_key` of the page before.
    """
    wanted = list(kinds) if kinds is not None else None
    later, soon, last = _account_key(after)
    rows = _rows(_FOR_ACCOUNT, (account_id, wanted, wanted, state, state, later, soon, last, limit + 1))
    shown = rows[:limit]
    key = (str(int(shown[-1][14])), shown[-1][15].isoformat(), str(-shown[-1][0])) if len(rows) > limit else None
    return Page(_items(shown), key)


def _account_key(after: Key | None) -> tuple[bool, date, int]:
    if after is None:
        return False, date.min, -(2**62)
    try:
        return after[0] == "1", date.fromisoformat(after[1]), int(after[2])
    except (ValueError, IndexError):
        return False, date.min, -(2**62)


_ABOUT = f"SELECT {_COLUMNS} FROM eng_inbox_workitem w WHERE w.subject_key = %s ORDER BY w.id DESC"  # noqa: S608 - constant


def item_of_account(account_id: UUID, item_id: int) -> Item | None:
    """One item of a resident; None when it is somebody else's or none."""
    found = _items(
        _rows(
            f"SELECT {_COLUMNS} FROM eng_inbox_workitem w WHERE w.id = %s AND w.account_id = %s",  # noqa: S608 - constant columns
            (item_id, account_id),
        )
    )
    return found[0] if found else None


def items_about(subject_key: str) -> tuple[Item, ...]:
    """What is or was open about one subject, as far as the actor of the unit sees it; newest first."""
    return _items(_rows(_ABOUT, (subject_key,)))


# Each (owner, lane) pair is an ordered walk through one index, stopped after a page; then merged.
_FILTERS = """
    AND w.state = 'open' AND (w.due_sort, w.id) > (%(due)s::date, %(id)s::bigint)
    AND w.due_sort < coalesce(%(before)s::date, 'infinity'::date)
    AND (%(kinds)s::text[] IS NULL OR w.kind = ANY (%(kinds)s::text[]))
    AND (%(about)s = '' OR w.about = %(about)s)
    AND (NOT %(unassigned)s::boolean OR w.assignee_id IS NULL)
    ORDER BY w.due_sort, w.id LIMIT %(limit)s
"""
_BY_PERSON = f"""
SELECT i.* FROM unnest(%(lanes)s::text[]) l(lane) CROSS JOIN LATERAL (
    SELECT {_COLUMNS}, w.due_sort FROM eng_inbox_workitem w WHERE w.waits_for = %(me)s AND w.lane = l.lane {_FILTERS}) i
ORDER BY i.due_sort, i.id LIMIT %(limit)s
"""  # noqa: S608 - constants
_BY_DIVISION = f"""
SELECT i.* FROM unnest(%(lanes)s::text[]) l(lane) CROSS JOIN unnest(%(divisions)s::bigint[]) d(id) CROSS JOIN LATERAL (
    SELECT {_COLUMNS}, w.due_sort FROM eng_inbox_workitem w WHERE w.division_id = d.id AND w.lane = l.lane {_FILTERS}) i
ORDER BY i.due_sort, i.id LIMIT %(limit)s
"""  # noqa: S608 - constants

_LANES: Final[dict[str, list[str]]] = {
    "mine": ["work"], "division": ["work"], "overdue": ["work", "waiting"], "waiting": ["waiting"],
    "reading": ["reading"],
}  # fmt: skip


def items_for_staff(
    actor: Actor,
    *,
    scope: Scope = "mine",
    kinds: Sequence[str] | None = None,
    about: str = "",
    unassigned: bool = False,
    division_id: int | None = None,
    after: Key | None = None,
    limit: int = 20,
) -> Page:
    """An official's work list, soonest due first, without a date last. One statement, by index.

    Args:
        scope: "mine" (自分の番: I took it or it is mine), "division" (課の仕事), "overdue" (期限超過, of
            my divisions), "waiting" (待ち: another's date has not come), "reading" (供覧, to me).
        kinds: only these kinds.
        about: only this 受付番号 (without hyphen).
        unassigned: only what nobody took.
        division_id: only this one of the actor's divisions.
        after: `next_key` of the page before.
    """
    divisions = sorted(actor.divisions if division_id is None else actor.divisions & {division_id})
    due, last = _staff_key(after)
    personal = scope in ("mine", "reading")
    rows = _rows(
        _BY_PERSON if personal else _BY_DIVISION,
        {
            "lanes": _LANES[scope],
            "me": actor.account_id,
            "divisions": divisions,
            "due": due,
            "id": last,
            "before": clock.today() if scope == "overdue" else None,
            "kinds": list(kinds) if kinds is not None else None,
            "about": about,
            "unassigned": unassigned,
            "limit": limit + 1,
        },
    )
    shown = rows[:limit]
    key = (shown[-1][14].isoformat(), str(shown[-1][0])) if len(rows) > limit else None
    return Page(_items(shown), key)


def _staff_key(after: Key | None) -> tuple[date, int]:
    if after is None:
        return date.min, 0
    try:
        return date.fromisoformat(after[0]), int(after[1])
    except (ValueError, IndexError):
        return date.min, 0


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """For お知らせ箱 (n): `todo` open, `unread` notices and documents, `soonest` due date among the open."""

    todo: int
    unread: int
    soonest: date | None

    @property
    def badge(self) -> int:
        """The number in the header."""
        return self.todo + self.unread


def counts_for_account(account_id: UUID) -> InboxCounts:
    """What the header of every resident page shows; one statement over that person's rows only."""
    rows = _rows(
        "SELECT count(*) FILTER (WHERE w.kind = 'todo' AND w.state = 'open'), "
        "count(*) FILTER (WHERE w.kind <> 'todo' AND w.read_at IS NULL), "
        "min(w.due_on) FILTER (WHERE w.kind = 'todo' AND w.state = 'open') "
        "FROM eng_inbox_workitem w WHERE w.account_id = %s",
        (account_id,),
    )
    return InboxCounts(*rows[0])


@dataclass(frozen=True, slots=True)
class StaffCounts:
    """Open items per tab, each counted up to COUNT_CAP."""

    mine: int
    division: int
    unassigned: int
    overdue: int
    waiting: int
    reading: int


def _capped(condition: str) -> str:
    some = f"SELECT 1 FROM eng_inbox_workitem w WHERE w.state = 'open' AND {condition} LIMIT %(cap)s"  # noqa: S608 - constants
    return f"(SELECT count(*) FROM ({some}) c)"  # noqa: S608 - constants


_OURS = "w.division_id = ANY (%(divisions)s::bigint[])"
_STAFF_COUNTS = "SELECT " + ", ".join(
    _capped(condition)
    for condition in (
        "w.waits_for = %(me)s AND w.lane = 'work'",
        f"{_OURS} AND w.lane = 'work'",
        f"{_OURS} AND w.lane = 'work' AND w.assignee_id IS NULL",
        f"{_OURS} AND w.lane IN ('work', 'waiting') AND w.due_sort < %(today)s",
        f"{_OURS} AND w.lane = 'waiting'",
        "w.waits_for = %(me)s AND w.lane = 'reading'",
    )
)


def counts_for_staff(actor: Actor) -> StaffCounts:
    """Counts for the tabs of the work list; one statement."""
    rows = _rows(
        _STAFF_COUNTS,
        {"me": actor.account_id, "divisions": sorted(actor.divisions), "today": clock.today(), "cap": COUNT_CAP},
    )
    return StaffCounts(*rows[0])


@dataclass(frozen=True, slots=True)
class Miss:
    """Words searched in vain: `query` folded, `typed` as somebody last wrote them."""

    query: str
    typed: str
    language: str
    audience: str
    count: int
    last_at: datetime


def misses(*, audience: str = "resident", limit: int = 50) -> tuple[Miss, ...]:
    """The words most often searched in vain, for those who own the texts."""
    found = SearchMiss.objects.filter(audience=audience).order_by("-count", "-last_at", "id")[:limit]
    return tuple(Miss(m.query, m.typed, m.language, m.audience, m.count, m.last_at) for m in found)
