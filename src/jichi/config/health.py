"""Whether this instance can serve: for load balancers, the supervisor and `jichi doctor`."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Says nothing about what is inside."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": True, "database": True})


health.jichi_access = {"audience": "public"}  # type: ignore[attr-defined]  # read by the access middleware


class HealthMiddleware:
    """Answers /health/ ahead of everything else: sessions, host names and the unit of work need what is asked about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/health/" and request.method in {"GET", "HEAD"}:
            return health(request)
        return self.get_response(request)
