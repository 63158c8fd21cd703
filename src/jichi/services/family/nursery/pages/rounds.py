"""Rounds for officials: the list, a new one, what there is to do in one; the seats that facilities offer."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Figure, Listing, Row, Task, TaskGroup
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.tables import write_table

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import RoundView, RunView
from .words import (
    CONFLICT,
    RUN_STATES,
    UNPROCESSABLE,
    class_name,
    crumbs_of,
    field_told,
    file_response,
    refusal,
    round_or_404,
    tabs,
    told_errors,
)  # fmt: skip

POLICIES: Final = {
    "stable": "優先順位の高い世帯から順に置く(手作業に近い)",
    "most-seated": "内定の数が最も多いものを選ぶ",
}
TWO: Final = "担当者2人の承認"
_DAYS: Final = (("wishes_until", "希望を変えられる最後の日"), ("result_on", "結果を知らせる日"), ("entry_on", "入園日"))


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: rounds of the official's divisions."""
    found = queries.rounds(request.actor.divisions)
    rows = [
        Row(
            url=reverse("family_nursery:round", args=[one.id]),
            cells=(
                one.name, format_date(one.entry_on), format_date(one.result_on),
                tag("公表済み", tone="done") if one.published_run else tag("準備中", tone="todo"),
            ),
        )
        for one in found
    ]  # fmt: skip
    columns = (
        Column(key="name", title="回", head=True, name=True), Column(key="entry", title="入園日"),
        Column(key="result", title="結果の日"), Column(key="state", title="状態"),
    )  # fmt: skip
    table = Listing(
        caption="選考の回", columns=columns, rows=rows, url=request.path, total=len(rows),
        empty="選考の回はまだありません。「新しい回を作る」から始めます。",
    )  # fmt: skip
    context = {"title": "入園選考", "tabs": tabs(request, "rounds"), "may": request.actor.may(EDIT)}
    return listing_response(request, "family_nursery/rounds.html", context, table)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: a new round."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        days: dict[str, date] = {}
        for name, _ in _DAYS:
            try:
                days[name] = parse_date(request.POST.get(name, ""))
            except ValueError:
                wrong[name] = FieldError("field.unreadable_date")
        moments = {name: _moment(request.POST.get(name, ""), name, wrong) for name in ("opens_at", "closes_at")}
        division = request.POST.get("division", "")
        if not wrong:
            try:
                made = actions.open_round(
                    actor=request.actor,
                    division_id=int(division) if division.isdecimal() else 0,
                    name=request.POST.get("name", ""),
                    policy=request.POST.get("policy", ""),
                    wishes_until=days["wishes_until"],
                    result_on=days["result_on"],
                    entry_on=days["entry_on"],
                    opens_at=moments["opens_at"],
                    closes_at=moments["closes_at"],
                )
                return redirect("family_nursery:round", id=made)
            except Invalid as error:
                wrong = dict(error.fields)
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in _fields(request)]
    context = {
        "title": "新しい選考の回", "fields": fields, "errors": errors_for(fields), "narrow": True,
        "breadcrumb": [("入園選考", reverse("family_nursery:rounds"))],
    }  # fmt: skip
    return render(request, "family_nursery/form.html", context, status=UNPROCESSABLE if wrong else 200)


def _moment(text: str, name: str, wrong: dict[str, FieldError]) -> datetime | None:
    """ "2026-11-30 17:00" in Japan; None where nothing is entered."""
    day, _, minute = unicodedata.normalize("NFKC", text).strip().partition(" ")
    if not day:
        return None
    try:
        return datetime.combine(parse_date(day), time.fromisoformat(minute.strip() or "00:00"), clock.TOKYO)
    except ValueError:
        wrong[name] = FieldError("nursery.moments")
        return None


def _fields(request: SignedInRequest) -> list[FormField]:
    post = request.POST
    own = accounts.divisions(sorted(request.actor.divisions))
    return [
        FormField(name="name", label="回の名前", value=post.get("name", ""), hint="例: 令和9年4月入園 1次"),
        FormField(
            name="division", label="担当課", kind="select", value=post.get("division", str(own[0].id) if own else ""),
            options=tuple(Option(str(one.id), one.names["ja"]) for one in own),
        ),
        *(
            FormField(name=name, label=label, value=post.get(name, ""), size=12, hint="例: 2027-04-01")
            for name, label in _DAYS
        ),
        *(
            FormField(
                name=name, label=label, value=post.get(name, ""), size=18, required=False, hint="例: 2026-11-30 17:00"
            )
            for name, label in (("opens_at", "オンライン受付の始まり"), ("closes_at", "オンライン受付の締切"))
        ),
        FormField(
            name="policy", label="安定した結果が複数あるとき", kind="radio", value=post.get("policy", "stable"),
            options=tuple(Option(key, word) for key, word in POLICIES.items()),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A5: what there is to do in a round, in its order; its runs."""
    found, problem = round_or_404(request, id), ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "rescore":
                actions.rescore(actor=request.actor, round_id=id)
                return redirect("family_nursery:round", id=id)
            if request.POST.get("act") == "route":
                actions.choose_route(actor=request.actor, round_id=id, route=request.POST.get("route", ""))
                return redirect("family_nursery:round", id=id)
            return redirect("family_nursery:run", id=actions.start_run(actor=request.actor, round_id=id))
        except Conflict as error:
            problem = refusal(error.code, **error.params)
        except Invalid as error:
            problem = "".join(field_told(one, "承認の方法") for one in error.fields.values())
    runs = queries.runs(id)
    figures = [
        Figure(label="申込み", value=f"{found.families:,}", unit="世帯"),
        Figure(label="児童", value=f"{found.children:,}", unit="人"),
        Figure(label="確認の済んでいない児童", value=f"{found.unconfirmed:,}", unit="人"),
    ]
    context = {
        "title": found.name,
        "problem": problem,
        "breadcrumb": [("入園選考", reverse("family_nursery:rounds"))],
        "round": found,
        "facts": _facts(found),
        "figures": figures,
        "groups": [TaskGroup(title="すること", tasks=_tasks(found, runs))],
        "runs": _run_list(request, runs),
        "route_fields": _route_fields(found),
        "may": request.actor.may(EDIT) and found.published_run is None,
    }
    return render(request, "family_nursery/round.html", context, status=CONFLICT if problem else 200)


def _route_fields(found: RoundView) -> list[FormField]:
    ways = {"": TWO, **queries.choosable()}
    return [
        FormField(
            name="route", label="承認の方法", kind="select", value=found.route, required=False,
            options=tuple(Option(key, title, noruby=True) for key, title in ways.items()),
        )
    ]  # fmt: skip


def _facts(found: RoundView) -> list[Fact]:
    rows = (
        ("入園日", format_date(found.entry_on)), ("希望を変えられる最後の日", format_date(found.wishes_until)),
        ("結果の日", format_date(found.result_on)), ("結果の選び方", POLICIES[found.policy]),
        ("最終指数の公表", f"内定が{found.public_from}人以上のとき"),
        ("オンライン受付", _opened(found)),
        ("承認の方法", queries.choosable().get(found.route, found.route) or TWO),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows]


def _opened(found: RoundView) -> str:
    if found.opens_at is None or found.closes_at is None:
        return "しない"
    return (
        f"{format_datetime(found.opens_at, 'ja', 'staff')}から{format_datetime(found.closes_at, 'ja', 'staff')}の前まで"
    )


def _tasks(found: RoundView, runs: tuple[RunView, ...]) -> list[Task]:
    page = reverse("family_nursery:applications", args=[found.id])
    ready = found.children - found.unconfirmed
    return [
        Task(
            title="空き枠を入れる", state="done" if found.slots else "not_started",
            url=reverse("family_nursery:seats", args=[found.id]), hint=f"{found.slots:,}クラス",
        ),
        Task(
            title="前の回から引き継ぐ", state="done" if found.follows else "not_started",
            url=reverse("family_nursery:carry", args=[found.id]), hint="待っている世帯と、残った枠",
        ),
        Task(
            title="園に入力してもらう", state="done" if found.asked and not found.unanswered else "in_progress"
            if found.asked else "not_started",
            url=reverse("family_nursery:asks", args=[found.id]),
            hint=f"入力していない園{found.unanswered:,}" if found.asked else "任意",
        ),
        *_online(found),
        Task(
            title="申込みを読み込む", state="done" if found.families else "not_started",
            url=reverse("family_nursery:load", args=[found.id]), hint=f"{found.families:,}世帯",
        ),
        Task(
            title="足りない書類を確かめる", state="done" if found.families and not found.missing else "in_progress",
            url=f"{page}?state=missing", hint=f"足りない{found.missing:,}世帯",
        ),
        *_unborn(found, page),
        Task(
            title="指数を2人で確認する", state="done" if found.children and not found.unconfirmed else "in_progress",
            url=f"{page}?state=confirm", hint=f"{found.children:,}人のうち{ready:,}人が確認済み",
        ),
        Task(
            title="結果を公表する", state="done" if found.published_run else "in_progress" if runs else "not_started",
            url=reverse("family_nursery:run", args=[runs[0].id]) if runs else "",
            hint="計算のあと、2人の承認で公表する",
        ),
    ]  # fmt: skip


def _unborn(found: RoundView, page: str) -> list[Task]:
    """Families whose child was not born yet when they applied."""
    if not found.unborn:
        return []
    hint = f"出生前の児童{found.unborn:,}人"
    return [Task(title="出生の届けを待つ", state="in_progress", url=f"{page}?state=unborn", hint=hint)]


def _online(found: RoundView) -> list[Task]:
    """The queue of online applications, of a round that takes some."""
    if found.closes_at is None:
        return []
    return [
        Task(
            title="オンラインの申込みを受け付ける", state="in_progress" if found.entries else "done",
            url=f"{reverse('family_nursery:entries', args=[found.id])}?state=sent",
            hint=f"受付待ち{found.entries:,}件",
        )
    ]  # fmt: skip


def _run_list(request: SignedInRequest, runs: tuple[RunView, ...]) -> Listing:
    rows = [
        Row(
            url=reverse("family_nursery:run", args=[one.id]),
            cells=(
                f"{one.number}回目", tag(RUN_STATES[one.state][0], tone=RUN_STATES[one.state][1]),
                f"{one.children:,}", f"{one.figures['seated']:,}" if one.figures else "",
                format_datetime(one.started_at, "ja", "staff"), one.started_by,
                tag("公表した結果", tone="done") if one.published_at else "",
            ),
        )
        for one in runs
    ]  # fmt: skip
    columns = (
        Column(key="number", title="計算", head=True), Column(key="state", title="状態"),
        Column(key="children", title="児童", number=True), Column(key="seated", title="枠のある児童", number=True),
        Column(key="at", title="始めた日時"), Column(key="by", title="始めた人", name=True),
        Column(key="published", title="公表"),
    )  # fmt: skip
    return Listing(
        caption="計算", columns=columns, rows=rows, url=request.path, empty="まだ計算していません。", html_id="runs"
    )


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def seats(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6, A8: the seats that facilities offer in a round: one by one, or as a file."""
    found = round_or_404(request, id)
    wrong: dict[str, FieldError] = {}
    told: list[tuple[object, str, str]] = []
    problem, post = "", request.POST
    if request.method == "POST":
        try:
            if post.get("act") == "one":
                actions.set_vacancy(
                    actor=request.actor, round_id=id, code=post.get("code", ""), class_id=post.get("class_id", ""),
                    seats=post.get("seats", "").strip(),
                )  # fmt: skip
            else:
                _, errors = actions.load_vacancies(actor=request.actor, round_id=id, data=sent_table(request)[1])
                told = told_errors(errors)
            if not told:
                return redirect("family_nursery:seats", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = refusal(error.code)
    offered, names = queries.seats(id), queries.facility_names()
    fields = _seat_fields(request, names, wrong)
    context = {
        "title": f"{found.name}の空き枠", "breadcrumb": crumbs_of(found), "round": found, "told": told,
        "problem": problem, "errors": errors_for(fields), "one_fields": fields[:3], "file_fields": fields[3:],
        "rows": [
            (names.get(code, code), [offered.get((code, group), "") for group in range(6)])
            for code in dict.fromkeys(code for code, _ in offered)
        ],
        "classes": [class_name(group) for group in range(6)],
        "may": request.actor.may(EDIT) and found.published_run is None,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong or told else 200
    return render(request, "family_nursery/seats.html", context, status=status)


@access(audience="staff", permission=VIEW)
def seats_export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The vacancy table of a round (空き枠) as CSV, as it is taken back."""
    round_or_404(request, id)
    lines = [(code, str(group), str(number)) for (code, group), number in queries.seats(id).items()]
    return file_response(write_table(("園番号", "クラス", "空き枠"), lines), "seats.csv")


def _seat_fields(request: SignedInRequest, names: dict[str, str], wrong: dict[str, FieldError]) -> list[FormField]:
    post = request.POST
    fields = [
        FormField(
            name="code", label="園", kind="select", value=post.get("code", ""),
            options=tuple(Option(code, name, noruby=True) for code, name in names.items()),
        ),
        FormField(
            name="class_id", label="クラス", kind="select", value=post.get("class_id", "0"),
            options=tuple(Option(str(group), class_name(group)) for group in range(6)),
        ),
        FormField(name="seats", label="空き枠", size=4, value=post.get("seats", ""), unit="人"),
        FormField(
            name="file", label="空き枠のCSVファイル", kind="file", accept=".csv,.tsv,.txt",
            hint="列: 園番号、クラス、空き枠。ファイルにないクラスは、そのまま残ります。",
        ),
    ]  # fmt: skip
    return [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]
