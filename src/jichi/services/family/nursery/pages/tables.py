"""Tables of scores for officials: drafts as CSV, whose scores would change, proposed and approved."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..actions.tables import EXAMPLES
from ..permissions import APPROVE, EDIT, VIEW
from ..queries import TableView
from ..queries.trying import changed_scores
from ..rules.answers import ABOUT, QUESTIONS
from ..rules.score_tables import HEADINGS, cells_of
from .words import CONFLICT, TABLE_STATES, UNPROCESSABLE, file_response, refusal, tabs, told_errors

FILE: Final = "file"


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: tables of the official's divisions."""
    rows = [
        Row(
            url=reverse("family_nursery:table", args=[one.id]),
            cells=(
                f"{one.name}(例)" if one.is_example else one.name, format_date(one.valid_from),
                format_date(one.valid_until), tag(TABLE_STATES[one.state][0], tone=TABLE_STATES[one.state][1]),
            ),
        )
        for one in queries.tables()
    ]  # fmt: skip
    columns = (
        Column(key="name", title="指数表", head=True, name=True), Column(key="from", title="入園日がこの日から"),
        Column(key="until", title="この日まで"), Column(key="state", title="状態"),
    )  # fmt: skip
    table = Listing(
        caption="指数表", columns=columns, rows=rows, url=request.path, total=len(rows),
        empty="指数表はまだありません。例から始められます。", html_id="tables",
    )  # fmt: skip
    context = {"title": "指数表", "tabs": tabs(request, "tables"), "may": request.actor.may(EDIT)}
    return listing_response(request, "family_nursery/tables.html", context, table)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: a new table, from a file or from an example."""
    wrong: dict[str, FieldError] = {}
    told: list[tuple[object, str, str]] = []
    if request.method == "POST":
        try:
            made, errors = _make(request)
            if made:
                return redirect("family_nursery:table", id=made)
            told = told_errors(errors)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in _fields(request)]
    context = {
        "title": "新しい指数表", "fields": fields, "errors": errors_for(fields), "narrow": True, "told": told,
        "breadcrumb": [("指数表", reverse("family_nursery:tables"))],
    }  # fmt: skip
    return render(request, "family_nursery/form.html", context, status=UNPROCESSABLE if wrong or told else 200)


def _make(request: SignedInRequest) -> Any:
    post, days, wrong = request.POST, {}, dict[str, FieldError]()
    for name in ("valid_from", "valid_until"):
        try:
            days[name] = parse_date(post.get(name, ""))
        except ValueError:
            wrong[name] = FieldError("field.unreadable_date")
    if wrong:
        raise Invalid(fields=wrong)
    source = post.get("source", FILE)
    example = source in EXAMPLES
    data = actions.example_table(actor=request.actor, key=source) if example else sent_table(request)[1]
    cases = actions.example_cases(actor=request.actor, key=source) if example else b""
    division = post.get("division", "")
    return actions.make_table(
        actor=request.actor, division_id=int(division) if division.isdecimal() else 0, name=post.get("name", ""),
        data=data, cases=cases, is_example=example, **days,
    )  # fmt: skip


def _fields(request: SignedInRequest) -> list[FormField]:
    post = request.POST
    own = accounts.divisions(sorted(request.actor.divisions))
    sources = (Option(FILE, "CSVファイルから作る"), *(Option(key, word) for key, word in EXAMPLES.items()))
    return [
        FormField(name="name", label="指数表の名前", value=post.get("name", ""), hint="例: 令和9年度の指数表"),
        FormField(
            name="division",
            label="担当課",
            kind="select",
            value=post.get("division", str(own[0].id) if own else ""),
            options=tuple(Option(str(one.id), one.names["ja"]) for one in own),
        ),
        FormField(
            name="valid_from",
            label="入園日がこの日から",
            value=post.get("valid_from", ""),
            size=12,
            hint="例: 2027-04-01",
        ),
        FormField(
            name="valid_until", label="この日まで", value=post.get("valid_until", ""), size=12, hint="例: 2028-03-31"
        ),
        FormField(name="source", label="もとにするもの", kind="radio", value=post.get("source", FILE), options=sources),
        FormField(
            name="file",
            label="指数表のCSVファイル",
            kind="file",
            required=False,
            accept=".csv,.tsv,.txt",
            hint=f"列: {'、'.join(HEADINGS)}",
        ),
    ]


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7, A11: one table, its rows, and whose scores it would change."""
    found = table_or_404(request, id)
    problem, field_error = "", None
    told: list[tuple[object, str, str]] = []
    if request.method == "POST":
        try:
            told = _act(request, found)
            if not told:
                return redirect("family_nursery:table", id=id)
        except Conflict as error:
            problem = refusal(error.code, **error.params)
        except Invalid as error:
            field_error = error.fields.get("file")
    words, tone = TABLE_STATES[found.state]
    tried = found.tried
    field = FormField(
        name="file",
        label="変えたCSVファイル",
        kind="file",
        accept=".csv,.tsv,.txt",
        error=field_error,
        hint="保存したCSVを表計算ソフトで変えて、ここで読み込みます。",
    )
    rounds = [
        one for one in queries.rounds(request.actor.divisions) if found.valid_from <= one.entry_on <= found.valid_until
    ]
    context = {
        "title": found.name, "breadcrumb": [("指数表", reverse("family_nursery:tables"))], "table": found,
        "problem": problem, "told": told, "state": tag(words, tone=tone), "facts": _facts(found),
        "rows": [cells_of(rule) for rule in found.rules],
        "fields": [field], "errors": errors_for([field]), "questions": _questions(),
        "cases": len(tried), "cases_wrong": sum(1 for case in tried if case.wrong),
        "changes": [(one, changed_scores(one.id, found.rules)) for one in rounds],
        "may_edit": request.actor.may(EDIT) and found.state != "approved",
        "may_approve": request.actor.may(APPROVE) and found.state == "proposed",
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if told or field_error else 200
    return render(request, "family_nursery/table.html", context, status=status)


def table_or_404(request: SignedInRequest, id: UUID) -> TableView:
    """A table of the official's own divisions."""
    found = queries.table(id)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def _act(request: SignedInRequest, found: TableView) -> list[tuple[object, str, str]]:
    revision = request.POST.get("revision", "")
    expected = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
    match request.POST.get("act"):
        case "propose":
            actions.propose_table(actor=request.actor, id=found.id)
        case "approve":
            actions.approve_table(actor=request.actor, id=found.id, expected_revision=expected)
        case _:
            data = sent_table(request)[1]
            return told_errors(
                actions.change_table(actor=request.actor, id=found.id, data=data, expected_revision=expected)
            )
    return []


def _facts(found: TableView) -> list[Fact]:
    rows = (
        ("入園日がこの日から", format_date(found.valid_from)), ("この日まで", format_date(found.valid_until)),
        ("承認を求めた人", found.proposed_by), ("承認した人", found.approved_by),
        ("由来", "例として付いている表。どの自治体のものでもありません。" if found.is_example else ""),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _questions() -> list[tuple[str, str, str]]:
    return [(one.title, ABOUT[one.about], "、".join(one.words) or "0からの整数") for one in QUESTIONS]


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The table as the CSV that can be changed and read again."""
    return file_response(table_or_404(request, id).content, "scores.csv")
