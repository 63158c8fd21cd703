"""入金との照合: what firms said they send beside what the bank credited; what does not add up is bound by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import actions, queries
from ..permissions import TAKE, VIEW
from .files import CONFLICT, UNPROCESSABLE, tabs

DAYS_BACK: Final = 60


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def listing(request: SignedInRequest) -> HttpResponse:
    """A10, A2: promises by day with what came for them, credits that wait, and the form that binds them."""
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            actions.bind_credits(
                actor=request.actor, promises=_chosen(request, "promises"), credits=_chosen(request, "credits"),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
            return redirect("eng_bankfiles:credits")
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    since = clock.today() - timedelta(days=DAYS_BACK)
    fields = _fields(request, wrong) if request.actor.may(TAKE) else []
    context = {
        "title": "入金との照合", "tabs": tabs("credits"), "since": format_date(since), "problem": problem,
        "rows": [_row(one) for one in queries.promises(since=since)],
        "waiting": [
            (format_date(one.booked_on), one.sender_title, one.payer, f"{one.yen:,}")
            for one in queries.credits(is_open=True)
        ], "fields": fields, "errors": errors_for(fields),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "eng_bankfiles/credits.html", context, status=status)


def _chosen(request: SignedInRequest, name: str) -> list[UUID]:
    """The ids that were ticked; what is none is left out and so not found."""
    found = []
    for text in request.POST.getlist(name)[:200]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _row(one: queries.PromiseView) -> tuple[Any, ...]:
    is_late = one.credited_on is None and one.day < clock.today()
    words, tone = ("入金済み", "done") if one.credited_on else ("入金待ち", "error" if is_late else "todo")
    came = format_date(one.credited_on) if one.credited_on else ""
    return format_date(one.day), one.sender_title, f"{one.yen:,}", tag(words, tone=tone), came


def _fields(request: SignedInRequest, wrong: dict[str, FieldError]) -> list[FormField]:
    due, came = queries.promises(is_open=True), queries.credits(is_open=True)
    if not due or not came:
        return []
    came_rows = [(one.id, one.booked_on, one.sender_title, one.yen) for one in came]
    due_rows = [(one.id, one.day, one.sender_title, one.yen) for one in due]
    return [
        _choice(request, "credits", "どの入金ですか", "入金", came_rows),
        _choice(request, "promises", "どの予定の入金ですか", "予定", due_rows),
        FormField(
            name="reason", label="額がちがう理由", noun="理由", required=False, value=request.POST.get("reason", ""),
            hint="足りない額は収納手数料、多い額は仮受金になります。額が同じときは、いりません。",
            error=wrong.get("reason"),
        ),
    ]  # fmt: skip


def _choice(
    request: SignedInRequest, name: str, label: str, noun: str, rows: Sequence[tuple[UUID, date, str, int]]
) -> FormField:
    """Which of these, each with its day, firm and yen."""
    options = tuple(
        Option(str(id), f"{format_date(day)} {title} {yen:,}円", noruby=True) for id, day, title, yen in rows
    )
    return FormField(
        name=name, label=label, noun=noun, kind="checkboxes", value=request.POST.getlist(name), options=options
    )
