"""起案を直す、取り下げる: what the drafter can do while the proposal is on its route."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from django.shortcuts import render

from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries as forms
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid

from .. import actions, permissions
from ..presentation import code_words
from ..queries import StepCase, case_for_step, proposal_on_route
from ..routing import MARKS, marks_of
from .decisions import amount_errors, asked_yen, draft_errors, draft_fields, marks_field, typed_draft
from .steps import back_to, conflict_page, crumbs, not_now_page, posted_version

_HOW = (Option("major", "内容を直す", hint="前の承認は取り消され、もう一度回ります。"),
        Option("minor", "軽微な修正", hint="誤字など。承認した人に知らせ、承認は残ります。"))  # fmt: skip


@access(audience="staff", permission=permissions.HANDLE, methods=("GET", "POST"))
def change(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: the proposal's text once more, with the reason for the change."""
    case = case_for_step(actor=request.actor, number=number)
    proposal = proposal_on_route(case.id)
    if proposal is None:
        return not_now_page(request, number)
    definition = forms.definition_of(case.form_version_id)
    if request.method == "GET":
        fields = draft_fields(definition, proposal.draft, {}, asked_yen(case))
        return _page(request, case, [*fields, marks_field(marks_of(case.id))], {})
    outcome: Literal["approved", "refused"] = proposal.draft.outcome
    draft = typed_draft(request.POST, definition, outcome)
    wrong, said = draft_errors(definition, draft) or amount_errors(case, draft), ""
    marks = [one for one in request.POST.getlist("marks") if one in MARKS]
    if not wrong:
        try:
            actions.change_proposal(
                actor=request.actor, case_id=case.id, draft=draft, minor=request.POST.get("how") == "minor",
                why=request.POST.get("why", ""), expected_version=posted_version(request), marks=marks,
            )  # fmt: skip
        except Invalid as error:
            wrong = dict(error.fields)
        except Forbidden as error:
            said = error.code
        except Conflict as error:
            if error.code != "proposal.not_minor":
                return conflict_page(request, number, ("proposal_changed",), [("理由", draft.reason)])
            said = error.code
        else:
            return back_to(case.written_number)
    return _page(
        request, case, [*draft_fields(definition, draft, wrong, asked_yen(case)), marks_field(marks)], wrong, said
    )


def _page(
    request: SignedInRequest, case: StepCase, fields: list[FormField], wrong: dict[str, FieldError], said: str = ""
) -> HttpResponse:
    fields = [
        *fields,
        FormField(
            name="how", label="直し方", kind="radio", options=_HOW, value=request.POST.get("how", "major"),
        ),
        FormField(
            name="why", label="直す理由", kind="textarea", rows=2, value=request.POST.get("why", ""),
            error=wrong.get("why"), hint="決裁する人が読みます。",
        ),
    ]  # fmt: skip
    errors = [*([SummaryError("", code_words(said))] if said else []), *errors_for(fields)]
    context = {
        "title": "起案を直す", "case": case, "fields": fields, "errors": errors, "breadcrumb": crumbs(case),
        "version": request.POST.get("version", case.version),
    }  # fmt: skip
    return render(request, "eng_cases/staff_proposal.html", context, status=422 if errors else 200)


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def take_back(request: SignedInRequest, number: str) -> HttpResponse:
    """起案を取り下げる."""
    case = case_for_step(actor=request.actor, number=number)
    try:
        actions.take_back_proposal(actor=request.actor, case_id=case.id, expected_version=posted_version(request))
    except Conflict:
        return conflict_page(request, number, ("proposal_taken_back",))
    return back_to(case.written_number)
