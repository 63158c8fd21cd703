"""The register clerk's desk: letters to print, and requests to decide. Each look at a person is logged."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts import linking as requests
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.linking import DECIDE, LinkRequestInfo
from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.numbers import format_postcode

from .. import linking

STATES: Final = {
    "letter": "手紙を送る", "review": "職員が確かめる", "linked": "結び付けた", "refused": "断った",
    "withdrawn": "本人が取り下げた",
}  # fmt: skip
_COLUMNS: Final = (
    Column(key="at", title="申込み"), Column(key="kana", title="フリガナ", head=True, name=True),
    Column(key="birth", title="生年月日"), Column(key="postcode", title="郵便番号"),
    Column(key="state", title="すること"),
)  # fmt: skip


@access(audience="staff", permission=DECIDE)
def links(request: SignedInRequest) -> HttpResponse:
    """A6: requests that wait, oldest first."""
    waiting = requests.open_requests()
    rows = [
        Row(
            url=reverse("front_applications_staff:link", args=[one.id]),
            cells=(
                format_datetime(one.created_at, "ja", "staff"), one.kana, format_date(one.birth_date),
                format_postcode(one.postcode), _next(one),
            ),
        )
        for one in waiting
    ]  # fmt: skip
    listing = Listing(
        caption="待っている申込み", url=request.path, columns=_COLUMNS, rows=rows, total=len(rows),
        empty="待っている申込みはありません。",
    )  # fmt: skip
    context = {"title": "ログインと住民の結び付け", "listing": listing}
    return render(request, "front_applications/staff/links.html", context)


def _next(one: LinkRequestInfo) -> str:
    if one.state == "letter":
        return "番号の入力を待つ(手紙は印刷済み)" if one.printed else "手紙を印刷して送る"
    return STATES[one.state]


@access(audience="staff", permission=DECIDE)
def show(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """A7: what was claimed, and what can be done; the register may be searched."""
    found = requests.link_request(actor=request.actor, request_id=request_id)
    q = request.GET.get("q", "").strip()[:100]
    box = FormField(
        name="q", label="住民を探す(フリガナ・氏名・生年月日・宛名番号)", required=False, show_mark=False, value=q,
        hint="探したことは、目的「本人確認・利用者登録の結び付け」として記録されます。",
    )  # fmt: skip
    people: tuple[ResidentRecord, ...] = ()
    if q and found.is_open:
        try:
            people = registry.search_residents(actor=request.actor.for_purpose("identity_check"), q=q).rows
        except Invalid as error:
            box = box.with_error(error.fields["q"])
    context = {
        "title": f"{found.kana} さんの結び付け", "claim": _claim(found), "request_id": found.id, "state": found.state,
        "next": _next(found) if found.is_open else STATES[found.state], "is_open": found.is_open,
        "printed": found.printed, "reason": found.reason, "box": box, "q": q,
        "errors": errors_for([box]) if box.error else [],
        "people": [
            (reverse("front_applications_staff:person", args=[found.id, p.addressee_no]), p, _born(p)) for p in people
        ],
        "breadcrumb": [("ログインと住民の結び付け", reverse("front_applications_staff:links"))],
    }  # fmt: skip
    return render(request, "front_applications/staff/link.html", context)


def _claim(found: LinkRequestInfo) -> list[Fact]:
    return [
        Fact(label="フリガナ", value=found.kana, name=True),
        Fact(label="生年月日", value=format_date(found.birth_date, "ja", "long")),
        Fact(label="郵便番号", value=format_postcode(found.postcode)),
        Fact(label="メールアドレス", value=found.email, name=True),
        Fact(label="申込み", value=format_datetime(found.created_at, "ja", "staff")),
        Fact(label="番号の入力", value=f"{found.attempts}回"),
    ]


def _born(person: ResidentRecord) -> str:
    return format_date(person.birth_date) if person.birth_date else person.birth_text


@access(audience="staff", permission=DECIDE, methods=("POST",))
def letter(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """The letter as PDF. Each printing makes a new code and is logged."""
    pdf = linking.make_letter(actor=request.actor, request_id=request_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=DECIDE, methods=("POST",))
def came_back(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """No letter, or it came back: decided at the desk instead."""
    linking.letter_came_back(actor=request.actor, request_id=request_id)
    return redirect("front_applications_staff:link", request_id=request_id)


@access(audience="staff", permission=DECIDE, methods=("GET", "POST"))
def person(request: SignedInRequest, request_id: UUID, addressee_no: str) -> HttpResponse:
    """A3: claim beside register; then linked, with how it was made sure."""
    found = requests.link_request(actor=request.actor, request_id=request_id)
    if request.method == "POST":
        try:
            linking.decide(
                actor=request.actor, request_id=request_id, addressee_no=addressee_no,
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except Invalid as error:
            return _person_page(request, found, addressee_no, error.fields.get("reason"))
        return redirect("front_applications_staff:link", request_id=request_id)
    if not found.is_open:
        raise Conflict("link.closed")
    return _person_page(request, found, addressee_no, None)


def _person_page(
    request: SignedInRequest, found: LinkRequestInfo, addressee_no: str, error: FieldError | None
) -> HttpResponse:
    known = registry.look_at_resident(actor=request.actor, addressee_no=addressee_no, purpose="identity_check").masked()
    field = FormField(
        name="reason", kind="textarea", rows=3, label="本人と確かめた方法", error=error,
        hint="例: 窓口でマイナンバーカードを見た。監査の記録に残ります。", value=request.POST.get("reason", ""),
    )  # fmt: skip
    age = known.age_on(clock.today())
    rows = [
        ("フリガナ", found.kana, known.display_kana),
        ("生年月日", format_date(found.birth_date), _born(known) + (f"({age}歳)" if age is not None else "")),
        ("郵便番号", format_postcode(found.postcode), format_postcode(known.postcode) if known.postcode else ""),
        ("氏名", "", known.display_name), ("住所", "", known.address), ("宛名番号", "", known.addressee_no),
    ]  # fmt: skip
    back = reverse("front_applications_staff:link", args=[found.id])
    context = {
        "title": f"{known.display_name} さんと結び付けますか", "rows": rows, "field": field, "back": back,
        "protected": known.is_protected, "errors": errors_for([field]) if error else [], "narrow": True,
    }  # fmt: skip
    return render(request, "front_applications/staff/link_person.html", context, status=422 if error else 200)


@access(audience="staff", permission=DECIDE, methods=("GET", "POST"))
def refuse(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """A3: refuse, with a reason that the resident reads."""
    found = requests.link_request(actor=request.actor, request_id=request_id)
    error: FieldError | None = None
    if request.method == "POST":
        try:
            linking.decide(
                actor=request.actor, request_id=request_id, addressee_no="", reason=request.POST.get("reason", "")
            )
        except Invalid as invalid:
            error = invalid.fields.get("reason")
        else:
            return redirect("front_applications_staff:link", request_id=request_id)
    elif not found.is_open:
        raise Conflict("link.closed")
    field = FormField(
        name="reason", kind="textarea", rows=3, label="断る理由", error=error, value=request.POST.get("reason", ""),
        hint="申し込んだ人がそのまま読みます。だれかが登録されているかどうかは書かないでください。",
    )  # fmt: skip
    back = reverse("front_applications_staff:link", args=[found.id])
    context = {
        "title": "結び付けを断りますか", "claim": _claim(found), "field": field, "back": back, "narrow": True,
        "errors": errors_for([field]) if error else [],
    }  # fmt: skip
    return render(request, "front_applications/staff/link_refuse.html", context, status=422 if error else 200)
