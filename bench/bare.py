"""Bare Django views of the measured pages: no session, login, permission, unit of work, audit or row security.

Who is signed in is fixed. The pages ask the same questions and fill the same templates with the same context; the
form post is written as a Django tutorial would: a form, the rows, a redirect.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone

from jichi.config.urls import urlpatterns as house
from jichi.engines.accounts.queries import SignedIn, signed_in
from jichi.engines.cases.staff_pages import lists
from jichi.engines.forms.models import Draft
from jichi.engines.registry import queries as registry
from jichi.portals.resident import my_views, views
from jichi.portals.staff import views as staff_views

_PEOPLE: dict[str, SignedIn] = {}


def prepare(accounts: dict[str, str]) -> None:
    """Look up who is signed in, once."""
    for audience, account_id in accounts.items():
        found = signed_in(account_id=UUID(account_id))
        if found is None:
            raise RuntimeError(f"no such account: {audience}")
        _PEOPLE[audience] = found


def _as(audience: str, view: Any) -> Any:
    def bare(request: HttpRequest) -> HttpResponse:
        person = _PEOPLE[audience]
        request.actor = person.actor("bench", "bench")  # type: ignore[attr-defined]
        request.signed_in = person  # type: ignore[attr-defined]
        request.addressee_no = person.addressee_no  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = "ja"
        answer: HttpResponse = view(request)
        return answer

    return bare


class ContactForm(forms.Form):
    """The fields of the measured page."""

    email = forms.EmailField(max_length=254)
    phone = forms.CharField(required=False, max_length=20, validators=[RegexValidator(r"^[0-9０-９+()\- ]{10,15}$")])


def save(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Save the page 連絡先 of a draft."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    with transaction.atomic():
        rows = Draft.objects.select_related("procedure", "version").defer("version__source")
        draft = rows.get(pk=draft_id)
        registry.resident(draft.subject_no)
        draft = rows.select_for_update(of=("self",)).get(pk=draft_id)
        draft.answers = {**draft.answers, **form.cleaned_data}
        draft.revision += 1
        draft.page = "contact"
        draft.updated_at = timezone.now()
        draft.save(update_fields=("answers", "revision", "page", "updated_at", "expires_at", "reminded_days"))
    return HttpResponseRedirect(f"/apply/{draft_id}/check/")


urlpatterns = [
    path("my/", _as("linked", my_views.overview)),
    path("", _as("linked", views.home)),
    path("staff/cases/", _as("staff", lists.listing)),
    path("staff/", _as("staff", staff_views.home)),
    path("apply/<uuid:draft_id>/q/contact/", save),
    *house,  # for the addresses that the templates name
]
