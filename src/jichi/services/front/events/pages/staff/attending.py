"""At the door: who came, by the ticket's QR code or by hand, with the line; without it: `door`."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number
from jichi.kernel.text import fold_for_search

from ... import queries
from ...permissions import VIEW
from ...queries import EventView, Person
from .arranging import crumbs, owned, tabs
from .entries import date_of, entered

SHOWN: Final = 100


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def attendance(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: who has a place, and who of them came."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    if request.method == "POST":
        return _acted(request, found)
    entries, people = entered(request, found)
    q = request.GET.get("q", "")[:100]
    wanted = fold_for_search(q)
    here = [one for one in entries if one.state == "taken" or one.arrived_at]
    shown = [one for one in here if not wanted or wanted in _words(one, people.get(one.id))]
    came = [one for one in here if one.arrived_at]
    context = {
        "title": f"{found.title['ja']}の出席", "tabs": tabs(found, "attendance", request), "breadcrumb": crumbs(found),
        "q": q, "rows": [_line(one, people.get(one.id), found) for one in shown[:SHOWN]],
        "hidden": max(0, len(shown) - SHOWN), "came": len(came), "came_people": sum(one.size for one in came),
        "door_url": reverse("front_events_staff:door", args=[found.code]), "twice": _twice(request, found.offering_id),
        "all": len(here), "all_people": sum(one.size for one in here),
    }  # fmt: skip
    return render(request, "front_events/staff/attendance.html", context)


def _twice(request: SignedInRequest, offering_id: UUID) -> list[dict[str, Any]]:
    """Tickets that two devices let in while they did not know of each other."""
    with joining(request.actor):
        found = booking.let_in_twice(offering_id)
    return [
        {
            "number": format_number(one.number), "size": one.size,
            "by": "、".join(f"端末{name} {format_datetime(at, 'ja', 'staff')}" for name, at in one.by),
        }
        for one in found
    ]  # fmt: skip


def _words(entry: EntryView, person: Person | None) -> str:
    return fold_for_search("".join([entry.number, *((person.name, person.kana) if person else ())]))


def _line(entry: EntryView, person: Person | None, found: EventView) -> dict[str, object]:
    return {
        "id": entry.id,
        "number": format_number(entry.number),
        "name": person.name if person else "",
        "size": entry.size,
        "companions": "、".join(person.companions) if person else "",
        "when": date_of(entry, found),
        "arrived": format_datetime(entry.arrived_at, "ja", "staff") if entry.arrived_at else "",
        "no_show": entry.no_show,
    }


def _acted(request: SignedInRequest, found: EventView) -> HttpResponse:
    here = reverse("front_events_staff:attendance", args=[found.code])
    if found.offering_id is not None and request.POST.get("act") == "absent":
        booking_actions.mark_no_shows(actor=request.actor, offering_id=found.offering_id)
        return redirect(here)
    entry_id = _uuid(request.POST.get("entry", ""))
    if entry_id is None:
        return redirect(here)
    with joining(request.actor):
        entry = booking.entries_by_id([entry_id]).get(entry_id)
    if entry is None or entry.offering_id != found.offering_id:
        raise NotFound
    booking_actions.check_in(actor=request.actor, entry_id=entry.id, arrived=request.POST.get("act") != "undo")
    return redirect(here)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def ticket(request: SignedInRequest) -> HttpResponse:
    """A7: what a ticket's QR code opens on an official's telephone: whose it is, and one button."""
    token = _uuid(request.GET.get("token", ""))
    outcome, entry, person, found = "", None, None, None
    if token is not None:
        with joining(request.actor):
            entry = booking.entry_by_token(token)
            person = queries.person_of(entry.id) if entry else None
        found = queries.events_by_id([person.event_id])[person.event_id] if person else None
    if entry is not None and found is not None and request.method == "POST":
        outcome = booking_actions.check_in(actor=request.actor, entry_id=entry.id).outcome
        with joining(request.actor):
            entry = booking.entries_by_id([entry.id])[entry.id]
    context = {
        "title": "入場券",
        "breadcrumb": crumbs(found),
        "narrow": True,
        "asked": bool(request.GET.get("token")),
        "outcome": outcome,
        "event": found.title["ja"] if found else "",
        "line": _line(entry, person, found) if entry and found else None,
        "may": entry is not None and entry.state == "taken" and entry.arrived_at is None,
        "has_place": entry is not None and entry.state == "taken",
        "list_url": reverse("front_events_staff:attendance", args=[found.code]) if found else "",
    }
    return render(request, "front_events/staff/ticket.html", context, status=200)
