"""Pages about bodies (団体) for officials: the list, and one with its officers."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from . import queries
from .permissions import ORGANISATION
from .queries import OfficerView, OrganisationView
from .rules import KINDS

_COLUMNS: Final = (
    Column(key="name", title="名称", head=True, name=True), Column(key="kind", title="種別"),
    Column(key="address", title="所在地", name=True), Column(key="state", title="状態"),
    Column(key="number", title="団体番号"),
)  # fmt: skip


@access(audience="staff", permission=ORGANISATION)
def organisations(request: SignedInRequest) -> HttpResponse:
    """A6: bodies by name, reading or number."""
    q, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = queries.search_organisations(actor=request.actor, q=q, kind=kind, after=request.GET.get("after", "")[:20])
    listing = Listing(
        caption="団体", url=request.path, params={"q": q, "kind": kind}, columns=_COLUMNS,
        rows=[_row(body) for body in page.rows], after=page.next_after, html_id="organisations",
        search=filter_field("q", "名称・フリガナ・団体番号", q),
        filters=(
            filter_choice("kind", "種別", kind, KINDS.items()),
        ),
        empty="当てはまる団体はありません。名称の一部か、団体番号を確かめてください。",
    )  # fmt: skip
    context = {"title": "団体を探す", "uses_htmx": True}
    return listing_response(request, "eng_registry/organisations.html", context, listing)


def _row(body: OrganisationView) -> Row:
    return Row(
        url=reverse("eng_registry:organisation", args=[body.org_no]),
        cells=(body.name, body.kind_title, body.address, "活動中" if body.is_active else "解散", body.org_no),
    )


@access(audience="staff", permission=ORGANISATION)
def organisation(request: SignedInRequest, org_no: str) -> HttpResponse:
    """A7: one body, and who holds which post."""
    body = queries.organisation(org_no)
    if body is None:
        raise NotFound("registry.unknown_organisation")
    today = clock.today()
    running = [officer for officer in body.officers if officer.holds_on(today)]
    others = [officer for officer in body.officers if not officer.holds_on(today)]
    context = {
        "title": body.name, "body": body,
        "facts": [
            Fact(label="団体番号", value=body.org_no), Fact(label="種別", value=body.kind_title),
            Fact(label="フリガナ", value=body.kana or "なし", name=True),
            Fact(label="所在地", value=_address(body), name=True),
            Fact(label="法人番号", value=body.corporate_number or "なし"),
            Fact(label="状態", value="活動中" if body.is_active else "解散"),
        ],
        "running": [_term(officer) for officer in running], "others": [_term(officer) for officer in others],
        "breadcrumb": [("団体を探す", reverse("eng_registry:organisations"))],
    }  # fmt: skip
    return render(request, "eng_registry/organisation.html", context)


def _address(body: OrganisationView) -> str:
    code = f"〒{body.postcode[:3]}-{body.postcode[3:]} " if body.postcode else ""
    return f"{code}{body.address}" or "なし"


def _term(officer: OfficerView) -> tuple[str, str, str, str]:
    last = format_date(officer.ends_on) if officer.ends_on else "任期の終わりは未定"
    return officer.post, officer.name or "(記録なし)", officer.addressee_no, f"{format_date(officer.starts_on)}～{last}"
