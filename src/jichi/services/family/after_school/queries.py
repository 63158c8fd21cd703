"""What pages read: clubs, children, tables in force, the preview of a run, what to remind. Row security decides who."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.collection import queries as books
from jichi.engines.collection.queries import Bill, ReceiptView
from jichi.engines.mandates import queries as mandates
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Invalid

from . import rules
from .models import Club, Enrolment, FeeTable, PlanPart, Reminder, Run, RunLine, Term
from .rules import Child, Line, Span

SYSTEM: Final = system_actor("after_school", purpose="after-school clubs")
KIND: Final = "after-school"
PAGE: Final = 50
LATE_DAYS: Final = 20
"""督促 goes out so many days after the due day."""


def subject_of(enrolment: object) -> str:
    """How collection names a child's fees."""
    return f"after_school:{enrolment}"


def key_of(enrolment: object, month: date) -> str:
    """The key by which a month is assessed once, ever."""
    return f"after_school:{enrolment}:{rules.month_text(month)}"


@dataclass(frozen=True, slots=True)
class ClubView:
    """A club with how many children use it this month and how many have applied."""

    id: UUID
    code: str
    name: str
    capacity: int
    division_id: int
    using: int
    applied: int


def clubs(*, month: date) -> list[ClubView]:
    """Clubs by name. One statement."""
    held = Q(enrolments__state="approved", enrolments__first_month__lte=month) & (
        Q(enrolments__last_month=None) | Q(enrolments__last_month__gte=month)
    )
    rows = Club.objects.annotate(
        using=Count("enrolments", filter=held), applied=Count("enrolments", filter=Q(enrolments__state="applied"))
    ).order_by("name")
    return [ClubView(r.pk, r.code, r.name, r.capacity, r.division_id, r.using, r.applied) for r in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentView:
    """A child's use of a club."""

    id: UUID
    child_no: str
    payer_no: str
    club: str
    club_id: UUID
    division_id: int
    grade: int
    state: str
    applied_on: date
    first_month: date
    last_month: date | None
    decided_on: date | None
    decision_ref: str
    reason: str
    case_number: str


def _view(row: Enrolment) -> EnrolmentView:
    return EnrolmentView(
        id=row.pk, child_no=row.child_no, payer_no=row.payer_no, club=row.club.name, club_id=row.club_id,
        division_id=row.division_id, grade=row.grade, state=row.state, applied_on=row.applied_on,
        first_month=row.first_month, last_month=row.last_month, decided_on=row.decided_on,
        decision_ref=row.decision_ref, reason=row.reason, case_number=row.case_number,
    )  # fmt: skip


def enrolments(
    *, state: str = "", club: str = "", numbers: Collection[str] | None = None, after: str = "", limit: int = PAGE
) -> tuple[list[EnrolmentView], int, str]:
    """Children by number: a page, how many there are, the cursor of the next page ("" for none). Two statements."""
    found = Enrolment.objects.all()
    if state:
        found = found.filter(state=state)
    if club:
        found = found.filter(club__code=club)
    if numbers is not None:
        found = found.filter(Q(child_no__in=numbers) | Q(payer_no__in=numbers))
    total = found.count()
    number, _, key = after.partition(":")
    if key and len(key) == len(str(UUID(int=0))):
        found = found.filter(Q(child_no__gt=number) | Q(child_no=number, pk__gt=key))
    rows = list(found.select_related("club").order_by("child_no", "pk")[: limit + 1])
    more = f"{rows[limit - 1].child_no}:{rows[limit - 1].pk}" if len(rows) > limit else ""
    return [_view(row) for row in rows[:limit]], total, more


def enrolment(*, enrolment_id: UUID) -> EnrolmentView | None:
    """One child's use. One statement."""
    row = Enrolment.objects.select_related("club").filter(pk=enrolment_id).first()
    return _view(row) if row else None


def enrolments_of_payer(*, payer_no: str) -> list[EnrolmentView]:
    """All children of a payer, by start. One statement."""
    rows = Enrolment.objects.select_related("club").filter(payer_no=payer_no).order_by("first_month", "child_no")
    return [_view(row) for row in rows]


def terms_of(*, enrolment_id: UUID) -> list[tuple[str, str, date, date | None, str]]:
    """(kind, word, first month, last month, decision), newest first. One statement."""
    rows = Term.objects.filter(enrolment_id=enrolment_id).order_by("-first_month", "-id")
    return [(row.kind, row.word, row.first_month, row.last_month, row.decision_ref) for row in rows]


def children() -> list[Child]:
    """Every approved child with what holds when, as rules take it. Two statements."""
    spans: dict[tuple[UUID, str], list[Span]] = {}
    for term in Term.objects.filter(enrolment__state="approved").order_by("id"):
        spans.setdefault((term.enrolment_id, term.kind), []).append(Span(term.first_month, term.last_month, term.word))
    return [
        Child(
            key=str(row.pk), payer_no=row.payer_no, child_no=row.child_no, grade=row.grade,
            use=Span(row.first_month, row.last_month), pauses=tuple(spans.get((row.pk, "pause"), ())),
            classes=tuple(spans.get((row.pk, "class"), ())), grounds=tuple(spans.get((row.pk, "ground"), ())),
        )
        for row in Enrolment.objects.filter(state="approved").order_by("child_no", "pk")
    ]  # fmt: skip


def tables_in_force() -> dict[int, rules.FeeTable]:
    """Fiscal year → the newest approved table. One statement."""
    rows = FeeTable.objects.exclude(approved_at=None).order_by("fiscal_year", "version")
    return {row.fiscal_year: rules.table_from(row.fiscal_year, row.content) for row in rows}


def preview(*, month: date) -> list[Line]:
    """What a run for the month would do; about twelve statements for any number of children.

    Raises:
        Invalid: "after_school.no_table".
    """
    tables = tables_in_force()
    if fiscal_year(month) not in tables:
        raise Invalid("after_school.no_table", year=fiscal_year(month))
    known = children()
    return rules.plan(month, known, tables, kept_of(child.key for child in known))


def kept_of(keys: Iterable[str]) -> dict[tuple[str, date], int]:
    """(child, month) → yen owed by what was assessed and changed so far, from collection."""
    by_subject = {subject_of(key): key for key in keys}
    bills = books.bills_of_subjects(subjects=list(by_subject), today=clock.today())
    return {(by_subject[bill.subject], rules.month_of(bill.term)): bill.view.tax for bill in bills}


def counted(lines: Iterable[Line]) -> dict[str, int]:
    """How many of each kind, and yen: new, and the difference of changes."""
    known = list(lines)
    counts = Counter(line.kind for line in known)
    return {
        **{kind: counts[kind] for kind in ("new", "raised", "lowered", "exempt", "same")},
        "new_yen": sum(line.after for line in known if line.kind == "new"),
        "changed_yen": sum(line.after - (line.before or 0) for line in known if line.kind in ("raised", "lowered")),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run that was made."""

    id: UUID
    number: int
    month: date
    counts: Mapping[str, int]
    made_at: Any
    made_by: str
    slip_run: UUID | None


def _run(row: Run) -> RunView:
    return RunView(
        id=row.pk, number=row.number, month=row.month, counts=row.counts, made_at=row.made_at,
        made_by=row.made_by.name if row.made_by else "", slip_run=row.slip_run,
    )  # fmt: skip


def runs(*, limit: int = PAGE) -> list[RunView]:
    """Newest first. One statement."""
    return [_run(row) for row in Run.objects.select_related("made_by").order_by("-number")[:limit]]


def run(*, run_id: UUID) -> RunView | None:
    """One run. One statement."""
    row = Run.objects.select_related("made_by").filter(pk=run_id).first()
    return _run(row) if row else None


def run_lines(*, run_id: UUID, limit: int = 500) -> list[tuple[EnrolmentView, date, int | None, int, str]]:
    """(child, month, before, after, reason) in the order of the children, at most `limit`. One statement."""
    rows = RunLine.objects.filter(run_id=run_id).select_related("enrolment__club").order_by("id")[:limit]
    return [(_view(row.enrolment), row.month, row.before_yen, row.after_yen, row.reason) for row in rows]


def bills_of_run(*, run_id: UUID) -> list[Bill]:
    """Instalments of the months that a run touched, by due day. Nine statements."""
    touched = set(RunLine.objects.filter(run_id=run_id).values_list("enrolment_id", "month"))
    wanted = {key_of(pk, month) for pk, month in touched}
    found = books.bills_of_subjects(subjects=sorted({subject_of(pk) for pk, _ in touched}), today=clock.today())
    return [bill for bill in found if bill.dedupe_key in wanted]


def by_slip(bills: Sequence[Bill]) -> list[Bill]:
    """Those that no account pays: without a live mandate that counts on the due day. One statement for each due day.

    Asked as the platform: who may not look into mandates must not send slips for what an account pays either.
    """
    living: dict[date, set[str]] = {}
    with unit(SYSTEM):
        for due in {bill.view.due_on for bill in bills}:
            payers = {bill.payer_no for bill in bills if bill.view.due_on == due}
            living[due] = set(mandates.live_mandates(kind=KIND, payers=payers, on=due))
    return [bill for bill in bills if bill.payer_no not in living[bill.view.due_on]]


def bills_of_child(*, enrolment_id: UUID) -> list[Bill]:
    """A child's months, by due day. Eight statements."""
    return books.bills_of_subjects(subjects=[subject_of(enrolment_id)], today=clock.today())


def left_over(bills: Iterable[Bill]) -> list[ReceiptView]:
    """Receipts of these months of which something counts nowhere: put elsewhere or given back by collection."""
    found = books.receipts_of(ids=[bill.view.id for bill in bills])
    return [one for one in found if one.left > 0]


def reasons_of(*, enrolment_id: UUID) -> dict[date, str]:
    """Month → why it costs what it costs now, as the newest run wrote it. One statement."""
    rows = RunLine.objects.filter(enrolment_id=enrolment_id).order_by("id")
    return dict(rows.values_list("month", "reason"))


def unpaid(*, due_before: date) -> list[Bill]:
    """Months due before a day of which something is owed. Nine statements."""
    ids = [pk for pk, _ in books.unpaid_ids(kind=KIND, due_before=due_before, limit=20_000)]
    return books.bills_by_id(ids=ids, today=clock.today())


def to_remind() -> list[Bill]:
    """Late by 20 days, not reminded before, not said to be paid (速報), under no plan, by payer. Ten statements."""
    before = clock.today() - timedelta(days=LATE_DAYS - 1)
    done = set(Reminder.objects.values_list("key", flat=True))
    done |= set(PlanPart.objects.filter(is_over=False).values_list("key", flat=True))
    bills = [bill for bill in unpaid(due_before=before) if bill.view.key not in done]
    return sorted((bill for bill in bills if not bill.view.announced), key=lambda b: (b.payer_no, b.view.due_on))


def reminded_fingerprint(bills: Iterable[Bill]) -> str:
    """SHA-256 of whom a press would remind of what."""
    text = "\n".join(f"{bill.view.key}|{bill.view.owed}" for bill in bills)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDay:
    """Reminders of one day."""

    sent_on: date
    count: int
    payers: int


def reminder_days() -> list[ReminderDay]:
    """Newest first. One statement."""
    rows = Reminder.objects.values("sent_on").annotate(n=Count("key"), payers=Count("payer_no", distinct=True))
    return [ReminderDay(sent_on=row["sent_on"], count=row["n"], payers=row["payers"]) for row in
            rows.order_by("-sent_on")]  # fmt: skip


def reminders_of(*, day: date) -> dict[str, list[tuple[str, int]]]:
    """Payer → (納付番号, yen owed then) of a day. One statement."""
    found: dict[str, list[tuple[str, int]]] = {}
    for row in Reminder.objects.filter(sent_on=day).order_by("payer_no", "key"):
        found.setdefault(row.payer_no, []).append((row.key, row.owed_yen))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A fee table, draft or in force."""

    id: UUID
    fiscal_year: int
    version: int
    content: Mapping[str, str]
    examples: str
    made_by: str
    made_by_id: UUID | None
    approved_by: str
    approved_at: Any


def _table(row: FeeTable) -> TableView:
    return TableView(
        id=row.pk, fiscal_year=row.fiscal_year, version=row.version, content=row.content, examples=row.examples,
        made_by=row.made_by.name if row.made_by else "", made_by_id=row.made_by_id,
        approved_by=row.approved_by.name if row.approved_by else "", approved_at=row.approved_at,
    )  # fmt: skip


def tables() -> list[TableView]:
    """Newest year and version first. One statement."""
    rows = FeeTable.objects.select_related("made_by", "approved_by").order_by("-fiscal_year", "-version")
    return [_table(row) for row in rows]


def table(*, table_id: UUID) -> TableView | None:
    """One table. One statement."""
    row = FeeTable.objects.select_related("made_by", "approved_by").filter(pk=table_id).first()
    return _table(row) if row else None
