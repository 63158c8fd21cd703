"""まとめて決定: chosen cases, one outcome, who passes and who not, then one press and its progress (A9)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.design.parts import Progress
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import actions, permissions, queries
from ..models import Case
from ..presentation import DISPATCH_WORDS, SEAL_WORDS, code_words
from ..rules import DISPATCH_WAYS, LIMIT, SEALS, Draft, Status
from .lists import filters_from

_OUTCOMES: Final = {"approved": "承認する", "refused": "不承認にする"}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The cases of the page, each with the version that was shown."""

    cases: tuple[Case, ...]
    versions: dict[UUID, int]

    @property
    def posted(self) -> str:
        return ",".join(f"{case.pk}:{self.versions[case.pk]}" for case in self.cases)


def _chosen(request: SignedInRequest) -> _Chosen:
    """From marks in the list, from the filters of the list, or from the page before."""
    versions: dict[UUID, int] = {}
    if request.method == "POST" and "cases" in request.POST:
        for pair in request.POST["cases"].split(",")[: LIMIT + 1]:
            key, _, version = pair.partition(":")
            if version.isdecimal() and len(version) < 10 and (one := _uuid(key)):
                versions[one] = int(version)
        ids: Sequence[UUID] = list(versions)
    elif request.method == "POST":
        ids = [one for one in map(_uuid, request.POST.getlist("row")) if one]
    else:
        filters, _errors = filters_from({name: request.GET.get(name, "") for name in request.GET})
        if not filters.statuses:
            filters = replace(filters, statuses=(Status.RECEIVED.value, Status.REVIEWING.value))
        ids = [row.id for row in queries.list_cases(actor=request.actor, filters=filters, limit=LIMIT + 1).rows]
    cases = tuple(queries.chosen_cases(actor=request.actor, ids=ids, permission=permissions.BULK))
    return _Chosen(cases, {case.pk: versions.get(case.pk, case.version) for case in cases})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@access(audience="staff", permission=permissions.BULK, methods=("GET", "POST"))
def choose(request: SignedInRequest) -> HttpResponse:
    """A2, A3, then the act: one outcome for all, the preview, and the start."""
    chosen = _chosen(request)
    if not chosen.cases:
        return redirect("eng_cases_staff:list")
    draft = _draft(request)
    if draft is None or request.POST.get("act") == "rewrite":
        return _ask(request, chosen, draft)
    if len(chosen.cases) > LIMIT:
        return _ask(request, chosen, draft, said=message("bulk.too_many", "ja", limit=LIMIT))
    try:
        codes = actions.verdicts(actor=request.actor, cases=chosen.cases, draft=draft)
        if request.POST.get("act") == "start":
            run_id = actions.start_bulk(
                actor=request.actor, cases=list(chosen.versions.items()), draft=draft,
                dedupe_key=request.POST.get("key", "")[:80] or secrets.token_urlsafe(16),
            )  # fmt: skip
            return redirect("eng_cases_staff:bulk_run", run_id=run_id)
    except Invalid as error:
        return _ask(request, chosen, draft, errors=dict(error.fields))
    except Conflict as error:
        return _ask(request, chosen, draft, said=code_words(error.code))
    return _preview(request, chosen, draft, codes)


def _draft(request: HttpRequest) -> Draft | None:
    """What was posted; None on the first visit."""
    outcome = request.POST.get("outcome", "")
    if outcome not in _OUTCOMES:
        return None
    words = {name: request.POST.get(name, "") for name in ("seal", "dispatch")}
    return Draft(
        outcome="approved" if outcome == "approved" else "refused", reason_code=request.POST.get("reason_code", ""),
        reason=request.POST.get("reason", "").replace("\r\n", "\n").strip(),
        seal=words["seal"] if words["seal"] in SEALS else "omitted",
        dispatch=words["dispatch"] if words["dispatch"] in DISPATCH_WAYS else "electronic",
    )  # fmt: skip


def _ask(
    request: SignedInRequest, chosen: _Chosen, draft: Draft | None, *, errors: dict[str, FieldError] | None = None,
    said: str = "",
) -> HttpResponse:  # fmt: skip
    wrong, now = errors or {}, draft or Draft(outcome="approved")

    def radio(name: str, label: str, words: dict[str, str], value: str) -> FormField:
        options = tuple(Option(key, word) for key, word in words.items())
        return FormField(name=name, label=label, kind="radio", options=options, value=value, error=wrong.get(name))

    fields = [
        radio("outcome", "決定", _OUTCOMES, now.outcome if draft else ""),
        *_reasons(chosen, now),
        FormField(
            name="reason", label="理由", kind="textarea", rows=4, value=now.reason, required=False,
            error=wrong.get("reason"), hint="不承認のときは必ず書いてください。全員がこのまま読みます。",
        ),
        radio("seal", "公印", SEAL_WORDS, now.seal),
        radio("dispatch", "施行の方法", DISPATCH_WORDS, now.dispatch),
    ]  # fmt: skip
    summary = errors_for(fields)
    if said:
        summary = [SummaryError("", said), *summary]
    context = {
        "title": "まとめて決定する", "fields": fields, "errors": summary, "posted": chosen.posted,
        "count": len(chosen.cases), "breadcrumb": _crumbs(),
        "procedures": sorted({case.title["ja"] for case in chosen.cases}),
    }  # fmt: skip
    return render(request, "eng_cases/staff_bulk.html", context, status=422 if summary else 200)


def _reasons(chosen: _Chosen, draft: Draft) -> list[FormField]:
    """Ready reasons, where all cases are of one form."""
    versions = {case.form_version_id for case in chosen.cases}
    if len(versions) != 1:
        return []
    decision = forms.definition_of(versions.pop()).decision
    options = tuple(Option(r.id, r.text["ja"], hint=f"根拠: {r.rule['ja']}") for r in decision.refuse.reasons)
    if not options:
        return []
    return [
        FormField(
            name="reason_code", label="不承認の理由の定型文", kind="radio", options=options, required=False,
            value=draft.reason_code,
        )
    ]  # fmt: skip


def _preview(request: SignedInRequest, chosen: _Chosen, draft: Draft, codes: dict[UUID, str]) -> HttpResponse:
    """Who passes, who not and why, and what will happen."""
    rows = [
        (case, reverse("eng_cases_staff:case", args=[_written(case)]), _written(case), code_words(codes[case.pk]))
        for case in chosen.cases
    ]
    passing = [row for row in rows if not codes[row[0].pk]]
    context = {
        "title": f"{len(passing)}件を{'承認' if draft.outcome == 'approved' else '不承認に'}しますか",
        "passing": passing, "left": [row for row in rows if codes[row[0].pk]], "draft": draft,
        "posted": chosen.posted, "seal": SEAL_WORDS[draft.seal], "dispatch": DISPATCH_WORDS[draft.dispatch],
        "button": f"{len(passing)}件を{'承認する' if draft.outcome == 'approved' else '不承認にする'}",
        "key": request.POST.get("key") or secrets.token_urlsafe(16), "breadcrumb": _crumbs(),
    }  # fmt: skip
    return render(request, "eng_cases/staff_bulk_preview.html", context)


def _written(case: Case) -> str:
    return f"{case.number[:4]}-{case.number[4:]}"


def _crumbs() -> list[tuple[str, str]]:
    return [("案件の一覧", reverse("eng_cases_staff:list"))]


_STATES: Final = {"running": "running", "done": "done", "cancelled": "stopped"}


@access(audience="staff", permission=permissions.BULK)
def progress(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """A9: how far it has come; the page renews itself while it runs."""
    run = queries.bulk_run(actor=request.actor, run_id=run_id)
    here = reverse("eng_cases_staff:bulk_run", args=[run_id])
    ended = run.state != "running" and not run.decided
    shown = Progress(
        title="まとめて決定", done=run.done + run.left + run.cancelled, total=run.total,
        phase="" if ended else f"決定済 {run.done + run.decided}件、書類と通知まで終わったもの {run.done}件",
        started=format_datetime(run.created_at, "ja", "staff"), refresh_url="" if ended else here,
        stop_url="" if ended or run.state == "cancelled" else reverse("eng_cases_staff:bulk_stop", args=[run_id]),
        stop_note="止めても、決定したものは決定したままです。", state=_STATES[run.state],  # type: ignore[arg-type] # one of three
        result=f"決定 {run.done}件、決定しなかったもの {run.left}件、止めたもの {run.cancelled}件",
    )  # fmt: skip
    context = {
        "title": "まとめて決定の進みぐあい", "progress": shown, "run": run, "breadcrumb": _crumbs(),
        "left": [(row, code_words(row.code)) for row in run.left_out], "now": clock.now(), "ended": ended,
    }  # fmt: skip
    return render(request, "eng_cases/staff_bulk_run.html", context)


@access(audience="staff", permission=permissions.BULK, methods=("POST",))
def stop(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """止める."""
    actions.cancel_bulk(actor=request.actor, run_id=run_id)
    return redirect("eng_cases_staff:bulk_run", run_id=run_id)
