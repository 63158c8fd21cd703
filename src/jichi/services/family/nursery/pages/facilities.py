"""Facilities for officials: the list, and the file that brings them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from jichi.design.fields import FormField, errors_for, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import FieldError, Invalid

from .. import actions, queries
from ..permissions import EDIT, VIEW
from .words import UNPROCESSABLE, tabs, told_errors


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def facilities(request: SignedInRequest) -> HttpResponse:
    """A6, A8: facilities, and the file that brings them."""
    wrong: dict[str, FieldError] = {}
    told: list[tuple[object, str, str]] = []
    if request.method == "POST":
        try:
            _, errors = actions.load_facilities(actor=request.actor, data=sent_table(request)[1])
            if not errors:
                return redirect("family_nursery:facilities")
            told = told_errors(errors)
        except Invalid as error:
            wrong = dict(error.fields)
    field = FormField(
        name="file", label="園のCSVファイル", kind="file", accept=".csv,.tsv,.txt", error=wrong.get("file"),
        hint="列: 園番号、園名、所在地、開園時間、緯度、経度、受付の組織。"
        "受付の組織は、園の人がログインする組織のコードです。ファイルにない園は、そのまま残ります。",
    )  # fmt: skip
    context = {
        "title": "園の一覧", "tabs": tabs(request, "facilities"), "fields": [field], "errors": errors_for([field]),
        "told": told, "may": request.actor.may(EDIT),
    }  # fmt: skip
    status = UNPROCESSABLE if wrong or told else 200
    return listing_response(request, "family_nursery/facilities.html", context, _facility_list(request), status=status)


def _facility_list(request: SignedInRequest) -> Listing:
    text = request.GET.get("q", "")[:50]
    desks = {one.id: f"{one.names['ja']} ({one.code})" for one in accounts.divisions()}
    rows = [
        Row(cells=(one.code, one.name, one.address, one.hours, desks.get(one.desk_id or 0, "")))
        for one in queries.facilities() if text in one.name or text in one.code
    ]  # fmt: skip
    columns = (
        Column(key="code", title="園番号", head=True, name=True), Column(key="name", title="園名", name=True),
        Column(key="address", title="所在地", name=True), Column(key="hours", title="開園時間"),
        Column(key="desk", title="受付の組織", name=True),
    )  # fmt: skip
    return Listing(
        caption="園",
        columns=columns,
        rows=rows,
        url=request.path,
        params={"q": text} if text else {},
        search=filter_field("q", "園番号・園名", text),
        total=len(rows),
        empty="園はまだありません。",
        html_id="facilities",
    )
