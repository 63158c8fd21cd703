"""月次の計算: what it would do child by child, the press, what it did, slips."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import FieldError, Invalid, JichiError, NotFound
from jichi.kernel.money import Yen

from .. import actions, queries, rules
from ..permissions import EDIT, VIEW
from ..queries import RunView
from ..rules import Line
from .words import (
    CONFLICT,
    KINDS,
    UNPROCESSABLE,
    division_of,
    error_notice,
    month_given,
    month_words,
    tabs,
    this_month,
    told,
)

SHOWN: Final = 300
DEBIT: Final = "/staff/debit/cycles/"
"""Where banks are asked for what accounts pay."""
_RUNS: Final = (
    Column(key="number", title="計算", head=True), Column(key="month", title="月"),
    Column(key="new", title="新しい月", number=True), Column(key="yen", title="新しい調定(円)", number=True),
    Column(key="changed", title="増減", number=True), Column(key="changed_yen", title="増減(円)", number=True),
    Column(key="exempt", title="免除", number=True), Column(key="at", title="した日時"),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def runs(request: SignedInRequest) -> HttpResponse:
    """A6: what was run, newest first; a month to look at."""
    errors: dict[str, FieldError] = {}
    typed = request.GET.get("month", "")
    month = month_given(typed, "month", errors, needed=False)
    if month is not None:
        return redirect("family_after_school:preview", month=rules.month_text(month))
    rows = [
        Row(
            url=reverse("family_after_school:run", args=[one.id]),
            cells=(
                f"{one.number}回目", month_words(one.month), f"{one.counts['new']:,}",
                Yen(one.counts["new_yen"]).plain(),
                f"{one.counts['raised'] + one.counts['lowered']:,}", f"{one.counts['changed_yen']:,}",
                f"{one.counts['exempt']:,}", format_datetime(one.made_at, "ja", "staff"),
            ),
        )
        for one in queries.runs()
    ]  # fmt: skip
    shown = Listing(
        caption="月次の計算",
        columns=_RUNS,
        rows=rows,
        url=request.path,
        html_id="runs",
        empty="計算はまだしていません。",
    )
    context = {
        "title": "月次の計算", "uses_htmx": True, "tabs": tabs("runs"), "may_edit": request.actor.may(EDIT),
        "month_field": filter_field("month", "計算する月(例 2026-04)", typed or rules.month_text(this_month()), size=10,
                                    error=errors.get("month")),
    }  # fmt: skip
    return listing_response(request, "family_after_school/runs.html", context, shown)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def preview(request: SignedInRequest, month: str) -> HttpResponse:
    """A11: new months, raised and lowered ones, exempt ones, each with its reason; then the press."""
    errors: dict[str, FieldError] = {}
    at = month_given(month, "month", errors)
    if at is None:
        raise NotFound
    problem, field = "", FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号")
    if request.method == "POST":
        ref = request.POST.get("decision_ref", "").strip()[:60]
        field = FormField(name="decision_ref", label="決裁の番号", size=20, value=ref)
        try:
            if not ref:
                errors["decision_ref"] = FieldError("field.required")
                field = field.with_error(errors["decision_ref"])
            else:
                run_id = actions.make_run(
                    actor=request.actor, month=at, division_id=division_of(request), decision_ref=ref,
                    expected=request.POST.get("fingerprint", ""),
                )  # fmt: skip
                return redirect("family_after_school:run", run_id=run_id)
        except JichiError as refused:
            problem = told(refused)
    return _preview_page(request, at, field, problem)


def _preview_page(request: SignedInRequest, month: date, field: FormField, problem: str) -> HttpResponse:
    lines: list[Line] = []
    try:
        lines = queries.preview(month=month)
    except Invalid as refused:
        problem = told(refused)
    counts = queries.counted(lines)
    moving = [line for line in lines if line.kind != "same"]
    order = {"raised": 0, "lowered": 1, "new": 2, "exempt": 3}
    moving.sort(key=lambda line: (order[line.kind], line.month))
    numbers = {child.key: child.child_no for child in queries.children()}
    context = {
        "title": f"{month_words(month)}の計算(確認)", "counts": counts, "fingerprint": rules.fingerprint(lines),
        "fields": [field], "errors": errors_for([field]),
        "rows": [_line(line, numbers.get(line.key, "")) for line in moving[:SHOWN]], "count": len(moving),
        "most": SHOWN,
        "may_run": bool(counts["new"] or counts["raised"] or counts["lowered"]), "notices": error_notice(problem),
        "new_yen": Yen(counts["new_yen"]).plain(), "changed_yen": f"{counts['changed_yen']:,}",
        "breadcrumb": [("月次の計算", reverse("family_after_school:runs"))],
    }  # fmt: skip
    status = UNPROCESSABLE if field.error else CONFLICT if problem else 200
    return render(request, "family_after_school/preview.html", context, status=status)


def _line(line: Line, child_no: str) -> tuple[object, ...]:
    words, tone = KINDS[line.kind]
    before = "なし" if line.before is None else Yen(line.before).plain()
    url = reverse("family_after_school:child", args=[line.key])
    return tag(words, tone=tone), url, child_no, month_words(line.month), before, Yen(line.after).plain(), line.reason


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def run(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """A7: one run; 納付書 for what it charged."""
    found = queries.run(run_id=run_id)
    if found is None:
        raise NotFound
    problem, by_hand = "", tuple[str, ...]()
    if request.method == "POST":
        try:
            slip_run, by_hand = actions.send_slips(actor=request.actor, run_id=run_id)
            if not by_hand:
                return redirect("eng_slips:run", run_id=slip_run)
            found = queries.run(run_id=run_id) or found
        except JichiError as refused:
            problem = told(refused)
    facts, is_debited, has_left = _facts(found)
    context = {
        "title": f"{month_words(found.month)}の計算 {found.number}回目",
        "facts": facts, "run": found,
        "debit_url": DEBIT if is_debited else "", "has_left": has_left,
        "rows": [
            (reverse("family_after_school:child", args=[one.id]), one.child_no, month_words(month),
             "なし" if before is None else Yen(before).plain(), Yen(after).plain(), reason)
            for one, month, before, after, reason in queries.run_lines(run_id=run_id, limit=SHOWN)
        ],
        "may_slips": request.actor.may(EDIT) and found.slip_run is None, "by_hand": by_hand, "most": SHOWN,
        "notices": error_notice(problem), "breadcrumb": [("月次の計算", reverse("family_after_school:runs"))],
    }  # fmt: skip
    return render(request, "family_after_school/run.html", context, status=CONFLICT if problem else 200)


def _facts(found: RunView) -> tuple[list[Fact], bool, bool]:
    """What a run did and how its months stand; is something debited, is something left over."""
    bills = queries.bills_of_run(run_id=found.id)
    paid = sum(bill.view.paid for bill in bills)
    slip = {bill.view.key for bill in queries.by_slip(bills)}
    debited = [bill for bill in bills if bill.view.key not in slip]
    left = queries.left_over(bills)
    facts = [
        Fact(label="した日時", value=format_datetime(found.made_at, "ja", "staff")),
        Fact(label="した人", value=found.made_by or "自動処理", name=True),
        Fact(label="新しい月", value=f"{found.counts['new']:,}件 {Yen(found.counts['new_yen']).plain()}円"),
        Fact(label="増額", value=f"{found.counts['raised']:,}件"),
        Fact(label="減額", value=f"{found.counts['lowered']:,}件"),
        Fact(label="増減の額", value=f"{found.counts['changed_yen']:,}円"),
        Fact(label="免除", value=f"{found.counts['exempt']:,}件"),
        Fact(label="口座振替で納めるもの",
             value=f"{len(debited):,}件 {Yen(sum(bill.view.owed for bill in debited)).plain()}円"),
        Fact(label="多く納められて残っているもの", value=f"{len(left):,}件" if left else ""),
        Fact(label="今の調定(帳簿)", value=f"{Yen(sum(bill.view.tax for bill in bills)).plain()}円"),
        Fact(label="今までの収納(帳簿)", value=f"{Yen(paid).plain()}円"),
    ]  # fmt: skip
    return [fact for fact in facts if fact.value], bool(debited), bool(left)
