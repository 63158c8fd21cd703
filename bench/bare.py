"""Bare Django views of the measured pages: no session, login, permission, unit of work, audit or row security.

Who is signed in is fixed. The pages ask the same questions and fill the same templates with the same context; the
form post is written as a Django tutorial would: a form, the rows, a redirect.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, path, resolve, reverse, set_urlconf
from django.utils import timezone

from jichi.config.urls import urlpatterns as house
from jichi.design import context
from jichi.engines.accounts.queries import SignedIn, signed_in
from jichi.engines.cases.staff_pages import lists
from jichi.engines.forms import queries
from jichi.engines.forms.models import Draft
from jichi.portals.resident import my_views, views
from jichi.portals.staff import views as staff_views

_PEOPLE: dict[str, SignedIn] = {}
_MATCHES: dict[str, ResolverMatch] = {}


def prepare(accounts: dict[str, str]) -> None:
    """Look up who is signed in, once."""
    for audience, account_id in accounts.items():
        found = signed_in(account_id=UUID(account_id))
        if found is None:
            raise RuntimeError(f"no such account: {audience}")
        _PEOPLE[audience] = found
    set_urlconf("jichi.config.urls")
    for name in ("portal_resident:my", "portal_resident:home", "eng_cases_staff:list", "portal_staff:home"):
        at = reverse(name)
        _MATCHES[name] = resolve(at)
        context._has_languages(name, at)  # it remembers the answer; here the addresses have no languages
    set_urlconf(None)


def _as(audience: str, name: str, view: Any) -> Any:
    def bare(request: HttpRequest) -> HttpResponse:
        person = _PEOPLE[audience]
        request.resolver_match = _MATCHES[name]  # as the house would, for the links to the other languages
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
    phone = forms.CharField(required=False, max_length=20, validators=[RegexValidator(r"^[0-9+()\- ]{10,15}$")])


def _draft(where: str, draft_id: UUID) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(queries._DRAFTS + where, (draft_id,))
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def save(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Save the page 連絡先 of a draft: the statements that the house's page makes, and no other."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    if _draft("d.id = %s", draft_id) is None:
        return HttpResponse(status=404)
    with transaction.atomic():
        row = _draft("d.id = %s FOR UPDATE OF d", draft_id)
        if row is None:
            return HttpResponse(status=404)
        now = timezone.now()
        Draft.objects.filter(pk=draft_id).update(
            answers={**json.loads(row[8]), **form.cleaned_data}, revision=row[9] + 1, page="contact", updated_at=now,
            expires_at=now + timedelta(days=30), reminded_days=0,
        )  # fmt: skip
    return HttpResponseRedirect(f"/apply/{draft_id}/check/")


urlpatterns = [
    path("my/", _as("linked", "portal_resident:my", my_views.overview)),
    path("", _as("linked", "portal_resident:home", views.home)),
    path("staff/cases/", _as("staff", "eng_cases_staff:list", lists.listing)),
    path("staff/", _as("staff", "portal_staff:home", staff_views.home)),
    path("apply/<uuid:draft_id>/q/contact/", save),
    *house,  # for the addresses that the templates name
]
