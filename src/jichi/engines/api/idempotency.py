"""The same write under the same key is done once: its answer is kept for a day, in the transaction that did it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import rules
from .errors import BadCall, InProgress, OtherCall
from .models import StoredAnswer

KEPT_HEADERS: Final = ("ETag", "Location", "Content-Type")
_CLAIM: Final = "SELECT * FROM api_claim(%s, %s)"
_KEEP: Final = (
    "INSERT INTO eng_api_storedanswer (client_id, key, fingerprint, status, headers, body, created_at) "
    "VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s)"
)
_DONE: Final = range(200, 300)


def once(*, client_id: UUID, key: str, fingerprint: str, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer to this write: the one given before under the key, else that of `answer()`, kept if it went well.

    Inside the unit of the call. What was refused changed nothing and is not kept: it may be tried again.

    Raises:
        BadCall: no key, or one of another form. InProgress: the same key is being answered elsewhere.
        OtherCall: the key was used for something else.
    """
    if not rules.is_idempotency_key(key):
        raise BadCall("api.idempotency_key")
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (client_id, key))
        mine, kept, status, headers, body = cursor.fetchone()
    if not mine:
        raise InProgress
    if kept is not None:
        if kept != fingerprint:
            raise OtherCall
        return _replay(status, json.loads(headers) if isinstance(headers, str) else headers, body)
    response = answer()
    if response.status_code in _DONE and isinstance(response, HttpResponse):
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        values = (client_id, key, fingerprint, response.status_code, json.dumps(headers), response.content.decode())
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, (*values, clock.now()))
    return response


def _replay(status: int, headers: dict[str, str], body: str) -> HttpResponse:
    response = HttpResponse(body, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response


def forget_old() -> int:
    """Drop answers kept for longer than a day; answers how many. Bears repeating."""
    edge = clock.now() - timedelta(hours=rules.KEPT_HOURS)
    with unit(system_actor("api.sweep")):
        return StoredAnswer.objects.filter(created_at__lt=edge).delete()[0]
