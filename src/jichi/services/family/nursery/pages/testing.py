"""Tables of scores on the screen: one row changed, and the cases with the points each must get, traced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions
from ..permissions import EDIT, VIEW
from ..queries import TableView
from ..rules.answers import ABOUT, BY_TITLE
from ..rules.score_tables import COLUMNS, cells_of, with_row
from ..rules.scoring import HOW, KINDS
from ..rules.table_cases import ANSWERS, EXPECTED, Tried, read_case, read_cases, write_cases
from .tables import table_or_404
from .words import CONFLICT, UNPROCESSABLE, field_told, file_response, refusal, told_errors

CHOICES: Final[dict[str, Mapping[Any, str]]] = {"kind": KINDS, "about": ABOUT, "how": HOW}
HINTS: Final = {
    "condition": "例: 理由 = 就労 かつ 週の時間 >= 40。だれにでも当てはまるときは「常に」。",
    "points": "整数。優先の行では「値:所得階層」のように、値を取る項目も書けます。",
    "group": "同じ組の中で「最高のみ」か「合計」を決めます。優先の行では順番(1、2…)です。",
}  # fmt: skip


def _crumbs(found: TableView) -> list[tuple[str, str]]:
    return [
        ("指数表", reverse("family_nursery:tables")), (found.name, reverse("family_nursery:table", args=[found.id])),
    ]  # fmt: skip


def _revision(request: SignedInRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _draft(request: SignedInRequest, id: UUID) -> TableView:
    found = table_or_404(request, id)
    if found.state == "approved":
        raise NotFound
    return found


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def row(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: one row of a table that is not approved, changed, added or taken out."""
    found, post = _draft(request, id), request.POST
    was = post.get("was", "") if request.method == "POST" else request.GET.get("code", "")
    now = next((cells_of(rule) for rule in found.rules if rule.code == was), ("",) * len(COLUMNS))
    problem, wrong = "", dict[str, FieldError]()
    if request.method == "POST":
        now = tuple(post.get(name, "").strip() for name in COLUMNS)
        data = with_row(found.rules, was, None if post.get("act") == "remove" else now)
        try:
            errors = actions.change_table(actor=request.actor, id=id, data=data, expected_revision=_revision(request))
            if not errors:
                return redirect("family_nursery:table", id=id)
            fields_of = {headings[0]: name for name, headings in COLUMNS.items()}
            wrong = {fields_of[one.column]: one.error for one in errors if one.column in fields_of}
            problem = "" if wrong else field_told(errors[0].error, "指数表")
        except Conflict as error:
            problem = refusal(error.code)
    fields = []
    for (name, headings), value in zip(COLUMNS.items(), now, strict=True):
        options = tuple(Option(word, word) for word in CHOICES.get(name, {}).values())
        fields.append(
            FormField(
                name=name, label=headings[0], kind="select" if options else "text", options=options, value=value,
                hint=HINTS.get(name, ""), error=wrong.get(name), required=name in {"code", "name", "points"},
            )
        )  # fmt: skip
    known = any(rule.code == was for rule in found.rules)
    context = {
        "title": f"{was}の行を変える" if known else "行を加える", "breadcrumb": _crumbs(found), "table": found,
        "fields": fields, "errors": errors_for(fields), "problem": problem, "was": was, "known": known, "narrow": True,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "family_nursery/table_row.html", context, status=status)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def cases(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: every case with what was expected and what comes out, each point traced; a new one is tried, then kept."""
    found, post = table_or_404(request, id), request.POST
    problem, wrong, told = "", dict[str, FieldError](), list[tuple[object, str, str]]()
    trial: Tried | None = None
    if request.method == "POST":
        try:
            done, wrong, told, trial = _act(request, found)
            if done:
                return redirect("family_nursery:table_cases", id=id)
        except Conflict as error:
            problem = refusal(error.code)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        field.with_error(wrong[column]) if column in wrong else field
        for field, column in zip(_fields(post), ("name", *ANSWERS, *EXPECTED), strict=True)
    ]  # fmt: skip
    file_field = FormField(
        name="file", label="例のCSVファイル", kind="file", accept=".csv,.tsv,.txt", error=wrong.get("file"),
        hint="読み込むと、今の例は全部入れ替わります。",
    )  # fmt: skip
    tried = found.tried
    context = {
        "title": f"{found.name}の点を確かめる", "breadcrumb": _crumbs(found), "table": found, "problem": problem,
        "told": told, "tried": [_shown(one) for one in tried], "trial": _shown(trial) if trial else None,
        "wrong": sum(1 for one in tried if one.wrong), "fields": fields, "file_field": [file_field],
        "errors": errors_for([*fields, file_field]), "may": request.actor.may(EDIT) and found.state != "approved",
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong or told else 200
    return render(request, "family_nursery/table_cases.html", context, status=status)


def _act(
    request: SignedInRequest, found: TableView
) -> tuple[bool, dict[str, FieldError], list[tuple[object, str, str]], Tried | None]:
    """(changed, wrong fields, errors of a file, the case that is tried without being kept)."""
    from ..rules.table_cases import try_cases

    post, known = request.POST, read_cases(found.cases)[0]
    act = post.get("act", "")
    if act in {"try", "keep"}:
        columns = ("name", *ANSWERS, *EXPECTED)
        case, wrong = read_case({column: post.get(_name(place), "") for place, column in enumerate(columns)})
        if case is None:
            return False, wrong, [], None
        if act == "try":
            return False, {}, [], try_cases(found.rules, [case])[0]
        data = write_cases([*(one for one in known if one.name != case.name), case])
    elif act == "drop":
        rest = [one for one in known if one.name != post.get("case", "")]
        data = write_cases(rest) if rest else b""
    else:
        data = sent_table(request)[1]
    errors = actions.change_cases(actor=request.actor, id=found.id, data=data, expected_revision=_revision(request))
    return not errors, {}, told_errors(errors), None


def _name(place: int) -> str:
    """The field of a column: columns have names that are no names of fields."""
    return f"c{place}"


def _fields(post: dict[str, str]) -> list[FormField]:
    """The questions of a case in the order of its columns."""
    fields = [FormField(name=_name(0), label="例の名前", value=post.get(_name(0), ""))]
    for place, (column, heading) in enumerate(ANSWERS.items(), 1):
        question = BY_TITLE[column.partition(":")[2]]
        value = post.get(_name(place), question.words[-1] if question.words else "0")
        options = tuple(Option(word, word) for word in question.words)
        fields.append(
            FormField(
                name=_name(place), label=heading, kind="select" if options else "number", options=options, value=value,
                required=False, size=0 if options else 6,
            )
        )  # fmt: skip
    for place, words in enumerate(EXPECTED.values(), 1 + len(ANSWERS)):
        fields.append(FormField(name=_name(place), label=f"この例の{words}", value=post.get(_name(place), ""), size=6))
    return fields


def _shown(one: Tried) -> dict[str, object]:
    """A case for the template: its answers, its points with the answers they came from, what differs."""
    said = [f"{ANSWERS[key]} {value}" for key, value in one.case.answers.items() if value not in {0, "なし"}]
    points = [
        (
            KINDS[point.kind], point.code, point.name, point.subject,
            "、".join(f"{title} {value}" for title, value in point.answers.items()) or "常に", point.points,
            point.counted,
        )
        for point in one.score.points
    ]  # fmt: skip
    return {
        "name": one.case.name, "said": "、".join(said), "points": points,
        "differs": [f"{words}: {expected}のはずが{got}" for words, expected, got in one.wrong],
        "total": f"基準{one.score.base} 調整{one.score.adjust} 園{one.score.place}",
        "state": tag("違う", tone="error") if one.wrong else tag("合っている", tone="done"),
    }  # fmt: skip


@access(audience="staff", permission=VIEW)
def cases_export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The cases as the CSV that can be changed and read again; without cases its headings alone."""
    found = table_or_404(request, id)
    return file_response(found.cases or write_cases(()), "cases.csv")
