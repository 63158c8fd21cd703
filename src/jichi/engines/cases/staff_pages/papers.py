"""発送と返戻, print for the counter, and cases that belong together."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.dates import parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import actions, permissions
from ..presentation import CHANNEL_WORDS, LINK_WORDS, POST_WORDS
from ..queries import StepCase, case_for_step, dispatches_of
from .record import case_page
from .sight import answer_facts, answer_lines_of, look, place_facts, register_rows
from .steps import back_to, conflict_page, crumbs

_LINK_KINDS: Final = tuple(Option(key, word) for key, word in LINK_WORDS.items())


def _day(request: SignedInRequest, name: str, wrong: dict[str, FieldError]) -> date:
    """The typed day; today, with an entry in `wrong`, where it can't be read."""
    try:
        day = read_date(parts_from(cast("dict[str, str]", request.POST), name))
    except Invalid as error:
        wrong[name] = error.fields["date"]
        return clock.today()
    if day is None:
        wrong[name] = FieldError("field.required")
        return clock.today()
    return day


@access(audience="staff", permission=permissions.HANDLE, methods=("GET", "POST"))
def dispatch(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: a paper went out, to the place that the application says."""
    case = case_for_step(actor=request.actor, number=number)
    sight = look(request.actor, number)
    decided = sight.record.decision.dispatch if sight.record.decision else ""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        day = _day(request, "sent_on", wrong)
        try:
            if not wrong:
                actions.record_dispatch(
                    actor=request.actor, case_id=case.id, way=request.POST.get("way", ""), sent_on=day,
                    tracking_number=request.POST.get("tracking_number", ""), dedupe_key=request.POST.get("key", ""),
                    because=request.POST.get("because", ""),
                )  # fmt: skip
                return back_to(case.written_number)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            return conflict_page(request, number, ())
    fields = _dispatch_fields(request, wrong, decided, chosen=sight.sent.definition.delivery is not None)
    return _form(
        request, case, "発送を記録する", fields, "発送を記録する", "お知らせ箱に1件、メール1通で知らせます。",
        facts=place_facts(sight),
    )  # fmt: skip


def _dispatch_fields(
    request: SignedInRequest, wrong: dict[str, FieldError], decided: str, *, chosen: bool
) -> list[FormField]:
    """How and when; where the applicant chose the way, why another."""
    parts = parts_from(cast("dict[str, str]", request.POST), "sent_on")
    fields = [
        FormField(
            name="way", label="送り方", kind="radio", error=wrong.get("way"),
            value=request.POST.get("way", "counter" if decided == "counter" else "post"),
            options=tuple(Option(key, word) for key, word in POST_WORDS.items()),
        ),
        FormField(
            name="tracking_number", label="追跡番号", required=False, value=request.POST.get("tracking_number", ""),
            error=wrong.get("tracking_number"), hint="簡易書留のときは必ず入力してください。",
        ),
        FormField(
            name="sent_on", label="発送した日", kind="date", error=wrong.get("sent_on"), noun="発送した日",
            value=parts if request.method == "POST" else parts_of(clock.today()),
        ),
    ]  # fmt: skip
    if chosen:
        fields.append(
            FormField(
                name="because", label="送り方を変える理由", required=False, value=request.POST.get("because", ""),
                error=wrong.get("because"), hint="決定した施行の方法と違うときだけ入力してください。",
            )
        )  # fmt: skip
    return fields


@access(audience="staff", permission=permissions.HANDLE, methods=("GET", "POST"))
def returned(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: a paper came back."""
    case = case_for_step(actor=request.actor, number=number)
    out = [sent for sent in dispatches_of(case.id) if sent.returned_on is None]
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        chosen = next((sent for sent in out if str(sent.id) == request.POST.get("dispatch")), None)
        if chosen is None:
            wrong["dispatch"] = FieldError("field.choose_one")
        day = _day(request, "returned_on", wrong)
        try:
            if not wrong and chosen is not None:
                actions.record_return(
                    actor=request.actor, case_id=case.id, dispatch_id=chosen.id, returned_on=day,
                    because=request.POST.get("because", ""),
                )  # fmt: skip
                return back_to(case.written_number)
        except Invalid as error:
            wrong = dict(error.fields)
    options = tuple(Option(str(s.id), f"{s.sent_on:%Y-%m-%d} {POST_WORDS[s.way]} {s.tracking_number}") for s in out)
    parts = parts_from(cast("dict[str, str]", request.POST), "returned_on")
    fields = [
        FormField(
            name="dispatch", label="戻った郵便", kind="radio", options=options, error=wrong.get("dispatch"),
            value=request.POST.get("dispatch", str(out[0].id) if len(out) == 1 else ""),
        ),
        FormField(
            name="returned_on", label="戻った日", kind="date", error=wrong.get("returned_on"), noun="戻った日",
            value=parts if request.method == "POST" else parts_of(clock.today()),
        ),
        FormField(
            name="because", label="戻った理由", value=request.POST.get("because", ""), error=wrong.get("because"),
            hint="例: あて所に尋ねあたりません",
        ),
    ]  # fmt: skip
    return _form(
        request, case, "戻った郵便を記録する", fields, "戻ったことを記録する", "担当の「自分の番」に入ります。"
    )


def _form(
    request: SignedInRequest, case: StepCase, title: str, fields: list[FormField], button: str, note: str, *,
    facts: Sequence[Fact] = (),
) -> HttpResponse:  # fmt: skip
    errors = errors_for(fields)
    context = {
        "title": title, "case": case, "fields": fields, "errors": errors, "button": button, "note": note,
        "facts": facts,
        "breadcrumb": crumbs(case), "key": request.POST.get("key") or secrets.token_urlsafe(12),
    }  # fmt: skip
    return render(request, "eng_cases/staff_paper.html", context, status=422 if errors else 200)


@access(audience="staff", permission=permissions.VIEW)
def sheet(request: SignedInRequest, number: str) -> HttpResponse:
    """A7 for paper: the application on a sheet for the counter; protected addresses stay hidden; logged."""
    sight = look(request.actor, number)
    record = sight.record
    audit.record(
        actor=request.actor, action="print", table="eng_cases_case", object_id=str(record.id), subject=record.subject_no
    )
    context = {
        "title": f"窓口用の印刷 {record.title['ja']} {record.written_number}", "record": record,
        "answers": [(title, answer_facts(sight, lines)) for title, lines in answer_lines_of(sight)],
        "people": [(person, register_rows(person)) for person in sight.people if person.record or person.body],
        "channel": CHANNEL_WORDS[record.channel], "printed_at": clock.now(), "number": record.written_number,
        "breadcrumb": [(record.written_number, sight.case_url)],
    }  # fmt: skip
    return render(request, "eng_cases/staff_sheet.html", context)


@access(audience="staff", permission=permissions.HANDLE, methods=("GET", "POST"))
def link(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: a case that belongs to this one."""
    case = case_for_step(actor=request.actor, number=number)
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            actions.link_cases(
                actor=request.actor, case_id=case.id, other_number=request.POST.get("number", ""),
                kind=request.POST.get("kind", ""),
            )  # fmt: skip
            return back_to(case.written_number)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        FormField(
            name="number", label="もう1つの案件の受付番号", kind="code", value=request.POST.get("number", ""),
            error=wrong.get("number"),
        ),
        FormField(
            name="kind", label="この案件は、その案件の", kind="radio", options=_LINK_KINDS, error=wrong.get("kind"),
            value=request.POST.get("kind", "related"),
        ),
    ]  # fmt: skip
    return _form(request, case, "関連する案件を加える", fields, "関連を加える", "申請した人には見えません。")


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def unlink(request: SignedInRequest, number: str) -> HttpResponse:
    """関連を外す."""
    case = case_for_step(actor=request.actor, number=number)
    try:
        link_id = UUID(request.POST.get("link", ""))
    except ValueError:
        return case_page(request, look(request.actor, number))
    actions.unlink_cases(actor=request.actor, case_id=case.id, link_id=link_id)
    return redirect("eng_cases_staff:case", number=case.written_number)
