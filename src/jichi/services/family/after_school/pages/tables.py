"""育成料の表: versions by fiscal year, a draft, what each example comes to, approval by a second person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, format_datetime
from jichi.kernel.errors import FieldError, Invalid, JichiError, NotFound
from jichi.kernel.money import Yen

from .. import actions, queries, rules
from ..permissions import APPROVE, EDIT, VIEW
from ..queries import TableView
from .words import CONFLICT, UNPROCESSABLE, division_of, error_notice, tabs, told

_COLUMNS: Final = (
    Column(key="year", title="年度と版", head=True), Column(key="monthly", title="基本の月額(円)", number=True),
    Column(key="state", title="状態"), Column(key="by", title="作った人", name=True),
    Column(key="approved", title="承認した人", name=True),
)  # fmt: skip
_EXAMPLES: Final = "例1,D,1,なし,5000\n例2,D,2,なし,2500\n例3,A,1,なし,0\n例4,C,1,ひとり親,2500"


@access(audience="staff", permission=VIEW)
def tables(request: SignedInRequest) -> HttpResponse:
    """A6: every version, newest first."""
    found = queries.tables()
    rows = [
        Row(
            url=reverse("family_after_school:table", args=[one.id]),
            cells=(
                f"{one.fiscal_year}年度 第{one.version}版", Yen(int(one.content.get("monthly", "0") or 0)).plain(),
                tag("承認済み", tone="done") if one.approved_at else tag("下書き", tone="todo"), one.made_by,
                one.approved_by,
            ),
        )
        for one in found
    ]  # fmt: skip
    shown = Listing(
        caption="育成料の表", columns=_COLUMNS, rows=rows, url=request.path, html_id="tables",
        empty="表はまだありません。表のない年度は計算できません。",
    )  # fmt: skip
    context = {"title": "育成料の表", "uses_htmx": True, "tabs": tabs("tables"), "may_edit": request.actor.may(EDIT)}
    return listing_response(request, "family_after_school/tables.html", context, shown)


def _fields(values: dict[str, str]) -> list[FormField]:
    percent = "引く割合です。免除は100。"
    fields = [
        FormField(name="year", label="年度", size=6, hint="例: 2026"),
        FormField(name="monthly", label="基本の月額", size=8, unit="円"),
        FormField(name="second_child", label="きょうだい2人目", size=4, unit="%", required=False, hint=percent),
        FormField(name="third_child", label="きょうだい3人目から", size=4, unit="%", required=False),
        *(
            FormField(name=f"class_{key}", label=f"階層 {words}", size=4, unit="%", required=False)
            for key, words in rules.CLASSES.items()
        ),
        *(
            FormField(name=f"ground_{key}", label=f"減免: {words}", size=4, unit="%", required=False)
            for key, words in rules.GROUNDS.items() if key
        ),
        FormField(name="cut", label="端数を切り捨てる単位", size=5, unit="円", required=False, hint="例: 10"),
        FormField(name="due_day", label="納期限の日", size=3, required=False, hint="月末は31。銀行が休みなら次の日"),
        FormField(
            name="examples", label="例", kind="textarea", rows=6,
            hint="1行に1つ: 名前,階層,きょうだいの順,減免,額。手で計算した額と合わなければ、承認できません。",
        ),
    ]  # fmt: skip
    return with_values(fields, values, {})


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def edit(request: SignedInRequest) -> HttpResponse:
    """A2: the draft of a fiscal year; begun from the newest version of the year before where there is one."""
    newest = queries.tables()
    year = str(fiscal_year(clock.today()))
    draft = next((one for one in newest if one.approved_at is None), newest[0] if newest else None)
    values = {"year": year, "cut": "10", "due_day": "31", "examples": _EXAMPLES}
    if draft is not None:
        values = {**draft.content, "year": str(draft.fiscal_year), "examples": draft.examples}
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        values = {field.name: request.POST.get(field.name, "")[:4000] for field in _fields({})}
        number = values["year"].strip()
        if not (number.isascii() and number.isdecimal() and 2020 <= int(number[:5] or 0) <= 2100):
            errors["year"] = FieldError("field.choose_one")
        given = {name: value for name, value in values.items() if name not in {"year", "examples"}}
        try:
            if not errors:
                table_id = actions.save_table(
                    actor=request.actor, fiscal_year=int(number), division_id=division_of(request), given=given,
                    examples=values["examples"],
                )  # fmt: skip
                return redirect("family_after_school:table", table_id=table_id)
        except Invalid as refused:
            errors = dict(refused.fields)
    fields = [field.with_error(errors.get(field.name)) for field in _fields(values)]
    context = {
        "title": "育成料の表を作る", "fields": fields, "errors": errors_for(fields), "narrow": True,
        "breadcrumb": [("育成料の表", reverse("family_after_school:tables"))],
    }  # fmt: skip
    return render(request, "family_after_school/table_edit.html", context, status=UNPROCESSABLE if errors else 200)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def table(request: SignedInRequest, table_id: UUID) -> HttpResponse:
    """A7: one version, each example beside what the table makes of it; approval."""
    problem = ""
    if request.method == "POST":
        try:
            actions.approve_table(actor=request.actor, table_id=table_id)
            return redirect("family_after_school:table", table_id=table_id)
        except JichiError as refused:
            problem = told(refused)
    found = queries.table(table_id=table_id)
    if found is None:
        raise NotFound
    read = rules.table_from(found.fiscal_year, found.content)
    examples, _ = rules.read_examples(found.examples)
    context = {
        "title": f"育成料の表 {found.fiscal_year}年度 第{found.version}版", "rows": _rows(read),
        "examples": [_example(read, one) for one in examples], "table": found, "notices": error_notice(problem),
        "state": _state(found), "may_approve": found.approved_at is None and request.actor.may(APPROVE),
        "may_edit": found.approved_at is None and request.actor.may(EDIT),
        "breadcrumb": [("育成料の表", reverse("family_after_school:tables"))],
    }  # fmt: skip
    return render(request, "family_after_school/table.html", context, status=CONFLICT if problem else 200)


def _state(found: TableView) -> str:
    if found.approved_at is None:
        return f"下書き({found.made_by or '自動処理'})。承認されるまで、計算には使われません。"
    return f"{format_datetime(found.approved_at, 'ja', 'staff')}に{found.approved_by or '自動処理'}が承認"


def _rows(read: rules.FeeTable) -> list[tuple[str, str]]:
    return [
        ("基本の月額", f"{Yen(read.monthly).plain()}円"), ("きょうだい2人目", f"{read.second_child}%減"),
        ("きょうだい3人目から", f"{read.third_child}%減"),
        *((f"階層 {words}", f"{read.classes.get(key, 0)}%減") for key, words in rules.CLASSES.items()),
        *((f"減免: {words}", f"{read.grounds.get(key, 0)}%減") for key, words in rules.GROUNDS.items() if key),
        ("端数", f"{read.cut}円未満を切捨て"), ("納期限", "月末" if read.due_day == 31 else f"{read.due_day}日"),
    ]  # fmt: skip


def _example(read: rules.FeeTable, one: rules.Example) -> tuple[str, str, str, str, bool]:
    fee = rules.fee_of(read, one.case)
    return one.name, f"{one.yen:,}円", f"{fee.yen:,}円", fee.reason, fee.yen == one.yen
