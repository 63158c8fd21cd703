"""What somebody who took part thinks of it, without a name."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.surveys.pages import answer_page
from jichi.kernel.errors import NotFound

from ..rules import survey_code
from .mine import own, took_part


@access(audience="resident", methods=("GET", "POST"))
def answer(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: the questions about an event one had a place at, once it is over."""
    entry, event, _person = own(request, number)
    if not took_part(entry, event):
        raise NotFound
    return answer_page(
        request, code=survey_code(event.id), respondent=str(entry.id),
        about=event.title, back=reverse("front_events:entry", args=[number]),
        help_with=accounts.office_contact(event.division_id, request.LANGUAGE_CODE),
    )  # fmt: skip
