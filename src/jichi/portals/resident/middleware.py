"""Remembers the language a visitor reads in: it is the path's; this keeps it for the next visit and for mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from jichi.engines.accounts.actions import set_language
from jichi.kernel.localized import LANGUAGES


class LanguageMemory:
    """Sets the language cookie when somebody moves on within the portal in another language than before.

    Moving on from one of our own pages is told by the browser (`Sec-Fetch-Site: same-origin`): a link from
    elsewhere into another language changes nothing that was chosen.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        language = get_language() or settings.LANGUAGE_CODE
        before = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        moved_on = request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "same-origin"
        page = response.headers.get("Content-Type", "").startswith("text/html")
        in_portal = not request.path_info.startswith(("/staff/", "/api/", "/health/"))
        if language == before or language not in LANGUAGES or not (moved_on and page and in_portal):
            return response
        cookies: Any = response
        cookies.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        )  # fmt: skip
        actor = getattr(request, "actor", None)
        if actor is not None and actor.kind == "resident" and actor.account_id:
            set_language(actor=actor, account_id=actor.account_id, language=language)
        return response
