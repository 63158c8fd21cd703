"""The door of a session where the line is away (`programmes.door`): for its instructor and the division."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.offline import worker_response
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking.queries import Ticket
from jichi.engines.programmes.door import Door, list_answer, respond, send_answer, state_answer

from ... import actions, queries
from ...permissions import TEACH
from .sessions import shown


@access(audience="staff", permission=TEACH)
def door(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """A2: tickets of a session, by a reader, the camera or the number; kept in the browser first."""
    found, _one = shown(request, code, number)
    state_url, list_url, send_url, worker_url, attendance_url = (
        reverse(f"welfare_digital_inclusion_staff:{name}", args=[code, number])
        for name in ("door_state", "door_list", "door_send", "door_worker", "session")
    )
    page = Door(
        key=f"{code}/{number}", offerings=found.offerings(), state_url=state_url, list_url=list_url, send_url=send_url,
        worker_url=worker_url, attendance_url=attendance_url,
    )  # fmt: skip
    context = {
        "title": f"{found.title['ja']} 第{number}回の受付(つながらない会場)",
        "breadcrumb": [(f"第{number}回の名簿", attendance_url)],
    }
    return respond(request, page, context)


def _tickets(request: SignedInRequest, code: str, number: int) -> tuple[Ticket, ...]:
    """Tickets of a session; those are there whose people all came to it."""
    found, _one = shown(request, code, number)
    with joining(request.actor):
        away = {one.entry_id for one in queries.roll(found.id) if number not in one.came}
    return tuple(replace(one, arrived=one.entry_id not in away) for one in queries.tickets_of(found.offerings()))


@access(audience="staff", permission=TEACH)
def state(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Is the house there, and is there a newer list?"""
    return state_answer(request, _tickets(request, code, number))


@access(audience="staff", permission=TEACH)
def tickets(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The list a device keeps."""
    return list_answer(_tickets(request, code, number))


@access(audience="staff", permission=TEACH)
def worker(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The script that keeps the page."""
    shown(request, code, number)
    return worker_response()


@access(audience="staff", permission=TEACH, methods=("POST",))
def send(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """One arrival of a device."""
    shown(request, code, number)
    return send_answer(
        request,
        lambda read: actions.take_arrival(actor=request.actor, code=code, number=number, read=read),
        lambda entry_id: queries.came_at(entry_id, number),
    )
