"""Reads of the inventory. Statements are counted in each docstring."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from jichi.engines.accounts import queries as accounts
from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.tables import LineError
from jichi.kernel.text import fold_for_search

from . import rules
from .models import ListedProcedure, Load, Target
from .rules import Difference, Entry, Outlook

PAGE: Final = 50
_FIELDS: Final = (
    "code", "name", "division__code", "basis", "applicants", "volume", "state", "reasons", "note", "planned_on",
    "online_since", "slug", "place",
)  # fmt: skip


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip((name.removesuffix("__code") for name in _FIELDS), row, strict=True))
    return Entry(**{**values, "reasons": tuple(values["reasons"])})


def division_codes() -> dict[str, str]:
    """Names (all languages' Japanese one) and codes of divisions → code, as a file may name them. One statement."""
    found = accounts.divisions()
    return {one.code: one.code for one in found} | {one.names["ja"]: one.code for one in found}


def division_names() -> dict[str, str]:
    """Code → Japanese name. One statement."""
    return {one.code: one.names["ja"] for one in accounts.divisions()}


def published() -> dict[str, date]:
    """Procedures that this house takes online → the day their form was published. One statement."""
    return {one.slug: one.published_at.astimezone(clock.TOKYO).date() for one in forms.procedures()}


def all_entries() -> dict[str, Entry]:
    """The whole inventory by number. One statement."""
    return {row[0]: _entry(row) for row in ListedProcedure.objects.order_by("code").values_list(*_FIELDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry with what its page needs."""

    id: UUID
    entry: Entry
    division_id: int
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows; "" and None: everything. `open`: what is neither online nor ended."""

    text: str = ""
    division: str = ""
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page, and the cursor of the next ("": none)."""

    rows: tuple[Listed, ...]
    total: int
    next_after: str


def _filtered(chosen: Filter) -> QuerySet[ListedProcedure]:
    found = ListedProcedure.objects.all()
    if chosen.division:
        found = found.filter(division__code=chosen.division)
    if chosen.state == "open":
        found = found.exclude(state__in=("online", "ended"))
    elif chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.reason:
        found = found.filter(reasons__contains=[chosen.reason])
    for word in chosen.text.split():
        found = found.filter(search_text__contains=fold_for_search(word))
    return found


def listed(chosen: Filter, *, after: str = "") -> ListedPage:
    """Entries most asked for first, then by number. Two statements.

    Args:
        after: cursor as `next_after` gave it; one that can't be read begins at the start.
    """
    found = _filtered(chosen)
    total = found.count()
    volume, _, code = after.partition(":")
    if code and (volume == "" or volume.isdecimal()):
        beyond = Q(volume__isnull=True, code__gt=code)
        if volume:
            beyond = Q(volume__lt=int(volume)) | Q(volume=int(volume), code__gt=code) | Q(volume__isnull=True)
        found = found.filter(beyond)
    rows = _listed(found.order_by(F("volume").desc(nulls_last=True), "code")[: PAGE + 1])
    last = rows[PAGE - 1].entry if len(rows) > PAGE else None
    cursor = "" if last is None else f"{'' if last.volume is None else last.volume}:{last.code}"
    return ListedPage(rows[:PAGE], total, cursor)


def _listed(found: QuerySet[ListedProcedure]) -> tuple[Listed, ...]:
    rows = found.values_list("pk", "division_id", "revision", "updated_at", *_FIELDS)
    return tuple(
        Listed(id=pk, division_id=division, revision=revision, updated_at=at, entry=_entry(rest))
        for pk, division, revision, at, *rest in rows
    )


def one(id: UUID) -> Listed | None:
    """An entry. One statement."""
    found = _listed(ListedProcedure.objects.filter(pk=id))
    return found[0] if found else None


# -- files ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadView:
    """A file that was read. `fingerprint` stands for what the preview showed."""

    id: UUID
    number: int
    filename: str
    state: str
    rows: int
    new: int
    changed: int
    error_count: int
    errors: tuple[tuple[int, str, str, Mapping[str, Any]], ...]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    differences: tuple[Difference, ...] = ()
    fingerprint: str = ""


def loads(limit: int = 50) -> tuple[LoadView, ...]:
    """The last files, newest first, without what they would change. One statement."""
    rows = Load.objects.select_related("started_by").defer("content").order_by("-number")[:limit]
    return tuple(_load(row) for row in rows)


def _load(row: Load, found: tuple[Difference, ...] = (), mark: str = "") -> LoadView:
    return LoadView(
        id=row.pk, number=row.number, filename=row.filename, state=row.state, rows=row.rows, new=row.new,
        changed=row.changed, error_count=row.error_count,
        errors=tuple((line, column, code, params) for line, column, code, params in row.errors),
        started_by=row.started_by.name if row.started_by else "", started_at=row.started_at, ended_at=row.ended_at,
        differences=found, fingerprint=mark,
    )  # fmt: skip


def load(id: UUID) -> LoadView | None:
    """A file; while it waits, with what it would change now. At most three statements."""
    row = Load.objects.select_related("started_by").filter(pk=id).first()
    if row is None:
        return None
    if row.state != "ready":
        return _load(row)
    found, _wrong = compared(bytes(row.content))
    return _load(row, found, fingerprint(found))


def compared(content: bytes) -> tuple[tuple[Difference, ...], tuple[LineError, ...]]:
    """What a file would change now, and what is wrong with it now. Two statements."""
    read = rules.read_file(content, division_codes())
    found, wrong = rules.differences(all_entries(), read, clock.today())
    return found, (*read.errors, *wrong)


def fingerprint(found: Sequence[Difference]) -> str:
    """SHA-256 of what would change: another text, another inventory or another day gives another one."""
    digest = hashlib.sha256()
    for one_ in found:
        digest.update(repr((one_.before, one_.after)).encode())
    return digest.hexdigest()


# -- numbers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionStand:
    """How far a division is."""

    code: str
    name: str
    total: int
    online: int
    coming: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The inventory in numbers, ended procedures left out. `reasons`: key → (procedures, how often a year)."""

    outlook: Outlook
    states: Mapping[str, int]
    reasons: Mapping[str, tuple[int, int]]
    divisions: tuple[DivisionStand, ...]
    volume: int
    volume_online: int
    biggest: tuple[Listed, ...]
    """Most asked for of what is not online."""


def stand(*, months: int = 25) -> Stand:
    """Everything the page of numbers shows. Six statements."""
    today = clock.today()
    alive = ListedProcedure.objects.exclude(state="ended")
    rows = list(alive.values_list("state", "online_since", "planned_on", "reasons", "volume"))
    reasons = {
        key: (sum(1 for row in rows if key in row[3]), sum(row[4] or 0 for row in rows if key in row[3]))
        for key in rules.REASONS
    }
    targets = [rules.Target(day, count) for day, count in Target.objects.order_by("day").values_list("day", "count")]
    by_division = (
        alive.values("division__code", "division__names")
        .annotate(
            total=Count("pk"), online=Count("pk", filter=Q(state="online")),
            coming=Count("pk", filter=Q(state__in=tuple(rules.MAY_PLAN))), asked=Sum("volume"),
        )
        .order_by("-total", "division__code")
    )  # fmt: skip
    return Stand(
        outlook=rules.outlook(
            since=[row[1] for row in rows if row[0] == "online"], plans=[row[2] for row in rows if row[2]],
            total=len(rows), targets=targets, today=today, months=months,
        ),
        states={key: sum(1 for row in rows if row[0] == key) for key in rules.STATES if key != "ended"},
        reasons=reasons,
        divisions=tuple(
            DivisionStand(
                code=one["division__code"], name=one["division__names"]["ja"], total=one["total"],
                online=one["online"], coming=one["coming"],
            )
            for one in by_division
        ),
        volume=sum(row[4] or 0 for row in rows), volume_online=sum(row[4] or 0 for row in rows if row[0] == "online"),
        biggest=_listed(
            alive.exclude(state="online").filter(volume__gt=0).order_by(F("volume").desc(), "code")[:20]
        ),
    )  # fmt: skip


def targets() -> tuple[rules.Target, ...]:
    """Targets by day. One statement."""
    return tuple(rules.Target(day, count) for day, count in Target.objects.order_by("day").values_list("day", "count"))
