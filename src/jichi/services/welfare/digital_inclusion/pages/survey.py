"""What somebody who came to a class thinks of it, without a name."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.surveys.pages import answer_page
from jichi.kernel.errors import NotFound

from ..rules import survey_code
from .mine import came_to, own


@access(audience="resident", methods=("GET", "POST"))
def answer(request: SignedInRequest, number: str) -> HttpResponse:
    """A2: the questions about a class one came to, once it is over."""
    one, course = own(request, number)
    if not came_to(request, one, course):
        raise NotFound
    return answer_page(
        request, code=survey_code(course.id), respondent=str(one.entry.id),
        about=course.title,
        back=reverse("welfare_digital_inclusion:entry", args=[number]),
        help_with=accounts.office_contact(course.division_id, request.LANGUAGE_CODE),
    )  # fmt: skip
