"""月次の計算 into 調定 and ledger, notices to parents, slips, reminders. Each repeats without doing anything twice."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection import queries as books
from jichi.engines.collection.actions import NewAssessment
from jichi.engines.collection.queries import Bill
from jichi.engines.collection.rules.facts import ChangeKind
from jichi.engines.collection.rules.instalments import due_day
from jichi.engines.inbox import actions as inbox
from jichi.engines.registry import queries as registry
from jichi.engines.slips import actions as slips
from jichi.engines.slips import queries as issued
from jichi.engines.slips.rules import Addressee, SlipOrder
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict
from jichi.kernel.localized import LocalizedText

from .. import queries, rules
from ..models import Reminder, Run, RunLine
from ..permissions import EDIT, require
from ..queries import KIND, key_of, subject_of
from ..rules import FeeTable, Line

SYSTEM: Final = system_actor("after_school", purpose="after-school fees")
STORE_DAYS: Final = 60
"""Days after the due day for which stores take a slip."""
NOTICES: Final[dict[str, LocalizedText]] = {
    "charged": {
        "ja": "学童クラブ育成料のお知らせ", "easy": "学童クラブの お金の お知らせ", "en": "After-school club fee",
        "zh-hans": "学童俱乐部费用通知", "ko": "방과후 클럽 이용료 안내",
    },
    "reminded": {
        "ja": "学童クラブ育成料を支払ってください(期限を過ぎています)",
        "easy": "学童クラブの お金を はらってください(おくれています)",
        "en": "After-school club fee is overdue", "zh-hans": "学童俱乐部费用已逾期，请支付",
        "ko": "방과후 클럽 이용료 납부 기한이 지났습니다",
    },
}  # fmt: skip


def make_run(
    *, actor: Actor, month: date, division_id: int, expected: str, decision_ref: str, on: date | None = None
) -> UUID:
    """Do what the preview showed, all or nothing; the run's id. Pressed again there is nothing left to do.

    Args:
        expected: `rules.fingerprint` of what was looked at.
        on: day of the assessment; today, unless what was charged on paper before is taken over.

    Raises:
        Forbidden: without "family_after_school.edit". Invalid: "after_school.no_table".
        Conflict: "after_school.changed": something else would be done than was looked at; "after_school.nothing".
    """
    require(actor, EDIT)
    today = on or clock.today()
    with unit(actor):
        with connection.cursor() as cursor:  # one run at a time: what is kept must not move under the reckoning
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('after_school.run', 0))")
        lines = queries.preview(month=month)
        if rules.fingerprint(lines) != expected:
            raise Conflict("after_school.changed")
        table = queries.tables_in_force()[fiscal_year(month)]
        wanted = [line for line in lines if line.kind in ("new", "raised", "lowered")]
        if not wanted:
            raise Conflict("after_school.nothing")
        counts = queries.counted(lines)
        run = Run.objects.create(
            number=(Run.objects.aggregate(last=Max("number"))["last"] or 0) + 1, month=month, division_id=division_id,
            fingerprint=expected, counts=counts, made_by_id=actor.account_id, made_at=clock.now(),
        )  # fmt: skip
        RunLine.objects.bulk_create(
            [
                RunLine(run=run, enrolment_id=line.key, month=line.month, before_yen=line.before, after_yen=line.after,
                        reason=line.reason)
                for line in lines if line.kind != "same"
            ],
            batch_size=2_000,
        )  # fmt: skip
        collection.open_assessments(
            actor=actor,
            assessments=[_assessment(line, table, decision_ref, today) for line in wanted if line.kind == "new"],
        )
        _change(actor, [line for line in wanted if line.kind != "new"], run.number, decision_ref)
        from ..tasks import tell_parents as job

        job.defer(run_id=str(run.pk))
    return run.pk


def _assessment(line: Line, table: FeeTable, decision_ref: str, today: date) -> NewAssessment:
    return NewAssessment(
        dedupe_key=key_of(line.key, line.month), kind=KIND, levy_year=table.fiscal_year,
        fiscal_year=fiscal_year(line.month), assessed_on=today, decision_ref=decision_ref,
        lines=(("fee", line.reason, line.after),), instalments=((_due(line.month, table, today), line.after),),
        payer_no=line.payer_no, term=rules.month_text(line.month), subject=subject_of(line.key),
    )  # fmt: skip


def _due(month: date, table: FeeTable, today: date) -> date:
    """The table's day of the month, or, for a month that is charged later, that day of this month or the next."""

    def on(at: date) -> date:
        return due_day(at.replace(day=min(table.due_day, calendar.monthrange(at.year, at.month)[1])))

    found = on(month)
    if found >= today:
        return found
    later = on(today.replace(day=1))
    return (
        later if later >= today + timedelta(days=10) else on((today.replace(day=28) + timedelta(days=7)).replace(day=1))
    )


def _change(actor: Actor, lines: Sequence[Line], number: int, decision_ref: str) -> None:
    """What is owed for months that were charged before comes down or goes up; what was paid too much is left over."""
    bills = {
        bill.dedupe_key: bill
        for bill in books.bills_of_subjects(
            subjects=sorted({subject_of(one.key) for one in lines}), today=clock.today()
        )
    }
    for line in lines:
        bill = bills[key_of(line.key, line.month)]
        yen = line.after - (line.before or 0)
        kind: ChangeKind = "increased" if yen > 0 else "cancelled" if line.after == 0 else "reduced"
        collection.change_instalment(
            actor=actor, instalment_id=bill.view.id, kind=kind, amount_yen=abs(yen), reason=line.reason,
            decision_ref=decision_ref, decided_on=clock.today(), dedupe_key=f"{bill.dedupe_key}:run{number}",
        )  # fmt: skip


def tell_parents(*, actor: Actor, run_id: UUID) -> int:
    """A notice in the inbox of every parent whose fee a run set or changed and who has a login; how many."""
    with unit(actor):
        run = Run.objects.filter(pk=run_id).first()
        if run is None:
            return 0
        payers = RunLine.objects.filter(run=run).values_list("enrolment__payer_no", flat=True).distinct()
        logins = [(payer, login) for payer in payers if (login := accounts.account_of_person(payer))]
        for payer, login in logins:
            inbox.put_item(
                actor=actor, account_id=login, kind="todo", title=NOTICES["charged"], url_path="/pay/",
                subject_key=f"after_school:{payer}", dedupe_key=f"after_school:run:{run.pk}:{payer}",
            )  # fmt: skip
    return len(logins)


def send_slips(*, actor: Actor, run_id: UUID) -> tuple[UUID, tuple[str, ...]]:
    """納付書 for what the run charged and is still owed; the slip run, and 宛名番号 whose slip is made by hand.

    None for those whose account is debited (口座振替): a request to banks takes it, a slip follows where it fails.
    By hand: protected persons (支援措置), and those whose address nobody knows. The same run gives the same slips.

    Raises:
        Forbidden. Conflict: "after_school.no_terms", "after_school.nothing", or what slips say (`OrdersRefused`).
    """
    require(actor, EDIT)
    with unit(actor):
        run = Run.objects.select_for_update().get(pk=run_id)
        bills = queries.by_slip(queries.bills_of_run(run_id=run_id))
        people = registry.residents(sorted({bill.payer_no for bill in bills}))
        by_hand = tuple(sorted(
            {b.payer_no for b in bills if b.payer_no not in people or people[b.payer_no].is_protected}
        ))  # fmt: skip
        if run.slip_run is not None:
            return run.slip_run, by_hand
        if issued.terms_on(clock.today()) is None:
            raise Conflict("after_school.no_terms")
        orders = [
            slip_order(bill, Addressee(
                postcode=people[bill.payer_no].postcode, address=people[bill.payer_no].address,
                name=people[bill.payer_no].display_name,
            ))
            for bill in bills if bill.view.owed and bill.payer_no not in by_hand
        ]  # fmt: skip
        if not orders:
            raise Conflict("after_school.nothing")
        run.slip_run = slips.issue_slips(
            actor=actor, run_key=f"after_school:{run.pk}", division_id=run.division_id,
            title=f"学童クラブ育成料 {rules.month_text(run.month)}({run.number}回目の計算)", orders=orders,
        )  # fmt: skip
        run.save(update_fields=["slip_run"])
    return run.slip_run, by_hand


def slip_order(bill: Bill, to: Addressee) -> SlipOrder:
    """One slip over what is owed today."""
    return SlipOrder(
        number=bill.view.key, subject=f"collection:{bill.view.key}", amount=bill.view.owed, due=bill.view.due_on,
        pay_by=max(bill.view.due_on, clock.today()) + timedelta(days=STORE_DAYS), to=to, title=bill.title[:30],
    )  # fmt: skip


def send_reminders(*, actor: Actor, expected: str) -> int:
    """督促 for every instalment that is late by 20 days and was not reminded yet, all or none; how many.

    Each gets its fact for limitation, the parent a notice; letters are printed from the list. Again it does nothing.

    Raises:
        Forbidden. Conflict: "after_school.changed": others than were looked at; "after_school.nothing".
        Invalid: from collection.
    """
    require(actor, EDIT)
    with unit(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('after_school.remind', 0))")
        bills = queries.to_remind()
        if not bills:
            raise Conflict("after_school.nothing")
        if queries.reminded_fingerprint(bills) != expected:
            raise Conflict("after_school.changed")
        today = clock.today()
        Reminder.objects.bulk_create(
            Reminder(key=bill.view.key, payer_no=bill.payer_no, division_id=bill.division_id, sent_on=today,
                     owed_yen=bill.view.owed, sent_by_id=actor.account_id)
            for bill in bills
        )  # fmt: skip
        for bill in bills:
            collection.note_event(
                actor=actor, instalment_id=bill.view.id, kind="demand", on=today, reference="学童クラブ督促"
            )
        for payer in sorted({bill.payer_no for bill in bills}):
            if login := accounts.account_of_person(payer):
                inbox.put_item(
                    actor=actor, account_id=login, kind="todo", title=NOTICES["reminded"], url_path="/pay/",
                    subject_key=f"after_school:{payer}", dedupe_key=f"after_school:demand:{today}:{payer}",
                )  # fmt: skip
    return len(bills)
