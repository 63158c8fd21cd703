"""The door where the line is away: the day's tickets in the browser, arrivals sent later, each once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

from jichi.design.fields import FormField
from jichi.design.offline import worker_response
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.actions import ReadTicket
from jichi.engines.programmes.arranging import UNPROCESSABLE
from jichi.kernel import clock
from jichi.kernel.calendar import format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound

from ...permissions import VIEW
from ...queries import EventView
from .arranging import crumbs, owned

MOST_BODY: Final = 4_000
FRESH: Final = {"Cache-Control": "private, no-store"}
WORDS: Final = {"arrived": "送りました", "no_place": "席がない券でした。申込みの一覧で確かめてください。"}


def _entered(request: SignedInRequest, code: str) -> tuple[EventView, UUID]:
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    return found, found.offering_id


@access(audience="staff", permission=VIEW)
def door(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: tickets, by a reader, the camera or the number; kept in the browser first."""
    found, offering_id = _entered(request, code)
    pages = {"state_url": "door_state", "list_url": "door_list", "send_url": "door_send", "worker_url": "door_worker"}
    context = {
        "title": f"{found.title['ja']}の受付(つながらない会場)", "breadcrumb": crumbs(found), "narrow": True,
        "state": {
            "event": code, "offering": str(offering_id),
            **{key: reverse(f"front_events_staff:{name}", args=[code]) for key, name in pages.items()},
        },
        "field": FormField(
            name="ticket", label="入場券", hint="読み取り機で読むか、申込番号を入力します。", required=False
        ),
        "attendance_url": reverse("front_events_staff:attendance", args=[code]),
        # What is read here outlasts a session: the page stays when it ends.
        "session_seconds": 0,
    }  # fmt: skip
    response = render(request, "front_events/staff/door.html", context)
    response["Permissions-Policy"] = "geolocation=(), camera=(self), microphone=()"
    return response


def _list(request: SignedInRequest, offering_id: UUID) -> tuple[list[list[Any]], str]:
    with joining(request.actor):
        tickets = [[one.ticket, one.number, one.size, one.arrived] for one in booking.tickets_of(offering_id)]
    return tickets, hashlib.sha256(json.dumps(tickets).encode()).hexdigest()[:16]


@access(audience="staff", permission=VIEW)
def state(request: SignedInRequest, code: str) -> HttpResponse:
    """Is the house there, who asks still signed in, and is there a newer list? With the token for sending."""
    _found, offering_id = _entered(request, code)
    return JsonResponse({"token": get_token(request), "mark": _list(request, offering_id)[1]}, headers=FRESH)


@access(audience="staff", permission=VIEW)
def tickets(request: SignedInRequest, code: str) -> HttpResponse:
    """The list a device keeps: hashes of tickets and numbers, and how many persons each lets in. Nobody's name."""
    _found, offering_id = _entered(request, code)
    found, mark = _list(request, offering_id)
    return JsonResponse({"tickets": found, "mark": mark, "at": clock.now().isoformat()}, headers=FRESH)


@access(audience="staff", permission=VIEW)
def worker(request: SignedInRequest, code: str) -> HttpResponse:
    """The script that keeps the page."""
    _entered(request, code)
    return worker_response()


@access(audience="staff", permission=VIEW, methods=("POST",))
def send(request: SignedInRequest, code: str) -> HttpResponse:
    """One arrival of a device, as JSON; sent again it is the same arrival."""
    _found, offering_id = _entered(request, code)
    read = _read(request.body)
    if read is None:
        return JsonResponse({"text": "受付の記録を読めません。"}, status=UNPROCESSABLE)
    try:
        done = booking_actions.take_arrival(actor=request.actor, offering_id=offering_id, read=read)
    except NotFound:
        return JsonResponse({"outcome": "no_place", "text": WORDS["no_place"]})
    return JsonResponse({"outcome": done.outcome, "text": WORDS.get(done.outcome) or _twice(request, done.entry_id)})


def _twice(request: SignedInRequest, entry_id: UUID) -> str:
    with joining(request.actor):
        entry = booking.entries_by_id([entry_id]).get(entry_id)
    at = entry.arrived_at if entry else None
    when = f"({format_time(at.astimezone(TOKYO), 'ja')})" if at else ""
    return f"ほかでも受け付けた券です{when}。出席のページで確かめてください。"


def _read(body: bytes) -> ReadTicket | None:
    """What the device sent, in our types; None where it is something else."""
    try:
        raw = json.loads(body[:MOST_BODY])
        at = datetime.fromisoformat(raw["at"])
        found = ReadTicket(key=UUID(raw["key"]), ticket=str(raw["ticket"]), device=str(raw["device"]), at=at)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if at.tzinfo is not None and found.device.isascii() else None
