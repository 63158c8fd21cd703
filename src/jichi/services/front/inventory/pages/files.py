"""The inventory as a file: taking one over after a look at what it changes, and writing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries, rules
from ..permissions import MANAGE, VIEW
from ..queries import LoadView
from ..rules import COLUMNS, Difference, Entry
from .entries import CONFLICT, UNPROCESSABLE, tabs

STATES: Final = {
    "refused": ("取り込まなかった", "error"), "ready": ("確認待ち", "todo"), "applied": ("取り込んだ", "done"),
    "dropped": ("取りやめた", "neutral"),
}  # fmt: skip
_COLUMNS: Final = (
    Column(key="at", title="読んだ日時", head=True), Column(key="file", title="ファイル", name=True),
    Column(key="state", title="状態"), Column(key="rows", title="行", number=True),
    Column(key="new", title="新しい手続", number=True), Column(key="changed", title="変わる手続", number=True),
    Column(key="by", title="読んだ人", name=True),
)  # fmt: skip
SHOWN: Final = 200
"""So many changed procedures are shown one by one; the file is taken over whole."""


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def loads(request: SignedInRequest) -> HttpResponse:
    """A6, A2: files read so far, and the form for another."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            filename, data = sent_table(request)
            found = actions.read_load(actor=request.actor, filename=filename, data=data)
            return redirect("front_inventory:load", id=found)
        except Invalid as error:
            wrong = dict(error.fields)
    field = FormField(
        name="file", label="棚卸しのCSVファイル", kind="file", accept=".csv,.tsv,.txt", error=wrong.get("file"),
        hint="「手続番号」「手続名」「課」の列が要ります。読んだあと、変わるところを確かめてから取り込みます。",
    )  # fmt: skip
    listing = Listing(
        caption="読んだファイル", columns=_COLUMNS, rows=[_row(one) for one in queries.loads()], url=request.path,
        empty="ファイルはまだ読んでいません。", html_id="loads",
    )  # fmt: skip
    context = {
        "title": "棚卸しのファイルの取込", "tabs": tabs(request, "loads"), "fields": [field],
        "errors": errors_for([field]), "columns": [(names[0], "、".join(names[1:])) for names in COLUMNS.values()],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return listing_response(request, "front_inventory/loads.html", context, listing, status=status)


def _row(one: LoadView) -> Row:
    words, tone = STATES[one.state]
    return Row(
        url=reverse("front_inventory:load", args=[one.id]),
        cells=(
            format_datetime(one.started_at, "ja", "staff"), one.filename, tag(words, tone=tone), f"{one.rows:,}",
            f"{one.new:,}", f"{one.changed:,}", one.started_by,
        ),
    )  # fmt: skip


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def load(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one file: what it would change, or what is wrong with it line by line."""
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "drop":
                actions.drop_load(actor=request.actor, id=id)
                return redirect("front_inventory:loads")
            actions.apply_load(actor=request.actor, id=id, expected=request.POST.get("fingerprint", ""))
            return redirect("front_inventory:load", id=id)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    found = queries.load(id)
    if found is None:
        raise NotFound
    words, tone = STATES[found.state]
    names = queries.division_names()
    new = [one for one in found.differences if one.before is None]
    changed = [one for one in found.differences if one.before is not None]
    context = {
        "title": found.filename, "breadcrumb": [("ファイルの取込", reverse("front_inventory:loads"))], "load": found,
        "problem": problem, "facts": _facts(found), "state": tag(words, tone=tone),
        "errors_found": [
            (line or "", column, told(column, code, params)) for line, column, code, params in found.errors
        ],
        "new": [(one.line, one.after, names.get(one.after.division, "")) for one in new[:SHOWN]], "new_count": len(new),
        "changed": [(one.line, one.after, _changes(one, names)) for one in changed[:SHOWN]],
        "changed_count": len(changed), "most": SHOWN,
    }  # fmt: skip
    return render(request, "front_inventory/load.html", context, status=CONFLICT if problem else 200)


def told(column: str, code: str, params: Mapping[str, Any]) -> str:
    """The sentence for one error of a file."""
    return catalogue.field_message(FieldError(code, params), label=column, language="ja")


def _facts(found: LoadView) -> list[Fact]:
    rows = [
        ("読んだ日時", format_datetime(found.started_at, "ja", "staff")), ("読んだ人", found.started_by),
        ("手続の行", f"{found.rows:,}行"),
    ]  # fmt: skip
    if found.ended_at:
        rows.append(("終わった日時", format_datetime(found.ended_at, "ja", "staff")))
    if found.state == "applied":
        rows += [("新しい手続", f"{found.new:,}件"), ("変わった手続", f"{found.changed:,}件")]
    return [Fact(label=label, value=value) for label, value in rows if value]


def shown_value(entry: Entry, name: str, divisions: dict[str, str]) -> str:
    """One field of an entry as people read it."""
    value: Any = getattr(entry, name)
    if name == "state":
        return rules.STATES[str(value)]
    if name == "reasons":
        return "、".join(rules.REASONS[one] for one in value)
    if name == "division":
        return divisions.get(str(value), str(value))
    if name in {"planned_on", "online_since"}:
        return format_date(value) if value else ""
    return "" if value is None else str(value)


def _changes(one: Difference, names: dict[str, str]) -> list[tuple[str, str, str]]:
    before = one.before
    if before is None:
        return []
    return [
        (COLUMNS[name][0], shown_value(before, name, names) or "(空)", shown_value(one.after, name, names) or "(空)")
        for name in one.changed
    ]


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The whole inventory as the CSV that the import takes."""
    data = rules.write_file(queries.all_entries().values(), queries.division_names())
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inventory_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
