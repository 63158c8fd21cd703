"""Officials' pages of what waits, of cycles to banks, and of uptake."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for, filter_choice, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Chart, Column, Fact, Listing, Row, Series
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.bankfiles.transfers import RequestRefused
from jichi.engines.mandates.permissions import EDIT, VIEW
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import write_table

from .. import actions, queries
from ..queries import Uptake
from .office import UNPROCESSABLE, csv_response, tabs
from .terms import WORK

GOAL: Final = "目標"
_WORK: Final = (
    Column(key="kind", title="確かめること", head=True), Column(key="payer", title="宛名番号"),
    Column(key="at", title="いつから"),
)  # fmt: skip
_CYCLES: Final = (
    Column(key="number", title="依頼", head=True), Column(key="day", title="振替日"),
    Column(key="bank", title="金融機関", name=True), Column(key="count", title="件数", number=True),
    Column(key="yen", title="金額(円)", number=True), Column(key="state", title="結果"),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def work(request: SignedInRequest) -> HttpResponse:
    """A6: what a person has to look at, oldest first."""
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in WORK else ""
    found = queries.entries(kind=kind)
    shown = Listing(
        caption="確かめること", columns=_WORK, url=request.path, params={"kind": kind}, total=len(found),
        html_id="work", empty="確かめることはありません。",
        rows=[
            Row(url=reverse("tax_direct_debit_staff:entry", args=[one.id]),
                cells=(WORK[one.kind][0], one.payer_no, format_datetime(one.opened_at, "ja", "staff")))
            for one in found
        ],
        filters=(filter_choice("kind", "種類", kind, [(key, words) for key, (words, _) in WORK.items()]),),
    )  # fmt: skip
    context = {"title": "口座振替で確かめること", "tabs": tabs("work"), "uses_htmx": True}
    return listing_response(request, "tax_direct_debit/staff_tabbed.html", context, shown)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def entry(request: SignedInRequest, entry_id: UUID) -> HttpResponse:
    """A7: one entry: what it is, what to do, closed with words."""
    found = queries.entry(entry_id)
    if found is None:
        raise NotFound
    fields, trouble = [FormField(name="note", label="どう片付けたか", size=40)], ""
    if request.method == "POST" and request.actor.may(EDIT):
        note = request.POST.get("note", "")
        try:
            actions.close_entry(actor=request.actor, id=entry_id, note=note)
            return redirect("tax_direct_debit_staff:work")
        except Invalid as wrong:
            fields = with_values(fields, {"note": note}, wrong.fields)
        except Conflict as problem:
            trouble = catalogue.message(problem.code, "ja")
    told = {"result": "結果コード", "key": "納付番号", "yen": "金額(円)", "account": "もう一つの口座", "told": "知らせ"}
    facts = [
        ("宛名番号", found.payer_no), ("いつから", format_datetime(found.opened_at, "ja", "staff")),
        *((told[name], f"{value:,}" if isinstance(value, int) else str(value))
          for name, value in found.detail.items() if name in told),
        ("片付けた人", found.closed_by), ("どう片付けたか", found.note),
    ]  # fmt: skip
    context = {
        "title": WORK[found.kind][0], "todo": WORK[found.kind][1], "found": found, "fields": fields,
        "errors": errors_for(fields), "trouble": trouble, "may_close": request.actor.may(EDIT) and not found.closed_at,
        "facts": [Fact(label=label, value=value, name=True) for label, value in facts if value],
        "slip_run": found.detail.get("slip_run"),
        "breadcrumb": [("確かめること", reverse("tax_direct_debit_staff:work"))],
    }  # fmt: skip
    is_wrong = bool(trouble or context["errors"])
    return render(request, "tax_direct_debit/staff_entry.html", context, status=UNPROCESSABLE if is_wrong else 200)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def cycles(request: SignedInRequest) -> HttpResponse:
    """A6, A2: requests so far, and the form for a transfer day."""
    offers = queries.offers(divisions=request.actor.divisions)
    fields = [
        FormField(name="kind", label="費目", kind="radio", options=tuple(Option(c, t, noruby=True) for c, t in offers)),
        FormField(name="day", label="振替日", size=12, hint="金融機関の営業日。例 R8.11.30"),
    ]
    trouble = ""
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip() for name in ("kind", "day")}
        try:
            actions.run_cycle(actor=request.actor, kind=values["kind"], day=_day(values["day"]))
            return redirect("tax_direct_debit_staff:cycles")
        except RequestRefused as wrong:
            trouble = catalogue.message(wrong.code, "ja", **wrong.params)
        except Invalid as wrong:
            fields = with_values(fields, dict(values), wrong.fields)
    rows = Listing(
        caption="振替の依頼", columns=_CYCLES, url=request.path, html_id="cycles", empty="依頼は、まだありません。",
        rows=[
            Row(cells=(
                f"{one.number}番", format_date(one.day), one.partner, f"{one.count:,}", f"{one.amount_yen:,}",
                tag("届いた", tone="done") if one.answer else tag("まだ", tone="todo"),
            ))
            for one in queries.cycles(kinds=frozenset(code for code, _ in offers))
        ],
    )  # fmt: skip
    context = {
        "title": "振替の依頼", "tabs": tabs("cycles"), "fields": fields, "errors": errors_for(fields),
        "trouble": trouble,
    }  # fmt: skip
    status = UNPROCESSABLE if trouble or context["errors"] else 200
    return listing_response(request, "tax_direct_debit/staff_cycles.html", context, rows, status=status)


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise Invalid(fields={"day": FieldError("field.unreadable_date")}) from error


def _percent(one: Uptake) -> str:
    return f"{one.permille / 10:.1f}"


@access(audience="staff", permission=VIEW)
def uptake(request: SignedInRequest) -> HttpResponse:
    """A10: how many payers pay by transfer, by 費目 and month, beside the goal."""
    found = queries.uptake(divisions=request.actor.divisions)
    charts = []
    for kind in dict.fromkeys(one.kind for one in found):
        rows = [one for one in found if one.kind == kind]
        last = next((one for one in reversed(rows) if one.payers), rows[-1])
        charts.append(Chart(
            title=f"{last.title}の利用率", unit="%", source="口座振替の契約と調定", kind="line",
            description=f"{last.month.year}年{last.month.month}月は{last.payers:,}人のうち{last.by_transfer:,}人"
                        f"({_percent(last)}%)が口座振替です。目標は{last.goal_permille / 10:.1f}%です。",
            labels=[f"{one.month.year}-{one.month.month:02}" for one in rows],
            series=[Series("口座振替", [one.permille / 10 for one in rows]),
                    Series(GOAL, [one.goal_permille / 10 for one in rows])],
        ))  # fmt: skip
    context = {
        "title": "口座振替の利用率", "tabs": tabs("uptake"), "charts": charts,
        "csv_url": reverse("tax_direct_debit_staff:uptake_export"),
    }  # fmt: skip
    return render(request, "tax_direct_debit/staff_uptake.html", context)


@access(audience="staff", permission=VIEW)
def uptake_export(request: SignedInRequest) -> HttpResponse:
    """The same numbers as CSV."""
    rows = (
        [one.kind, one.title, f"{one.month:%Y-%m}", str(one.payers), str(one.by_transfer), _percent(one),
         f"{one.goal_permille / 10:.1f}"]
        for one in queries.uptake(divisions=request.actor.divisions)
    )  # fmt: skip
    heads = ["費目コード", "費目", "月", "納期のある人", "口座振替の人", "利用率(%)", "目標(%)"]
    return csv_response(write_table(heads, rows), "kouza_riyou")
