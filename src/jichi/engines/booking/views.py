"""The public check of a draw: the page holds no record and asks for none: all happens in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jichi.design.fields import FormField
from jichi.engines.accounts.access import access


@access(audience="public")
def check(request: HttpRequest) -> HttpResponse:
    """A12: choose the record's file; the answer comes from the script."""
    fields = [
        FormField(
            name="record", kind="file", label=_("抽選の記録"), hint=_("公表されたJSONのファイルです。"), accept=".json",
        ),
        FormField(
            name="entry", kind="text", label=_("あなたの申込番号"), hint=_("入れると、あなたの札と順番を示します。"),
            required=False, size=20,
        ),
    ]  # fmt: skip
    return render(request, "eng_booking/check.html", {"title": _("抽選を確かめる"), "fields": fields})
