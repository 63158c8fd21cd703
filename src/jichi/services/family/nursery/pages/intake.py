"""Applications for officials: the list with what is missing, a file of them, one family with its points traced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import ChildView, Listed
from ..queries.applications import FILTERS, STATES
from ..rules.intake import CONDITIONS, HEADINGS, SOLO, SPLIT, write_applications
from ..rules.scoring import KINDS
from .entries import certificate_rows
from .words import (
    CONFLICT,
    UNPROCESSABLE,
    class_name,
    crumbs_of,
    field_told,
    file_response,
    refusal,
    round_or_404,
    told_errors,
)  # fmt: skip

TONES: Final = {"missing": "todo", "confirm": "todo", "ready": "done", "withdrawn": "neutral"}
NOWHERE: Final = "-"
"""The value of the choice "without a seat" in the form that pins a child."""


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: families of a round; what waits for papers or for a check stands under its own filter."""
    found = round_or_404(request, id)
    state = request.GET.get("state", "") if request.GET.get("state", "") in FILTERS else ""
    text, after = request.GET.get("q", "")[:50], request.GET.get("after", "")[:40]
    page = queries.applications(id, state=state, text=text, after=after)
    rows = [
        Row(
            url=reverse("family_nursery:application", args=[one.id]),
            cells=(
                one.code, one.guardian_name, "、".join(class_name(child.class_id) for child in one.children),
                "、".join(str(child.index) for child in one.children), "、".join(one.missing),
                tag(STATES[one.state], tone=TONES[one.state]),
            ),
        )
        for one in page.rows
    ]  # fmt: skip
    columns = (
        Column(key="code", title="申込番号", head=True, name=True), Column(key="guardian", title="保護者", name=True),
        Column(key="classes", title="クラス"), Column(key="index", title="指数"),
        Column(key="missing", title="足りない書類", name=True), Column(key="state", title="状態"),
    )  # fmt: skip
    shown = {name: value for name, value in (("state", state), ("q", text)) if value}
    table = Listing(
        caption="申込み",
        columns=columns,
        rows=rows,
        url=request.path,
        params=shown,
        total=page.total,
        after=page.after,
        filters=[filter_choice("state", "状態", state, FILTERS.items())],
        search=filter_field("q", "申込番号・氏名", text),
        csv_url=reverse("family_nursery:applications_export", args=[id]),
        empty="申込みはまだありません。",
        html_id="applications",
    )
    context = {"title": f"{found.name}の申込み", "breadcrumb": crumbs_of(found), "uses_htmx": True, "round": found}
    return listing_response(request, "family_nursery/applications.html", context, table)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def load(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A8: a file of applications, all of it or nothing."""
    found = round_or_404(request, id)
    told: list[tuple[object, str, str]] = []
    problem, taken, field_error = "", None, None
    if request.method == "POST":
        try:
            taken, errors = actions.load_applications(actor=request.actor, round_id=id, data=sent_table(request)[1])
            told = told_errors(errors)
        except Invalid as error:
            field_error = error.fields.get("file")
        except Conflict as error:
            problem = refusal(error.code)
    field = FormField(
        name="file", label="申込みのCSVファイル", kind="file", accept=".csv,.tsv,.txt", error=field_error,
        hint="1行に児童1人。きょうだいは同じ申込番号にします。誤りが1つでもあれば、1件も取り込みません。",
    )  # fmt: skip
    context = {
        "title": "申込みを読み込む", "breadcrumb": crumbs_of(found), "told": told, "problem": problem,
        "taken": None if told else taken, "fields": [field], "errors": errors_for([field]), "round": found,
        "headings": list(HEADINGS.values()),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if told or field_error else 200
    return render(request, "family_nursery/load.html", context, status=status)


@access(audience="staff", permission=VIEW)
def form(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The file of applications with its headings alone, to be filled in."""
    round_or_404(request, id)
    return file_response(write_applications(()), "applications.csv")


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The applications of a round as the CSV that the intake takes; the export is recorded."""
    round_or_404(request, id)
    audit.record(actor=request.actor, action="export", table="family_nursery_application", object_id=str(id))
    return file_response(write_applications(queries.export_rows(id)), "applications.csv")


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def application(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one family: papers, answers, each child's points with the answers they came from. The look is recorded."""
    found = queries.family(id)
    if found is None:
        raise NotFound
    round_ = round_or_404(request, found.round_id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, found)
            return redirect("family_nursery:application", id=id)
        except Conflict as error:
            problem = refusal(error.code)
        except Invalid as error:
            problem = "。".join(field_told(one, name) for name, one in error.fields.items())
    audit.record_look(
        actor=request.actor, table="family_nursery_application", object_id=str(id), subject=found.addressee_no
    )
    names = queries.facility_names()
    entry = queries.entry_of(id)
    context = {
        "entry": entry, "certificates": certificate_rows(entry, round_.division_id) if entry else [],
        "title": f"申込み {found.code}", "breadcrumb": [
            *crumbs_of(round_), ("申込み", reverse("family_nursery:applications", args=[round_.id])),
        ],
        "found": found, "problem": problem, "state": tag(STATES[found.state], tone=TONES[found.state]),
        "facts": _facts(found, names), "children": [_child(request, one, names, found) for one in found.children],
        "runs": [one for one in queries.runs(round_.id) if one.state == "done"],
        "paper_fields": [
            FormField(
                name="missing", label="足りない書類", required=False, value="、".join(found.missing),
                hint="「、」で区切ります。そろったら空にします。",
            )
        ],
        "may": request.actor.may(EDIT) and not found.withdrawn_at and round_.published_run is None,
    }  # fmt: skip
    return render(request, "family_nursery/application.html", context, status=CONFLICT if problem else 200)


def _act(request: SignedInRequest, found: Listed) -> None:
    post, actor = request.POST, request.actor
    child = next((one.id for one in found.children if str(one.id) == post.get("child")), None)
    match post.get("act"):
        case "papers":
            revision = post.get("revision", "")
            actions.note_papers(
                actor=actor, application_id=found.id, missing=post.get("missing", "").split("、"),
                expected_revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
            )  # fmt: skip
        case "use" | "use_file":
            revision, came = post.get("revision", ""), post.get("certificate", "")
            known = {str(one.id): one.id for one in _certificates(found)}
            if came in known:
                actions.use_certificate(
                    actor=actor, application_id=found.id, certificate_id=known[came],
                    from_file=post["act"] == "use_file",
                    expected_revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
                )  # fmt: skip
        case "withdraw":
            actions.withdraw(actor=actor, application_id=found.id)
        case "confirm" if child:
            actions.confirm_score(actor=actor, child_id=child, expected=post.get("score", ""))
        case "pin" if child:
            place = post.get(f"facility_{child}", "")
            actions.pin_child(
                actor=actor, child_id=child, facility=None if not place else "" if place == NOWHERE else place,
                reason=post.get(f"reason_{child}", ""),
            )  # fmt: skip
        case _:
            return  # a button this page does not have


def _certificates(found: Listed) -> tuple[queries.CertificateView, ...]:
    entry = queries.entry_of(found.id)
    return queries.certificates(entry.id) if entry else ()


def _facts(found: Listed, names: Mapping[str, str]) -> list[Fact]:
    linked = "あり" if found.account_id else "なし"
    rows = [
        ("保護者", found.guardian_name, True),
        ("宛名番号", found.addressee_no, True),
        ("電子申請のログイン", linked, False),
        ("最後に変わった日時", format_datetime(found.changed_at, "ja", "staff"), False),
    ]
    if len(found.children) > 1:
        rows += [
            ("きょうだいの条件", CONDITIONS[found.condition], False), ("一人だけのとき", SOLO[found.solo], False),
            ("園が分かれるとき", SPLIT[found.split], False),
        ]  # fmt: skip
    if found.sibling_at:
        rows.append(("きょうだいの園", names.get(found.sibling_at, found.sibling_at), True))
    for number, answers in enumerate(found.guardians, 1):
        rows.append((f"保護者{number}", _said(answers, found.origins.get(str(number), {})), False))
    rows.append(("世帯", _said(found.answers), False))
    return [Fact(label=label, value=value, name=name) for label, value, name in rows if value]


def _said(answers: Mapping[str, Any], origins: Mapping[str, Any] | None = None) -> str:
    from_where = {title: f"(就労証明の「{one[1]}」から)" for title, one in (origins or {}).items()}
    return "、".join(
        f"{title} {value}{from_where.get(title, '')}" for title, value in answers.items() if value not in {0, "なし"}
    )


def _said_of(point: Mapping[str, Any], found: Listed) -> str:
    """The answers a point came from, each with where the answer itself is from."""
    origins = found.origins.get(point["subject"].removeprefix("保護者"), {})
    return (
        "、".join(
            f"{title} {value}(就労証明の「{origins[title][1]}」)" if title in origins else f"{title} {value}"
            for title, value in point["answers"].items()
        )
        or "常に"
    )


def _child(request: SignedInRequest, one: ChildView, names: Mapping[str, str], found: Listed) -> dict[str, Any]:
    """A child for the template: facts, points, who confirmed, and the form that pins it."""
    facts = [
        Fact(label="出生の予定日" if one.unborn else "生年月日", value=format_date(one.birth)),
        Fact(label="クラス", value=class_name(one.class_id)),
        Fact(label="在籍園", value=names.get(one.current, one.current), name=True),
        Fact(
            label="希望の園", value=[f"{n}. {names.get(code, code)}" for n, code in enumerate(one.wishes, 1)], name=True
        ),
        Fact(label="児童の答え", value=_said(one.answers)),
        Fact(label="優先順位の値", value="、".join(str(key) for key in one.score.get("keys", ()))),
    ]
    points = [
        (
            KINDS[point["kind"]], point["code"], point["name"], point["subject"],
            _said_of(point, found),
            point["points"], point["counted"],
        )
        for point in one.score.get("points", ())
    ]  # fmt: skip
    places = (Option("", "固定しない"), Option(NOWHERE, "枠を使わない"))
    return {
        "view": one, "facts": [fact for fact in facts if fact.value], "points": points,
        "first": one.first_by, "second": one.second_by,
        "mine": one.first_id is not None and one.first_id == request.actor.account_id,
        "pin": "" if one.pin is None else names.get(one.pin, one.pin) or "枠を使わない",
        "pin_fields": [
            FormField(
                name=f"facility_{one.id}", label=f"{one.name}を固定する園", kind="select", required=False,
                value="" if one.pin is None else one.pin or NOWHERE,
                options=(*places, *(Option(code, names.get(code, code), noruby=True) for code in one.wishes)),
            ),
            FormField(name=f"reason_{one.id}", label=f"{one.name}を固定する理由", required=False, value=one.pin_reason),
        ],
    }  # fmt: skip
