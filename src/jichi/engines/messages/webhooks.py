"""Where gateways report: receipts of SMS, events of LINE. Signed, idempotent, in any order."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from jichi.engines.accounts.access import access
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock

from . import contacts
from .actions import take_receipt
from .backends import line_backend, sms_backend
from .backends.sms import proves
from .rules import signed_by

logger = logging.getLogger("jichi.messages")
ACTOR: Final = system_actor("messages.webhooks")
LONGEST: Final = 1 << 20


def _refused() -> HttpResponse:
    """Not signed, or there is no gateway here that could sign: the same answer."""
    logger.warning("a report without a valid signature was refused")
    return HttpResponse(status=401)


def _body(request: HttpRequest) -> bytes:
    """The raw body; b"" when it is too long."""
    return request.body if int(request.META.get("CONTENT_LENGTH") or 0) <= LONGEST else b""


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@csrf_exempt
@access(audience="public", methods=("POST",))
def sms_receipts(request: HttpRequest) -> HttpResponse:
    """The SMS gateway says what became of a message. 204: taken; 400: not to be understood; 401: not signed."""
    try:
        channel = sms_backend()
    except ValueError:
        channel = None
    if channel is None:
        return _refused()
    told, body = channel.told, _body(request)
    if not proves(told, request.headers, body):
        return _refused()
    report = _object(body)
    if report is None:
        return HttpResponse(status=400)
    try:
        key = UUID(str(report.get(told.name_of("id"), "")))
    except ValueError:
        return HttpResponse(status=400)
    take_receipt(actor=ACTOR, key=key, status=told.status_of(report))
    return HttpResponse(status=204)


@csrf_exempt
@access(audience="public", methods=("POST",))
def line_events(request: HttpRequest) -> HttpResponse:
    """LINE's webhook: codes typed into the chat link it, blocking ends it. 200: taken; 401: not signed."""
    try:
        channel = line_backend()
    except ValueError:
        channel = None
    if channel is None:
        return _refused()
    body = _body(request)
    if not signed_by(channel.told.channel_secret, body, request.headers.get("X-Line-Signature", "")):
        return _refused()
    report = _object(body)
    events = report.get("events") if report is not None else None
    if not isinstance(events, list):
        return HttpResponse(status=400)
    for event in events:
        if isinstance(event, dict):
            _line_event(event)
    return HttpResponse(status=200)


def _line_event(event: dict[str, Any]) -> None:
    source = event.get("source")
    user_id = str(source.get("userId", "")) if isinstance(source, dict) and source.get("type") == "user" else ""
    if not user_id:
        return
    if event.get("type") == "unfollow":
        contacts.leave_chat(actor=ACTOR, user_id=user_id, at=_moment(event.get("timestamp")))
    message = event.get("message")
    if event.get("type") == "message" and isinstance(message, dict) and message.get("type") == "text":
        contacts.take_chat_text(
            actor=ACTOR, user_id=user_id, text=str(message.get("text", "")),
            event_id=str(event.get("webhookEventId", ""))[:64] or str(message.get("id", ""))[:64],
        )  # fmt: skip


def _moment(milliseconds: object) -> datetime:
    if isinstance(milliseconds, int) and 0 < milliseconds < 1 << 43:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return clock.now()
