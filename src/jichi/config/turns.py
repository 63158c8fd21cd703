"""Of the requests that a worker has in hand a few are worked on; the others wait for a turn, or for each other."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jichi.kernel.turns import turns


class TurnMiddleware:
    """Gives a request its turn. Who waits for somebody else's answer steps aside meanwhile (`kernel.turns`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with turns.taken():
            return self.get_response(request)
