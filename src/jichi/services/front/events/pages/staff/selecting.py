"""Choosing among those who entered (選考), on one page, once, after closing."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design import catalogue
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.programmes.arranging import CONFLICT
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.receipt_number import format_number

from ...permissions import EDIT
from ...queries import EventView, Person
from .arranging import crumbs, owned, tabs
from .entries import entered

RESULTS: Final = {"taken": "参加", "held": "支払い待ち", "waiting": "補欠", "lost": "見送り"}


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def select(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: everybody who entered with what they told; whom the division chooses, for which date."""
    found, problem = owned(request, code), ""
    if found.offering_id is None or found.mode != "selection":
        raise NotFound
    entries, people = entered(request, found)
    if request.method == "POST":
        try:
            booking_actions.select_entries(
                actor=request.actor, offering_id=found.offering_id, chosen=_chosen(request, entries)
            )
            return redirect("front_events_staff:select", code=code)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    offered = booking.offerings([found.offering_id])[found.offering_id]
    applied = [one for one in entries if one.state == "applied"]
    context = {
        "title": f"{found.title['ja']}の選考", "tabs": tabs(found, "select", request), "breadcrumb": crumbs(found),
        "problem": problem, "is_over": clock.now() >= offered.closes_at,
        "closes": format_datetime(offered.closes_at, "ja", "staff"), "capacity": found.content.capacity,
        "rows": [_row(request, one, people.get(one.id), found) for one in applied],
        "results": [
            (word, sum(1 for one in entries if one.state == state)) for state, word in RESULTS.items()
        ] if not applied else [],
    }  # fmt: skip
    return render(request, "front_events/staff/select.html", context, status=CONFLICT if problem else 200)


def _chosen(request: SignedInRequest, entries: tuple[EntryView, ...]) -> dict[UUID, str]:
    wished = {one.id: request.POST.get(f"item-{one.id}", "") for one in entries}
    return {entry_id: item for entry_id, item in wished.items() if item}


def _row(request: SignedInRequest, one: EntryView, person: Person | None, found: EventView) -> dict[str, Any]:
    slots = dict(reversed(found.slots))
    answers = [
        f"{question.label}: {person.answers[question.key]}"
        for question in found.content.questions
        if person and person.answers.get(question.key)
    ]
    return {
        "id": one.id, "number": format_number(one.number), "name": person.name if person else "", "size": one.size,
        "answers": answers, "chosen": request.POST.get(f"item-{one.id}", ""),
        "items": [
            (item, format_datetime(slots[item].starts_at, "ja", "staff")) for item in one.choices if item in slots
        ],
    }  # fmt: skip
