"""納付書の発行: runs with their progress and files, one slip with its reissues."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Progress, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.files.views import download_response
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, queries
from ..permissions import ISSUE, READ
from ..queries import RunView, SlipView
from ..rules import printed_lines

CONFLICT = 409
_STATES = {"printing": ("印刷用のファイルを作成中", "todo"), "done": ("できあがり", "done")}
_COLUMNS: Sequence[Column] = (
    Column(key="at", title="発行した日時", head=True), Column(key="title", title="内容", name=True),
    Column(key="total", title="枚数", number=True), Column(key="state", title="状態"),
)  # fmt: skip
_SLIP_COLUMNS: Sequence[Column] = (
    Column(key="number", title="納付番号", head=True), Column(key="name", title="納める方", name=True),
    Column(key="title", title="内容", name=True), Column(key="amount", title="金額(円)", number=True),
    Column(key="reissue", title="再発行", number=True), Column(key="state", title="状態"),
)  # fmt: skip


@access(audience="staff", permission=READ)
def runs(request: SignedInRequest) -> HttpResponse:
    """A6: the division's runs, newest first; a payment number finds its slips."""
    number = "".join(request.GET.get("q", "").split())[:40]
    search = filter_field("q", "納付番号", number, size=24)
    if number:
        found = queries.slips_named(number)
        rows, columns = [_slip_row(one) for one in found], _SLIP_COLUMNS
        empty = "この納付番号の納付書はありません。"
    else:
        rows, columns, empty = [_run_row(one) for one in queries.runs()], _COLUMNS, "発行はまだありません。"
    shown = Listing(
        caption="納付書の発行", columns=columns, rows=rows, url=request.path, params={"q": number}, search=search,
        empty=empty, html_id="runs",
    )  # fmt: skip
    return listing_response(request, "eng_slips/runs.html", {"title": "納付書の発行", "uses_htmx": True}, shown)


def _run_row(one: RunView) -> Row:
    words, tone = _STATES[one.state]
    cells = (format_datetime(one.created_at, "ja", "staff"), one.title, f"{one.total:,}", tag(words, tone=tone))
    return Row(url=reverse("eng_slips:run", args=[one.id]), cells=cells)


def _slip_row(one: SlipView) -> Row:
    state = tag("出し直した", tone="neutral") if one.replaced_at else tag("有効", tone="done")
    return Row(
        url=reverse("eng_slips:slip", args=[one.id]),
        cells=(one.number, one.name, one.title, f"{one.amount:,}", str(one.reissue), state),
    )


@access(audience="staff", permission=READ)
def run(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """A9: how far the printing is, and the files."""
    found = queries.run(run_id)
    if found is None:
        raise NotFound
    done = found.state == "done"
    progress = Progress(
        title="印刷用のファイルの作成", done=found.printed, total=found.total, state="done" if done else "running",
        started=format_datetime(found.created_at, "ja", "staff"), refresh_url="" if done else request.path,
        result=f"{found.total:,}枚、ファイル{len(found.parts)}個",
    )  # fmt: skip
    facts = [
        Fact(label="発行した日時", value=format_datetime(found.created_at, "ja", "staff")),
        Fact(label="枚数", value=f"{found.total:,}枚"),
        Fact(label="文字の大きさ", value="大きい文字" if found.large else "ふつう"),
        Fact(label="バーコードのない納付書", value=f"{found.without_bars:,}枚"),
    ]
    context = {
        "title": found.title, "run": found, "progress": progress, "facts": facts, "breadcrumb": _crumbs(),
        "may_take": request.actor.may(ISSUE),
    }  # fmt: skip
    return render(request, "eng_slips/run.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("納付書の発行", reverse("eng_slips:runs"))]


@access(audience="staff", permission=ISSUE)
def file(request: SignedInRequest, run_id: UUID, number: int) -> HttpResponseBase:
    """One printed file; who takes it is recorded."""
    info = actions.take_file(actor=request.actor, run_id=run_id, number=number)
    return download_response(info, inline=False)


@access(audience="staff", permission=READ)
def slip(request: SignedInRequest, slip_id: UUID) -> HttpResponse:
    """A7: one slip as it was issued; looking at it is recorded."""
    return _slip_page(request, slip_id, "")


def _slip_page(request: SignedInRequest, slip_id: UUID, problem: str) -> HttpResponse:
    found = queries.slip(slip_id)
    if found is None:
        raise NotFound
    audit.record_look(actor=request.actor, table="eng_slips_slip", object_id=str(found.id), subject="")
    state = "出し直したため、使えません" if found.replaced_at else "有効"
    bars = " / ".join(printed_lines(found.digits)) if found.digits else "なし"
    rows = [
        ("納める方", found.name), ("内容", found.title), ("金額", f"{found.amount:,}円"), ("納付番号", found.number),
        ("再発行", f"{found.reissue}回" if found.reissue else "なし"), ("状態", state),
        ("納期限", format_date(found.due)), ("支払期限", format_date(found.pay_by) if found.pay_by else "なし"),
        ("発行した日", format_date(found.issued_on)), ("バーコード", bars),
    ]  # fmt: skip
    context = {
        "title": f"納付書 {found.number}", "slip": found, "problem": problem, "breadcrumb": _crumbs(),
        "facts": [Fact(label=label, value=value, name=label == "納める方") for label, value in rows],
        "may_issue": request.actor.may(ISSUE) and found.replaced_at is None,
    }  # fmt: skip
    return render(request, "eng_slips/slip.html", context, status=CONFLICT if problem else 200)


@access(audience="staff", permission=ISSUE, methods=("POST",))
def again(request: SignedInRequest, slip_id: UUID) -> HttpResponse:
    """再発行."""
    try:
        large = request.POST.get("large") == "1"
        run_id = actions.reissue_slip(actor=request.actor, slip_id=slip_id, large=large)
    except (Conflict, Invalid) as error:
        return _slip_page(request, slip_id, catalogue.message(error.code, "ja", **error.params))
    return redirect("eng_slips:run", run_id=run_id)
