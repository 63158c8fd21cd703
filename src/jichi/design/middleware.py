"""Ruby on やさしい日本語 pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from .readings import add_ruby


class RubyMiddleware:
    """Puts readings over the kanji of HTML answers when the page's language is やさしい日本語.

    Streaming answers, files and other languages pass untouched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            get_language() == "easy"
            and isinstance(response, HttpResponse)
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not response.headers.get("Content-Encoding")
        ):
            response.content = add_ruby(response.content.decode(response.charset)).encode(response.charset)
        return response
