"""Closed days and blocked rooms of a house."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, Invalid

from ... import actions, queries
from ...permissions import DESK
from ...queries import HouseView
from .desk import UNPROCESSABLE, house_here, read_day
from .houses import crumbs


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def closures(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: closed days and blocked rooms."""
    found, post = house_here(request, code), request.POST
    wrong: dict[str, FieldError] = {}
    all_rooms = [(str(key), f"{one.title.get('ja', '')} {name}") for one in found.room_types for key, name in one.rooms]
    chosen = [key for key in post.getlist("rooms") if key in dict(all_rooms)]
    if request.method == "POST":
        try:
            if post.get("act") == "reopen":
                _reopen(request, found, post.get("closure", ""))
            else:
                first, last = read_day(post.get("first", "")), read_day(post.get("last", ""))
                for name, day in (("first", first), ("last", last)):
                    if day is None:
                        wrong[name] = FieldError("field.unreadable_date" if post.get(name) else "field.required")
                if first and last:
                    actions.close_rooms(
                        actor=request.actor, code=code, first=first, last=last, reason=post.get("reason", "")[:500],
                        rooms=[int(key) for key in chosen],
                    )  # fmt: skip
            if not wrong:
                return redirect("front_retreats_staff:closures", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        FormField(name="first", label="始めの泊", value=post.get("first", ""), size=12, error=wrong.get("first")),
        FormField(name="last", label="終わりの泊", value=post.get("last", ""), size=12, error=wrong.get("last")),
        FormField(name="reason", label="理由", value=post.get("reason", ""), error=wrong.get("reason")),
        FormField(
            name="rooms", label="部屋", kind="checkboxes", required=False, value=chosen, error=wrong.get("rooms"),
            options=tuple(Option(key, word) for key, word in all_rooms), hint="選ばなければ、施設の全部の部屋です。",
        ),
    ]  # fmt: skip
    context = {
        "title": f"{found.title.get('ja', code)}の休館・部屋止め", "fields": fields, "errors": errors_for(fields),
        "breadcrumb": crumbs(found), "narrow": True,
        "closures": [
            (str(one.id), f"{format_date(one.first)}〜{format_date(one.last)}", one.rooms, one.reason)
            for one in queries.closures_of(found.id, today=clock.today())
        ],
    }  # fmt: skip
    return render(request, "front_retreats/staff/closures.html", context, status=UNPROCESSABLE if wrong else 200)


def _reopen(request: SignedInRequest, found: HouseView, closure: str) -> None:
    known = {str(one.id): one.id for one in queries.closures_of(found.id, today=clock.today())}
    if closure in known:
        actions.reopen_rooms(actor=request.actor, closure_id=known[closure])
