"""Putting right what the office asked for (J3): the points, before and after, and sending it again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.parts import Difference, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import actions as form_actions
from jichi.engines.forms import queries as forms
from jichi.engines.forms.errors import Incomplete, StaleDraft
from jichi.engines.forms.rules import answer_lines, row
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import HTML_LANG, path_in, pick

from .actions import answer_correction
from .money import fee_told
from .presentation import point_example, point_sentence
from .queries import CaseRecord, CorrectionInfo, applicant_case, number_of_submission
from .resident_views import OWN_WORDS, is_late


def _until(correction: CorrectionInfo) -> datetime:
    """The end of the last day for the answer."""
    return datetime.combine(correction.due_on + timedelta(days=1), time(), clock.TOKYO)


@access(audience="resident", methods=("GET", "POST"), guests=True)
def correction(request: SignedInRequest, number: str) -> HttpResponse:
    """A5: 直していただきたいところ. Each point with its question and the present answer."""
    case = applicant_case(actor=request.actor, number=number)
    asked = case.open_correction
    if asked is None:
        return redirect("eng_cases_items:item", number=case.written_number)
    language = request.LANGUAGE_CODE
    if request.method == "POST" and not is_late(case):
        draft = form_actions.start_correction(
            actor=request.actor, submission_id=case.submission_id, fields=[p["field"] for p in asked.points],
            until=_until(asked),
        )  # fmt: skip
        return redirect(path_in(language, f"/apply/{draft.id}/"))
    sent = forms.submission(case.submission_id)
    day = format_date(asked.due_on, language)
    count = len(asked.points)
    context = {
        "title": _("直していただきたいところ"), "procedure": pick(case.title, language).text,
        "lead": message("correction.late" if is_late(case) else "correction.request", language, count=count, date=day),
        "late": is_late(case), "points": [_point(point, sent, language) for point in asked.points],
        "go": _("直す") if count == 1 else _("1つ目を直す"), "number": case.written_number,
        "back": reverse("eng_cases_items:item", args=[case.written_number]),
        "help": accounts.office_contact(case.division_id, language),
    }  # fmt: skip
    return render(request, "eng_cases/resident_correction.html", context)


def _point(point: dict[str, Any], sent: forms.SubmissionView, language: str) -> dict[str, object]:
    """One point: question, the official's sentence with its language, present answer, what a good answer looks like."""
    sentence, spoken = point_sentence(point, language)
    field = sent.definition.fields.get(point["field"])
    rows = []
    if field is not None:
        answer = row(field, sent.answers.get(field.id), language)
        rows.append(
            Fact(label=_("今の答え"), value=list(answer.lines), name=answer.answered and field.kind in OWN_WORDS)
        )
        example = point_example(point, sent.definition, language)
        if example:
            rows.append(Fact(label=_("よい答えの例"), value=example))
    return {
        "question": pick(field.name, language).text if field else point["field"],
        "sentence": sentence, "lang": HTML_LANG[spoken] if spoken != language else "",
        "own": "texts" not in point, "rows": rows,
    }  # fmt: skip


@access(audience="resident", methods=("GET", "POST"), guests=True)
def check(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A3: 直した内容の確認, before and after; then sent again. A replay leads to what was received."""
    draft = forms.draft(draft_id)
    case = _case_of(request, draft)
    if draft.submitted_at is not None:
        return redirect("eng_cases_items:correction_done", number=case.written_number)
    if case.open_correction is None:
        raise Conflict("case.state", number=case.number)
    if is_late(case) or draft.expires_at <= clock.now():
        return redirect("eng_cases_items:correction", number=case.written_number)
    if request.method == "GET":
        return _check_page(request, case, draft)
    try:
        answer_correction(
            actor=request.actor, case_id=case.id, draft_id=draft_id, revision=_revision(request, draft),
            language=request.LANGUAGE_CODE, applicant_no=request.addressee_no,
        )  # fmt: skip
    except Incomplete as incomplete:
        page = incomplete.page or draft.definition.page_of_field[sorted(draft.editable)[0]]
        return redirect(path_in(request.LANGUAGE_CODE, f"/apply/{draft_id}/q/{page}/"))
    except StaleDraft:
        newer = message("draft.newer_elsewhere", request.LANGUAGE_CODE)
        return _check_page(request, case, forms.draft(draft_id), notice=newer)
    return redirect("eng_cases_items:correction_done", number=case.written_number)


def _case_of(request: SignedInRequest, draft: forms.DraftView) -> CaseRecord:
    """The case whose application this draft corrects; NotFound for any other draft."""
    found = number_of_submission(draft.corrects_id) if draft.corrects_id else None
    if found is None:
        raise NotFound("draft.not_found")
    return applicant_case(actor=request.actor, number=found[0])


def _revision(request: SignedInRequest, draft: forms.DraftView) -> int:
    try:
        return int(request.POST.get("revision", ""))
    except ValueError:
        return draft.revision


def _check_page(
    request: SignedInRequest, case: CaseRecord, draft: forms.DraftView, *, notice: str = ""
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    rows = _differences(forms.submission(case.submission_id), draft, language)
    same = [one.label for one in rows if one.change == "same"]
    context = {
        "title": _("直した内容の確認"), "procedure": pick(case.title, language).text, "rows": rows, "same": same,
        "again": reverse("eng_cases_items:correction", args=[case.written_number]), "revision": draft.revision,
        "notices": [{"tone": "todo", "title": "", "text": notice}] if notice else [],
        "back": reverse("eng_cases_items:correction", args=[case.written_number]),
        "fee": fee_told(case, draft.answers, language),
        "help": accounts.office_contact(case.division_id, language),
    }  # fmt: skip
    return render(request, "eng_cases/resident_correction_check.html", context, status=409 if notice else 200)


def _differences(sent: forms.SubmissionView, draft: forms.DraftView, language: str) -> list[Difference]:
    """What was asked for, and whatever else changed with it."""
    rows = []
    for name, field in draft.definition.fields.items():
        was, is_ = sent.answers.get(name), draft.answers.get(name)
        if was == is_ and name not in draft.editable:
            continue
        before, after = ("、".join(answer_lines(field, answer, language)) for answer in (was, is_))
        change = "same" if was == is_ else "changed" if before and after else "added" if after else "removed"
        rows.append(
            Difference(
                label=pick(field.name, language).text, before=before, after=after, name=field.kind in OWN_WORDS,
                change=change,  # type: ignore[arg-type] # one of the four words, chosen above
            )
        )  # fmt: skip
    return rows


@access(audience="resident", guests=True)
def done(request: SignedInRequest, number: str) -> HttpResponse:
    """A4: 直した内容を受け取りました, with the new date. Can be kept as a bookmark."""
    case = applicant_case(actor=request.actor, number=number)
    if not any(c.state == "answered" for c in case.corrections):
        return redirect("eng_cases_items:item", number=case.written_number)
    language = request.LANGUAGE_CODE
    context = {
        "title": _("直した内容を受け取りました"), "own_heading": True, "number": case.written_number,
        "text": message("correction.sent", language), "is_open": case.is_open,
        "due": format_date(case.due_on, language, "long"),
        "item_url": reverse("eng_cases_items:item", args=[case.written_number]),
        "help": accounts.office_contact(case.division_id, language),
    }  # fmt: skip
    return render(request, "eng_cases/resident_correction_done.html", context)
