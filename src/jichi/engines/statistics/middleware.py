"""Notes pages that people looked at: minute, page, language, kind of device. No cookie, no script, no statement.

Left out: officials, robots, files, parts of pages, what failed, and browsers that ask not to be counted (a setting).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jichi.kernel import clock

from .noting import Seen, seen_of
from .recorder import recorder
from .rules import Noted, device_of, robot_words, wants_no_counting

LONGEST_NAME = 100
_COUNTED = frozenset({"public", "resident"})
_FAILED = HTTPStatus.BAD_REQUEST


@lru_cache(maxsize=1)
def robots() -> tuple[str, ...]:
    """Words by which robots are known."""
    return robot_words((files("jichi.engines.statistics") / "robots.txt").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def is_robot(agent: str) -> bool:
    """Is this browser a robot, by its name? One without a name is."""
    name = agent.lower()
    return not name or any(word in name for word in robots())


class StatisticsMiddleware:
    """Looks at the finished answer and hands what it was to the recorder."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        seen = seen_of(request)
        if seen is not None and seen.kind:
            counts = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        else:
            counts = _is_look(request, response)
        if counts and _may_count(request):
            recorder.add(_noted(request, seen or Seen()))
        return response


def _is_look(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A whole page that was shown: no form sent, no redirect, no file, no part fetched by a script."""
    return (
        request.method == "GET"
        and response.status_code < HTTPStatus.MULTIPLE_CHOICES
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "HX-Request" not in request.headers
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
    )


def _may_count(request: HttpRequest) -> bool:
    told = settings.JICHI_STATISTICS
    match = request.resolver_match
    if not told["count"] or match is None:
        return False
    declared = getattr(match.func, "jichi_access", None)
    if getattr(declared, "audience", "") not in _COUNTED or getattr(getattr(request, "actor", None), "kind", "") in (
        "staff",
        "system",
    ):
        return False
    if told["respect_do_not_track"] and wants_no_counting(request.headers):
        return False
    return not is_robot(request.headers.get("User-Agent", ""))


def _noted(request: HttpRequest, seen: Seen) -> Noted:
    agent = request.headers.get("User-Agent", "")
    match = request.resolver_match
    return Noted(
        at=clock.now(), kind=seen.kind or "view", subject=seen.subject[:LONGEST_NAME], version=seen.version,
        page=(seen.page or (match.view_name if match and not seen.subject else ""))[:LONGEST_NAME],
        language=getattr(request, "LANGUAGE_CODE", "ja"),
        device=device_of(agent, request.headers.get("Sec-CH-UA-Mobile", "")),
        plain=seen.plain, client=f"{request.META.get('REMOTE_ADDR', '')} {agent}", attempt=seen.attempt,
        seconds=seen.seconds,
    )  # fmt: skip
