"""What the calendar and the register say of open cases: reminders, and people who left while a case runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.db.models import Q

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from .. import permissions, rules
from ..models import Case
from ..presentation import left_words
from ..rules import OPEN
from .afterwards import tell_overdue
from .changing import add_event, locked_case, save_case, staff_path, tell_applicant

REMIND_DAYS: Final = 3
"""Days before the date of a correction at which its applicant is reminded."""


def remind(*, actor: Actor) -> int:
    """Remind applicants of corrections due soon, and tell officials of cases and follow-ups past their day; each once.

    Bears repeating. Answers how many cases were looked at.
    """
    today = clock.today()
    with unit(actor):
        soon = Case.objects.filter(
            status="correction",
            correction_due_on__gte=today,
            correction_due_on__lte=today + timedelta(days=REMIND_DAYS),
        )
        late = Case.objects.filter(
            Q(status__in=("received", "reviewing"), due_on__lt=today) & ~Q(payment="due")
            | Q(status="correction", correction_due_on__lt=today)
        )
        asked = list(soon.values_list("pk", "correction_due_on"))
        overdue = list(late.values_list("pk", "due_on", "correction_due_on"))
    for pk, due_on in asked:
        with unit(actor):
            case = locked_case(pk)
            if case.status == "correction" and case.correction_due_on == due_on:
                tell_applicant(actor, case, "correction_soon", key=f"correction-soon:{pk}:{due_on}", todo=True)
    for pk, due_on, correction_due_on in overdue:
        with unit(actor):
            _tell_late(actor, Case.objects.get(pk=pk), f"late:{pk}:{correction_due_on or due_on}")
    return len(asked) + len(overdue) + tell_overdue(actor=actor)


def _tell_late(actor: Actor, case: Case, key: str) -> None:
    if case.status not in OPEN:
        return
    inbox.put_item(
        actor=actor, division_id=case.division_id, kind="decide", title=case.title, url_path=staff_path(case),
        subject_key=rules.subject_key(case.pk), about=case.number, due_on=case.correction_due_on or case.due_on,
        permission=permissions.VIEW, dedupe_key=key, assignee_id=case.assignee_id,
    )  # fmt: skip


def person_left(*, actor: Actor, departures: Iterable[tuple[str, str]]) -> int:
    """People left the register while a case of theirs is open: a check that asks to look, a line, and work.

    Once each. Nothing is decided by it: the official does. Answers how many cases were marked.

    Args:
        departures: (宛名番号, what happened: "moved_out", "deceased", …).
    """
    happened = dict(departures)
    marked = 0
    with unit(actor):
        numbers = list(happened)
        found = Case.objects.filter(status__in=OPEN).filter(Q(subject_no__in=numbers) | Q(applicant_no__in=numbers))
        for pk in list(found.order_by("pk").values_list("pk", flat=True)):
            marked += _mark(actor, locked_case(pk), happened)
    return marked


def _mark(actor: Actor, case: Case, happened: Mapping[str, str]) -> bool:
    fresh = False
    for who, number in (("対象の人", case.subject_no), ("申請した人", case.applicant_no)):
        if number not in happened or (who == "申請した人" and number == case.subject_no):
            continue
        state = happened[number]
        check_id = f"register_{'subject' if who == '対象の人' else 'applicant'}_{state}"
        if any(check.get("id") == check_id for check in case.checks):
            continue
        words = f"{who}が{left_words(state)}"
        reason = {"ja": f"{words}。{clock.today().isoformat()}の取込でわかりました。"}
        check = {"id": check_id, "title": {"ja": "住民記録の変更"}, "outcome": "look", "reason": reason}
        case.checks = [*case.checks, check]
        add_event(actor, case, "register_changed", public=False, detail={"what": words})
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, permission=permissions.VIEW,
            dedupe_key=f"{check_id}:{case.pk}", assignee_id=case.assignee_id,
        )  # fmt: skip
        fresh = True
    if fresh:
        save_case(case, "checks")
    return fresh
