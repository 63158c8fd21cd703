"""Register search and one person's record: the purpose is asked before, every look is logged (journeys §1.3)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import Actor
from jichi.engines.cases import queries as cases
from jichi.engines.cases.presentation import STAFF_STATUS
from jichi.engines.registry import queries as registry
from jichi.engines.registry.permissions import PROTECTED, SEARCH, VIEW
from jichi.engines.registry.rules import PURPOSES, ResidentRecord
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound

_STATES: Final = {"resident": "住民", "moved_out": "転出", "deceased": "死亡", "removed": "消除", "outside": "住登外"}
_ACTS: Final = {
    "look": "見た", "look_missed": "探した(記録なし)", "reveal_address": "住所を表示した", "export": "書き出した",
}  # fmt: skip
_LOOKS_SHOWN: Final = 30
_LOOKED_THROUGH: Final = 300


@access(audience="staff", permission=SEARCH)
def search(request: SignedInRequest) -> HttpResponse:
    """A6: people of the register; nothing is opened here."""
    actor = request.actor
    q = request.GET.get("q", "").strip()[:100]
    box = FormField(
        name="q", label="宛名番号・氏名・フリガナ・生年月日", required=False, show_mark=False, value=q,
        hint="フリガナは先頭から、氏名は一部でも探せます。探したことは記録されます。",
    )  # fmt: skip
    rows: list[Row] = []
    after = ""
    if q:
        try:
            page = registry.search_residents(actor=actor, q=q, after=request.GET.get("after", ""))
        except Invalid as error:
            box = box.with_error(error.fields.get("q") or FieldError("field.required"))
        else:
            rows, after = [_row(person) for person in page.rows], page.next_after or ""
    listing = Listing(
        caption="住民を探す", url=request.path, params={"q": q}, search=box, rows=rows, columns=_COLUMNS, after=after,
        empty="探す人の番号、名前、フリガナ、生年月日のどれかを入力してください。", html_id="people",
    )  # fmt: skip
    return listing_response(request, "portal_staff/people.html", {"title": "住民を探す", "uses_htmx": True}, listing)


_COLUMNS: Final = (
    Column(key="name", title="氏名", head=True, name=True), Column(key="kana", title="フリガナ", name=True),
    Column(key="birth", title="生年月日"), Column(key="sex", title="性別"),
    Column(key="address", title="住所", name=True),
    Column(key="state", title="住民登録"), Column(key="number", title="宛名番号"),
)  # fmt: skip


def _row(person: ResidentRecord) -> Row:
    name = person.display_name
    return Row(
        url=reverse("portal_staff:person", args=[person.addressee_no]),
        cells=(
            f"{name}【閲覧制限】" if person.is_protected else name, person.display_kana, _born(person),
            sex_word(person.sex), person.address, _STATES[person.state], person.addressee_no,
        ),
    )  # fmt: skip


def sex_word(code: str) -> str:
    """性別 as the register's code list has it (1 男, 2 女); other codes as they are."""
    return {"1": "男", "2": "女"}.get(code, code)


def _postcode(code: str) -> str:
    return f"{code[:3]}-{code[3:]}" if len(code) == 7 else code


def _born(person: ResidentRecord) -> str:
    return format_date(person.birth_date) if person.birth_date else person.birth_text


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def person(request: SignedInRequest, addressee_no: str) -> HttpResponse:
    """A2: for what purpose; then A7: the record, household, cases and who looked."""
    actor = request.actor
    given = request.POST if request.method == "POST" else request.GET
    purpose = given.get("purpose", "")
    if purpose not in PURPOSES:
        wrong = request.method == "POST" or "purpose" in request.GET
        return _ask_purpose(request, addressee_no, FieldError("field.choose_one") if wrong else None)
    record = registry.look_at_resident(actor=actor, addressee_no=addressee_no, purpose=purpose)
    revealed = False
    if record.is_protected:
        revealed = request.method == "POST" and request.POST.get("act") == "reveal" and actor.may(PROTECTED)
        if revealed:
            audit.record(
                actor=actor.for_purpose(purpose), action="reveal_address", table="eng_registry_address",
                object_id=addressee_no, subject=addressee_no,
            )  # fmt: skip
        else:
            record = record.masked()
    return _show(request, actor, record, purpose, revealed=revealed)


def _ask_purpose(request: SignedInRequest, addressee_no: str, error: FieldError | None) -> HttpResponse:
    if not addressee_no.isalnum() or not addressee_no.isascii():
        raise NotFound
    field = FormField(
        name="purpose", label="何のために見ますか", kind="radio", error=error, noun="利用目的",
        hint="選んだ目的と、見たことが記録されます。本人が求めたときは、本人に示します。",
        options=tuple(Option(key, words) for key, words in PURPOSES.items()),
    )  # fmt: skip
    context = {
        "title": "利用目的を選ぶ", "fields": [field], "errors": errors_for([field]), "addressee_no": addressee_no,
        "breadcrumb": [("住民を探す", reverse("portal_staff:people"))], "narrow": True,
    }  # fmt: skip
    return render(request, "portal_staff/purpose.html", context, status=422 if error else 200)


def _show(
    request: SignedInRequest, actor: Actor, record: ResidentRecord, purpose: str, *, revealed: bool
) -> HttpResponse:
    found = cases.cases_about(actor=actor, subject_no=record.addressee_no) if actor.may("eng_cases.case.view") else ()
    context = {
        "title": f"{record.display_name} さんの記録", "purpose": PURPOSES[purpose], "purpose_key": purpose,
        "person": record, "facts": _facts(record), "household": _household(record, purpose), "revealed": revealed,
        "may_reveal": record.is_protected and actor.may(PROTECTED) and not revealed,
        "cases": [(case, STAFF_STATUS[case.status]) for case in found], "looks": _looks(record.addressee_no),
        "breadcrumb": [("住民を探す", reverse("portal_staff:people"))],
    }  # fmt: skip
    return render(request, "portal_staff/person.html", context)


def _facts(record: ResidentRecord) -> list[Fact]:
    age = record.age_on(clock.today())
    born = format_date(record.birth_date, "ja", "long") if record.birth_date else record.birth_text
    rows = [
        ("宛名番号", record.addressee_no), ("氏名", record.display_name), ("フリガナ", record.display_kana),
        ("登録の氏名", record.name if record.name != record.display_name else ""), ("通称", record.alias),
        ("ローマ字氏名", record.roman_name), ("旧氏", record.former_family_name),
        ("生年月日", f"{born}({age}歳)" if age is not None else born), ("性別", sex_word(record.sex)),
        ("国籍", record.nationality if record.is_foreign else ""), ("続柄", record.relationship),
        ("世帯主", record.head_name), ("郵便番号", _postcode(record.postcode)), ("住所", record.address),
        ("住民登録", _STATES[record.state]),
        ("住民となった日", format_date(record.became_resident_on) if record.became_resident_on else ""),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=True) for label, value in rows if value]


def _household(record: ResidentRecord, purpose: str) -> list[tuple[ResidentRecord, str, str]]:
    """(member, address of the record with the same purpose, birth date); masked."""
    query = urlencode({"purpose": purpose})
    return [
        (member.masked(), f"{reverse('portal_staff:person', args=[member.addressee_no])}?{query}", _born(member))
        for member in registry.household_of(record.addressee_no)
        if member.addressee_no != record.addressee_no
    ]


def _looks(addressee_no: str) -> list[tuple[str, str, str, str]]:
    """(when, who, what, for what purpose), newest first. Two statements."""
    events = [e for e in trail.events_about(subject=addressee_no, limit=_LOOKED_THROUGH) if e.action in _ACTS]
    events = events[:_LOOKS_SHOWN]
    names = accounts.account_names([event.actor_id for event in events if event.actor_id])
    return [
        (
            format_datetime(event.at, "ja", "staff"),
            names.get(event.actor_id, "")
            if event.actor_id
            else {"system": "自動処理"}.get(event.actor_kind, "公開ページ"),
            _ACTS[event.action],
            PURPOSES.get(event.purpose, event.purpose),
        )
        for event in events
    ]
