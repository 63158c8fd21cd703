"""The outermost layer of every request: trace, count, one line in the log; and the addresses of monitoring."""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.jobs import queries as jobs
from jichi.engines.messages import queries as messages
from jichi.kernel import trace
from jichi.services.office.operations import queries, rules

from ..environment import environment
from ..proxies import SAID_BY_PROXIES
from . import metrics
from .metrics import Labels

logger = logging.getLogger("jichi.access")
if environment().log_format != "json":
    logger.setLevel(logging.WARNING)  # a line for each request only where programs read them
GetResponse = Callable[[HttpRequest], HttpResponseBase]
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST_ID: Final = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_STEPS: Final = {
    "eng_accounts:sign_in": "mail", "eng_accounts:code": "code", "eng_accounts:sign_in_card": "card",
    "eng_accounts_staff:staff_sign_in": "password", "eng_accounts_staff:staff_second_factor": "second_factor",
}  # fmt: skip
folder = metrics.Folder(environment().home / "metrics")


class ObservingMiddleware:
    """One span, one count and one log line for each request: view and status, never path, query or person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        folder.begin()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if not _REQUEST_ID.match(given):
            request.META["HTTP_X_REQUEST_ID"] = given = secrets.token_urlsafe(9)
        began = time.perf_counter()
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        header = request.META.get("HTTP_TRACEPARENT", "")
        with trace.span(f"{method} request", header=header, kind=trace.SERVER) as span:
            response = self.get_response(request)
            view = _view(request)
            span.name = f"{method} {view}"
            span.attributes |= {"http.response.status_code": response.status_code, "request_id": given}
            span.failed = response.status_code >= 500
            self._count(request, response, view, str(method), time.perf_counter() - began, given)
        return response

    @staticmethod
    def _count(
        request: HttpRequest, response: HttpResponseBase, view: str, method: str, seconds: float, request_id: str
    ) -> None:  # fmt: skip
        status = str(response.status_code)
        folder.mine.add(metrics.REQUESTS, (("view", view), ("method", method), ("status", status)))
        folder.mine.time(metrics.LATENCY, seconds, (("portal", _portal(request)),))
        step = _STEPS.get(view)
        if step and method == "POST":
            outcome = "passed" if response.status_code == 302 else "refused"
            folder.mine.add(metrics.SIGN_INS, (("step", step), ("outcome", outcome)))
        logger.info("%s %s %s %.0f ms", method, view, status, seconds * 1000, extra={"request_id": request_id})


def _view(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    if match is not None and match.view_name:
        return str(match.view_name)
    return "static" if request.path_info.startswith("/static/") else "none"


def _portal(request: HttpRequest) -> str:
    for start, name in (("/staff/", "staff"), ("/api/", "api"), ("/static/", "static")):
        if request.path_info.startswith(start):
            return name
    return "resident"


class MonitoringMiddleware:
    """/metrics and /health/details/, for the machine itself or who knows the token; to others they are not there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in {"/metrics", "/health/details/"} or request.method != "GET" or not may(request):
            return self.get_response(request)
        try:
            if request.path_info == "/metrics":
                return HttpResponse(metrics.text_format(folder.added_up() | readings()), content_type=TEXT)
            return details()
        except DatabaseError:
            if request.path_info == "/metrics":
                return HttpResponse(metrics.text_format(folder.added_up()), content_type=TEXT)
            return JsonResponse({"state": "red", "checks": []}, status=503)


def may(request: HttpRequest) -> bool:
    """With JICHI_METRICS_TOKEN its bearer, from anywhere; without it this machine, not through a proxy."""
    token = os.environ.get("JICHI_METRICS_TOKEN", "")
    if token:
        given = request.META.get("HTTP_AUTHORIZATION", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.META for name in SAID_BY_PROXIES):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def details() -> HttpResponse:
    """The health page for programs; 503 when something is red."""
    with unit(system_actor("monitoring")):
        facts = queries.facts()
    found = rules.lights(facts)
    checks = [{"key": one.key, "colour": one.colour, "sentence": one.sentence, "mend": one.mend} for one in found]
    body = {"state": rules.worst(found), "at": facts.now.isoformat(), "checks": checks}
    return JsonResponse(body, status=503 if body["state"] == "red" else 200, json_dumps_params={"ensure_ascii": False})


def readings() -> dict[tuple[str, Labels], float]:
    """What the database knows at this moment: queues, outbox, lights; and this worker's pool."""
    with unit(system_actor("monitoring")):
        kinds, queue, outbox, facts = jobs.kinds(), jobs.health(), messages.health(), queries.facts()
    states = ("waiting", "later", "running", "failed")
    found = metrics.gauges(
        "jichi_jobs",
        [((("task", one.task), ("state", state)), getattr(one, state)) for one in kinds for state in states],
    )
    found |= {
        ("jichi_workers", ()): queue.workers,
        ("jichi_job_oldest_wait_seconds", ()): round(queue.oldest_wait, 1),
        ("jichi_outbox", (("state", "waiting"),)): outbox.waiting,
        ("jichi_outbox", (("state", "uncertain"),)): outbox.uncertain,
        ("jichi_outbox", (("state", "failed"),)): outbox.failed,
        ("jichi_outbox_oldest_wait_seconds", ()): round(outbox.oldest_wait.total_seconds(), 1),
    }
    found |= metrics.gauges(
        "jichi_health", [((("check", one.key),), rules.ORDER.index(one.colour)) for one in rules.lights(facts)]
    )
    pool = getattr(connection, "pool", None)
    if pool is not None:
        stats = pool.get_stats()
        names = ("pool_size", "pool_available", "requests_waiting")
        found |= metrics.gauges("jichi_database_pool", [((("what", n),), stats.get(n, 0)) for n in names])
    return found
