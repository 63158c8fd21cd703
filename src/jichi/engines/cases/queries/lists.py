"""Lists, exports and figures of a division's cases. Row security keeps other divisions' out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.receipt_number import format_number, parse_number
from jichi.kernel.text import fold_for_search

from .. import permissions
from ..models import Case
from ..rules import OPEN, Status

Sort = Literal["due", "newest"]
EXPORT_LIMIT: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What the list is narrowed by; empty fields do not narrow."""

    q: str = ""
    statuses: tuple[str, ...] = ()
    procedure: str = ""
    mine: bool = False
    overdue: bool = False
    received_from: date | None = None
    received_to: date | None = None
    sort: Sort = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of the list."""

    id: UUID
    number: str
    title: str
    procedure: str
    name: str
    status: Status
    assignee_id: UUID | None
    received_at: datetime
    due_on: date
    correction_due_on: date | None
    subject_no: str
    form_version_id: int
    submission_id: UUID

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)

    def is_overdue(self, today: date) -> bool:
        """Past its promised day and still with us."""
        return self.status in {Status.RECEIVED, Status.REVIEWING} and self.due_on < today


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some rows, and the key after which the next page begins ("" = that was all)."""

    rows: tuple[CaseRow, ...]
    next_key: str


def _require(actor: Actor, permission: str) -> None:
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)


def _filtered(actor: Actor, filters: CaseFilters) -> QuerySet[Case]:
    found = Case.objects.all()
    if actor.kind == "staff":
        found = found.filter(division_id__in=actor.divisions)
    if filters.statuses:
        found = found.filter(status__in=filters.statuses)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    if filters.mine:
        found = found.filter(assignee_id=actor.account_id)
    if filters.overdue:
        found = found.filter(status__in=("received", "reviewing"), due_on__lt=clock.today())
    if filters.received_from:
        found = found.filter(received_at__gte=_midnight(filters.received_from))
    if filters.received_to:
        found = found.filter(received_at__lt=_midnight(filters.received_to + timedelta(days=1)))
    if filters.q.strip():
        found = found.filter(_words(filters.q))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)


def _words(q: str) -> Q:
    number = parse_number(q)
    if number:
        return Q(number=number)
    words = fold_for_search(q, keep_spaces=True).split()
    condition = Q(subject_no=q.strip())
    by_name = Q()
    for word in words:
        by_name &= Q(name_folded__contains=word)
    return condition | by_name


def list_cases(*, actor: Actor, filters: CaseFilters, after: str = "", limit: int = 20) -> CasePage:
    """A page of the division's cases. Two statements at most; deep pages cost as much as the first.

    Raises:
        Forbidden: the official may not see cases at all.
    """
    _require(actor, permissions.VIEW)
    found = _filtered(actor, filters)
    if filters.sort == "due":
        found = found.order_by("due_on", "id")
    else:
        found = found.order_by("-received_at", "id")
    if after:
        found = found.filter(_after(after, filters.sort))
    cases = list(found[: limit + 1])
    rows = tuple(_row(case) for case in cases[:limit])
    return CasePage(rows, _key(rows[-1], filters.sort) if len(cases) > limit else "")


def _key(row: CaseRow, sort: Sort) -> str:
    return f"{row.due_on.isoformat() if sort == 'due' else row.received_at.isoformat()}~{row.id}"


def _after(key: str, sort: Sort) -> Q:
    first, _, last = key.partition("~")
    try:
        case_id = UUID(last)
        if sort == "due":
            day = date.fromisoformat(first)
            return Q(due_on__gt=day) | Q(due_on=day, id__gt=case_id)
        moment = datetime.fromisoformat(first)
    except ValueError:
        return Q()
    return Q(received_at__lt=moment) | Q(received_at=moment, id__gt=case_id)


def _row(case: Case) -> CaseRow:
    return CaseRow(
        id=case.pk, number=case.number, title=case.title["ja"], procedure=case.procedure, name=case.name,
        status=Status(case.status), assignee_id=case.assignee_id, received_at=case.received_at, due_on=case.due_on,
        correction_due_on=case.correction_due_on, subject_no=case.subject_no, form_version_id=case.form_version_id,
        submission_id=case.submission_id,
    )  # fmt: skip


def export_cases(*, actor: Actor, filters: CaseFilters) -> Iterator[Sequence[CaseRow]]:
    """All rows of a filtered list in batches, for a file; that it was taken is logged, with its filters.

    Raises:
        Forbidden: no right to export.
    """
    _require(actor, permissions.EXPORT)
    audit.record(
        actor=actor, action="export", table="eng_cases_case", object_id="",
        detail={"q": bool(filters.q), "statuses": list(filters.statuses), "procedure": filters.procedure},
    )  # fmt: skip
    after = ""
    taken = 0
    while taken < EXPORT_LIMIT:
        page = list_cases(actor=actor, filters=filters, after=after, limit=1000)
        taken += len(page.rows)
        yield page.rows
        if not page.next_key:
            return
        after = page.next_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A division's cases in numbers, for its dashboard."""

    by_status: dict[str, int]
    overdue: int
    received_this_week: int
    received_week_before: int
    decided_this_week: int
    median_days: float | None
    by_procedure: tuple[tuple[str, str, int, int, int], ...]
    """(slug, title, received, approved, refused) of this fiscal year."""
    by_day: tuple[tuple[date, int, int], ...]
    """(day, received, decided) of the last 28 days."""


_COUNTS = """
SELECT status, count(*) FROM eng_cases_case WHERE division_id = ANY (%s) AND received_at >= %s GROUP BY status
"""
_KEY_FIGURES = """
SELECT count(*) FILTER (WHERE status IN ('received', 'reviewing') AND due_on < %(today)s),
    count(*) FILTER (WHERE received_at >= %(week)s),
    count(*) FILTER (WHERE received_at >= %(before)s AND received_at < %(week)s),
    count(*) FILTER (WHERE closed_at >= %(week)s AND status IN ('approved', 'refused')),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - received_at) / 86400.0)
        FILTER (WHERE status IN ('approved', 'refused') AND closed_at >= %(year)s)
FROM eng_cases_case WHERE division_id = ANY (%(divisions)s)
"""
_BY_PROCEDURE = """
SELECT procedure, (array_agg(title ->> 'ja' ORDER BY received_at DESC))[1], count(*),
    count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'refused')
FROM eng_cases_case WHERE division_id = ANY (%s) AND received_at >= %s GROUP BY procedure ORDER BY count(*) DESC, procedure
"""
_BY_DAY = """
SELECT d::date, (SELECT count(*) FROM eng_cases_case c WHERE c.division_id = ANY (%(divisions)s)
        AND c.received_at >= d AND c.received_at < d + interval '1 day'),
    (SELECT count(*) FROM eng_cases_case c WHERE c.division_id = ANY (%(divisions)s)
        AND c.closed_at >= d AND c.closed_at < d + interval '1 day' AND c.status IN ('approved', 'refused'))
FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') d ORDER BY d
"""


def division_figures(*, actor: Actor, year_start: date) -> Figures:
    """Counts of the actor's divisions; four statements whatever their size.

    Args:
        year_start: first day of the fiscal year.
    """
    _require(actor, permissions.VIEW)
    divisions = sorted(actor.divisions)
    today = _midnight(clock.today())
    week = today - timedelta(days=clock.today().weekday())
    year = _midnight(year_start)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, (divisions, year))
        by_status = {status: count for status, count in cursor.fetchall()}  # noqa: C416 - rows are tuples of Any
        cursor.execute(
            _KEY_FIGURES,
            {
                "today": clock.today(),
                "week": week,
                "before": week - timedelta(days=7),
                "year": year,
                "divisions": divisions,
            },
        )
        overdue, this_week, week_before, decided, median = cursor.fetchone()
        cursor.execute(_BY_PROCEDURE, (divisions, year))
        by_procedure = tuple(tuple(row) for row in cursor.fetchall())
        cursor.execute(_BY_DAY, {"divisions": divisions, "first": today - timedelta(days=27), "last": today})
        by_day = tuple(tuple(row) for row in cursor.fetchall())
    return Figures(
        by_status={status: by_status.get(status, 0) for status in (*sorted(OPEN), *sorted(set(Status) - OPEN))},
        overdue=overdue, received_this_week=this_week, received_week_before=week_before, decided_this_week=decided,
        median_days=round(float(median), 1) if median is not None else None, by_procedure=by_procedure, by_day=by_day,
    )  # fmt: skip
