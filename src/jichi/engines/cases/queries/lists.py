"""Lists, exports and figures of a division's cases. Row security keeps other divisions' out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.receipt_number import format_number, parse_number
from jichi.kernel.text import fold_for_search

from .. import permissions
from ..models import Case
from ..rules import Status

Sort = Literal["due", "-due", "received", "-received"]
SORTS: Final[tuple[Sort, ...]] = ("due", "-due", "received", "-received")
EXPORT_LIMIT: Final = 100_000
COUNT_CAP: Final = 10_000
"""Lists count up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What the list is narrowed by; empty fields do not narrow."""

    q: str = ""
    statuses: tuple[str, ...] = ()
    procedure: str = ""
    mine: bool = False
    overdue: bool = False
    this_week: bool = False
    waiting: str = ""
    """On whom: "applicant", "payment", "second_person" or "route" (決裁待ち)."""
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
    kana: str
    status: Status
    assignee_id: UUID | None
    received_at: datetime
    due_on: date
    correction_due_on: date | None
    closed_at: datetime | None
    subject_no: str
    form_version_id: int
    submission_id: UUID
    stage: str = ""
    payment: str = "none"
    channel: str = "web"

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)

    def is_overdue(self, today: date) -> bool:
        """Past its promised day and still with us."""
        ours = self.status in {Status.RECEIVED, Status.REVIEWING} and self.payment != "due"
        return ours and self.due_on < today


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some rows, and the keys of the pages after and before ("" = there is none)."""

    rows: tuple[CaseRow, ...]
    next_key: str
    before_key: str = ""


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission."""
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)


def _filtered(actor: Actor, filters: CaseFilters, *, division: int | None = None) -> QuerySet[Case]:
    found = Case.objects.all()
    if division is not None:
        found = found.filter(division_id=division)
    elif actor.kind == "staff":
        found = found.filter(division_id__in=actor.divisions)
    if filters.statuses:
        found = found.filter(status__in=filters.statuses)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    if filters.mine:
        found = found.filter(assignee_id=actor.account_id)
    if filters.overdue:
        found = found.filter(status__in=("received", "reviewing"), due_on__lt=clock.today()).exclude(payment="due")
    if filters.this_week:
        today = clock.today()
        sunday = today + timedelta(days=6 - today.weekday())
        found = found.filter(status__in=("received", "reviewing"), due_on__gte=today, due_on__lte=sunday)
    if filters.waiting:
        found = found.filter(**_WAITING[filters.waiting])
    if filters.received_from:
        found = found.filter(received_at__gte=midnight(filters.received_from))
    if filters.received_to:
        found = found.filter(received_at__lt=midnight(filters.received_to + timedelta(days=1)))
    if filters.q.strip():
        found = found.filter(_words(filters.q))
    return found


_WAITING: Final[dict[str, dict[str, object]]] = {
    "applicant": {"status": "correction"},
    "payment": {"status__in": ("received", "reviewing"), "payment": "due"},
    "second_person": {"status__in": ("received", "reviewing"), "second_person": "waiting"},
    "route": {"status": "reviewing", "stage": "on_route"},
}


def midnight(day: date) -> datetime:
    """The first moment of the day in Tokyo."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)


def _words(q: str) -> Q | RawSQL:
    number = parse_number(q)
    if number:
        return Q(number=number)
    if q.strip().isdecimal():
        return Q(subject_no=q.strip())
    # An array, so that the few cases found are fetched by their keys instead of all being looked through.
    return RawSQL(
        "eng_cases_case.id = ANY (ARRAY(SELECT cases_named(%s)))",
        [fold_for_search(q, keep_spaces=True).split()],
        output_field=BooleanField(),
    )


# sort → (field, it descends, the id descends with it)
_ORDER: Final[dict[str, tuple[str, bool, bool]]] = {
    "due": ("due_on", False, False), "-due": ("due_on", True, True),
    "received": ("received_at", False, True), "-received": ("received_at", True, False),
}  # fmt: skip


def list_cases(*, actor: Actor, filters: CaseFilters, after: str = "", before: str = "", limit: int = 20) -> CasePage:
    """A page of the division's cases. One statement; deep pages cost as much as the first.

    Args:
        after, before: `next_key` or `before_key` of a neighbouring page; `before` counts when `after` is "".

    Raises:
        Forbidden: the official may not see cases at all.
    """
    require(actor, permissions.VIEW)
    field, falls, id_falls = _ORDER[filters.sort]
    backwards = bool(before and not after)
    if backwards:
        falls, id_falls = not falls, not id_falls
    order = (f"{'-' if falls else ''}{field}", f"{'-' if id_falls else ''}id")
    beyond = _beyond(after or before, field, falls=falls, id_falls=id_falls)
    # Each division is an ordered walk through one index, stopped after a page; then merged.
    parts = [
        _filtered(actor, filters, division=division).filter(beyond).order_by(*order)[: limit + 1]
        for division in (sorted(actor.divisions) if actor.kind == "staff" else (None,))
    ]
    if not parts:
        return CasePage((), "")
    merged = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True).order_by(*order)[: limit + 1]
    cases = list(merged)
    more = len(cases) > limit
    rows = tuple(_row(case) for case in cases[:limit])
    if backwards:
        rows = rows[::-1]
    if not rows:
        return CasePage((), "")
    first, last = _key(rows[0], field), _key(rows[-1], field)
    return CasePage(rows, last if more or backwards else "", first if (more if backwards else bool(after)) else "")


def _key(row: CaseRow, field: str) -> str:
    value: date = getattr(row, field)
    return f"{value.isoformat()}~{row.id}"


def _beyond(key: str, field: str, *, falls: bool, id_falls: bool) -> Q:
    """Rows after the one with this key; none is left out for a key that can't be read."""
    first, _, last = key.partition("~")
    try:
        case_id = UUID(last)
        edge = date.fromisoformat(first) if field == "due_on" else datetime.fromisoformat(first)
    except ValueError:
        return Q()
    if isinstance(edge, datetime) and edge.tzinfo is None:
        return Q()
    way, id_way = ("lt" if falls else "gt"), ("lt" if id_falls else "gt")
    # The first condition repeats what the second says, so that an index can begin there.
    return Q(**{f"{field}__{way}e": edge}) & (Q(**{f"{field}__{way}": edge}) | Q(**{f"id__{id_way}": case_id}))


def _row(case: Case) -> CaseRow:
    return CaseRow(
        id=case.pk, number=case.number, title=case.title["ja"], procedure=case.procedure, name=case.name,
        kana=case.kana, status=Status(case.status), assignee_id=case.assignee_id, received_at=case.received_at,
        due_on=case.due_on, correction_due_on=case.correction_due_on, closed_at=case.closed_at,
        subject_no=case.subject_no, form_version_id=case.form_version_id, submission_id=case.submission_id,
        stage=case.stage, payment=case.payment, channel=case.channel,
    )  # fmt: skip


def count_cases(*, actor: Actor, filters: CaseFilters) -> int:
    """How many cases the filters leave, counted up to COUNT_CAP. One statement."""
    require(actor, permissions.VIEW)
    return _filtered(actor, filters).order_by()[:COUNT_CAP].count()


_PROCEDURES: Final = """
WITH RECURSIVE step AS (
    SELECT d.id AS division_id, (SELECT c.procedure FROM eng_cases_case c WHERE c.division_id = d.id
        ORDER BY c.procedure LIMIT 1) AS procedure FROM unnest(%s::bigint[]) d(id)
    UNION ALL
    SELECT s.division_id, (SELECT c.procedure FROM eng_cases_case c WHERE c.division_id = s.division_id
        AND c.procedure > s.procedure ORDER BY c.procedure LIMIT 1) FROM step s WHERE s.procedure IS NOT NULL
)
SELECT s.procedure, newest.title FROM step s CROSS JOIN LATERAL (
    SELECT c.title ->> 'ja' AS title, c.received_at FROM eng_cases_case c
    WHERE c.division_id = s.division_id AND c.procedure = s.procedure ORDER BY c.received_at DESC, c.id LIMIT 1) newest
WHERE s.procedure IS NOT NULL ORDER BY newest.received_at
"""
"""Leaps from one procedure to the next in the index, however many cases lie between."""


def procedures_of(*, actor: Actor) -> tuple[tuple[str, str], ...]:
    """(slug, title) of the procedures of which the actor's divisions have cases, by title. One statement."""
    require(actor, permissions.VIEW)
    with connection.cursor() as cursor:
        cursor.execute(_PROCEDURES, [sorted(actor.divisions)])
        found = dict(cursor.fetchall())  # of two divisions with the same procedure the newest title stays
    return tuple(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))


def cases_by_number(*, actor: Actor, numbers: Sequence[str]) -> dict[str, CaseRow]:
    """The cases with these 受付番号 (without hyphen) that the actor sees; others are left out. One statement."""
    require(actor, permissions.VIEW)
    return {case.number: _row(case) for case in _filtered(actor, CaseFilters()).filter(number__in=list(numbers))}


def cases_about(*, actor: Actor, subject_no: str, without: UUID | None = None, limit: int = 10) -> tuple[CaseRow, ...]:
    """Cases of the actor's divisions about one person, newest first. One statement; none for nobody."""
    require(actor, permissions.VIEW)
    if not subject_no:
        return ()
    found = _filtered(actor, CaseFilters()).filter(subject_no=subject_no)
    if without is not None:
        found = found.exclude(pk=without)
    return tuple(_row(case) for case in found.order_by("-received_at", "id")[:limit])


def export_cases(*, actor: Actor, filters: CaseFilters, form: str = "utf-8") -> Iterator[Sequence[CaseRow]]:
    """All rows of a filtered list in batches, for a file; that it was taken is logged, with its filters.

    Raises:
        Forbidden: no right to export.
    """
    require(actor, permissions.EXPORT)
    audit.record(
        actor=actor, action="export", table="eng_cases_case", object_id="",
        detail={
            "q": bool(filters.q), "statuses": list(filters.statuses), "procedure": filters.procedure,
            "mine": filters.mine, "overdue": filters.overdue, "encoding": form,
            "from": filters.received_from and filters.received_from.isoformat(),
            "to": filters.received_to and filters.received_to.isoformat(),
        },
    )  # fmt: skip
    after = ""
    taken = 0
    while taken < EXPORT_LIMIT:
        page = list_cases(actor=actor, filters=filters, after=after, limit=500)
        taken += len(page.rows)
        yield page.rows
        if not page.next_key:
            return
        after = page.next_key
