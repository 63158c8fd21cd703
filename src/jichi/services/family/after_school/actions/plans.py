"""分納: agreed for open months, slips by agreed day; kept, broken (reminders count again) or taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Max

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection import queries as books
from jichi.engines.collection.queries import Bill
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates import queries as mandates
from jichi.engines.registry import queries as registry
from jichi.engines.slips import actions as slips
from jichi.engines.slips import queries as issued
from jichi.engines.slips.rules import Addressee
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from .. import rules
from ..models import Plan, PlanPart
from ..permissions import EDIT, require
from ..queries import KIND
from ..rules import Part
from .money import slip_order
from .online import SYSTEM

STORE_DAYS: Final = timedelta(days=14)
"""So long after an agreed day stores take its slip."""
NOTICES: Final[dict[str, LocalizedText]] = {
    "agreed": {
        "ja": "学童クラブ育成料の分納の約束", "easy": "学童クラブの お金を 少しずつ はらう 約束",
        "en": "Paying after-school fees by instalments", "zh-hans": "学童俱乐部费用分期缴纳约定",
        "ko": "방과후 클럽 이용료 분납 약속",
    },
    "broken": {
        "ja": "学童クラブ育成料の分納が守られていません。すぐに支払うか、連絡してください",
        "easy": "約束の 日に お金が はらわれていません。電話してください",
        "en": "Your instalment plan was not kept. Please pay or contact us",
        "zh-hans": "分期约定未履行，请立即支付或联系我们",
        "ko": "분납 약속이 지켜지지 않았습니다. 바로 납부하거나 연락해 주세요",
    },
}  # fmt: skip
BROKEN: Final[LocalizedText] = {"ja": "分納の約束が守られていません"}


def agree_plan(
    *, actor: Actor, payer_no: str, keys: Collection[str], first_day: date, each: int, decision_ref: str
) -> UUID:
    """Agree with a parent on other days for open months; the plan's id. A written promise: 承認 for limitation.

    Args:
        keys: 納付番号 of the months. each: so many months on one day, a month apart.

    Raises:
        Forbidden: without "family_after_school.edit".
        Invalid: fields "keys", "first_day", "each", "decision_ref".
        Conflict: "after_school.plan_debited": an account pays, end or hold that first; "after_school.planned".
    """
    require(actor, EDIT)
    today = clock.today()
    wrong: dict[str, FieldError] = {}
    if not decision_ref.strip():
        wrong["decision_ref"] = FieldError("field.required")
    if first_day < today:
        wrong["first_day"] = FieldError("after_school.plan_past")
    if not 1 <= each <= rules.MOST_STEPS or rules.steps(len(keys), max(each, 1)) > rules.MOST_STEPS:
        wrong["each"] = FieldError("after_school.plan_steps", {"most": rules.MOST_STEPS})
    with unit(actor):
        with connection.cursor() as cursor:  # one at a time: plans are numbered without gaps
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('after_school.plan', 0))")
        bills = _owed(payer_no, keys)
        if not bills or len(bills) != len(set(keys)):
            wrong["keys"] = FieldError("after_school.plan_months")
        if wrong:
            raise Invalid(fields=wrong)
        with unit(SYSTEM):
            debited = mandates.live_mandate(payer_no=payer_no, kind=KIND, on=today)
        if debited is not None:
            raise Conflict("after_school.plan_debited")
        row = Plan.objects.create(
            number=(Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1, payer_no=payer_no,
            division_id=bills[0].division_id, agreed_on=today, decision_ref=decision_ref.strip(),
            made_by_id=actor.account_id,
        )  # fmt: skip
        days = rules.agreed_days(len(bills), each=each, first=first_day)
        try:
            with unit(actor):
                PlanPart.objects.bulk_create(
                    PlanPart(plan=row, key=bill.view.key, agreed_on=day) for bill, day in zip(bills, days, strict=True)
                )
        except IntegrityError:
            raise Conflict("after_school.planned") from None
        for bill in bills:
            collection.note_event(
                actor=actor, instalment_id=bill.view.id, kind="acknowledged", on=today, reference=f"分納 {row.number}"
            )
        _tell(row, "agreed")
    return row.pk


def _owed(payer_no: str, keys: Collection[str]) -> list[Bill]:
    """Those months of this parent of which something is owed, by due day."""
    found = books.bills_by_key(keys=list(keys), today=clock.today())
    mine = [bill for bill in found if bill.kind == KIND and bill.payer_no == payer_no and bill.view.owed]
    return sorted(mine, key=lambda bill: (bill.view.due_on, bill.view.key))


def _tell(plan: Plan, what: str) -> None:
    login = accounts.account_of_person(plan.payer_no)
    if login is not None:
        inbox.put_item(
            actor=SYSTEM, account_id=login, kind="todo", title=NOTICES[what], url_path="/clubs/",
            subject_key=f"after_school:plan:{plan.pk}", dedupe_key=f"after_school:plan:{plan.pk}:{what}",
        )  # fmt: skip


def cancel_plan(*, actor: Actor, plan_id: UUID, reason: str) -> None:
    """Take a plan back: the due days count again.

    Raises:
        Forbidden. NotFound. Invalid: field "reason". Conflict: "after_school.plan_over".
    """
    require(actor, EDIT)
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):
        _end(_live(plan_id), "cancelled", reason.strip()[:200])


def _live(plan_id: UUID) -> Plan:
    row = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    if row.state != "live":
        raise Conflict("after_school.plan_over")
    return row


def _end(row: Plan, state: str, reason: str) -> None:
    row.state, row.reason, row.ended_on = state, reason, clock.today()
    row.save(update_fields=["state", "reason", "ended_on"])
    PlanPart.objects.filter(plan=row).update(is_over=True)


def check_plans(*, actor: Actor) -> dict[str, int]:
    """End what is kept or broken; how many of each. A broken one is told to the parent and its division.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    ended = {"kept": 0, "broken": 0}
    with unit(SYSTEM):
        plans = list(Plan.objects.select_for_update(skip_locked=True).filter(state="live").order_by("number"))
        parts = list(PlanPart.objects.filter(plan__in=plans))
        bills = {
            bill.view.key: bill for bill in books.bills_by_key(keys=[part.key for part in parts], today=clock.today())
        }
        for row in plans:
            mine = [
                Part(part.agreed_on, bills[part.key].view.owed, bool(bills[part.key].view.announced))
                for part in parts
                if part.plan_id == row.pk and part.key in bills
            ]
            state = rules.state_of(mine, clock.today())
            if state in ended:
                _end(row, state, "")
                ended[state] += 1
            if state == "broken":
                _tell(row, "broken")
                inbox.put_item(
                    actor=SYSTEM, division_id=row.division_id, kind="check", title=BROKEN, permission=EDIT,
                    url_path=f"/staff/after-school/plans/{row.pk}/", subject_key=f"after_school:plan:{row.pk}",
                    dedupe_key=f"after_school:plan:{row.pk}:broken",
                )  # fmt: skip
    return ended


def send_plan_slips(*, actor: Actor, plan_id: UUID) -> UUID:
    """納付書 for what is owed under a plan, to be paid by the agreed days; the slip run. Again: the same.

    Raises:
        Forbidden. NotFound. Conflict: "after_school.plan_over", "after_school.no_terms", "after_school.nothing",
            "after_school.by_hand" (支援措置, unknown address); what slips say.
    """
    require(actor, EDIT)
    with unit(actor):
        row = _live(plan_id)
        if row.slip_run is not None:
            return row.slip_run
        days = dict(PlanPart.objects.filter(plan=row).values_list("key", "agreed_on"))
        bills = _owed(row.payer_no, days)
        person = registry.residents([row.payer_no]).get(row.payer_no)
        if issued.terms_on(clock.today()) is None:
            raise Conflict("after_school.no_terms")
        if person is None or person.is_protected or not person.address:
            raise Conflict("after_school.by_hand")
        if not bills:
            raise Conflict("after_school.nothing")
        to = Addressee(postcode=person.postcode, address=person.address, name=person.display_name)
        orders = [
            replace(slip_order(bill, to), pay_by=max(days[bill.view.key], clock.today()) + STORE_DAYS) for bill in bills
        ]
        row.slip_run = slips.issue_slips(
            actor=actor, run_key=f"after_school:plan:{row.pk}", division_id=row.division_id,
            title=f"学童クラブ育成料 分納{row.number}", orders=orders,
        )  # fmt: skip
        row.save(update_fields=["slip_run"])
    return row.slip_run
