"""After an event: what is asked of who took part, and the report to the division."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.engines.surveys.pages import Report, ask_page, report_csv, report_page, report_pdf
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import NotFound

from ...permissions import EDIT, VIEW
from ...queries import EventView
from ...rules import survey_code, survey_times
from .arranging import crumbs, owned, tabs
from .entries import entered


def _frame(request: SignedInRequest, found: EventView) -> dict[str, Any]:
    return {"tabs": tabs(found, "outcome", request), "tabs_name": "催し", "breadcrumb": crumbs(found)}


def _entered(request: SignedInRequest, code: str) -> EventView:
    """An event of one's own that people enter. Raises NotFound."""
    found = owned(request, code)
    if found.offering_id is None or not found.slots:
        raise NotFound
    return found


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the questions for who took part."""
    found = _entered(request, code)
    opens_at, closes_at = survey_times([slot for _code, slot in found.slots])
    return ask_page(
        request, code=survey_code(found.id), division_id=found.division_id, opens_at=opens_at, closes_at=closes_at,
        back=reverse("front_events_staff:outcome", args=[code]),
        context={**_frame(request, found), "title": f"{found.title['ja']}のアンケート"},
    )  # fmt: skip


def _report(request: SignedInRequest, found: EventView) -> Report:
    entries, _people = entered(request, found)
    here = [one for one in entries if one.state == "taken" or one.arrived_at]
    came, away = [one for one in here if one.arrived_at], [one for one in here if one.no_show]
    first, last = found.slots[0][1], found.slots[-1][1]
    facts = [
        ("日時", "から".join(format_datetime(at, "ja", "staff") for at in (first.starts_at, last.ends_at))),
        ("回数", f"{len(found.slots)}回"), ("場所", found.content.place_name),
        ("定員", f"{found.content.capacity}人"), ("申込み", _count(entries)), ("参加が決まった", _count(here)),
        ("出席", _count(came)), ("欠席", _count(away)),
        ("キャンセル待ち", _count([one for one in entries if one.state == "waiting"])),
        ("取消し", _count([one for one in entries if one.state == "withdrawn"])),
    ]  # fmt: skip
    if found.content.pay_first and found.offering_id is not None:
        money = booking.money_of(found.offering_id)
        facts += [
            ("受け取った料金", f"{money.paid_yen:,}円({money.paid}件)"),
            ("まだ支払われていない料金", f"{money.due_yen:,}円({money.due}件)"),
        ]
    elif found.content.costs:
        facts.append(("料金", "当日に会場で受け取ります"))
    return Report(
        code=survey_code(found.id), title=found.title.get("ja", found.code), facts=facts, division_id=found.division_id
    )


def _count(entries: Any) -> str:
    return f"{len(entries)}件({sum(one.size for one in entries)}人)"


@access(audience="staff", permission=VIEW)
def outcome(request: SignedInRequest, code: str) -> HttpResponse:
    """A10: attendance, money and what people said of one event."""
    found = _entered(request, code)
    return report_page(
        request, _report(request, found),
        {
            **_frame(request, found), "csv_url": reverse("front_events_staff:outcome_csv", args=[code]),
            "pdf_url": reverse("front_events_staff:outcome_pdf", args=[code]),
            "ask_url": reverse("front_events_staff:ask", args=[code]) if request.actor.may(EDIT) else "",
        },
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def outcome_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """The report as CSV."""
    return report_csv(_report(request, _entered(request, code)), f"report-{code}")


@access(audience="staff", permission=VIEW)
def outcome_pdf(request: SignedInRequest, code: str) -> HttpResponse:
    """The report as a paper."""
    return report_pdf(_report(request, _entered(request, code)), f"report-{code}")
