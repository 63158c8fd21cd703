"""番号簿: every number the division gave, the 欠番 with their reasons; taking, branching and cancelling one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, Invalid

from .. import actions, permissions, queries
from ..presentation import code_words

_KINDS: Final = {"document": "文書番号", "receipt": "収受番号"}


@access(audience="staff", permission=permissions.NUMBERS, methods=("GET", "POST"))
def book(request: SignedInRequest) -> HttpResponse:
    """A6: the book; a number for a paper that is made elsewhere."""
    kind = "receipt" if request.GET.get("kind") == "receipt" else "document"
    divisions = accounts.divisions(sorted(request.actor.divisions))
    what = FormField(name="what", label="件名", value=request.POST.get("what", ""), hint="ほかの仕組みで作る文書の名前")
    where = FormField(
        name="division", label="課", kind="select", value=request.POST.get("division", ""),
        options=tuple(Option(d.code, d.names["ja"]) for d in divisions),
    )  # fmt: skip
    if request.method == "POST":
        chosen = next((d for d in divisions if d.code == request.POST.get("division", divisions[0].code)), None)
        try:
            if chosen is not None:
                actions.reserve_number(actor=request.actor, division_id=chosen.id, what=request.POST.get("what", ""))
                return redirect("eng_cases_staff:numbers")
        except Invalid as error:
            what = _with(what, error)
    page = queries.numbers(actor=request.actor, kind=kind, after=request.GET.get("after", ""))
    fields = [what, *([where] if len(divisions) > 1 else [])]
    here = reverse("eng_cases_staff:numbers")
    context = {
        "title": "番号簿", "fields": fields, "errors": errors_for(fields), "rows": page.rows, "kind": kind,
        "kinds": [(word, f"{here}?kind={key}", key == kind) for key, word in _KINDS.items()],
        "next_url": f"{here}?{urlencode({'kind': kind, 'after': page.next_after})}" if page.next_after else "",
    }  # fmt: skip
    return render(request, "eng_cases/staff_numbers.html", context, status=422 if context["errors"] else 200)


def _with(field: FormField, error: Invalid) -> FormField:
    return replace(field, error=error.fields[field.name])


@access(audience="staff", permission=permissions.NUMBERS, methods=("GET", "POST"))
def void(request: SignedInRequest, number_id: UUID) -> HttpResponse:
    """A2: 欠番にする, with the reason."""
    row = queries.number_row(actor=request.actor, number_id=number_id)
    said: list[SummaryError] = []
    field = FormField(
        name="reason", label="欠番にする理由", kind="textarea", rows=3, value=request.POST.get("reason", ""),
        hint="番号簿に残ります。番号は、ほかの文書に使われません。",
    )  # fmt: skip
    if request.method == "POST":
        try:
            if request.POST.get("act") == "branch":
                actions.branch_number(actor=request.actor, number_id=number_id, what="")
            else:
                actions.void_number(actor=request.actor, number_id=number_id, reason=request.POST.get("reason", ""))
        except Invalid as error:
            field = _with(field, error)
        except Conflict as error:
            said = [SummaryError("", code_words(error.code))]
        else:
            return redirect("eng_cases_staff:numbers")
    errors = [*said, *errors_for([field])]
    context = {
        "title": f"{row.text}", "row": row, "fields": [field], "errors": errors,
        "breadcrumb": [("番号簿", reverse("eng_cases_staff:numbers"))],
    }  # fmt: skip
    return render(request, "eng_cases/staff_number.html", context, status=422 if errors else 200)
