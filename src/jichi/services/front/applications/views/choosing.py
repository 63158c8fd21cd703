"""About whom an application is, and as what the visitor applies; who is not known surely enough identifies first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.cases import queries as cases
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import NotEligible
from jichi.engines.forms.rules import Candidate, EligibilityResult, FormDefinition, reaches, uniqueness_key
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .counting import before_form

EARLIER = 20
"""So many earlier applications are offered to a procedure that follows one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An accepted application that another procedure follows."""

    number: str
    subject_no: str
    title: str
    hint: str


@access(audience="resident", methods=("GET", "POST"))
def who(request: SignedInRequest, slug: str) -> HttpResponse:
    """A2: about whom or what the application is, of those the visitor may apply for; nobody else is shown."""
    found = queries.procedure(slug)
    definition = found.definition
    if found.open_state().state != "open":
        return redirect("front_applications:start", slug=slug)
    first = identify_first(request, definition)
    if first is not None:
        return first
    before_form(request, found, "who")
    if definition.follows is not None:
        return _after_another(request, found, definition.follows)
    people = queries.subjects_for(slug, request.addressee_no, request.actor.account_id)
    if not people and definition.identification == "none":
        return _begin(request, found, "")
    number, _sep, kind = request.POST.get("subject", "").partition(":")
    if request.method == "POST" and number:
        return _begin(request, found, number, kind=kind)
    return _who_page(request, found, people, missing=request.method == "POST")


def identify_first(request: SignedInRequest, definition: FormDefinition) -> HttpResponse | None:
    """The way to the identification that the procedure asks for; None where the visitor is known surely enough."""
    known = request.actor.level or "email"
    if reaches(known, definition.identification):
        return None
    query = {"next": request.get_full_path(), "level": definition.identification}
    return redirect(f"{reverse('eng_accounts:identify')}?{urlencode(query)}")


def _begin(
    request: SignedInRequest, found: queries.ProcedureInfo, subject_no: str, *, kind: str = "", follows: str = ""
) -> HttpResponse:
    key = uniqueness_key(found.definition, subject_no or request.addressee_no, clock.today())
    there = cases.open_case_of(procedure=found.slug, once_key=key) if key else None
    if there is not None:  # nobody answers a whole form to hear this at its end
        return redirect(reverse("eng_cases_items:item", args=[format_number(there.number)]) + "?there=1")
    try:
        draft = forms.start_draft(
            actor=request.actor, slug=found.slug, applicant_no=request.addressee_no, subject_no=subject_no,
            language=request.LANGUAGE_CODE, applies_as=kind, follows=follows,
        )  # fmt: skip
    except NotEligible as refused:
        return not_eligible(request, found.definition, found.division_id, refused.result)
    before_form(request, found, "who", draft)
    return redirect("front_applications:resume", draft_id=draft.id)


def _value(person: Candidate) -> str:
    """How a choice is posted: household and oneself by number, who is represented with as what."""
    return person.number if person.record is not None else f"{person.number}:{person.kind}"


def _who_page(
    request: SignedInRequest, found: queries.ProcedureInfo, people: Sequence[Candidate], *, missing: bool
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    allowed = [p for p in people if p.result.may_apply]
    organisation = found.definition.subject.kind == "organisation"
    noun = _("申請する団体") if organisation else _("対象の人")
    error = message("field.choose_one", language, label=noun) if missing and allowed else None
    field = FormField(
        name="subject", kind="radio", noun=noun, error=error,
        label=_("どの団体の申請ですか") if organisation else _("だれについての申請ですか"),
        value=_value(allowed[0]) if len(allowed) == 1 else "",
        options=tuple(Option(_value(p), p.name, hint=_about(p, language), noruby=True) for p in allowed),
    )  # fmt: skip
    context = {
        "title": _("申請する団体の確認") if organisation else _("申請する人の確認"),
        "fields": [field] if allowed else [], "errors": errors_for([field]) if error else [],
        "linked": bool(request.addressee_no) or bool(people), "nobody": bool(request.addressee_no) and not people,
        "organisation": organisation,
        "refused": [
            (p.name, [pick(r.text, language).text for r in p.result.reasons])
            for p in people
            if not p.result.may_apply
        ],
        "procedure": pick(found.definition.title, language).text, "definition": found.definition,
        "back": reverse("front_applications:start", args=[found.slug]),
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/who.html", context, status=422 if error else 200)


def _about(person: Candidate, language: str) -> str:
    """What tells the choices apart: the birthday, the office held, or that it is done for somebody."""
    if person.record is None:
        said = {
            "guardian": _("法定代理人として申請します"), "agent": _("委任を受けて申請します"),
            "officer": _("役員として申請します"),
        }  # fmt: skip
        # An office as the register has it: Japanese on every page, without readings.
        written = format_html('<span lang="ja" data-noruby>{}</span>', person.post)
        return written if person.post else said.get(person.kind, "")
    born = person.record.birth_date
    day = format_date(born, language) if born else person.record.birth_text
    return _("%(day)s生まれ") % {"day": day}


# -- a procedure that follows another ---------------------------------------------------------------


def _after_another(request: SignedInRequest, found: queries.ProcedureInfo, slug: str) -> HttpResponse:
    """Which accepted application it follows; about whom it is comes from there."""
    language = request.LANGUAGE_CODE
    earlier = _earlier(request, slug, language)
    chosen = next((one for one in earlier if one.number == request.POST.get("earlier")), None)
    if request.method == "POST" and chosen is not None:
        return _begin(request, found, chosen.subject_no, follows=chosen.number)
    noun = _("前の申請")
    error = message("field.choose_one", language, label=noun) if request.method == "POST" and earlier else None
    field = FormField(
        name="earlier", kind="radio", label=_("どの申請の続きですか"), noun=noun, error=error,
        value=earlier[0].number if len(earlier) == 1 else "",
        options=tuple(Option(one.number, one.title, hint=one.hint) for one in earlier),
    )  # fmt: skip
    context = {
        "title": _("前の申請の確認"), "fields": [field] if earlier else [], "linked": True,
        "errors": errors_for([field]) if error else [], "nothing_before": not earlier,
        "procedure": pick(found.definition.title, language).text, "definition": found.definition,
        "back": reverse("front_applications:start", args=[found.slug]),
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/who.html", context, status=422 if error else 200)


def _earlier(request: SignedInRequest, slug: str, language: str) -> list[Earlier]:
    """The visitor's accepted applications of that procedure, newest first."""
    found = []
    for sent in queries.sent_by(request.signed_in.account_id, slug, limit=EARLIER):
        number = cases.number_of_submission(sent.id)
        case = cases.case_by_id(number[1]) if number else None
        if number is None or case is None or case.decision is None or case.decision.outcome != "approved":
            continue
        day = format_date(sent.submitted_at.astimezone(clock.TOKYO).date(), language)
        title = pick(sent.definition.title, language).text
        found.append(Earlier(number[0], sent.subject_no, title, f"{format_number(number[0])} ({day})"))
    return found


def not_eligible(
    request: SignedInRequest, definition: FormDefinition, division_id: int, result: EligibilityResult
) -> HttpResponse:
    """A4: this person can't apply; why, and the other ways."""
    language = request.LANGUAGE_CODE
    context = {
        "title": _("この手続は申請できません"), "reasons": [pick(r.text, language).text for r in result.reasons],
        "definition": definition, "help": accounts.office_contact(division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/not_eligible.html", context)
