"""Steps by one press: take, give back, cancel a correction; and ending a case whose applicant did not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict

from .. import actions, permissions
from ..presentation import event_for_staff, staff_status_word
from ..queries import CaseRecord, StepCase, case_for_step
from ..queries import Event as CaseEvent
from ..rules import Status
from .record import case_page
from .sight import look

_SHOWN_LATER: Final = frozenset({"document_issued"})
CONFLICT: Final = 409


def posted_version(request: SignedInRequest) -> int:
    """The version the page showed; one that never was when it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def back_to(number: str) -> HttpResponse:
    """On to the page of the case."""
    return redirect("eng_cases_staff:case", number=number)


def crumbs(case: StepCase) -> list[tuple[str, str]]:
    """The way to a page below the case."""
    number = case.written_number
    return [
        ("案件の一覧", reverse("eng_cases_staff:list")),
        (number, reverse("eng_cases_staff:case", args=[number])),
    ]


def _newest(record: CaseRecord) -> CaseEvent | None:
    return next((event for event in record.events if event.kind not in _SHOWN_LATER), None)


def what_happened(actor: Actor, record: CaseRecord) -> str:
    """J9: 「○○さんが10時12分に承認しました。あなたの操作は行われていません。最新の内容を表示します。」"""
    newest = _newest(record)
    if newest is None:
        return "先に状態が変わりました。あなたの操作は行われていません。最新の内容を表示します。"
    at = newest.at.astimezone(clock.TOKYO)
    day = "" if at.date() == clock.today() else f"{format_date(at.date())}の"
    who = "あなた" if newest.actor_id == actor.account_id else f"{newest.actor_name or '申請した人'}さん"
    if not newest.actor_name and newest.actor_kind == "resident":
        who = "申請した人"
    did = event_for_staff(newest.kind)
    return f"{who}が{day}{at.hour}時{at.minute}分に{did}。あなたの操作は行われていません。最新の内容を表示します。"


def already_done(actor: Actor, record: CaseRecord, kinds: Sequence[str]) -> bool:
    """Pressed twice: the newest thing that happened is this very act, by this official."""
    newest = _newest(record)
    return newest is not None and newest.kind in kinds and newest.actor_id == actor.account_id


def conflict_page(
    request: SignedInRequest, number: str, kinds: Sequence[str], kept: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """Nothing was done: the done state for a second press, else the newest state with what was typed kept."""
    actor = request.actor
    sight = look(actor, number)
    if already_done(actor, sight.record, kinds):
        return back_to(sight.record.written_number)
    return case_page(request, sight, trouble=what_happened(actor, sight.record), kept=kept, status=CONFLICT)


def not_now_page(request: SignedInRequest, number: str) -> HttpResponse:
    """The page of a step that the present state doesn't allow: nothing was tried, the state is shown."""
    sight = look(request.actor, number)
    state = staff_status_word(sight.record.status)
    trouble = f"今の状態(「{state}」)では、この操作はできません。最新の内容を表示します。"
    return case_page(request, sight, trouble=trouble, status=CONFLICT)


def _press(
    request: SignedInRequest, number: str, step: Callable[[Actor, UUID, int], object], kind: str
) -> HttpResponse:
    actor = request.actor
    case_id = case_for_step(actor=actor, number=number).id
    try:
        step(actor, case_id, posted_version(request))
    except Conflict:
        return conflict_page(request, number, (kind,))
    return back_to(number)


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def take(request: SignedInRequest, number: str) -> HttpResponse:
    """審査を始める."""
    return _press(request, number, lambda a, c, v: actions.take_case(actor=a, case_id=c, expected_version=v), "taken")


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def release(request: SignedInRequest, number: str) -> HttpResponse:
    """担当を外れる."""
    return _press(
        request, number, lambda a, c, v: actions.release_case(actor=a, case_id=c, expected_version=v), "released"
    )


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def cancel_correction(request: SignedInRequest, number: str) -> HttpResponse:
    """補正依頼を取り消す."""
    return _press(
        request,
        number,
        lambda a, c, v: actions.cancel_correction(actor=a, case_id=c, expected_version=v),
        "correction_cancelled",
    )


@access(audience="staff", permission=permissions.DECIDE, methods=("GET", "POST"))
def expire(request: SignedInRequest, number: str) -> HttpResponse:
    """A3: what 失効 means, then the button."""
    actor = request.actor
    if request.method == "POST":
        return _press(
            request, number, lambda a, c, v: actions.expire_case(actor=a, case_id=c, expected_version=v), "expired"
        )
    case = case_for_step(actor=actor, number=number)
    late = case.correction_due_on is not None and case.correction_due_on < clock.today()
    if case.status is not Status.CORRECTION or not late:
        return not_now_page(request, number)
    context = {"title": "失効にする", "case": case, "back": reverse("eng_cases_staff:case", args=[case.written_number])}
    return render(request, "eng_cases/staff_expire.html", context)
