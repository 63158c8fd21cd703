"""Error pages of the whole house: what happened, what was kept, what to do now. None needs the database."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _page(request: HttpRequest, status: int, code: str, **params: object) -> HttpResponse:
    layout = "design/layouts/staff.html" if request.path.startswith("/staff/") else "design/layouts/resident.html"
    context = {"code": code, "params": params, "layout": layout, "status": status}
    return render(request, "portal_resident/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, "bad_request")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, and equally "not yours"."""
    return _page(request, 404, "not_found")


def conflict(request: HttpRequest, code: str = "conflict") -> HttpResponse:
    """409: somebody else was first; nothing of this request was done."""
    return _page(request, 409, code)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: a part we need can't answer."""
    return _page(request, 503, "unavailable")


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, with when to come back."""
    response = _page(request, 429, "rate_limited", seconds=seconds)
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a number for the help desk that also stands in the log."""
    desk_number = getattr(request, "desk_number", "")
    if not desk_number:
        desk_number = "E-" + "".join(secrets.choice(ALPHABET) for _ in range(4))
    return _page(request, 500, "server_error", desk_number=desk_number)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 from the form token: the page was open too long, or cookies are off."""
    return _page(request, 403, "csrf.expired")
