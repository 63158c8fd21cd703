"""The public check of a nursery result: a family's proof against what is published, computed in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jichi.design.fields import FormField
from jichi.engines.accounts.access import access

from .. import queries


@access(audience="public")
def check(request: HttpRequest) -> HttpResponse:
    """A12: choose the file from one's own result page; the answer comes from the script."""
    published = []
    for one in queries.published()[:20]:
        found = queries.public_cutoffs(one.id)
        if found:
            published.append((one, found[0], found[1]))
    field = FormField(
        name="proof", kind="file", label=_("確認用のファイル"), accept=".json",
        hint=_("結果のページで保存したJSONのファイルです。どこにも送られません。"),
    )  # fmt: skip
    context = {"title": _("保育園の選考の結果を確かめる"), "fields": [field], "published": published}
    return render(request, "resident_nursery/check.html", context)
