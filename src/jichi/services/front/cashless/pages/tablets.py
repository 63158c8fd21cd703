"""この窓口の端末: which tablets may send sales; one more, and one less."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import CONFIRM
from .parts import UNPROCESSABLE, desk_of

STATES: Final = {
    "waiting": ("番号の入力待ち", "todo"), "missed": ("番号の期限切れ", "neutral"), "paired": ("使える", "done"),
    "revoked": ("取り消した", "neutral"),
}  # fmt: skip


@access(audience="staff", permission=CONFIRM, methods=("GET", "POST"))
def listing(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6, A2: tablets of a counter; the number of a new one is shown once, on the answer to the press."""
    desk = desk_of(request, id)
    wrong: dict[str, FieldError] = {}
    made = None
    if request.method == "POST":
        if request.POST.get("act") == "revoke":
            try:
                actions.revoke_tablet(actor=request.actor, id=UUID(request.POST.get("tablet", "")))
            except ValueError:
                raise NotFound from None
            return redirect("front_cashless:tablets", id=id)
        try:
            made = actions.register_tablet(actor=request.actor, desk_id=id, name=request.POST.get("name", ""))
        except Invalid as error:
            wrong = dict(error.fields)
    name = "" if made else request.POST.get("name", "")
    fields = [FormField(
        name="name", label="新しい端末の名前", noun="名前", hint="例: 1番窓口の左", value=name, error=wrong.get("name"),
    )]  # fmt: skip
    context = {
        "title": f"{desk.name}の端末", "breadcrumb": [(desk.name, reverse("front_cashless:desk", args=[id]))],
        "fields": fields, "errors": errors_for(fields), "code": made.code if made else "",
        "rows": [_row(one) for one in queries.tablets(id)],
    }  # fmt: skip
    response = render(request, "front_cashless/tablets.html", context, status=UNPROCESSABLE if wrong else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _row(one: queries.TabletView) -> tuple[object, ...]:
    words, tone = STATES[one.state]
    registered = f"{format_datetime(one.registered_at, 'ja', 'staff')} {one.registered_by}".strip()
    paired = format_datetime(one.paired_at, "ja", "staff") if one.paired_at else ""
    return one.id, one.name, tag(words, tone=tone), registered, paired, one.state != "revoked"
