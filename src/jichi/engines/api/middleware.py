"""The gate of /api/v1/: no cookies, no pages. Key, limit, unit of work, permission, idempotency, log of the call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import JichiError

from . import idempotency, rules
from .errors import BadCall, NoScope, NotSignedIn, TooLarge, TooManyCalls, WrongMedia
from .operations import ApiRequest, Operation, version_of
from .problems import of_error, problem

logger = logging.getLogger("jichi.api")
GetResponse = Callable[[HttpRequest], HttpResponseBase]

MOUNT: Final = "/api/v1/"
URLS: Final = "jichi.engines.api.urls"
_OPEN: Final = frozenset({"openapi.json"})
"""Addresses below the mount that need no key: they go the way of pages."""
_ADMIT: Final = "SELECT * FROM api_admit(%s, %s, %s, %s)"
_MISSED: Final = "SELECT accounts_rate_hit(%s, 60, 60)"
_LOG: Final = (
    "INSERT INTO eng_api_apicall (client_id, key_prefix, at, method, path, status, code, milliseconds, request_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a key, and how much it may still call."""

    client_id: UUID
    prefix: str
    actor: Actor
    per_minute: int
    left: int
    wait: float


class ApiMiddleware:
    """Answers what lies under /api/v1/ by itself; everything else goes on to the pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(MOUNT) or path[len(MOUNT) :] in _OPEN:
            return self.get_response(request)
        response = _answered(cast("ApiRequest", request), path[len(MOUNT) - 1 :])
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response


def _answered(request: ApiRequest, path: str) -> HttpResponseBase:
    """The answer, whatever happens: a refusal as a problem, an error of ours without its text."""
    request.answer_headers = {}
    try:
        return _called(request, path)
    except JichiError as error:
        return of_error(error, request.request_id)
    except Http404:
        return problem(404, "api.not_found", request_id=request.request_id)
    except DisallowedHost:
        return problem(400, "api.bad_call", request_id=request.request_id, params={"what": "Host"})
    except (OperationalError, InterfaceError):
        logger.warning("no database for a call (%s)", request.request_id)
        return problem(503, "api.away", request_id=request.request_id)
    except Exception:
        logger.exception("a call failed before it was known whose it is (%s)", request.request_id)
        return problem(500, "api.failed", request_id=request.request_id)


def _called(request: ApiRequest, path: str) -> HttpResponseBase:
    request.get_host()
    if "\0" in path or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadCall("api.bad_call", what="NUL")
    caller = _caller(request)
    begun = time.perf_counter()
    response = _limited(request, path, caller)
    request.answer_headers["RateLimit-Policy"] = f'"client";q={caller.per_minute};w=60'
    request.answer_headers["RateLimit"] = f'"client";r={caller.left};t={max(1, round(caller.wait))}'
    for name, value in request.answer_headers.items():
        response.headers[name] = value
    _log(request, caller, response, begun)
    return response


def _caller(request: ApiRequest) -> Caller:
    """Who calls.

    Raises:
        NotSignedIn: no key that counts. TooManyCalls: too many such tries from one address.
    """
    given = rules.read_key(request.headers.get("Authorization", ""))
    row = None
    with connection.cursor() as cursor:
        if given is not None:
            hashed = rules.key_hash(given[1], settings.SECRET_KEY)
            cursor.execute(_ADMIT, (given[0], hashed, clock.now(), clock.today()))
            row = cursor.fetchone()
        if row is None or given is None:
            cursor.execute(_MISSED, (f"api:{request.META.get('REMOTE_ADDR', '')}",))
            wait = int(cursor.fetchone()[0])
            logger.info("a call without a key that counts (%s)", request.request_id)
            raise TooManyCalls(seconds=wait) if wait else NotSignedIn
    client_id, account_id, name, division_id, permissions, per_minute, tokens, wait_s = row
    actor = Actor(
        kind="staff", account_id=account_id, name=name, divisions=frozenset({division_id}),
        permissions=frozenset(permissions), purpose=f"API {request.method} {request.path_info}"[:200],
        request_id=request.request_id,
    )  # fmt: skip
    return Caller(client_id, given[0], actor, per_minute, int(tokens), float(wait_s))


def _limited(request: ApiRequest, path: str, caller: Caller) -> HttpResponseBase:
    """The answer to somebody we know."""
    versioned = False
    try:
        if caller.wait:
            raise TooManyCalls(seconds=max(1, round(caller.wait + 0.5)))
        match = get_resolver(URLS).resolve(path)
        declared: dict[str, Operation] = getattr(match.func, "jichi_operations", {})
        found = declared.get(request.method or "")
        if found is None:
            return _not_taken(request, declared)
        versioned = found.versioned
        if found.permission and not caller.actor.may(found.permission):
            raise NoScope("api.scope", permission=found.permission)
        _check_body(request, found)
        request.version = version_of(request.headers.get("If-Match", "")) if versioned else -1
        return _worked(request, found, caller, partial(match.func, request, *match.args, **match.kwargs))
    except Resolver404:
        return problem(404, "api.not_found", request_id=request.request_id)
    except JichiError as error:
        return of_error(error, request.request_id, versioned=versioned)
    except (RequestDataTooBig, UnreadablePostError):
        return problem(413, "api.too_large", request_id=request.request_id, params={"max": rules.BODY_LIMIT})
    except (OperationalError, InterfaceError):
        logger.warning("the database went away during a call (%s)", request.request_id)
        return problem(503, "api.away", request_id=request.request_id)
    except Exception:
        logger.exception("a call failed (%s)", request.request_id)
        return problem(500, "api.failed", request_id=request.request_id)


def _not_taken(request: ApiRequest, declared: dict[str, Operation]) -> HttpResponse:
    """An address that does not take this method, or whose operations declare nothing and so answer nobody."""
    if not declared:
        return problem(404, "api.not_found", request_id=request.request_id)
    response = problem(405, "api.method", request_id=request.request_id)
    response.headers["Allow"] = ", ".join(sorted(declared))
    return response


def _check_body(request: ApiRequest, found: Operation) -> None:
    """A body within its limit, and JSON by its own word.

    Raises:
        TooLarge, WrongMedia, BadCall.
    """
    most = rules.UPLOAD_LIMIT if found.uploads else rules.BODY_LIMIT
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or int(told) > most:
        raise TooLarge(max=most)
    if not found.writes:
        return
    body = request.read(most + 1)
    if len(body) > most:
        raise TooLarge(max=most)
    request._body = body
    if body and request.content_type != "application/json":
        raise WrongMedia
    if b"\\u0000" in body or b"\0" in body:
        raise BadCall("api.bad_call", what="NUL")


def _worked(
    request: ApiRequest, found: Operation, caller: Caller, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The operation inside its unit of work; nothing of an error of ours stays."""
    request.actor = caller.actor
    request.client_id = caller.client_id
    with unit(caller.actor):
        if found.writes:
            target = request.get_full_path() + (f" {request.version}" if found.versioned else "")
            response = idempotency.once(
                client_id=caller.client_id, key=request.headers.get("Idempotency-Key", ""),
                fingerprint=rules.fingerprint(str(request.method), target, request.body), answer=view,
            )  # fmt: skip
        else:
            response = view()
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            transaction.set_rollback(True)
    return response


def _log(request: ApiRequest, caller: Caller, response: HttpResponseBase, begun: float) -> None:
    """Keep that it was called; a call is not refused because its log can't be written."""
    values: tuple[Any, ...] = (
        caller.client_id, caller.prefix, clock.now(), str(request.method)[:10], request.path_info[:300],
        response.status_code, getattr(response, "problem_code", ""), round((time.perf_counter() - begun) * 1000),
        request.request_id,
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOG, values)
    except DatabaseError:
        logger.warning("a call could not be logged (%s)", request.request_id)
