"""The door of an event where the line is away (`programmes.door`)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.offline import worker_response
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import Ticket
from jichi.engines.programmes.door import Door, list_answer, respond, send_answer, state_answer
from jichi.kernel.errors import NotFound

from ...permissions import VIEW
from ...queries import EventView
from .arranging import crumbs, owned


def _entered(request: SignedInRequest, code: str) -> tuple[EventView, UUID]:
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    return found, found.offering_id


@access(audience="staff", permission=VIEW)
def door(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: tickets, by a reader, the camera or the number; kept in the browser first."""
    found, offering_id = _entered(request, code)
    state_url, list_url, send_url, worker_url, attendance_url = (
        reverse(f"front_events_staff:{name}", args=[code])
        for name in ("door_state", "door_list", "door_send", "door_worker", "attendance")
    )
    page = Door(
        key=code, offerings=(offering_id,), state_url=state_url, list_url=list_url, send_url=send_url,
        worker_url=worker_url, attendance_url=attendance_url,
    )  # fmt: skip
    title = f"{found.title['ja']}の受付(つながらない会場)"
    return respond(request, page, {"title": title, "breadcrumb": crumbs(found)})


def _tickets(request: SignedInRequest, code: str) -> tuple[Ticket, ...]:
    _found, offering_id = _entered(request, code)
    with joining(request.actor):
        return booking.tickets_of(offering_id)


@access(audience="staff", permission=VIEW)
def state(request: SignedInRequest, code: str) -> HttpResponse:
    """Is the house there, and is there a newer list?"""
    return state_answer(request, _tickets(request, code))


@access(audience="staff", permission=VIEW)
def tickets(request: SignedInRequest, code: str) -> HttpResponse:
    """The list a device keeps."""
    return list_answer(_tickets(request, code))


@access(audience="staff", permission=VIEW)
def worker(request: SignedInRequest, code: str) -> HttpResponse:
    """The script that keeps the page."""
    _entered(request, code)
    return worker_response()


@access(audience="staff", permission=VIEW, methods=("POST",))
def send(request: SignedInRequest, code: str) -> HttpResponse:
    """One arrival of a device."""
    _found, offering_id = _entered(request, code)

    def came_at(entry_id: UUID) -> datetime | None:
        with joining(request.actor):
            entry = booking.entries_by_id([entry_id]).get(entry_id)
        return entry.arrived_at if entry else None

    return send_answer(
        request,
        lambda read: booking_actions.take_arrival(actor=request.actor, offering_ids=(offering_id,), read=read),
        came_at,
    )
