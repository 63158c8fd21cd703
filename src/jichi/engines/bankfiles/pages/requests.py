"""口座振替の依頼: files for banks, names that were cut, what came back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.files.views import download_response
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import NotFound

from .. import queries
from ..permissions import TAKE, VIEW
from ..queries import RequestView
from ..rules import CODES
from .files import tabs

_COLUMNS: Final = (
    Column(key="number", title="番号", head=True), Column(key="day", title="振替日"),
    Column(key="bank", title="金融機関", name=True), Column(key="count", title="件数", number=True),
    Column(key="yen", title="金額(円)", number=True), Column(key="state", title="結果"),
    Column(key="cuts", title="切った名義", number=True),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: requests, newest first."""
    rows = Listing(
        caption="口座振替の依頼", columns=_COLUMNS, rows=[_row(one) for one in queries.requests()], url=request.path,
        empty="口座振替の依頼は、まだありません。", html_id="requests",
    )  # fmt: skip
    context = {"title": "口座振替の依頼", "tabs": tabs("requests")}
    return listing_response(request, "eng_bankfiles/requests.html", context, rows)


def _row(one: RequestView) -> Row:
    return Row(
        url=reverse("eng_bankfiles:request", args=[one.id]),
        cells=(
            str(one.number), format_date(one.day), one.partner, f"{one.count:,}", f"{one.amount_yen:,}",
            tag("届いた", tone="done") if one.answer else tag("まだ", tone="todo"), f"{len(one.cuts):,}",
        ),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one request: sums, names that were cut, results by code and what to do about them."""
    found = queries.request(id)
    if found is None:
        raise NotFound
    rows = (
        ("金融機関", found.partner), ("振替日", format_date(found.day)), ("件数", f"{found.count:,}件"),
        ("金額", f"{found.amount_yen:,}円"), ("作った日時", format_datetime(found.made_at, "ja", "staff")),
        ("作った人", found.made_by),
    )  # fmt: skip
    context = {
        "title": f"口座振替の依頼 {found.number}番",
        "breadcrumb": [("口座振替の依頼", reverse("eng_bankfiles:requests"))],
        "facts": [Fact(label=label, value=value) for label, value in rows if value], "cuts": found.cuts,
        "results": [
            (code, CODES[code].words, f"{count:,}", f"{yen:,}", CODES[code].next) for code, count, yen in found.results
        ],
        "answer_url": reverse("eng_bankfiles:file", args=[found.answer]) if found.answer else "",
        "file_url": reverse("eng_bankfiles:request_file", args=[id]) if request.actor.may(TAKE) else "",
    }  # fmt: skip
    return render(request, "eng_bankfiles/request.html", context)


@access(audience="staff", permission=TAKE)
def file(request: SignedInRequest, id: UUID) -> FileResponse:
    """The file for the bank; who took it away is recorded."""
    info = queries.request_file(id)
    if info is None:
        raise NotFound
    audit.record(actor=request.actor, action="export", table="eng_bankfiles_transferrequest", object_id=str(id))
    return download_response(info, inline=False)
