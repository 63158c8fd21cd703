"""Runs for officials: progress, exceptions first, reasons of a family, what if, two runs compared, the decision."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact, Figure, Progress
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.routes import queries as route_queries
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import APPROVE, EDIT, VIEW
from ..queries import RunView
from ..rules.explaining import SENTENCES
from .attending import kind_rows
from .words import (
    CONFLICT,
    PHASES,
    RUN_STATES,
    STATUSES,
    UNPROCESSABLE,
    VERDICTS,
    class_name,
    crumbs_of,
    crumbs_of_run,
    file_response,
    refusal,
    run_or_404,
)  # fmt: skip

MOST_SEATS: Final = 500


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A9 while it runs, then A7: verdict, exceptions first, what was entered wrongly, the decision."""
    round_, run = run_or_404(request, id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, run)
            return redirect("family_nursery:run", id=id)
        except (Conflict, Invalid) as error:
            problem = refusal(error.code)
    others = [other for other in queries.runs(round_.id) if other.state == "done" and other.id != id]
    words, tone = RUN_STATES[run.state]
    panel = route_queries.panel_of(actor=request.actor, subject=queries.subject_of(id)) if round_.route else None
    context = {
        "title": f"{run.number}回目の計算", "breadcrumb": crumbs_of(round_), "round": round_, "run": run,
        "problem": problem, "state": tag(words, tone=tone), "progress": _progress(run), "facts": _facts(run),
        "figures": _figures(run), "verdict": VERDICTS.get(run.verdict, ""), "others": others,
        "going": run.state in {"queued", "running"},
        "attention": kind_rows(run, queries.attention(id)) if run.state == "done" else [],
        "may_stop": request.actor.may(EDIT), "may_decide": request.actor.may(APPROVE) and not round_.published_run,
        "route_panel": panel, "route_open": panel is not None and panel.route.status == "running",
        "mine": run.first_id is not None and run.first_id == request.actor.account_id,
    }  # fmt: skip
    return render(request, "family_nursery/run.html", context, status=CONFLICT if problem else 200)


def _act(request: SignedInRequest, run: RunView) -> None:
    match request.POST.get("act"):
        case "stop":
            actions.stop_run(actor=request.actor, run_id=run.id)
        case "approve":
            actions.approve_run(actor=request.actor, run_id=run.id)
        case "propose":
            actions.propose_run(actor=request.actor, run_id=run.id)
        case "publish":
            actions.publish_run(actor=request.actor, run_id=run.id)
        case _:
            return  # a button this page does not have


def _progress(run: RunView) -> Progress:
    return Progress(
        title="選考の計算", done=run.count, total=max(run.count, run.children), phase=PHASES.get(run.phase, ""),
        started=format_datetime(run.started_at, "ja", "staff"), refresh_url="",
        elapsed=f"{int((clock.now() - run.started_at).total_seconds()):,}秒",
    )  # fmt: skip


def _facts(run: RunView) -> list[Fact]:
    rows = [
        ("始めた人", run.started_by),
        ("始めた日時", format_datetime(run.started_at, "ja", "staff")),
        ("入力の指紋", run.inputs_sha256),
        ("承認した人", "、".join(one for one in (run.first_by, run.second_by) if one)),
        ("公表した日時", format_datetime(run.published_at, "ja", "staff") if run.published_at else ""),
        ("公表した指紋", run.root),
    ]
    return [Fact(label=label, value=value, name=True) for label, value in rows if value]


def _figures(run: RunView) -> list[Figure]:
    if not run.figures:
        return []
    first = run.figures["rank_profile"].get("1", 0)
    return [
        Figure(label="枠のある児童", value=f"{run.figures['seated']:,}", unit="人"),
        Figure(label="枠のない児童", value=f"{run.figures['children'] - run.figures['seated']:,}", unit="人"),
        Figure(label="第1希望の世帯", value=f"{first:,}", unit="世帯"),
        Figure(label="残る食い違い", value=f"{run.figures['blocking_coalitions']:,}", unit="件"),
    ]


def sentence(reason: dict[str, Any], names: dict[str, str]) -> str:
    """Why a child has or has not a facility, for officials."""
    cutoff = "なし" if reason["cutoff"] is None else reason["cutoff"]
    return SENTENCES[reason["code"]].format(
        applicants=reason["applicants"], position=reason["position"] or "-", cutoff=cutoff,
        sibling=reason["sibling"], facility=names.get(reason["facility"], reason["facility"]),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def family(request: SignedInRequest, id: UUID, application_id: UUID) -> HttpResponse:
    """A7: a family's results with the reason of each wish. The look is recorded."""
    round_, run = run_or_404(request, id)
    found = queries.family(application_id)
    if found is None or found.round_id != round_.id:
        raise NotFound
    audit.record_look(
        actor=request.actor, table="family_nursery_outcome", object_id=str(application_id), subject=found.addressee_no
    )
    names = queries.facility_names()
    results = [
        (
            one, tag(STATUSES[one.status][0], tone=STATUSES[one.status][1]), names.get(one.facility, one.facility),
            [
                (r["rank"], names.get(r["facility"], r["facility"]), r["own"], r["position"], r["applicants"],
                 r["cutoff"], sentence(dict(r), names))
                for r in one.reasons
            ],
        )
        for one in queries.outcomes_of(run_id=id, application_id=application_id)
    ]  # fmt: skip
    context = {
        "title": f"申込み {found.code}の結果", "breadcrumb": crumbs_of_run(round_, run), "found": found,
        "results": results,
    }  # fmt: skip
    return render(request, "family_nursery/result.html", context)


@access(audience="staff", permission=VIEW)
def cutoffs(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A10: seats, applicants and the last admitted of each class, for officials."""
    round_, run = run_or_404(request, id)
    names = queries.facility_names()
    rows = [
        (names.get(one.facility, one.facility), class_name(one.class_id), one)
        for one in queries.cutoffs(id, public=False)
    ]
    context = {"title": "園とクラスごとの結果", "breadcrumb": crumbs_of_run(round_, run), "rows": rows}
    return render(request, "family_nursery/cutoffs.html", context)


@access(audience="staff", permission=VIEW)
def what_if(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: whose place would be another with other seats in one class; nothing is kept."""
    round_, run = run_or_404(request, id)
    if run.state != "done":
        raise NotFound
    names, given = queries.facility_names(), request.GET
    fields = [
        FormField(
            name="code", label="園", kind="select", value=given.get("code", ""),
            options=tuple(Option(code, name, noruby=True) for code, name in names.items()),
        ),
        FormField(
            name="class_id", label="クラス", kind="select", value=given.get("class_id", "1"),
            options=tuple(Option(str(group), class_name(group)) for group in range(6)),
        ),
        FormField(name="seats", label="空き枠がこの数なら", size=4, unit="人", value=given.get("seats", "")),
    ]  # fmt: skip
    seats, group = given.get("seats", "").strip(), given.get("class_id", "")
    answer, asked = None, "seats" in given
    if asked and given.get("code", "") not in names:
        fields[0] = fields[0].with_error(FieldError("field.choose_one"))
    elif asked and seats.isascii() and seats.isdigit() and int(seats[:5]) <= MOST_SEATS and group in set("012345"):
        answer = queries.what_if(id, {(given.get("code", ""), int(group)): int(seats)})
        if answer is None:
            fields[0] = fields[0].with_error(FieldError("nursery.no_seat_there"))
    elif asked:
        fields[2] = fields[2].with_error(FieldError("nursery.seats"))
    errors = errors_for(fields)
    context = {
        "title": "枠を変えたらどうなるか", "breadcrumb": crumbs_of_run(round_, run), "fields": fields, "errors": errors,
        "asked": answer is not None, "verdict": VERDICTS.get(answer[0], "") if answer else "",
        "moved": moved_rows(answer[1], names) if answer else [],
    }  # fmt: skip
    return render(request, "family_nursery/what_if.html", context, status=UNPROCESSABLE if errors else 200)


def moved_rows(found: tuple[queries.Moved, ...], names: dict[str, str]) -> list[tuple[queries.Moved, str, str]]:
    """Children placed differently with the names of both places."""
    return [
        (one, names.get(one.before, one.before) or "枠なし", names.get(one.after, one.after) or "枠なし")
        for one in found
    ]


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A finished run for audit, under pseudonyms: `jichi nursery verify tables result` counts it again."""
    _, run = run_or_404(request, id)
    data = queries.audit_files(id)
    if data is None:
        raise NotFound
    audit.record(actor=request.actor, action="export", table="family_nursery_run", object_id=str(id))
    return file_response(data, f"nursery-run-{run.number}.zip", "application/zip")
