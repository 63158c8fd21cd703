"""When the database or the disk is away: a page in the visitor's language, at once, and nothing half done.

Errors of both kinds end in 503, whose unit of work is rolled back. While the database stays away, pages
are answered without asking it; one look in two seconds finds out when it is back.
"""

from __future__ import annotations

import errno
import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from jichi.engines.api.middleware import MOUNT
from jichi.engines.api.problems import problem
from jichi.portals.resident import errors

from ..logs import database_error

logger = logging.getLogger("jichi.away")
LOOK_EVERY: Final = 2.0
RETRY_AFTER: Final = "30"
_FULL: Final = frozenset({"53100"})
_ALIVE: Final = frozenset({"57014", "55P03", "40001", "40P01", "25P03", "25P04"})
"""SQLSTATEs of a database that is there and refused one statement: too slow, locked, conflicting."""


def is_away(error: BaseException | None) -> bool:
    """Does this error say that the database can't be reached?"""
    if error is None:
        return False
    found = database_error(error)
    state = getattr(found, "sqlstate", None)
    return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError) and (
        state is None or state[:2] in {"08", "57", "53"}
    ) and state not in _ALIVE | _FULL  # fmt: skip


def is_full(error: BaseException | None) -> bool:
    """Does this error say that a disk is full, ours or the database's?"""
    while error is not None:
        found = database_error(error)
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return True
        if found is not None and found.sqlstate in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


class Watch:
    """Whether the database was away a moment ago, for all threads of one worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_look = 0.0
        self.away = False

    def found_away(self) -> None:
        """A request could not reach it."""
        if not self.away:
            logger.error("the database is away; pages say so until it is back")
        self.away, self._next_look = True, time.monotonic() + LOOK_EVERY

    def still(self) -> bool:
        """Is it away still? One thread looks every two seconds; the others are answered without waiting."""
        if not self.away:
            return False
        with self._lock:
            if time.monotonic() < self._next_look:
                return True
            self._next_look = time.monotonic() + LOOK_EVERY
        if answers():
            logger.warning("the database is back")
            self.away = False
        return self.away


def answers() -> bool:
    """Whether the database lets us in, asked on a connection of its own that waits two seconds at most."""
    told = settings.DATABASES["default"]
    try:
        psycopg.connect(
            host=told["HOST"] or None, port=told["PORT"] or None, dbname=told["NAME"], user=told["USER"] or None,
            password=told["PASSWORD"] or None, connect_timeout=2,
        ).close()  # fmt: skip
    except psycopg.Error:
        return False
    return True


watch = Watch()


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 in the visitor's language, which the middleware may not have come to."""
    staff = request.path_info.startswith("/staff/")
    language = "ja" if staff else translation.get_language_from_request(request, check_path=True)
    for name in ("actor", "session", "signed_in"):
        request.__dict__.pop(name, None)  # who it was can't be known now, and menus ask no database
    with translation.override(language):
        request.LANGUAGE_CODE = language
        program = request.path_info.startswith(MOUNT)
        page = problem(503, "api.away") if program else errors.unavailable(request)
    page._has_been_logged = True  # type: ignore[attr-defined] # Django's own mark: thousands of these are one event
    page["Retry-After"] = RETRY_AFTER
    page["Content-Language"] = translation.to_locale(language).replace("_", "-")
    page["Cache-Control"] = "no-store"
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of any error that nobody expected: 503 when database or disk is the cause, else 500."""
    error = sys.exc_info()[1]
    if is_away(error):
        watch.found_away()
        return unavailable(request)
    if is_full(error):
        logger.error("a disk is full; nothing of this request was kept")
        return unavailable(request)
    return errors.server_error(request)


class AwayMiddleware:
    """Answers pages at once while the database is away. Static files stand before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return unavailable(request) if watch.still() else self.get_response(request)
