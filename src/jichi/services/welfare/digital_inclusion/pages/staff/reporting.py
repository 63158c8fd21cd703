"""After a class: what is asked of who came, and the report to the division."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.surveys.pages import Report, ask_page, report_csv, report_page, report_pdf
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from ... import queries
from ...permissions import EDIT, VIEW
from ...queries import CourseView, Enrolled
from ...rules import survey_code, survey_times
from .arranging import crumbs, owned, tabs

ROOM = "welfare_digital_inclusion_staff"


def _frame(request: SignedInRequest, found: CourseView) -> dict[str, Any]:
    return {"tabs": tabs(found, "outcome", request), "tabs_name": "教室", "breadcrumb": crumbs(found)}


def _held(request: SignedInRequest, code: str) -> CourseView:
    """A class of one's own that people enter. Raises NotFound."""
    found = owned(request, code)
    if found.offering_id is None or not found.sessions:
        raise NotFound
    return found


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the questions for who came."""
    found = _held(request, code)
    opens_at, closes_at = survey_times([one.ends_at for one in found.sessions])
    return ask_page(
        request, code=survey_code(found.id), division_id=found.division_id, opens_at=opens_at, closes_at=closes_at,
        back=reverse(f"{ROOM}:outcome", args=[code]),
        context={**_frame(request, found), "title": f"{found.title['ja']}のアンケート"},
    )  # fmt: skip


def _report(request: SignedInRequest, found: CourseView) -> Report:
    with joining(request.actor):
        entries, members = queries.enrolled(found.id), queries.roll(found.id)
    here = [one for one in entries if one.entry.state == "taken"]
    teams = [one for one in here if one.team]
    came = [(one.number, sum(1 for each in members if one.number in each.came)) for one in found.sessions]
    facts = [
        ("期間", f"{format_date(found.sessions[0].day)}から{format_date(found.sessions[-1].day)}"),
        ("回数", f"{len(found.sessions)}回"), ("場所", found.plan.place_name),
        ("定員", f"{found.plan.capacity}人(団体の席{found.plan.team_places}人)"), ("申込み", _count(entries)),
        ("参加が決まった", _count(here)), ("うち団体", _count(teams)),
        ("キャンセル待ち", _count([one for one in entries if one.entry.state == "waiting"])),
        ("取消し", _count([one for one in entries if one.entry.state == "withdrawn"])),
        ("出席(延べ)", f"{sum(count for _number, count in came)}人"),
        ("1回も来なかった", f"{sum(1 for one in members if not one.came)}人"),
        *((f"第{number}回の出席", f"{count}人") for number, count in came),
    ]  # fmt: skip
    return Report(
        code=survey_code(found.id), title=found.title.get("ja", found.code), facts=facts, division_id=found.division_id
    )


def _count(entries: Sequence[Enrolled]) -> str:
    return f"{len(entries)}件({sum(one.entry.size for one in entries)}人)"


@access(audience="staff", permission=VIEW)
def outcome(request: SignedInRequest, code: str) -> HttpResponse:
    """A10: attendance and what people said of one class."""
    found = _held(request, code)
    return report_page(
        request, _report(request, found),
        {
            **_frame(request, found), "csv_url": reverse(f"{ROOM}:outcome_csv", args=[code]),
            "pdf_url": reverse(f"{ROOM}:outcome_pdf", args=[code]),
            "ask_url": reverse(f"{ROOM}:ask", args=[code]) if request.actor.may(EDIT) else "",
        },
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def outcome_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """The report as CSV."""
    return report_csv(_report(request, _held(request, code)), f"report-{code}")


@access(audience="staff", permission=VIEW)
def outcome_pdf(request: SignedInRequest, code: str) -> HttpResponse:
    """The report as a paper."""
    return report_pdf(_report(request, _held(request, code)), f"report-{code}")
