"""From cookie to actor: request id, session with idle limit, unit of work, access."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, JichiError, NotFound, Unavailable
from jichi.kernel.manifest import resolve

from . import queries, rules, stash
from .access import Access, SignedInRequest, declared_access

logger = logging.getLogger("jichi.request")
GetResponse = Callable[[HttpRequest], HttpResponseBase]

SEEN = "seen"
SEEN_EVERY = 60
MFA = "mfa"
PROVED_AT = "proved_at"
FRESH_FOR = 600
GENERATION = "generation"
LEVEL = "level"
LEVEL_AT = "level_at"
GUEST = "guest"
_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


def _ours(request: HttpRequest) -> SignedInRequest:
    """The request with what this middleware puts on it."""
    return cast("SignedInRequest", request)


class RequestMiddleware:
    """Gives each request an id, carries it into logs and audit, and measures nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        ours = _ours(request)
        ours.request_id = given if _REQUEST_ID.match(given) else secrets.token_urlsafe(9)
        response = self.get_response(request)
        response.headers["X-Request-Id"] = ours.request_id
        place = "self" if getattr(request, "may_ask_place", False) else ""  # a page that drew a map says so
        response.headers.setdefault("Permissions-Policy", f"geolocation=({place}), camera=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, plus limits: unused for 30 minutes or begun 12 hours ago it is over, and the next page says so.

    So is one that was used or begun in a time that has yet to come: the clock was set back, and it would last longer.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override] # Django takes an answer here
        """Refuse what no text column takes; end what has lasted too long."""
        super().process_request(request)
        ours = _ours(request)
        ours.expired_account, ours.expired_guest = None, False
        if _has_nul(request):
            return _bad_request(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return None
        now = int(time.time())
        seen = request.session.get(SEEN, now)
        began = request.session.get(PROVED_AT, now)
        idle, absolute = settings.JICHI_SESSION_IDLE, settings.JICHI_SESSION_ABSOLUTE
        if rules.session_is_over(seen, began, now, idle=idle, absolute=absolute):
            ours.expired_account = request.session[SESSION_KEY]
            ours.expired_guest = bool(request.session.get(GUEST))
            request.session.flush()
        elif now - seen >= SEEN_EVERY or SEEN not in request.session:
            request.session[SEEN] = now
        return None


def _has_nul(request: HttpRequest) -> bool:
    """A NUL in path, query or (octal) cookie: no resident types one, and PostgreSQL takes none."""
    cookie = request.META.get("HTTP_COOKIE", "")
    query = request.META.get("QUERY_STRING", "")
    return "\0" in request.path_info or "%00" in query or "\0" in query or "\0" in cookie or "\\000" in cookie


def _posts_nul(request: HttpRequest) -> bool:
    return any("\0" in name or any("\0" in value for value in values) for name, values in request.POST.lists())


def _bad_request(request: HttpRequest) -> HttpResponse:
    page: HttpResponse = resolve(f"{settings.JICHI_ERROR_PAGES}.bad_request")(request)
    return page


class ActorMiddleware:
    """Finds the account, opens the unit of work around the view, and rolls back what ended in a 5xx."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        ours = _ours(request)
        account = self._account(request)
        purpose = f"{request.method} {request.path_info}"[:200]
        if account is None:
            actor = ANONYMOUS.for_purpose(purpose)
            ours.addressee_no = ""
            ours.signed_in = None  # type: ignore[assignment] # views that read it ask for a signed-in visitor
        else:
            actor = account.actor(ours.request_id, purpose)
            ours.addressee_no, ours.signed_in = account.addressee_no, account
        ours.actor = actor
        with unit(actor):
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
        if account is not None or request.session.accessed:
            # Shared computers, proxies, the back button after signing out: nothing personal stays behind.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _account(request: HttpRequest) -> queries.SignedIn | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        key = request.session.get(SESSION_KEY)
        if not key:
            return None
        account = queries.signed_in(
            account_id=UUID(key), level=request.session.get(LEVEL, ""), level_at=request.session.get(LEVEL_AT, 0)
        )
        if account is None or account.session_generation != request.session.get(GENERATION):
            request.session.flush()
            return None
        return account


class AccessMiddleware:
    """Lets a visitor through to the view, or not. A view without a declaration is open to nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        self._log_miss(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The gate itself."""
        declared = declared_access(view)
        if declared is None:
            logger.error("view without access declaration: %s", request.path_info)
            raise Http404
        if request.method not in declared.methods and not (request.method == "HEAD" and "GET" in declared.methods):
            return HttpResponseNotAllowed(declared.methods)
        if request.method == "POST" and _posts_nul(request):
            return _bad_request(request)
        if declared.audience == "public":
            return None
        return self._gate(request, declared)

    def _gate(self, request: HttpRequest, declared: Access) -> HttpResponseBase | None:
        actor = _ours(request).actor
        if declared.audience == "staff_sign_in":
            return None
        wanted = "staff" if declared.audience == "staff" else "resident"
        if actor.kind != wanted or (actor.level == "none" and not declared.guests):
            return self._to_sign_in(request, wanted, guests=declared.guests)
        if wanted == "staff" and not request.session.get(MFA):
            return HttpResponseRedirect(reverse("eng_accounts_staff:staff_second_factor"))
        if declared.permission and not actor.may(declared.permission):
            raise Http404
        if declared.level:
            return self._level_gate(request, declared)
        if declared.fresh and time.time() - request.session.get(PROVED_AT, 0) > FRESH_FOR:
            return self._to_sign_in(request, wanted)
        return None

    @staticmethod
    def _level_gate(request: HttpRequest, declared: Access) -> HttpResponseBase | None:
        """Who is not surely enough known identifies first; what they sent is kept meanwhile."""
        visitor = _ours(request).signed_in
        if rules.reaches(visitor.level, declared.level) and not (
            declared.fresh and clock.now().timestamp() - visitor.level_at > FRESH_FOR
        ):
            return None
        if request.method == "POST":
            stash.keep(request)
        query = {"next": request.get_full_path() if request.method == "GET" else request.path, "level": declared.level}
        return HttpResponseRedirect(f"{reverse('eng_accounts:identify')}?{urlencode(query)}")

    @staticmethod
    def _to_sign_in(request: HttpRequest, wanted: str, *, guests: bool = False) -> HttpResponseBase:
        if request.method == "POST":
            stash.keep(request)
        name = "eng_accounts_staff:staff_sign_in" if wanted == "staff" else "eng_accounts:sign_in"
        query = {"next": request.get_full_path() if request.method == "GET" else request.path}
        if getattr(request, "expired_account", None):
            query["expired"] = "guest" if getattr(request, "expired_guest", False) else "1"
        if guests:
            query["guests"] = "1"
        return HttpResponseRedirect(f"{reverse(name)}?{urlencode(query)}")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Expected refusals become their pages."""
        if not isinstance(exception, JichiError):
            return None
        page: HttpResponse
        if isinstance(exception, NotFound | Forbidden):
            page = resolve(f"{settings.JICHI_ERROR_PAGES}.not_found")(request)
        elif isinstance(exception, Conflict):
            page = resolve(f"{settings.JICHI_ERROR_PAGES}.conflict")(request, exception.code)
        elif isinstance(exception, Unavailable):
            page = resolve(f"{settings.JICHI_ERROR_PAGES}.unavailable")(request)
        elif "seconds" in exception.params:
            page = resolve(f"{settings.JICHI_ERROR_PAGES}.too_many")(request, exception.params["seconds"])
        else:
            page = _bad_request(request)
        return page

    @staticmethod
    def _log_miss(request: HttpRequest, response: HttpResponseBase) -> None:
        """A signed-in visitor was refused an address that names an object: kept in the audit trail."""
        match = request.resolver_match
        if response.status_code != HTTPStatus.NOT_FOUND or match is None:
            return
        actor = _ours(request).actor
        declared = declared_access(match.func)
        if declared is None or declared.audience == "public" or actor.account_id is None:
            return
        if transaction.get_connection().needs_rollback:
            return
        audit.record(actor=actor, action="denied", table=match.view_name, object_id=request.path_info[:200])


def mark_signed_in(request: HttpRequest, *, generation: int, second_factor: bool, level: rules.Level = "") -> None:
    """What a fresh session must say of itself (called after `login()` rotated it)."""
    now = int(clock.now().timestamp())
    request.session[GENERATION] = generation
    request.session[SEEN] = int(time.time())
    request.session[PROVED_AT] = now
    request.session[MFA] = second_factor
    if level:
        request.session[LEVEL], request.session[LEVEL_AT] = level, now
    request.session.pop(HASH_SESSION_KEY, None)
