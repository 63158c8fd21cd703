"""Officials' pages of mandates: the list and its CSV, one with its history, paper forms, files of payers."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for, filter_choice, filter_field, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Event, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.permissions import EDIT, VIEW
from jichi.engines.mandates.queries import MandateView, bank_name
from jichi.engines.mandates.rules import TYPES
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number
from jichi.kernel.tables import read_table, write_table

from .. import actions, queries
from .terms import ENDS, HAPPENED, PAYER_COLUMNS, SOURCES, STATES

UNPROCESSABLE: Final = 422
PER_PAGE: Final = 50
MOST_EXPORTED: Final = 60_000
MOST_LINES: Final = 60_000
SHOWN: Final = 200
_COLUMNS: Final = (
    Column(key="number", title="登録番号", head=True), Column(key="payer", title="宛名番号"),
    Column(key="kind", title="費目", name=True), Column(key="account", title="口座", name=True),
    Column(key="since", title="始まり"), Column(key="source", title="申込み"), Column(key="state", title="状態"),
)  # fmt: skip


def tabs(at: str) -> list[Link]:
    """The pages of account transfers."""
    named = (("list", "契約の一覧"), ("work", "確かめること"), ("cycles", "振替の依頼"), ("uptake", "利用率"))
    return [
        Link(title, reverse(f"tax_direct_debit_staff:{name}"), current=name == at) for name, title in named
    ]  # fmt: skip


def _asked(request: SignedInRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in ("q", "kind", "state", "source")}


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: mandates of the own divisions."""
    asked = _asked(request)
    found, total = mandates.search(**asked, after=request.GET.get("after", ""), limit=PER_PAGE + 1)
    query = request.GET.urlencode()
    rows = Listing(
        caption="口座振替の契約", columns=_COLUMNS, url=request.path, params=asked, total=total, html_id="mandates",
        rows=[Row(url=reverse("tax_direct_debit_staff:one", args=[one.id]), cells=_cells(one))
              for one in found[:PER_PAGE]],
        filters=(
            filter_field("q", "宛名番号か登録番号", asked["q"], size=20),
            filter_choice("kind", "費目", asked["kind"], queries.offers(divisions=request.actor.divisions),
                          noruby=True),
            filter_choice("state", "状態", asked["state"], [(key, words) for key, (words, _) in STATES.items()]),
            filter_choice("source", "申込み", asked["source"], SOURCES.items()),
        ),
        after=found[PER_PAGE - 1].number if len(found) > PER_PAGE else "",
        csv_url=reverse("tax_direct_debit_staff:export") + (f"?{query}" if query else ""),
        empty="口座振替の契約は、まだありません。",
    )  # fmt: skip
    context = {"title": "口座振替", "tabs": tabs("list"), "uses_htmx": True, "may_edit": request.actor.may(EDIT)}
    return listing_response(request, "tax_direct_debit/staff_list.html", context, rows)


def _cells(one: MandateView) -> tuple[object, ...]:
    words, tone = STATES[one.state]
    return (
        format_number(one.number), one.payer_no, one.kind_title, f"{bank_name(one.bank, one.branch)} {one.account}",
        format_date(one.since), SOURCES[one.source], tag(words, tone=tone),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The list as CSV, account numbers masked; that it was taken is recorded."""
    found, _ = mandates.search(**_asked(request), limit=MOST_EXPORTED)
    audit.record(
        actor=request.actor, action="export", table="eng_mandates_mandate", object_id="list",
        detail={"rows": len(found)},
    )  # fmt: skip
    heads = ["登録番号", "宛名番号", "費目", "金融機関", "支店", "口座", "始まり", "申込み", "状態", "終わり", "理由"]
    data = write_table(heads, (
        [one.number, one.payer_no, one.kind, one.bank, one.branch, one.account, one.since.isoformat(),
         SOURCES[one.source], STATES[one.state][0], one.ended_on.isoformat() if one.ended_on else "",
         ENDS.get(one.reason, one.reason)] for one in found
    ))  # fmt: skip
    return csv_response(data, "kouza")


def csv_response(data: bytes, name: str) -> HttpResponse:
    """A CSV file to save, never kept by browsers in between."""
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """A7: one mandate with its history; stopped, taken up again or ended here. The look is recorded."""
    found = mandates.mandate(mandate_id)
    if found is None:
        raise NotFound
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "end":
            actions.stop_mandate(actor=request.actor, mandate_id=mandate_id)
        elif act in ("hold", "free"):
            actions.hold_or_free(actor=request.actor, mandate_id=mandate_id, act=act)
        return redirect("tax_direct_debit_staff:one", mandate_id=mandate_id)
    audit.record_look(
        actor=request.actor, table="eng_mandates_mandate", object_id=str(mandate_id), subject=found.payer_no
    )
    words, tone = STATES[found.state]
    facts = [
        ("宛名番号", found.payer_no), ("費目", found.kind_title), ("金融機関", bank_name(found.bank, found.branch)),
        ("口座", found.account), ("始まり", format_date(found.since)), ("申込み", SOURCES[found.source]),
        ("続けて引き落とせなかった回数", f"{found.failures}回"), ("理由", ENDS.get(found.reason, "")),
        ("終わり", format_date(found.ended_on) if found.ended_on else ""),
    ]  # fmt: skip
    context = {
        "title": f"口座振替の契約 {format_number(found.number)}", "found": found, "state": tag(words, tone=tone),
        "facts": [Fact(label=label, value=value, name=True) for label, value in facts if value],
        "history": [
            Event(at=line.at, what=HAPPENED.get(line.what, line.what), who=line.by,
                  detail=ENDS.get(str(line.detail.get("reason", "")), ""))
            for line in mandates.history(mandate_id)
        ],
        "may_edit": request.actor.may(EDIT) and found.state != "ended",
        "breadcrumb": [("口座振替", reverse("tax_direct_debit_staff:list"))],
    }  # fmt: skip
    return render(request, "tax_direct_debit/staff_one.html", context)


def _paper_fields(request: SignedInRequest) -> list[FormField]:
    types = tuple(Option(key, words) for key, words in TYPES.items() if key != "3")
    kinds = queries.offers(divisions=request.actor.divisions)
    return [
        FormField(name="payer_no", label="宛名番号", size=15),
        FormField(name="kind", label="費目", kind="radio",
                  options=tuple(Option(code, title, noruby=True) for code, title in kinds)),
        FormField(name="bank", label="金融機関コード", size=4, hint="4けた"),
        FormField(name="branch", label="支店コード", size=5, hint="3けた。ゆうちょ銀行(9900)は、記号の5けた"),
        FormField(name="type", label="預金の種類", kind="radio", options=types),
        FormField(name="number", label="口座番号", size=8, hint="ゆうちょ銀行で記号を入力したときは、番号"),
        FormField(name="holder", label="口座名義(カタカナ)", size=30),
        FormField(name="since", label="始まりの日", size=12, hint="この日からの納期の分を引き落とします。例 R8.12.1"),
        FormField(name="replaces", label="前の口座に代える", kind="consent", required=False),
    ]  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def paper(request: SignedInRequest) -> HttpResponse:
    """A2: a paper form that the bank has approved."""
    fields, trouble, values = _paper_fields(request), "", {}
    if request.method == "POST":
        values = {field.name: request.POST.get(field.name, "").strip() for field in fields}
        replaces = bool(values.pop("replaces"))
        try:
            made = actions.enter_mandate(actor=request.actor, values=values, replaces=replaces)
            return redirect("tax_direct_debit_staff:one", mandate_id=made)
        except Invalid as wrong:
            fields = with_values(fields, {**values, "replaces": replaces}, wrong.fields)
        except Conflict as problem:
            trouble = catalogue.message(problem.code, "ja")
            fields = with_values(fields, {**values, "replaces": replaces})
    context = {
        "title": "紙の申込書を入力する", "fields": fields, "errors": errors_for(fields), "trouble": trouble,
        "breadcrumb": [("口座振替", reverse("tax_direct_debit_staff:list"))],
    }  # fmt: skip
    is_wrong = bool(trouble or context["errors"])
    return render(request, "tax_direct_debit/staff_paper.html", context, status=UNPROCESSABLE if is_wrong else 200)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def payers(request: SignedInRequest) -> HttpResponse:
    """A2: a file of payers that another system had: taken in wholly, or told line by line what is wrong."""
    wrong: FieldError | None = None
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            _, data = sent_table(request)
        except Invalid as error:
            wrong = error.fields["file"]
        else:
            table = read_table(data, PAYER_COLUMNS, tuple(PAYER_COLUMNS), most=MOST_LINES)
            taken, errors = actions.take_payers(actor=request.actor, table=table)
            context = {
                "taken": taken if not errors else None, "error_count": len(errors), "rows": len(table.rows),
                "wrong": [
                    (at.line or "", at.column, catalogue.field_message(at.error, label=at.column, language="ja"))
                    for at in errors[:SHOWN]
                ],
            }  # fmt: skip
    field = FormField(
        name="file", label="口座振替の契約のCSVファイル", kind="file", accept=".csv,.tsv,.txt", error=wrong,
        hint=f"列: {'、'.join(names[0] for names in PAYER_COLUMNS.values())}。{MOST_LINES:,}行まで。",
    )  # fmt: skip
    context |= {
        "title": "契約のファイルを取り込む", "fields": [field], "errors": errors_for([field]),
        "breadcrumb": [("口座振替", reverse("tax_direct_debit_staff:list"))],
    }  # fmt: skip
    is_wrong = wrong is not None or bool(context.get("error_count"))
    return render(request, "tax_direct_debit/staff_payers.html", context, status=UNPROCESSABLE if is_wrong else 200)
