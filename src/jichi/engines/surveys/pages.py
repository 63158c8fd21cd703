"""Pages that services show at addresses of their own: answering, choosing the questions, the report of what took place.

Who may open them, and what they are about, is the service's to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import errors_for
from jichi.design.html import written
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest
from jichi.engines.statistics.queries import hide_below
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import LocalizedText, pick
from jichi.kernel.tables import write_table

from . import actions, presentation, queries, rules
from .queries import Outcome

CONFLICT: Final = 409
UNPROCESSABLE: Final = 422


def answer_page(
    request: SignedInRequest, *, code: str, respondent: str, about: LocalizedText, back: str, help_with: Any
) -> HttpResponse:
    """A2: the questions of a questionnaire, answered once; GET and POST of one address.

    Args:
        respondent: what answers once, an entry's id.
        about: what it was. `back`: where one came from. `help_with`: the office in charge.
    """
    asked = queries.survey(code)
    wrong: Mapping[str, FieldError] = {}
    problem, values = "", {}
    language = request.LANGUAGE_CODE
    replied = queries.has_replied(code, respondent)
    if asked is not None and request.method == "POST" and not replied:
        values = {one.key: request.POST.get(one.key, "")[: rules.LONGEST * 2] for one in asked.questions}
        try:
            actions.reply(actor=request.actor, code=code, respondent=respondent, answers=values)
            return redirect(request.path)
        except Invalid as error:
            wrong, problem = error.fields, "" if error.fields else catalogue.message(error.code, language)
        except Conflict as error:
            problem = catalogue.message(error.code, language)
    fields = presentation.answer_fields(asked.questions, values, wrong, language) if asked else []
    name = pick(about, language)
    context = {
        "title": f"{_('アンケート')}: {name.text}", "about": written(name), "back": back, "fields": fields,
        "errors": errors_for(fields),
        "problem": problem, "replied": replied, "is_open": asked is not None and asked.is_open, "help": help_with,
    }  # fmt: skip
    return render(request, "eng_surveys/answer.html", context, status=UNPROCESSABLE if problem or wrong else 200)


def ask_page(
    request: SignedInRequest, *, code: str, division_id: int, opens_at: datetime, closes_at: datetime, back: str,
    context: Mapping[str, Any],
) -> HttpResponse:  # fmt: skip
    """A2: what is asked; GET and POST of one address. `context`: title, tabs and the way back of the service."""
    asked = queries.survey(code)
    draft = () if asked else queries.drafted(code)
    wrong: dict[str, FieldError] = {}
    problem = ""
    chosen: Sequence[rules.Question] = (
        asked.questions if asked else draft or rules.standard(("satisfied", "again", "remarks"))
    )
    if request.method == "POST":
        chosen, wrong = _chosen(request)
        try:
            if not wrong:
                actions.set_survey(
                    actor=request.actor, code=code, division_id=division_id, questions=chosen, opens_at=opens_at,
                    closes_at=closes_at,
                )  # fmt: skip
                return redirect(back)
        except Invalid as error:
            wrong = {"questions": FieldError(error.code)}
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    fields = presentation.ask_fields(chosen, wrong)
    shown = {
        **context, "fields": fields, "errors": errors_for(fields), "problem": problem, "narrow": True,
        "opens": format_datetime(opens_at, "ja", "staff"), "closes": format_datetime(closes_at, "ja", "staff"),
        "over": clock.now() >= closes_at, "draft": bool(draft),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "eng_surveys/staff/ask.html", shown, status=status)


def _chosen(request: SignedInRequest) -> tuple[tuple[rules.Question, ...], dict[str, FieldError]]:
    """What an official chose and wrote, and what is wrong with it."""
    found, wrong = list(rules.standard(request.POST.getlist("questions"))), dict[str, FieldError]()
    for place in range(1, rules.MOST_OWN + 1):
        label = request.POST.get(f"label{place}", "").strip()
        options = request.POST.get(f"options{place}", "")[: rules.LONGEST * 2]
        if len(label) > rules.LONGEST:
            wrong[f"label{place}"] = FieldError("field.too_long", {"max": rules.LONGEST, "now": len(label)})
        if options.strip() and not label:
            wrong[f"label{place}"] = FieldError("field.required")
        if not label:
            continue
        try:
            found.append(rules.own_question(place, label, options))
        except Invalid as error:
            wrong |= error.fields
            found.append(rules.Question(key=f"own{place}", label={"ja": label}))
    return tuple(found), wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """報告: what took place in numbers, and what people said. `facts` are (label, text) pairs in Japanese."""

    code: str
    title: str
    facts: Sequence[tuple[str, str]]
    division_id: int

    def outcome(self) -> Outcome:
        """What people said, once enough have answered."""
        return queries.outcome(self.code, least=hide_below())


def report_page(request: SignedInRequest, report: Report, context: Mapping[str, Any]) -> HttpResponse:
    """A10: the report. `context`: tabs, way back, `csv_url`, `pdf_url` and `ask_url` ("" where one may not ask)."""
    outcome = report.outcome()
    shown = {
        **context, "title": f"{report.title}の報告", "facts": [Fact(label=a, value=b) for a, b in report.facts],
        "asked": queries.survey(report.code), "draft": queries.drafted(report.code),
        "replies": outcome.replies, "few": presentation.few(outcome),
        "charts": presentation.charts(outcome, "参加した方のアンケート"), "texts": presentation.texts(outcome),
    }  # fmt: skip
    return render(request, "eng_surveys/staff/report.html", shown)


def _sent(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def report_csv(report: Report, name: str) -> HttpResponse:
    """The report as a table: numbers first, then each answer; nobody's name."""
    numbers = [["数字", label, text, ""] for label, text in report.facts]
    data = write_table(presentation.HEADINGS, [*numbers, *presentation.rows(report.outcome())])
    return _sent(data, "text/csv; charset=utf-8", f"{name}.csv")


def report_pdf(report: Report, name: str) -> HttpResponse:
    """The report as a paper for the division."""
    division = accounts.divisions([report.division_id])[0].names["ja"]
    data = presentation.report_pdf(
        title=f"{report.title} 報告書", facts=report.facts, outcome=report.outcome(), division=division
    )
    return _sent(data, "application/pdf", f"{name}.pdf")
