"""The door where the line is away: tickets in the browser, arrivals sent later, each once. Services give it addresses.

A device keeps hashes of tickets and numbers and how many persons each lets in, nobody's name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from jichi.design import catalogue
from jichi.design.fields import FormField
from jichi.engines.accounts.access import SignedInRequest
from jichi.engines.booking.actions import Arrival, ReadTicket
from jichi.engines.booking.queries import Ticket
from jichi.kernel import clock
from jichi.kernel.calendar import format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, NotFound

from .arranging import UNPROCESSABLE

MOST_BODY: Final = 4_000
FRESH: Final = {"Cache-Control": "private, no-store"}
WORDS: Final = {"arrived": "送りました", "no_place": "席がない券でした。申込みの一覧で確かめてください。"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a room hands in: what a device calls its list, whose tickets are read, where the parts of the page are."""

    key: str
    offerings: Sequence[UUID]
    state_url: str
    list_url: str
    send_url: str
    worker_url: str
    attendance_url: str
    """The page with names, where the line is there."""


def respond(request: SignedInRequest, door: Door, context: Mapping[str, Any]) -> HttpResponse:
    """A2: tickets, by a reader, the camera or the number; kept in the browser first. `context`: title and way back."""
    shown = {
        **context, "narrow": True, "attendance_url": door.attendance_url,
        "state": {
            "event": door.key, "offerings": [str(one) for one in door.offerings], "state_url": door.state_url,
            "list_url": door.list_url, "send_url": door.send_url, "worker_url": door.worker_url,
        },
        "field": FormField(
            name="ticket", label="入場券", hint="読み取り機で読むか、申込番号を入力します。", required=False
        ),
        # What is read here outlasts a session: the page stays when it ends.
        "session_seconds": 0,
    }  # fmt: skip
    response = render(request, "eng_programmes/door.html", shown)
    response["Permissions-Policy"] = "geolocation=(), camera=(self), microphone=()"
    return response


def _kept(tickets: Sequence[Ticket]) -> tuple[list[list[Any]], str]:
    kept = [[one.ticket, one.number, one.size, one.arrived] for one in tickets]
    return kept, hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]


def state_answer(request: SignedInRequest, tickets: Sequence[Ticket]) -> HttpResponse:
    """Is the house there, who asks still signed in, and is there a newer list? With the token for sending."""
    return JsonResponse({"token": get_token(request), "mark": _kept(tickets)[1]}, headers=FRESH)


def list_answer(tickets: Sequence[Ticket]) -> HttpResponse:
    """The list a device keeps: hashes of tickets and numbers, and how many persons each lets in. Nobody's name."""
    kept, mark = _kept(tickets)
    return JsonResponse({"tickets": kept, "mark": mark, "at": clock.now().isoformat()}, headers=FRESH)


def send_answer(
    request: SignedInRequest, take: Callable[[ReadTicket], Arrival], came_at: Callable[[UUID], datetime | None]
) -> HttpResponse:
    """One arrival of a device, as JSON; sent again it is the same arrival.

    Args:
        take: writes it down; raises NotFound for a ticket of something else, Conflict where it can't be now.
        came_at: when an entry's people came, for a ticket that was let in before.
    """
    read = _read(request.body)
    if read is None:
        return JsonResponse({"text": "受付の記録を読めません。"}, status=UNPROCESSABLE)
    try:
        done = take(read)
    except NotFound:
        return JsonResponse({"outcome": "no_place", "text": WORDS["no_place"]})
    except Conflict as error:
        return JsonResponse({"outcome": "refused", "text": catalogue.message(error.code, "ja")})
    return JsonResponse({"outcome": done.outcome, "text": WORDS.get(done.outcome) or _twice(came_at(done.entry_id))})


def _twice(at: datetime | None) -> str:
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
