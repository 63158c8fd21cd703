"""The page on which a family tells that a child it applied for is born."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.dates import parts_from, read_date
from jichi.design.fields import FormField, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..rules.entering import NAMELESS
from .families import own
from .words import CONFLICT, UNPROCESSABLE


@access(audience="resident", methods=("GET", "POST"))
def birth(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: name and day of a child that was applied for before its birth."""
    pair = queries.child(id)
    if pair is None:
        raise NotFound
    _round, found = own(request, pair[0].id)
    child, problem, wrong, post = pair[1], "", dict[str, FieldError](), request.POST
    if request.method == "POST":
        day: date | None = None
        try:
            day = read_date(parts_from(post, "birth"))
        except Invalid:
            wrong["birth"] = FieldError("field.unreadable_date")
        try:
            actions.report_birth(
                actor=request.actor, child_id=id, name=post.get("name", ""), kana=post.get("kana", ""), birth=day
            )
            return redirect("nursery_family:application", id=found.id)
        except Invalid as error:
            wrong = {**error.fields, **wrong}
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    elif not child.unborn:
        return redirect("nursery_family:application", id=found.id)
    name = "" if child.name == NAMELESS else child.name
    fields = [
        FormField(name="name", label=_("お子さんの氏名"), value=post.get("name", name), autocomplete="off"),
        FormField(name="kana", label=_("フリガナ"), kind="kana", value=post.get("kana", child.kana)),
        FormField(name="birth", label=_("生年月日"), kind="date", value=parts_from(post, "birth")),
    ]
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]
    context = {
        "title": _("生まれたことを知らせる"), "fields": fields, "errors": errors_for(fields), "problem": problem,
        "back": reverse("nursery_family:application", args=[found.id]),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "resident_nursery/birth.html", context, status=status)
