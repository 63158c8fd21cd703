"""Lists of routes: what waits for me (決裁待ち・後閲・供覧), and the table of who decides what (専決)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

from .. import permissions, queries
from .. import presentation as words
from ..queries import Waiting
from ..rules import STEP_WORDS, RouteSpec, Seat

_COLUMNS: Final = (
    Column(key="title", title="件名", head=True, name=True), Column(key="about", title="番号"),
    Column(key="kind", title="すること"),
    Column(key="division", title="課"), Column(key="drafter", title="起案", name=True),
    Column(key="since", title="届いた日"),
)  # fmt: skip
_LISTS: Final = {
    "waiting": ("決裁待ち", ("act", "returned", "asked"), "今、あなたの決裁を待っているものはありません。"),
    "after": ("後閲", ("after",), "後閲するものはありません。"),
    "reading": ("供覧", ("read",), "供覧のものはありません。"),
}
_TO_DO: Final = {
    ("act", "holder"): "決裁・承認", ("act", "deputy"): "代決", ("act", "above"): "上の職として処理",
    ("returned", "drafter"): "直して出し直す", ("asked", "holder"): "照会に回答",
    ("after", "holder"): "後閲", ("read", "holder"): "供覧",
}  # fmt: skip


def _list(request: SignedInRequest, name: str) -> HttpResponse:
    title, kinds, empty = _LISTS[name]
    actor = request.actor
    page = queries.waiting(actor, kinds=kinds, after=request.GET.get("after", ""))
    counts = queries.waiting_counts(actor)
    tabs = [
        Link(f"{words_} ({sum(counts[kind] for kind in of)})", reverse(f"eng_routes:{key}"), current=key == name)
        for key, (words_, of, _) in _LISTS.items()
    ]
    listing = Listing(
        caption=title, columns=_COLUMNS, rows=[_row(line) for line in page.rows], url=request.path,
        after=page.next_after, empty=empty, html_id="waiting",
    )  # fmt: skip
    context = {"title": title, "uses_htmx": True, "tabs": tabs}
    return listing_response(request, "eng_routes/waiting.html", context, listing)


def format_about(about: str) -> str:
    """受付番号 as people read it; what is no such number stands as it is."""
    number = parse_number(about) if about else None
    return format_number(number) if number else about


def _row(line: Waiting) -> Row:
    number = format_about(line.about)
    # Matters of one kind have one title: read out, the number tells the links apart.
    title = format_html('{}<span class="sr">({})</span>', line.title["ja"], number) if number else line.title["ja"]
    return Row(
        url=reverse("eng_routes:route", args=[line.route_id]),
        cells=(
            title, number, tag(_TO_DO.get((line.kind, line.how), "決裁・承認"), tone="todo"),
            pick(line.division, "ja").text, line.drafter_name,
            format_date(line.opened_at.astimezone(clock.TOKYO).date()),
        ),
    )  # fmt: skip


@access(audience="staff", permission=permissions.TAKE_PART)
def waiting(request: SignedInRequest) -> HttpResponse:
    """A6: 決裁待ち."""
    return _list(request, "waiting")


@access(audience="staff", permission=permissions.TAKE_PART)
def after(request: SignedInRequest) -> HttpResponse:
    """A6: 後閲; it empties by reading only."""
    return _list(request, "after")


@access(audience="staff", permission=permissions.TAKE_PART)
def reading(request: SignedInRequest) -> HttpResponse:
    """A6: 供覧."""
    return _list(request, "reading")


@access(audience="staff", permission=permissions.TAKE_PART)
def table(request: SignedInRequest) -> HttpResponse:
    """A6: who decides what (専決), by which steps, and who may deputise."""
    names = {d.code: pick(d.names, "ja").text for d in accounts.divisions()}
    specs = [
        {
            "id": spec.id, "title": spec.title, "rows": _rows(spec, names), "steps": _steps(spec, names),
            "deputies": [
                Fact(label=words.rank_word(row.rank), value="、次に".join(words.rank_word(rank) for rank in row.by))
                for row in spec.deputies
            ],
        }
        for spec in queries.specs().values()
    ]  # fmt: skip
    return render(request, "eng_routes/table.html", {"title": "専決の表", "specs": specs})


def _seat(seat: Seat, names: Mapping[str, str]) -> str:
    return f"{names.get(seat.division, seat.division)} {seat.word}" if seat.division else seat.word


def _rows(spec: RouteSpec, names: Mapping[str, str]) -> list[Fact]:
    rows = [
        Fact(
            label=words.condition_words(row.when),
            value=[f"{_seat(row.seat, names)}が決裁", *([row.basis] if row.basis else [])],
        )
        for row in spec.decides
    ]
    rows += [
        Fact(
            label="、または".join(words.excluded_word(c) for c in row.when),
            value=[
                f"{words.rank_word(row.rank)}ではなく{words.rank_word(row.to)}が決裁",
                *([row.basis] * bool(row.basis)),
            ],
        )
        for row in spec.lifts
    ]
    if spec.excluded:
        rows.append(Fact(label="代決できないもの", value="、".join(words.excluded_word(c) for c in spec.excluded)))
    return rows


def _steps(spec: RouteSpec, names: Mapping[str, str]) -> list[Fact]:
    return [
        Fact(
            label=f"{number} {STEP_WORDS[step.kind]}",
            value="、".join(_seat(seat, names) for seat in step.seats) or "上の表で決まる職",
        )
        for number, step in enumerate(spec.steps, 1)
    ]
