"""Who entered a class: list, file, and one entry with the names of an association."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.programmes.arranging import LIVING, UNPROCESSABLE
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.receipt_number import format_number, parse_number
from jichi.kernel.tables import write_table
from jichi.kernel.text import fold_for_search

from ... import actions, queries
from ...permissions import EDIT, VIEW
from ...queries import CourseView, Enrolled, Member
from .arranging import crumbs, owned, tabs

STATES: Final = {
    "applied": ("抽選待ち", "info"), "taken": ("参加", "done"), "held": ("返事待ち", "todo"),
    "waiting": ("キャンセル待ち", "info"), "lost": ("落選", "neutral"), "withdrawn": ("取消し", "neutral"),
    "cancelled": ("中止", "neutral"),
}  # fmt: skip
CHANNELS: Final = {"web": "インターネット", "telephone": "電話", "counter": "窓口"}
_COLUMNS: Final = (
    Column(key="number", title="申込番号", head=True),
    Column(key="name", title="氏名", name=True),
    Column(key="team", title="団体", name=True),
    Column(key="phone", title="電話"),
    Column(key="people", title="人数", number=True),
    Column(key="at", title="申し込んだ日時"),
    Column(key="how", title="方法"),
    Column(key="state", title="状態"),
)
PAGE: Final = 50


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: everybody who entered, in the order in which they came."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    with joining(request.actor):
        entries = queries.enrolled(found.id)
    q, state = request.GET.get("q", "")[:100], request.GET.get("state", "")
    state, wanted = state if state in STATES else "", fold_for_search(q)
    shown = [
        one for one in entries
        if (not state or one.entry.state == state) and (not wanted or wanted in _words(one))
    ]  # fmt: skip
    start = request.GET.get("after", "")
    first = int(start) if start.isdecimal() and len(start) < 7 else 0
    table = Listing(
        caption="申込み", columns=_COLUMNS, rows=[_row(one, found) for one in shown[first : first + PAGE]],
        url=request.path, params={name: value for name, value in (("q", q), ("state", state)) if value},
        total=len(shown), first=first + 1, after=str(first + PAGE) if len(shown) > first + PAGE else "",
        search=filter_field("q", "申込番号・氏名・団体・電話", q),
        filters=(filter_choice("state", "状態", state, [(key, word) for key, (word, _tone) in STATES.items()]),),
        csv_url=reverse("welfare_digital_inclusion_staff:export", args=[code]), html_id="entries",
        empty="申込みはまだありません。",
    )  # fmt: skip
    context = {
        "title": f"{found.title['ja']}の申込み", "uses_htmx": True, "tabs": tabs(found, "entries", request),
        "breadcrumb": crumbs(found),
    }  # fmt: skip
    return listing_response(request, "welfare_digital_inclusion/staff/entries.html", context, table)


def _words(one: Enrolled) -> str:
    return fold_for_search("".join((one.entry.number, one.name, one.kana, one.phone, one.team)))


def _row(one: Enrolled, found: CourseView) -> Row:
    entry = one.entry
    word, tone = STATES[entry.state]
    number = format_number(entry.number)
    return Row(
        url=reverse("welfare_digital_inclusion_staff:entry", args=[found.code, number]),
        cells=(
            number, one.name, one.team, one.phone, str(entry.size), format_datetime(entry.entered_at, "ja", "staff"),
            CHANNELS[entry.channel], tag(f"{word} {entry.in_line}番目" if entry.in_line else word, tone=tone),
        ),
    )  # fmt: skip


def csv_file(name: str, headings: list[str], rows: list[list[str]]) -> HttpResponse:
    """A CSV to save, kept by no browser in between."""
    response = HttpResponse(write_table(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, code: str) -> HttpResponse:
    """Everybody with their attendance, as a file; who took it is written into the audit trail."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    with joining(request.actor):
        entries, members = queries.enrolled(found.id), queries.roll(found.id)
    of: dict[object, list[Member]] = {}
    for member in members:
        of.setdefault(member.entry_id, []).append(member)
    rows = [line for one in entries for line in _lines(one, of.get(one.entry.id, []), found)]
    audit.record(
        actor=request.actor, action="export", table="welfare_digital_inclusion_enrolment", object_id=str(found.id),
        detail={"rows": len(rows)},
    )  # fmt: skip
    heads = ["申込番号", "状態", "順番", "団体", "代表・申込者", "フリガナ", "電話", "方法", "申し込んだ日時", "参加者"]
    return csv_file("class", [*heads, *(f"第{one.number}回" for one in found.sessions)], rows)


def _lines(one: Enrolled, members: list[Member], found: CourseView) -> list[list[str]]:
    entry = one.entry
    at = entry.entered_at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    about = [
        format_number(entry.number), STATES[entry.state][0], str(entry.in_line or ""), one.team, one.name, one.kana,
        one.phone, CHANNELS[entry.channel], at,
    ]  # fmt: skip
    if not members:
        return [[*about, "", *("" for _ in found.sessions)]]
    return [
        [*about, member.name, *("出席" if session.number in member.came else "" for session in found.sessions)]
        for member in members
    ]


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def entry(request: SignedInRequest, code: str, number: str) -> HttpResponse:
    """A7: one entry; names of an association, and withdrawing for somebody on the telephone."""
    found, plain = owned(request, code), parse_number(number)
    with joining(request.actor):
        one = next((each for each in queries.enrolled(found.id) if each.entry.number == plain), None)
        members = queries.attended(one.entry.id) if one else ()
    if one is None:
        raise NotFound
    wrong: dict[str, FieldError] = {}
    names = "\n".join(member.name for member in members if member.name)
    if request.method == "POST":
        if not request.actor.may(EDIT):
            raise Forbidden
        try:
            if request.POST.get("act") == "withdraw":
                booking_actions.withdraw(actor=request.actor, entry_id=one.entry.id)
            elif one.team:
                names = request.POST.get("names", "")[:10_000]
                actions.name_participants(actor=request.actor, entry_id=one.entry.id, names=names.splitlines())
            return redirect("welfare_digital_inclusion_staff:entry", code=code, number=number)
        except Invalid as problem:
            wrong = dict(problem.fields)
    field = FormField(
        name="names", label="参加する方の氏名", kind="textarea", rows=6, required=False, value=names,
        hint=f"1行に1人ずつ、{one.entry.size}人まで。", error=wrong.get("names"),
    )  # fmt: skip
    word, tone = STATES[one.entry.state]
    context = {
        "title": f"申込み {format_number(one.entry.number)}", "breadcrumb": crumbs(found), "narrow": True,
        "tabs": tabs(found, "entries", request), "state": tag(word, tone=tone),
        "facts": _facts(one),
        "fields": [field] if one.team and request.actor.may(EDIT) else [], "errors": errors_for([field]),
        "may_withdraw": request.actor.may(EDIT) and one.entry.state in LIVING,
        "came": [
            (each.name or f"{each.place}人目", "、".join(f"第{n}回" for n in sorted(each.came)) or "まだ")
            for each in members
        ] if one.entry.state == "taken" else [],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/entry.html", context, status=status)


def _facts(one: Enrolled) -> list[Fact]:
    rows = [
        ("団体", one.team), ("申込者", one.name), ("フリガナ", one.kana), ("電話", one.phone),
        ("人数", f"{one.entry.size}人"), ("方法", CHANNELS[one.entry.channel]),
        ("申し込んだ日時", format_datetime(one.entry.entered_at, "ja", "staff")),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=label != "人数") for label, value in rows if value]
