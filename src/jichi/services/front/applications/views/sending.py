"""The last look (A3), sending, the receipt (A4), and a copy of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.cases import queries as cases
from jichi.engines.cases.rules import subject_key
from jichi.engines.files.rules.names import content_disposition
from jichi.engines.forms import queries
from jichi.engines.forms.errors import Incomplete, NotEligible, StaleDraft, Unconfirmed, Unsigned
from jichi.engines.forms.rules import FeeLine, fee_lines, fee_total, first_unanswered, uniqueness_key
from jichi.engines.messages import queries as messages
from jichi.engines.payments.queries import charges_of
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_deadline
from jichi.kernel.errors import Conflict
from jichi.kernel.localized import path_in, pick
from jichi.kernel.money import Yen, format_yen

from ..actions import submit_application
from ..fees import fee_told
from ..results import copy_of_application
from ..telling import answer_facts
from .answering import question_page
from .choosing import identify_first, not_eligible
from .counting import noted, shown_now
from .guests import guest_page
from .proving import remember_declared

CHECK = ":check"
"""How statistics know this page."""


@access(audience="resident", methods=("GET", "POST"), guests=True)
def check(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A3: all answers, declarations, and the button that sends."""
    view = queries.draft(draft_id)
    if view.corrects_id is not None:
        return redirect("eng_cases_items:correction_check", draft_id=draft_id)
    if request.method == "POST":
        return _send(request, view)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    if not view.version_published:
        return redirect("front_applications:newer", draft_id=draft_id)
    facts = queries.facts_for(view, request.addressee_no)
    if first_unanswered(view.definition, view.answers, facts, clock.today()) is not None:
        return redirect("front_applications:resume", draft_id=draft_id)
    noted(request, view, CHECK)
    return _check_page(request, view)


def _send(request: SignedInRequest, view: queries.DraftView) -> HttpResponse:
    declared = [d.id for d in view.definition.declarations if request.POST.get(f"declare-{d.id}")]
    try:
        opened = submit_application(
            actor=request.actor, draft_id=view.id, declared=declared, language=request.LANGUAGE_CODE,
            applicant_no=request.addressee_no, expected_revision=_revision(request, view),
        )  # fmt: skip
    except Incomplete as incomplete:
        noted(request, view, CHECK, "error")
        if not incomplete.page:
            return _check_page(request, view, declared=declared, undeclared=True)
        errors = {n: e for n, e in incomplete.fields.items() if view.definition.page_of_field.get(n) == incomplete.page}
        return question_page(request, view, incomplete.page, errors=errors)
    except StaleDraft:
        newest = queries.draft(view.id)
        return _check_page(request, newest, notice=_("別の画面で内容が変わりました。もう一度確かめてください。"))
    except NotEligible as refused:
        return not_eligible(request, view.definition, view.division_id, refused.result)
    except Conflict as refused:
        return _refused(request, view, refused, declared)
    if opened.fresh:
        noted(request, view, CHECK, "sent")
    done = reverse("front_applications:done", args=[view.id])
    return redirect(done if opened.fresh else f"{done}?again=1")


def _refused(
    request: SignedInRequest, view: queries.DraftView, refused: Conflict, declared: Sequence[str]
) -> HttpResponse:
    """The step that is still missing, the page of a newer form, or the check page with what speaks against it."""
    if refused.code == "draft.newer_form":
        return redirect("front_applications:newer", draft_id=view.id)
    remember_declared(request, view.id, declared)
    if isinstance(refused, Unsigned):
        return redirect("front_applications:sign", draft_id=view.id)
    if isinstance(refused, Unconfirmed):
        return redirect("front_applications:second", draft_id=view.id)
    first = identify_first(request, view.definition) if refused.code == "forms.identify" else None
    return first or _check_page(request, view, refused=refused)


def _revision(request: SignedInRequest, view: queries.DraftView) -> int | None:
    try:
        return int(request.POST.get("revision", ""))
    except ValueError:
        return view.revision


def _refusal(refused: Conflict, language: str, *, own: bool) -> str:
    texts = {
        "case.already_open": _("同じ申請をすでに受け付けています。入力した内容は残っています。")
        if own
        else _("この人の申請を、すでに受け付けています。入力した内容は残っています。担当課におたずねください。"),
        "forms.closed": _("受付は終わりました。入力した内容は残っています。担当課におたずねください。"),
        "forms.not_open_yet": _("受付はまだ始まっていません。入力した内容は残っています。"),
        "draft.expired": _("書きかけの申請の期限が過ぎました。もう一度、はじめから申請してください。"),
    }
    return texts.get(refused.code) or message("state_changed", language)


def _check_page(
    request: SignedInRequest,
    view: queries.DraftView,
    *,
    declared: Sequence[str] = (),
    undeclared: bool = False,
    notice: str = "",
    refused: Conflict | None = None,
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    fee = _fee(request, view)
    there = _there_already(view) if refused and refused.code == "case.already_open" else ""
    notice = _refusal(refused, language, own=bool(there)) if refused else notice
    fields = _declarations(view, declared, language, undeclared=undeclared)
    errors = errors_for(fields) if undeclared else []
    context = {
        "title": _("申請内容の確認"), "procedure": pick(view.definition.title, language).text,
        "answers": _answers(request, view, language), "fields": fields, "errors": errors,
        "fee": fee_told(fee, language), "to_pay": fee_total(fee) > 0, "next_step": _next_step(view),
        "revision": view.revision, "shown": shown_now(),
        "notices": [{"tone": "todo", "title": "", "text": notice}] if notice else [],
        "there": there,
        "help": accounts.office_contact(view.division_id, language), "draft_id": view.id,
    }  # fmt: skip
    status = 422 if errors else 409 if notice else 200
    return render(request, "front_applications/check.html", context, status=status)


def _next_step(view: queries.DraftView) -> str:
    """What pressing the button leads to, where it does not send at once."""
    if view.definition.second_person is not None:
        return _("もう1人の方の確認へ進む")
    return _("署名へ進む") if view.definition.signature is not None else ""


def _fee(request: SignedInRequest, view: queries.DraftView) -> tuple[FeeLine, ...]:
    facts = queries.facts_for(view, request.addressee_no)
    return fee_lines(view.definition, view.answers, facts, clock.today())


def _declarations(
    view: queries.DraftView, declared: Sequence[str], language: str, *, undeclared: bool
) -> list[FormField]:
    fields = []
    for declaration in view.definition.declarations:
        words, agreed = pick(declaration.text, language).text, declaration.id in declared
        error = message("field.consent", language, label=words.rstrip("。.")) if undeclared and not agreed else None
        fields.append(
            FormField(
                name=f"declare-{declaration.id}", kind="consent", label=words, value="1" if agreed else "", error=error
            )
        )
    return fields


def _answers(request: SignedInRequest, view: queries.DraftView, language: str) -> list[Fact]:
    return answer_facts(view, queries.facts_for(view, request.addressee_no), language, change=True)


def _there_already(view: queries.DraftView) -> str:
    """受付番号 of the person's case that takes the one place, if it is the visitor's own."""
    key = uniqueness_key(view.definition, view.subject_no, clock.today()) or ""
    found = cases.open_case_of(procedure=view.slug, once_key=key)
    return found.number if found else ""


@access(audience="resident", guests=True)
def done(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A4: the receipt number, what happens next and by when. Can be kept as a bookmark."""
    language = request.LANGUAGE_CODE
    view = queries.draft(draft_id)
    found = cases.number_of_submission_of_draft(draft_id)
    if view.submitted_at is None or found is None:
        return redirect("front_applications:resume", draft_id=draft_id)
    case = cases.applicant_case(actor=request.actor, number=found)
    due = format_date(case.due_on, language, "long")
    way = messages.told_by(request.signed_in.account_id, "case.received")
    before, _sep, after = message("application.done", language, number="\0", date=due).partition("\0")
    context = {
        "title": _("申請を受け付けました"), "own_heading": True, "number": case.written_number,
        "procedure": pick(case.title, language).text, "before": before, "after": after,
        "again": "again" in request.GET, "charge": _charge(case.id, language),
        "email": request.signed_in.email if way == "mail" else "", "way": way,
        "guest": guest_page(request, draft_id),
        "item_url": reverse("eng_cases_items:item", args=[case.written_number]),
        "copy_url": reverse("front_applications:copy", args=[case.written_number]),
        "help": accounts.office_contact(case.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/done.html", context)


def _charge(case_id: UUID, language: str) -> dict[str, str]:
    """What is to be paid for the case now, until when and where; {} when nothing is."""
    found = next((one for one in charges_of(subject_key(case_id)) if one.state == "due"), None)
    if found is None:
        return {}
    return {
        "amount": format_yen(Yen(found.total_yen), language), "url": path_in(language, found.url_path),
        "due": format_deadline(found.due_on, language, today=clock.today()) if found.due_on else "",
    }  # fmt: skip


@access(audience="resident", guests=True)
def copy(request: SignedInRequest, number: str) -> HttpResponse:
    """What was sent, word for word, as a PDF made now."""
    case = cases.applicant_case(actor=request.actor, number=number)
    pdf = copy_of_application(case, request.LANGUAGE_CODE)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(f"{case.written_number}.pdf", inline=True)
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    return response
