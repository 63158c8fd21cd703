"""The public check of a draw and the published records: the check itself happens in the visitor's browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jichi.design.fields import FormField
from jichi.engines.accounts.access import access
from jichi.kernel.errors import NotFound

from . import queries


@access(audience="public")
def check(request: HttpRequest) -> HttpResponse:
    """A12: choose the record's file, or one that is published here (`?draw=`); the answer comes from the script."""
    draws = queries.published_draws()
    wanted = request.GET.get("draw", "")
    chosen = next((draw for draw in draws if str(draw.pk) == wanted), None)
    fields = [
        FormField(
            name="record", kind="file", label=_("抽選の記録"), hint=_("公表されたJSONのファイルです。"), accept=".json",
            required=chosen is None,
        ),
        FormField(
            name="entry", kind="text", label=_("あなたの申込番号"), hint=_("入れると、あなたの札と順番を示します。"),
            required=False, size=20,
        ),
    ]  # fmt: skip
    context = {"title": _("抽選を確かめる"), "fields": fields, "draws": draws, "chosen": chosen}
    return render(request, "eng_booking/check.html", context)


@access(audience="public")
def record(request: HttpRequest, number: int) -> HttpResponse:
    """The record of a published draw, as it was written: its SHA-256 is the one in the list."""
    found = queries.record_of(number)
    if found is None:
        raise NotFound
    response = HttpResponse(found.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="draw-{number}.json"'
    return response
