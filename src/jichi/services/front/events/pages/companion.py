"""Another companion comes (同伴者の変更): by oneself, until the list is frozen or the ticket was read."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking.queries import EntryView
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick

from .. import actions
from ..queries import Person
from .applying import CONFLICT, UNPROCESSABLE, household
from .mine import LIVING, own

OTHER: Final = ""


def may_change(entry: EntryView, person: Person) -> bool:
    """Is there a companion, and time to name another?"""
    return bool(person.companions) and entry.state in LIVING and entry.arrived_at is None


@access(audience="resident", methods=("GET", "POST"))
def change(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: who does not come, and who comes instead."""
    entry, event, person = own(request, number)
    if not may_change(entry, person):
        raise NotFound
    post, problem = request.POST, ""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        place = post.get("place", "" if len(person.companions) > 1 else "1")
        try:
            actions.exchange_companion(
                actor=request.actor, entry_id=entry.id, name=post.get("name", ""), member=post.get("member", ""),
                place=int(place) if place.isdecimal() and len(place) < 4 else 0,
            )  # fmt: skip
            return redirect("front_events:entry", number=number)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    fields = _fields(request, person, wrong)
    context = {
        "title": _("いっしょに参加する方を変える"), "event": written(pick(event.title, request.LANGUAGE_CODE)),
        "fields": fields, "errors": errors_for(fields), "problem": problem,
        "back": reverse("front_events:entry", args=[number]),
        "help": accounts.office_contact(event.division_id, request.LANGUAGE_CODE),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_events/companion.html", context, status=status)


def _fields(request: SignedInRequest, person: Person, wrong: dict[str, FieldError]) -> list[FormField]:
    post, house = request.POST, household(request)
    there = tuple(Option(str(place), name, noruby=True) for place, name in enumerate(person.companions, 1))
    fields = [
        FormField(
            name="place", label=_("来られなくなった方"), kind="radio", options=there, error=wrong.get("place"),
            value=post.get("place", "1" if len(there) == 1 else ""),
        )
    ]  # fmt: skip
    if house:
        options = (*house, Option(OTHER, _("家族のほかの方")))
        fields.append(
            FormField(
                name="member", label=_("代わりに参加する方"), kind="radio", options=options, required=False,
                value=post.get("member", ""), error=wrong.get("member"),
            )
        )  # fmt: skip
    fields.append(
        FormField(
            name="name", label=_("代わりに参加する方の氏名"), value=post.get("name", ""), error=wrong.get("name"),
            required=not house, hint=_("家族から選んだときは、書かなくてよいです。") if house else "",
        )
    )  # fmt: skip
    return fields
