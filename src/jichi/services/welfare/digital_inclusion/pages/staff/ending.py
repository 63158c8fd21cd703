"""A class that does not take place: who is reached, before it is done."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.programmes.arranging import LIVING, UNPROCESSABLE
from jichi.kernel.errors import FieldError, Invalid, NotFound

from ... import actions, queries
from ...permissions import EDIT
from .arranging import crumbs, owned


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    """A5: what cancelling does, then it is done."""
    found = owned(request, code)
    if found.state != "published":
        raise NotFound
    wrong: dict[str, FieldError] = {}
    reason = request.POST.get("reason", "").strip()[:500]
    if request.method == "POST":
        try:
            actions.cancel_course(actor=request.actor, code=code, reason=reason)
            return redirect("welfare_digital_inclusion_staff:course", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    with joining(request.actor):
        entries = [one for one in queries.enrolled(found.id) if one.entry.state in LIVING]
    field = FormField(
        name="reason", label="中止の理由", kind="textarea", rows=3, value=reason, error=wrong.get("reason"),
        hint="申し込んだ方と、教室のページを見る方が読みます。",
    )  # fmt: skip
    context = {
        "title": f"{found.title['ja']}を中止する", "breadcrumb": crumbs(found), "narrow": True, "fields": [field],
        "errors": errors_for([field]), "entries": len(entries), "people": sum(one.entry.size for one in entries),
        "messages": sum(1 for one in entries if one.account_id),
        "by_telephone": sum(1 for one in entries if not one.account_id),
        "list_url": reverse("welfare_digital_inclusion_staff:entries", args=[code]),
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/cancel.html", context, status=status)
