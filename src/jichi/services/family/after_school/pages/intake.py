"""申込みの取込み: a file is read, its errors told by line, or what it holds; then taken over as a whole."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError, table_text, write_table

from .. import actions, rules
from ..actions.children import read_applicants
from ..permissions import EDIT
from .words import UNPROCESSABLE, month_words, tabs

SHOWN: Final = 20
MOST_ERRORS: Final = 200


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def intake(request: SignedInRequest) -> HttpResponse:
    """A8: file in, all or nothing."""
    if request.method == "POST" and "content" in request.POST:
        count, errors = actions.apply_file(actor=request.actor, data=request.POST["content"].encode())
        if not errors:
            return redirect(f"{reverse('family_after_school:children')}?state=applied&taken={count}")
        return _page(request, errors=errors)
    if request.method == "POST":
        try:
            name, data = sent_table(request)
        except Invalid as refused:
            return _page(request, field_error=refused.fields["file"])
        found, errors = read_applicants(request.actor, data)
        if errors:
            return _page(request, errors=errors)
        text = table_text(data)
        context = {
            "title": "申込みの取込み(確認)", "name": name, "count": len(found),
            "content": text if isinstance(text, str) else
            "", "rows": [
                (one.line, one.child_no, one.payer_no, one.club, one.grade, month_words(one.first_month),
                 one.income_class) for one in found[:SHOWN]
            ], "most": SHOWN, "breadcrumb": [("申込みの取込み", reverse("family_after_school:intake"))],
        }  # fmt: skip
        return render(request, "family_after_school/intake_check.html", context)
    return _page(request)


def _page(
    request: SignedInRequest, *, errors: tuple[LineError, ...] = (), field_error: FieldError | None = None
) -> HttpResponse:
    field = FormField(
        name="file", label="申込みのCSV", kind="file", accept=".csv,.tsv,.txt", error=field_error,
        hint="UTF-8かShift_JIS。1行が1人です。",
    )  # fmt: skip
    context = {
        "title": "申込みの取込み", "tabs": tabs("intake"), "fields": [field], "errors": errors_for([field]),
        "wrong": [
            (one.line or "", one.column, catalogue.field_message(one.error, label=one.column, language="ja"))
            for one in errors[:MOST_ERRORS]
        ],
        "count": len(errors), "columns": [(names[0], "、".join(names[1:])) for names in rules.COLUMNS.values()],
        "classes": rules.CLASSES.values(),
    }  # fmt: skip
    status = UNPROCESSABLE if errors or field_error else 200
    return render(request, "family_after_school/intake.html", context, status=status)


@access(audience="staff", permission=EDIT)
def sample(request: SignedInRequest) -> HttpResponse:
    """An empty file with the right headings."""
    data = write_table([names[0] for names in rules.COLUMNS.values()], [])
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gakudo-moshikomi.csv"'
    return response
