"""A resident's pages: what is registered, applying, the way to the bank and back, changing and ending."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import joining, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.queries import MandateView, bank_name
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound, Unavailable
from jichi.kernel.localized import HTML_LANG, path_in, pick
from jichi.kernel.receipt_number import format_number

from .. import actions, gateway, queries
from ..protocol import is_marked
from ..queries import RegistrationView
from .words import all_words, say

LOOKS: Final = 20
"""So often the page after the bank looks again by itself, three seconds apart."""
SYSTEM: Final = system_actor("direct_debit")
UNPROCESSABLE: Final = 422
AWAY: Final = 409
_CHIPS: Final = {"live": "issued", "held": "on_hold", "ended": "closed"}
_MANDATE_WORDS: Final = {"live": "live", "held": "held", "ended": "over"}
_REGISTRATION: Final = {
    "open": ("payment_confirming", "waiting"), "done": ("issued", "live"), "failed": ("not_approved", "refused"),
    "cancelled": ("withdrawn", "refused"), "expired": ("expired", "refused"),
}  # fmt: skip


@lru_cache(maxsize=4)
def _origin(url: str) -> str:
    at = urlsplit(url)
    return f"{at.scheme}://{at.netloc}"


def _to_bank(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The same answer, whose form may lead on to the bank's page."""
    told = str(gateway.peer().get("url", ""))
    if not told:
        return response
    return csp_update({"form-action": [_origin(told)]})(lambda _request: response)(request)


def _page(request: SignedInRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    given = {
        "say": all_words(request.LANGUAGE_CODE), "link_url": path_in(request.LANGUAGE_CODE, "/my/link/"), **context
    }  # fmt: skip
    return render(request, f"tax_direct_debit/{template}.html", given, status=status)


def _account(request: SignedInRequest) -> UUID:
    assert request.actor.account_id is not None  # noqa: S101 - `access` let only signed-in residents through
    return request.actor.account_id


def _payer(request: SignedInRequest) -> str:
    return accounts.linked_person(_account(request)) or ""


@access(audience="resident")
def overview(request: SignedInRequest) -> HttpResponse:
    """A6: what is registered, and what was applied for."""
    language, payer = request.LANGUAGE_CODE, _payer(request)
    with joining(request.actor):
        mine = mandates.of_payer(payer) if payer else ()
        tries = queries.own_registrations(account_id=_account(request))
    with unit(SYSTEM):
        names = {one.kind: one.title(language) for one in queries.own_offers(payer_no=payer)} if payer else {}
    if mine:
        audit.record_look(actor=request.actor, table="eng_mandates_mandate", object_id="own", subject=payer)
    return _page(request, "overview", {
        "title": say("title", language), "is_linked": bool(payer),
        "mine": [_mandate_card(one, names, language) for one in mine],
        "tries": [_try_card(one, language) for one in tries], "not_linked": message("debit.not_linked", language),
    })  # fmt: skip


def _mandate_card(one: MandateView, names: dict[str, str], language: str) -> Card:
    return Card(
        title=names.get(one.kind, one.kind_title), url=reverse("tax_direct_debit:mandate", args=[one.id]),
        status=_CHIPS[one.state], status_text=say(_MANDATE_WORDS[one.state], language),
        facts=[(say("account", language), _account_words(one, language)),
               (say("since", language), format_date(one.since, language))],
    )  # fmt: skip


def _account_words(one: MandateView, language: str) -> str:
    """The bank's name as it is; the kind of account is a word of ours."""
    account = one.account if HTML_LANG[language] == "ja" else written(one.account)
    return format_html("{} {}", written(bank_name(one.bank)), account)


def _try_card(one: RegistrationView, language: str) -> Card:
    chip, word = _REGISTRATION[one.state]
    return Card(
        title=f"{'、'.join(pick(names, language).text for names in one.names)} ({format_number(one.number)})",
        url=reverse("tax_direct_debit:registration", args=[one.id]), status=chip,
        status_text=say(word, language), facts=[(say("bank", language), written(one.bank))],
    )  # fmt: skip


@access(audience="resident", methods=("GET", "POST"))
def apply(request: SignedInRequest) -> HttpResponseBase:
    """A2: what to pay, at which bank, the terms; then on to the bank's page."""
    change = request.POST.get("change", request.GET.get("change", ""))
    if request.method != "POST":
        return _to_bank(request, _form(request, change, {}, ""))
    try:
        page = actions.start_registration(
            actor=request.actor, kinds=request.POST.getlist("kinds"), bank=request.POST.get("bank", ""),
            agreed=bool(request.POST.get("agreed")), language=request.LANGUAGE_CODE, replaces=bool(change),
        )  # fmt: skip
    except Invalid as wrong:
        return _to_bank(request, _form(request, change, wrong.fields, "", UNPROCESSABLE))
    except (Unavailable, Conflict) as problem:
        trouble = message(problem.code, request.LANGUAGE_CODE, **problem.params)
        return _to_bank(request, _form(request, change, {}, trouble, AWAY))
    return _to_bank(request, redirect(page.url))


def _form(
    request: SignedInRequest, change: str, wrong: dict[str, FieldError], trouble: str, status: int = 200
) -> HttpResponse:
    language, payer = request.LANGUAGE_CODE, _payer(request)
    with unit(SYSTEM):
        offers = queries.own_offers(payer_no=payer) if payer else []
        banks = queries.banks()
    offers = [one for one in offers if (one.kind == change if change else one.mandate is None)]
    kinds = FormField(
        name="kinds", label=say("which", language), kind="checkboxes", error=wrong.get("kinds"),
        options=tuple(Option(one.kind, one.title(language)) for one in offers),
        value=request.POST.getlist("kinds") or [one.kind for one in offers if change or len(offers) == 1],
    )  # fmt: skip
    bank = FormField(
        name="bank", label=say("bank", language), kind="radio", value=request.POST.get("bank", ""),
        error=wrong.get("bank"),
        options=tuple(
            Option(one.code, one.title, noruby=True,
                   hint=say("open_now" if one.is_open else "closed_now", language,
                            hours=one.hours or say("always", language)))
            for one in banks
        ),
    )  # fmt: skip
    agreed = FormField(
        name="agreed", label=say("agree", language), kind="consent", value=bool(request.POST.get("agreed")),
        error=wrong.get("agreed"),
    )  # fmt: skip
    fields = [kinds, bank, agreed]
    return _page(request, "apply", {
        "title": say("change_title" if change else "begin", language), "kinds": kinds, "bank": bank, "agreed": agreed,
        "errors": errors_for(fields), "trouble": trouble, "change": change, "is_linked": bool(payer),
        "has_offers": bool(offers), "breadcrumb": [(say("title", language), reverse("tax_direct_debit:overview"))],
        "not_linked": message("debit.not_linked", language),
    }, status)  # fmt: skip


def _own(request: SignedInRequest, registration_id: UUID) -> RegistrationView:
    with joining(request.actor):
        found = queries.registration(registration_id, account_id=_account(request))
    if found is None:
        raise NotFound
    return found


@access(audience="resident")
def returned(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """Back from the bank. The address is only believed where the bank signed it, and then only as a reason to ask."""
    found = _own(request, registration_id)
    given = {name: request.GET.get(name, "") for name in ("ref", "state", "status", "sig")}
    is_marked_so = is_marked(
        gateway.secret(), given["sig"], ref=given["ref"], nonce=given["state"], status=given["status"]
    )
    if is_marked_so and given["ref"] == found.provider_ref and given["state"] == found.nonce:
        actions.ask(actor=request.actor, ref=found.provider_ref)
        actions.note_return(actor=request.actor, registration_id=registration_id)
    return redirect("tax_direct_debit:registration", registration_id=registration_id)


@access(audience="resident")
def registration(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """A4: how one application ended, or A9: that the bank's answer is still to come."""
    found, language = _own(request, registration_id), request.LANGUAGE_CODE
    inbox.mark_read(actor=request.actor, subject_key=f"tax_direct_debit:{registration_id}")
    looked = request.GET.get("look", "")
    count = int(looked) if looked.isdecimal() and len(looked) < 4 else 0
    code = found.reason if found.state == "failed" else found.state
    context = {
        "title": say({"open": "checking", "done": "done"}.get(found.state, "failed"), language),
        "found": found, "number": format_number(found.number), "own_heading": found.state == "done",
        "why": message(f"debit.failed.{code}", language) if found.state not in ("open", "done") else "",
        "when": say("done_text", language, month=_month(found, language)) if found.since else "",
        "facts": [
            Fact(label=say("which", language), value=[pick(names, language).text for names in found.names]),
            Fact(label=say("bank", language), value=found.bank, name=True),
        ],
        "help": accounts.office_contact(found.division_id, language),
        "breadcrumb": [(say("title", language), reverse("tax_direct_debit:overview"))],
    }  # fmt: skip
    response = _page(request, "registration", context)
    if found.state == "open" and count < LOOKS:
        here = reverse("tax_direct_debit:registration", args=[registration_id])
        response["Refresh"] = f"3; url={here}?look={count + 1}"
    return response


def _month(found: RegistrationView, language: str) -> str:
    day = found.since or clock.today()
    if language in ("en", "ko"):
        return f"{day.year}-{day.month:02d}" if language == "en" else f"{day.year}년 {day.month}월"
    return f"{day.year}年{day.month}月"


def _own_mandate(request: SignedInRequest, mandate_id: UUID) -> MandateView:
    payer = _payer(request)
    with joining(request.actor):
        found = mandates.mandate(mandate_id)
    if found is None or not payer or found.payer_no != payer:
        raise NotFound
    return found


@access(audience="resident")
def mandate(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """A7: one registered account, its number masked; the look is recorded."""
    found, language = _own_mandate(request, mandate_id), request.LANGUAGE_CODE
    audit.record_look(
        actor=request.actor, table="eng_mandates_mandate", object_id=str(mandate_id), subject=found.payer_no
    )
    inbox.mark_read(actor=request.actor, subject_key=f"tax_direct_debit:mandate:{mandate_id}")
    return _page(request, "mandate", _mandate_context(found, language))


def _mandate_context(found: MandateView, language: str) -> dict[str, Any]:
    with unit(SYSTEM):
        names = {one.kind: one.title(language) for one in queries.own_offers(payer_no=found.payer_no)}
    facts = [
        Fact(label=say("which", language), value=names.get(found.kind, found.kind_title)),
        Fact(label=say("account", language), value=[bank_name(found.bank, found.branch), found.account], name=True),
        Fact(label=say("since", language), value=format_date(found.since, language)),
    ]  # fmt: skip
    if found.ended_on:
        facts.append(Fact(label=say("ended", language), value=format_date(found.ended_on, language)))
    return {
        "title": names.get(found.kind, found.kind_title), "found": found, "number": format_number(found.number),
        "chip": _CHIPS[found.state], "state_text": say(_MANDATE_WORDS[found.state], language), "facts": facts,
        "help": accounts.office_contact(found.division_id, language),
        "breadcrumb": [(say("title", language), reverse("tax_direct_debit:overview"))],
    }  # fmt: skip


@access(audience="resident", methods=("GET", "POST"))
def stop(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """A3: looked at once more, then ended."""
    found, language = _own_mandate(request, mandate_id), request.LANGUAGE_CODE
    if request.method == "POST":
        actions.stop_mandate(actor=request.actor, mandate_id=mandate_id)
        return redirect("tax_direct_debit:mandate", mandate_id=mandate_id)
    context = _mandate_context(found, language)
    return _page(request, "stop", {**context, "title": say("stop", language)})
