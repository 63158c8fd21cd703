"""Applying without a login: beginning, a link by mail to go on with or to look later, and coming back by it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, errors_for
from jichi.engines.accounts import guests
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import NotEligible
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import BEGINNING, Field, VisiblePage, fits_again, may_begin_as_guest
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.localized import path_in, pick

from .choosing import not_eligible
from .counting import before_form
from .finding import draft_card

OPEN_TO_GUESTS = ("/apply/", "/items/", "/pay/")
"""Where links lead on to; one to any other page (My page) leads to the application itself."""


def is_guest(request: SignedInRequest) -> bool:
    """Does this visitor apply without a login?"""
    return request.actor.level == "none"


def _may_begin(request: SignedInRequest) -> bool:
    """Nobody, or a guest: who has signed in as a resident has a better way, an official none here."""
    return request.actor.account_id is None or is_guest(request)


def guest_page(request: SignedInRequest, draft_id: UUID) -> dict[str, object]:
    """What pages of an application show to who has no login: where to send a link. {} for others."""
    if not is_guest(request):
        return {}
    return {
        "mail_url": reverse("front_applications:mail_link", args=[draft_id]),
        "fields": [_email_field(request.signed_in.email)], "email": request.signed_in.email,
    }  # fmt: skip


def _email_field(value: str = "", error: FieldError | None = None) -> FormField:
    return FormField(
        name="email", kind="email", label=_("メールアドレス"), value=value, error=error, autocomplete="email"
    )


@access(audience="public", methods=("GET", "POST"))
def begin(request: SignedInRequest, slug: str) -> HttpResponse:
    """A2: with or without a login; what each means. Nothing is made before the button is pressed."""
    found = queries.procedure(slug)
    if not may_begin_as_guest(found.definition) or not _may_begin(request):
        return redirect("front_applications:who", slug=slug)
    if found.open_state().state != "open":
        return redirect("front_applications:start", slug=slug)
    begun = queries.drafts_of(request.actor.account_id) if request.actor.account_id else []
    mine = next((card for card in begun if card.draft.slug == slug), None)
    if mine is not None:
        return redirect("front_applications:resume", draft_id=mine.draft.id)
    if request.method == "POST":
        try:
            guest, draft = forms.start_guest_draft(
                actor=request.actor, slug=slug, language=request.LANGUAGE_CODE, client=guests.client_of(request)
            )
        except NotEligible as refused:
            return not_eligible(request, found.definition, found.division_id, refused.result)
        guests.bind(request, guest.account_id)
        before_form(request, found, "begin", draft)
        return redirect("front_applications:resume", draft_id=draft.id)
    before_form(request, found, "begin")
    language = request.LANGUAGE_CODE
    who = reverse("front_applications:who", args=[slug])
    context = {
        "title": _("申請の始め方"), "procedure": pick(found.definition.title, language).text,
        "drafts": [draft_card(card, language) for card in begun],
        "sign_in_url": f"{reverse('eng_accounts:sign_in')}?{urlencode({'next': who})}",
        "back": reverse("front_applications:start", args=[slug]),
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/begin.html", context)


@access(audience="resident", methods=("GET", "POST"), guests=True)
def mail_link(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A2: where to mail a link to one's own application; afterwards, that it is on its way."""
    view = queries.draft(draft_id)
    if not is_guest(request):
        return redirect("front_applications:resume", draft_id=draft_id)
    typed, error = request.POST.get("email", request.signed_in.email), None
    if request.method == "POST":
        try:
            forms.mail_link(actor=request.actor, draft_id=draft_id, email=typed, client=guests.client_of(request))
            return redirect(f"{reverse('front_applications:mail_link', args=[draft_id])}?sent=1")
        except Invalid as invalid:
            error = invalid.fields["email"]
    fields = [_email_field(typed, error)]
    sent = "sent" in request.GET and error is None
    context = {
        "title": _("メールを送りました") if sent else _("続きを始めるには"), "sent": sent, "fields": fields,
        "errors": errors_for(fields) if error else [], "email": request.signed_in.email, "draft_id": draft_id,
        "procedure": pick(view.definition.title, request.LANGUAGE_CODE).text, "is_open": view.submitted_at is None,
        "help": accounts.office_contact(view.division_id, request.LANGUAGE_CODE),
    }  # fmt: skip
    return render(request, "front_applications/mail_link.html", context, status=422 if error else 200)


@access(audience="public", methods=("GET", "POST"))
def ask(request: SignedInRequest) -> HttpResponse:
    """A2: a link to an application without a login is asked for; the answer is the same for every address."""
    error: FieldError | None = None
    if request.method == "POST":
        try:
            forms.mail_links_to(
                actor=request.actor, email=request.POST.get("email", ""), client=guests.client_of(request)
            )
            return redirect(f"{reverse('front_applications:ask_link')}?sent=1")
        except Invalid as invalid:
            error = invalid.fields["email"]
    fields = [_email_field(request.POST.get("email", ""), error)]
    sent = "sent" in request.GET and error is None
    context = {
        "title": _("リンクをメールで受け取る"), "sent": sent, "fields": fields,
        "errors": errors_for(fields) if error else [],
        "sign_in_url": f"{reverse('eng_accounts:sign_in')}?{urlencode({'next': _target(request)})}",
    }  # fmt: skip
    return render(request, "front_applications/ask_link.html", context, status=422 if error else 200)


def _target(request: SignedInRequest) -> str:
    wanted = request.GET.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else path_in(request.LANGUAGE_CODE, "/")


# -- coming back by a link -------------------------------------------------------------------------


@access(audience="public", methods=("GET", "POST"))
def link(request: SignedInRequest, token: str) -> HttpResponse:
    """A2: one answer already typed opens the application, once. Looking at the page uses nothing up."""
    found = guests.link(token)
    there = path_in(request.LANGUAGE_CODE, found.target)
    if not found.guest_is_there:
        return redirect(there)  # it belongs to a login now
    about = queries.asked_of_guest(found.account_id)
    if about is not None and request.actor.account_id == found.account_id:
        return redirect("front_applications:resume", draft_id=about[0].id)
    if not found.is_open or about is None:
        return _over(request, found)
    view, asked, answer = about
    if not found.target.startswith(OPEN_TO_GUESTS):
        there = reverse("front_applications:resume", args=[view.id])
    right = asked is None or fits_again(asked, answer, dict(request.POST.lists()), clock.today())
    if request.method == "POST":
        if guests.open_link(link_id=found.id, right=right):
            return _let_in(request, found, there)
        found = guests.link(token)
        if not found.is_open:
            return _over(request, found)
    wrong = request.method == "POST" and not right
    return _question_page(request, view, asked, wrong=wrong)


def _let_in(request: SignedInRequest, found: guests.Link, there: str) -> HttpResponse:
    """This browser goes on with it; whoever is signed in takes it over into the login."""
    if request.actor.kind == "resident" and request.actor.account_id is not None and not is_guest(request):
        guests.hand_over(guest_id=found.account_id, account_id=request.actor.account_id)
    else:
        guests.bind(request, found.account_id)
    return redirect(there)


def _over(request: SignedInRequest, found: guests.Link) -> HttpResponse:
    """A4: used, too old, or five wrong answers: a new one is mailed to the same address, once."""
    context = {"title": _("このリンクは使えません"), "sent": forms.renew_link(actor=request.actor, link=found)}
    return render(request, "front_applications/link_over.html", context, status=409)


def _question_page(
    request: SignedInRequest, view: queries.DraftView, asked: Field | None, *, wrong: bool
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    fields: list[FormField] = []
    if asked is not None:
        page = view.definition.page(view.definition.page_of_field[asked.id])
        error = {asked.id: FieldError("guest.answer")} if wrong else {}
        drawn = page_fields(
            VisiblePage(page, (asked,)), answers={}, facts={}, language=language, raw={}, errors=error,
            own_heading=False,
        )  # fmt: skip
        fields = [_short(field, asked) for field in drawn]
    context = {
        "title": _("申請の続き"), "procedure": pick(view.definition.title, language).text, "fields": fields,
        "errors": errors_for(fields) if wrong else [],
        "takes_over": request.actor.kind == "resident" and not is_guest(request),
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/guest_link.html", context, status=422 if wrong else 200)


def _short(field: FormField, asked: Field) -> FormField:
    """Of a long text its first letters are enough; nothing is filled in by the browser."""
    if asked.kind != "textarea":
        return replace(field, autocomplete="off", required=True)
    hint = _("書いた文の、はじめの%(count)d文字を入力してください。") % {"count": BEGINNING}
    return replace(field, kind="text", hint=hint, autocomplete="off", required=True)
