"""Pages of administrators: how the platform is, what its jobs do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.jobs import actions as job_actions
from jichi.engines.jobs import queries as jobs
from jichi.engines.jobs.actions import MANAGE
from jichi.engines.jobs.actions import VIEW as VIEW_JOBS
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound

from . import queries, rules

VIEW: Final = "office_operations.view"
PAGE: Final = 50
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
WORDS: Final = {"green": "良好", "yellow": "注意", "red": "要対応"}
TONES: Final = {"green": "done", "yellow": "todo", "red": "error"}
STATES: Final = {"ok": ("良好", "done"), "missing": ("なし", "neutral"), "wrong": ("確認が必要", "todo")}


def _tabs(here: str) -> list[Link]:
    pages = (("health", "運用の状況"), ("jobs", "処理の一覧"), ("failed", "失敗した処理"))
    found = [Link(words, reverse(f"office_operations:{name}"), current=name == here) for name, words in pages]
    return [*found, Link("送信の状況", reverse("eng_messages_staff:board"), current=False)]


@access(audience="staff", permission=VIEW)
def health(request: SignedInRequest) -> HttpResponse:
    """A9: every part with its light, a sentence, and what to do."""
    facts = queries.facts()
    found = rules.lights(facts)
    context = {
        "title": "運用の状況", "tabs": _tabs("health"),
        "lights": [{"light": one, "word": WORDS[one.colour], "tone": TONES[one.colour]} for one in found],
        "worst": WORDS[rules.worst(found)], "worst_tone": TONES[rules.worst(found)], "now": facts.now,
        "seen": [{"one": one, "word": STATES[one.state][0], "tone": STATES[one.state][1]} for one in facts.seen],
        "looked_at": facts.looked_at,
    }  # fmt: skip
    return render(request, "office_operations/health.html", context)


@access(audience="staff", permission=VIEW)
def state(request: SignedInRequest) -> HttpResponse:
    """The same for programs."""
    return JsonResponse(as_json(), json_dumps_params={"ensure_ascii": False})


def as_json() -> dict[str, Any]:
    """{"state": the worst, "at": …, "checks": [{"key", "title", "colour", "sentence", "mend"}]}."""
    facts = queries.facts()
    found = rules.lights(facts)
    return {"state": rules.worst(found), "at": facts.now.isoformat(), "checks": [asdict(one) for one in found]}


@access(audience="staff", permission=VIEW_JOBS)
def kinds(request: SignedInRequest) -> HttpResponse:
    """A6: what waits, runs and failed, by kind; periodic jobs with their last and next time."""
    return _kinds(request)


def _kinds(request: SignedInRequest, problem: str = "", status: int = 200) -> HttpResponse:
    rows = [
        {"kind": one, "wait": rules.span_text(one.oldest_wait) if one.waiting else "",
         "run": rules.span_text(one.longest_run) if one.running else "",
         "url": f"{reverse('office_operations:failed')}?{urlencode({'task': one.task})}"}
        for one in jobs.kinds()
    ]  # fmt: skip
    context = {
        "title": "処理の一覧", "tabs": _tabs("jobs"), "rows": rows, "problem": problem,
        "periodic": queries.periodic_states(clock.now()), "may": request.actor.may(MANAGE),
    }  # fmt: skip
    return render(request, "office_operations/jobs.html", context, status=status)


@access(audience="staff", permission=VIEW_JOBS)
def failed(request: SignedInRequest) -> HttpResponse:
    """A6: failed jobs one by one, newest first, with the cause."""
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    return _failed(request, request.GET.get("task", "")[:200], before)


def _failed(
    request: SignedInRequest, task: str, before: int, problem: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    found = jobs.failed_jobs(task=task, before=before, limit=PAGE + 1)
    more = urlencode({"task": task, "before": found[PAGE - 1].id}) if len(found) > PAGE else ""
    context = {
        "title": "失敗した処理", "tabs": _tabs("failed"), "rows": found[:PAGE], "task": task, "problem": problem,
        "more": f"{reverse('office_operations:failed')}?{more}" if more else "", "may": request.actor.may(MANAGE),
    }  # fmt: skip
    return render(request, "office_operations/failed.html", context, status=status)


@access(audience="staff", permission=MANAGE, methods=("POST",))
def retry(request: SignedInRequest) -> HttpResponse:
    """One failed job, or all of a kind, once more."""
    number, task = request.POST.get("job", ""), request.POST.get("task", "")[:200]
    if not (number.isdecimal() and len(number) < 19):
        job_actions.retry_kind(actor=request.actor, task=task)
        return redirect("office_operations:jobs")
    try:
        job_actions.retry_job(actor=request.actor, job_id=int(number))
    except Conflict as error:
        return _failed(request, task, 0, catalogue.message(error.code, "ja"), CONFLICT)
    return redirect(f"{reverse('office_operations:failed')}?{urlencode({'task': task})}")


@access(audience="staff", permission=MANAGE, methods=("POST",))
def set_running(request: SignedInRequest) -> HttpResponse:
    """Stop a periodic job, or let it run again."""
    name = request.POST.get("name", "")[:200]
    try:
        job_actions.set_running(actor=request.actor, name=name, running=request.POST.get("running") == "1")
    except NotFound:
        return _kinds(request, catalogue.message("jobs.unknown_schedule", "ja"), UNPROCESSABLE)
    return redirect("office_operations:jobs")
