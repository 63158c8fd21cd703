"""Who entered an event: list, file, and the report to the division."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.programmes.arranging import STATES as EVENT_STATES
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number
from jichi.kernel.tables import write_table
from jichi.kernel.text import fold_for_search

from ... import queries
from ...permissions import VIEW
from ...queries import EventView, Person
from ...rules import CATEGORIES, MODE_WORDS
from .arranging import crumbs, owned, tabs

STATES: Final = {
    "applied": ("抽選待ち", "info"),
    "taken": ("参加", "done"),
    "held": ("返事・支払い待ち", "todo"),
    "waiting": ("キャンセル待ち", "info"),
    "lost": ("落選", "neutral"),
    "withdrawn": ("取消し", "neutral"),
    "cancelled": ("中止", "neutral"),
}
CHANNELS: Final = {"web": "インターネット", "telephone": "電話", "counter": "窓口"}
_COLUMNS: Final = (
    Column(key="number", title="申込番号", head=True),
    Column(key="name", title="氏名", name=True),
    Column(key="phone", title="電話"),
    Column(key="people", title="人数", number=True),
    Column(key="when", title="日時"),
    Column(key="at", title="申し込んだ日時"),
    Column(key="how", title="方法"),
    Column(key="money", title="料金"),
    Column(key="state", title="状態"),
)
PAGE: Final = 50
HEADINGS: Final = (
    "申込番号", "状態", "順番", "氏名", "フリガナ", "電話", "人数", "同伴者", "日時", "申し込んだ日時", "方法", "出席",
    "料金",
)  # fmt: skip
NUMBERS: Final = (
    "番号",
    "催し",
    "種類",
    "状態",
    "決め方",
    "始めの日",
    "回数",
    "定員",
    "申込み(件)",
    "申込み(人)",
    "参加(人)",
    "出席(件)",
    "欠席(件)",
    "キャンセル待ち(人)",
    "取消し(人)",
    "料金(円)",
)


def entered(request: SignedInRequest, found: EventView) -> tuple[tuple[EntryView, ...], dict[Any, Person]]:
    """Entries with their persons, as the official may see them. Two statements."""
    if found.offering_id is None:
        raise NotFound
    with joining(request.actor):
        return booking.entries_of(found.offering_id), queries.people_of(found.id)


def date_of(entry: EntryView, found: EventView) -> str:
    """The date an entry has or asks for first."""
    code = entry.item or (entry.choices[0] if entry.choices else "")
    slot = next((slot for item, slot in found.slots if item == code), None)
    return format_datetime(slot.starts_at, "ja", "staff") if slot else ""


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: everybody who entered, in the order in which they came."""
    found = owned(request, code)
    entries, people = entered(request, found)
    q, state = request.GET.get("q", "")[:100], request.GET.get("state", "")
    state = state if state in STATES else ""
    wanted = fold_for_search(q)
    shown = [
        one for one in entries
        if (not state or one.state == state) and (not wanted or wanted in _words(one, people.get(one.id)))
    ]  # fmt: skip
    start = request.GET.get("after", "")
    first = int(start) if start.isdecimal() and len(start) < 7 else 0
    table = Listing(
        caption="申込み",
        columns=_COLUMNS,
        rows=[_row(one, people.get(one.id), found) for one in shown[first : first + PAGE]],
        url=request.path,
        params={name: value for name, value in (("q", q), ("state", state)) if value},
        total=len(shown),
        first=first + 1,
        after=str(first + PAGE) if len(shown) > first + PAGE else "",
        search=filter_field("q", "申込番号・氏名・電話", q),
        filters=(filter_choice("state", "状態", state, [(key, word) for key, (word, _tone) in STATES.items()]),),
        csv_url=reverse("front_events_staff:export", args=[code]),
        html_id="entries",
        empty="申込みはまだありません。",
    )
    context = {
        "title": f"{found.title['ja']}の申込み", "uses_htmx": True, "tabs": tabs(found, "entries", request),
        "breadcrumb": crumbs(found), "sums": _sums(found),
    }  # fmt: skip
    return listing_response(request, "front_events/staff/entries.html", context, table)


def _sums(found: EventView) -> list[tuple[str, int, int]]:
    if found.offering_id is None:
        return []
    total = booking.totals([found.offering_id])[found.offering_id]
    return [(word, total.entries[key], total.people[key]) for key, (word, _t) in STATES.items() if key in total.entries]


def _words(entry: EntryView, person: Person | None) -> str:
    parts = [entry.number, *((person.name, person.kana, person.phone, *person.companions) if person else ())]
    return fold_for_search("".join(parts))


def _row(entry: EntryView, person: Person | None, found: EventView) -> Row:
    word, tone = STATES[entry.state]
    return Row(
        url=reverse("front_events_staff:entry", args=[format_number(entry.number)]),
        cells=(
            format_number(entry.number), person.name if person else "", person.phone if person else "",
            str(entry.size), date_of(entry, found), format_datetime(entry.entered_at, "ja", "staff"),
            CHANNELS[entry.channel], money_word(entry),
            tag(f"{word} {entry.in_line}番目" if entry.in_line else word, tone=tone),
        ),
    )  # fmt: skip


def money_word(entry: EntryView) -> str:
    """How the money of an entry stands; "" where nothing is asked."""
    if not entry.owes_yen:
        return ""
    if entry.money_done:
        return "返金・取消し" if entry.paid_at else "取消し"
    return f"{entry.owes_yen:,}円 {'支払い済み' if entry.paid_at else '未払い'}"


def _file(name: str, headings: list[str], rows: list[list[str]]) -> HttpResponse:
    response = HttpResponse(write_table(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, code: str) -> HttpResponse:
    """Everybody who entered, as a file; who took it is written into the audit trail."""
    found = owned(request, code)
    entries, people = entered(request, found)
    questions = found.content.questions
    rows = [_line(one, people[one.id], found) for one in entries if one.id in people]
    audit.record(
        actor=request.actor, action="export", table="front_events_evententry", object_id=str(found.id),
        detail={"rows": len(rows)},
    )  # fmt: skip
    return _file("entries", [*HEADINGS, *(one.label for one in questions)], rows)


def _line(one: EntryView, person: Person, found: EventView) -> list[str]:
    came = "出席" if one.arrived_at else "欠席" if one.no_show else ""
    at = one.entered_at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    answers = [person.answers.get(question.key, "") for question in found.content.questions]
    return [
        format_number(one.number), STATES[one.state][0], str(one.in_line or ""), person.name, person.kana, person.phone,
        str(one.size), "、".join(person.companions), date_of(one, found), at, CHANNELS[one.channel], came,
        money_word(one), *answers,
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def report(request: SignedInRequest) -> HttpResponse:
    """The division's events as numbers, without a person: what the report of the year starts from."""
    found = [one for one in queries.events_of_divisions(request.actor.divisions, limit=5000) if one.state != "draft"]
    totals = booking.totals([one.offering_id for one in found if one.offering_id])
    found.sort(key=lambda event: (event.last_day is None, event.last_day, event.code))
    rows = [_numbers(one, totals.get(one.offering_id) if one.offering_id else None) for one in found]
    return _file("events", list(NUMBERS), rows)


def _numbers(one: EventView, total: booking.Totals | None) -> list[str]:
    first = one.slots[0][1].starts_at.astimezone(TOKYO).date().isoformat() if one.slots else ""
    about = [
        one.code,
        one.title.get("ja", ""),
        CATEGORIES[one.category],
        EVENT_STATES[one.state][0],
        MODE_WORDS[one.mode],
    ]
    about += [first, str(len(one.slots))]
    if total is None:
        return [*about, *[""] * 8, str(one.content.price_yen)]
    people = total.people
    counts = (
        one.content.capacity,
        sum(total.entries.values()),
        sum(people.values()),
        people.get("taken", 0),
        total.arrived,
        total.no_shows,
        people.get("waiting", 0),
        people.get("withdrawn", 0),
        one.content.price_yen,
    )
    return [*about, *map(str, counts)]
