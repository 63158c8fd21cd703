"""An event that does not take place, and events that come as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.programmes.arranging import LIVING, UNPROCESSABLE
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError

from ... import actions
from ...permissions import EDIT
from ...rules import COLUMNS
from .arranging import crumbs, owned

SHOWN = 100


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    """A5: who is reached and what comes back, before it is done."""
    found = owned(request, code)
    if found.state != "published":
        raise NotFound
    wrong: dict[str, FieldError] = {}
    reason = request.POST.get("reason", "").strip()[:500]
    if request.method == "POST":
        try:
            actions.cancel_event(actor=request.actor, code=code, reason=reason)
            return redirect("front_events_staff:event", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    entries = []
    if found.offering_id is not None:
        with joining(request.actor):
            entries = [one for one in booking.entries_of(found.offering_id) if one.state in LIVING]
    field = FormField(
        name="reason", label="中止の理由", kind="textarea", rows=3, value=reason, error=wrong.get("reason"),
        hint="申し込んだ方と、催しのページを見る方が読みます。",
    )  # fmt: skip
    context = {
        "title": f"{found.title['ja']}を中止する",
        "breadcrumb": crumbs(found),
        "narrow": True,
        "fields": [field],
        "errors": errors_for([field]),
        "entries": len(entries),
        "people": sum(one.size for one in entries),
        "messages": sum(1 for one in entries if one.account_id),
        "by_telephone": sum(1 for one in entries if not one.account_id),
        "money": booking.money_of(found.offering_id) if found.offering_id and found.content.pay_first else None,
        "price": found.content.costs,
        "list_url": reverse("front_events_staff:entries", args=[code]),
        "has_list": found.offering_id is not None,
    }
    return render(request, "front_events/staff/cancel.html", context, status=UNPROCESSABLE if wrong else 200)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def load(request: SignedInRequest) -> HttpResponse:
    """A2: events of an open-data file become drafts; one wrong line and none is taken."""
    divisions = accounts.divisions(sorted(request.actor.divisions))
    chosen = request.POST.get("division", divisions[0].code if divisions else "")
    division = next((one for one in divisions if one.code == chosen), None)
    wrong: dict[str, FieldError] = {}
    errors: tuple[LineError, ...] = ()
    made = 0
    if request.method == "POST" and division is not None:
        try:
            _name, data = sent_table(request)
            read = actions.import_events(actor=request.actor, division_id=division.id, data=data)
            errors, made = read.errors, len(read.events)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        FormField(
            name="division",
            label="担当課",
            kind="select",
            value=chosen,
            options=tuple(Option(one.code, one.names["ja"], noruby=True) for one in divisions),
        ),
        FormField(
            name="file",
            label="イベント一覧のCSVファイル",
            kind="file",
            accept=".csv,.tsv,.txt",
            error=wrong.get("file"),
            hint="オープンデータの「イベント一覧」の列です。下書きになり、公開は1件ずつ確かめて行います。",
        ),
    ]
    context = {
        "title": "ファイルから催しを作る", "breadcrumb": crumbs(), "narrow": True, "fields": fields,
        "errors": errors_for(fields), "made": made, "columns": COLUMNS, "error_count": len(errors),
        "found": [(one.line or "", one.column, _words(one)) for one in errors[:SHOWN]],
    }  # fmt: skip
    return render(request, "front_events/staff/load.html", context, status=UNPROCESSABLE if wrong or errors else 200)


def _words(one: LineError) -> str:
    return FormField(name="x", label=one.column or "ファイル", error=one.error).error_text("ja")
