"""The last press of an entry, answered before everything that only pages need: thousands press in the same second.

Who waits at the same time is answered together, in one transaction (`kernel.combining`).

Session, CSRF, access, trail and outbox are those of the ordinary way; what is not simple goes that way. Whoever reads
that a date is full gets a page drawn a moment ago for a resident without a name, with a form token of their own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from uuid import UUID

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, CsrfViewMiddleware, get_token
from django.urls import ResolverMatch, resolve, reverse
from django.utils import translation

from jichi.design.readings import add_ruby
from jichi.engines.accounts.access import SignedInRequest
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.combining import Combiner
from jichi.kernel.receipt_number import format_number
from jichi.kernel.turns import turns

from .actions import Application
from .actions.rushing import Press, Told, answer_all
from .pages import applying

GetResponse = Callable[[HttpRequest], HttpResponseBase]
LONGEST_FORM: Final = 16_384
"""Bytes; a longer form goes the ordinary way."""
KEPT_SECONDS: Final = 30
"""How long a page that says "full" is given to others before it is drawn anew."""
TOGETHER: Final = 32
"""Presses that are answered together at most."""
MARK: Final = "form-token-of-who-reads-it"
_PATH: Final = re.compile(r"(?:/(easy|en|zh-hans|ko))?/events/([\w-]+)/apply/\Z", re.ASCII)
_PLACES: Final = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}
_EVEN: Final = 256 - 256 % len(CSRF_ALLOWED_CHARS)
"""Bytes from here on would make some letters of a mask more frequent."""
_FORM: Final = "application/x-www-form-urlencoded"


class RushMiddleware:
    """Stands behind what every answer gets (counters, request id) and before session, language and unit of work."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.csrf = CsrfViewMiddleware(lambda _request: HttpResponse())
        self.rush: Combiner[Press, Told | None] = Combiner(answer_all, most=TOGETHER, waiting=turns.step_aside)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _PATH.match(request.path_info) if request.method == "POST" else None
        if match is None or not _is_simple(request):
            return self.get_response(request)
        return self._answer(request, match[1] or "ja", match[2]) or self.get_response(request)

    def _answer(self, request: HttpRequest, language: str, code: str) -> HttpResponse | None:
        try:
            request.get_host()
            form = request.POST
        except (DisallowedHost, RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
            return None
        if form.get("step") != "check" or "back" in form or "household" in form or not form.get("press"):
            return None
        if b"%00" in request.body or b"\0" in request.body or not self._has_token(request):
            return None
        told = self.rush.ask(
            Press(
                session_key=request.COOKIES[settings.SESSION_COOKIE_NAME], code=code,
                application=_application(request, language), press=form["press"][:64],
                purpose=f"{request.method} {request.path_info}"[:200], request_id=getattr(request, "request_id", ""),
            )
        )  # fmt: skip
        if told is None:
            turns.step_back()
            return None
        request.resolver_match = _match(request.path_info, language)
        answer = _full(request, code, language) if told[0] == "full" else _done(told[1], language)
        answer["Content-Language"], answer["Vary"] = language, "Cookie"
        answer["X-Frame-Options"], answer["Cache-Control"] = settings.X_FRAME_OPTIONS, "private, no-store"
        answer[HEADER] = _policy()
        return answer

    def _has_token(self, request: HttpRequest) -> bool:
        """Django's own check of form token and origin."""
        self.csrf.process_request(request)
        return self.csrf.process_view(request, applying.apply, (), {}) is None


def _is_simple(request: HttpRequest) -> bool:
    meta, cookie = request.META, request.META.get("HTTP_COOKIE", "")
    length = meta.get("CONTENT_LENGTH") or ""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES and not meta.get("QUERY_STRING")
        and length.isdecimal() and int(length) <= LONGEST_FORM and meta.get("CONTENT_TYPE", "").startswith(_FORM)
        and "\0" not in cookie and "\\000" not in cookie
    )  # fmt: skip


def _application(request: HttpRequest, language: str) -> Application:
    """The form as `pages.applying` reads it; which of the fields are answers to questions, `glance` finds out."""
    post = request.POST
    lines = (line.strip() for line in post.get("companions", "")[:2000].splitlines())
    choices = (post.get(f"choice{n}", "") for n in range(1, applying.MOST_CHOICES + 1))
    return Application(
        choices=tuple(value for value in choices if value),
        name=post.get("name", "").strip(), kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(),
        companions=tuple(line for line in lines if line)[:50],
        answers={key: post[key].strip() for key in post},
        language=language,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _match(path: str, language: str) -> ResolverMatch:
    with translation.override(language):
        return resolve(path)


def _done(number: str, language: str) -> HttpResponse:
    with translation.override(language):
        return HttpResponseRedirect(reverse("front_events:done", args=[format_number(number)]))


@lru_cache(maxsize=1)
def _policy() -> str:
    """What django-csp builds anew for each answer."""
    return build_policy()


def _token_for(request: HttpRequest) -> str:
    """A form token of the visitor's secret under a mask of its own, as Django's `get_token` makes it, but quicker."""
    secret = request.META.get("CSRF_COOKIE", "")
    if len(secret) != CSRF_SECRET_LENGTH:
        return get_token(request)
    mask = [byte % len(CSRF_ALLOWED_CHARS) for byte in secrets.token_bytes(2 * CSRF_SECRET_LENGTH) if byte < _EVEN]
    pairs = zip(secret, mask, strict=False)
    hidden = [(_PLACES[letter] + shift) % len(CSRF_ALLOWED_CHARS) for letter, shift in pairs]
    return "".join(map(CSRF_ALLOWED_CHARS.__getitem__, [*mask[:CSRF_SECRET_LENGTH], *hidden]))


def _full(request: HttpRequest, code: str, language: str) -> HttpResponse:
    begin, end = _full_page(code, language, int(clock.now().timestamp()) // KEPT_SECONDS, request.path_info)
    return HttpResponse(begin + _token_for(request).encode() + end, status=applying.CONFLICT)


@lru_cache(maxsize=256)
def _full_page(code: str, language: str, moment: int, path: str) -> tuple[bytes, bytes]:
    """What stands before and after the form token, drawn by the ordinary page for nobody in particular."""
    del moment
    with translation.override(language):
        text = applying.full_page(_nobody(path, language), code, MARK)
    begin, _token, end = (add_ruby(text) if language == "easy" else text).partition(MARK)
    return begin.encode(), end.encode()


def _nobody(path: str, language: str) -> SignedInRequest:
    """A request of a resident without name, link or messages."""
    request = SignedInRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.actor, request.addressee_no = Actor(kind="resident", account_id=UUID(int=0), level="email"), ""
    request.LANGUAGE_CODE, request.resolver_match = language, _match(path, language)
    return request
