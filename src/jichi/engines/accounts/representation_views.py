"""代理の設定: what a resident gave and was given; giving, accepting and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.dates import parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.labels import label
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import path_in

from . import actions, queries, representation, stash
from .access import SignedInRequest, access
from .errors import PROBLEMS
from .mandates import Mandate

ALL: Final = "all"
DONE: Final = ("given", "accepted", "refused", "ended")


def period(valid_from: date, valid_until: date | None, language: str) -> str:
    """From when to when, in words."""
    first = format_date(valid_from, language)
    if valid_until is None:
        return _("%(first)sから") % {"first": first}
    return _("%(first)sから%(last)sまで") % {"first": first, "last": format_date(valid_until, language)}


def procedures_in_words(procedures: tuple[str, ...], language: str) -> list[str]:
    """Titles of the procedures; an id nobody knows any more stays an id."""
    if not procedures:
        return [_("すべての手続")]
    names = queries.procedure_names(language)
    return [names.get(one, one) for one in procedures]


def _line(one: Mandate, language: str) -> dict[str, object]:
    states = {
        "asked": (_("承諾を待っています"), "todo"), "active": (_("有効"), "done"),
        "ended": (_("終わりました"), "neutral"), "refused": (_("断られました"), "neutral"),
    }  # fmt: skip
    words, tone = states[one.state]
    return {
        "one": one, "state": words, "tone": tone, "procedures": procedures_in_words(one.procedures, language),
        "period": period(one.valid_from, one.valid_until, language),
        "until": format_date(one.code_until.astimezone(clock.TOKYO).date(), language) if one.code_until else "",
    }  # fmt: skip


def _crumbs(request: SignedInRequest, *, inside: bool = True) -> list[tuple[str, str]]:
    found = [(label("word.my_page"), path_in(request.LANGUAGE_CODE, "/my/"))]
    return [*found, (_("代理の設定"), reverse("eng_accounts_representation:overview"))] if inside else found


@access(audience="resident")
def overview(request: SignedInRequest) -> HttpResponse:
    """A5: what I gave, what I was given."""
    representation.note_seen(actor=request.actor)
    account_id = request.signed_in.account_id
    given = queries.mandates_given(account_id=account_id, addressee_no=request.addressee_no)
    held = queries.mandates_held(account_id=account_id)
    done = {
        "given": _("代理を頼みました。番号を代理人に伝えてください。"), "accepted": _("代理を引き受けました。"),
        "refused": _("代理を断りました。"), "ended": _("代理を終わらせました。"),
    }.get(request.GET.get("done", ""))  # fmt: skip
    context = {
        "title": _("代理の設定"), "breadcrumb": _crumbs(request, inside=False), "linked": bool(request.addressee_no),
        "given": [_line(one, request.LANGUAGE_CODE) for one in given],
        "held": [_line(one, request.LANGUAGE_CODE) for one in held],
        "notices": [{"tone": "done", "title": "", "text": done}] if done else [],
        "accept_address": request.build_absolute_uri(reverse("eng_accounts_representation:accept")),
    }  # fmt: skip
    return render(request, "eng_accounts/representation.html", context)


def _done(what: str) -> HttpResponse:
    return redirect(f"{reverse('eng_accounts_representation:overview')}?done={what}")


def _give_fields(request: SignedInRequest) -> list[FormField]:
    names = queries.procedure_names(request.LANGUAGE_CODE)
    whole = Option(ALL, _("すべての手続"))
    return [
        FormField(
            name="principal_name", label=_("あなたの氏名"), value=request.signed_in.name, autocomplete="name",
            hint=_("代理人に見せます。住所や連絡先は見せません。"),
        ),
        FormField(name="agent_name", label=_("代理人の氏名"), hint=_("あなたの代わりに申請する人です。")),
        FormField(
            name="procedures", kind="checkboxes", label=_("頼む手続"), value=[] if names else [ALL],
            options=(whole, *(Option(key, words) for key, words in names.items())),
        ),
        FormField(name="valid_from", kind="date", label=_("いつから"), value=parts_of(clock.today())),
        FormField(name="valid_until", kind="date", label=_("いつまで"), hint=_("3年先まで選べます。")),
        FormField(name="request_key", kind="hidden", label="", value=str(uuid4()), required=False),
    ]  # fmt: skip


def read_days(data: Mapping[str, str], *names: str) -> tuple[dict[str, date | None], dict[str, FieldError]]:
    """Dates as entered, and what is wrong with those that are none."""
    found: dict[str, date | None] = {}
    wrong: dict[str, FieldError] = {}
    for name in names:
        try:
            found[name] = read_date(parts_from(data, name))
        except Invalid as problem:
            wrong[name] = next(iter(problem.fields.values()))
            found[name] = None
    return found, wrong


def read_key(text: str) -> UUID:
    """The form's own key; a fresh one where the browser sent none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def entered(data: Mapping[str, str], names: tuple[str, ...], days: tuple[str, ...]) -> dict[str, object]:
    """What was typed, to be shown again."""
    texts: dict[str, object] = {name: data.get(name, "") for name in names}
    return {**texts, **{name: parts_from(data, name) for name in days}}


@access(audience="resident", methods=("GET", "POST"))
def give(request: SignedInRequest) -> HttpResponse:
    """A2: let somebody act for me."""
    if not request.addressee_no:
        return _give_page(request, _give_fields(request), 200)
    kept = stash.take(request) if request.method == "GET" else None
    if request.method != "POST" and kept is None:
        return _give_page(request, _give_fields(request), 200)
    data = kept or request.POST
    fields = with_values(_give_fields(request), _given(data))
    if kept is not None:
        return _give_page(request, fields, 200)
    days, wrong = read_days(request.POST, "valid_from", "valid_until")
    chosen = request.POST.getlist("procedures")
    known = queries.procedure_names(request.LANGUAGE_CODE)
    if not chosen or not all(one == ALL or one in known for one in chosen):
        wrong["procedures"] = FieldError("field.required")
    try:
        if wrong:
            raise Invalid(fields=wrong)
        actions.grant_mandate(
            actor=request.actor, principal_name=request.POST.get("principal_name", ""),
            agent_name=request.POST.get("agent_name", ""), procedures=() if ALL in chosen else chosen,
            valid_from=days["valid_from"], valid_until=days["valid_until"],
            request_key=read_key(request.POST.get("request_key", "")),
        )  # fmt: skip
    except Invalid as problem:
        return _give_page(request, with_values(fields, _given(request.POST), problem.fields), 422)
    except Conflict as problem:
        return _give_page(request, fields, 409, problem.code)
    return _done("given")


def _given(data: Mapping[str, str]) -> dict[str, object]:
    values = entered(data, ("principal_name", "agent_name", "request_key"), ("valid_from", "valid_until"))
    chosen = data.getlist("procedures") if hasattr(data, "getlist") else []
    return {**values, "procedures": chosen}


def _give_page(request: SignedInRequest, fields: list[FormField], status: int, problem: str = "") -> HttpResponse:
    context = {
        "title": _("代理を頼む"), "breadcrumb": _crumbs(request), "fields": fields, "errors": errors_for(fields),
        "linked": bool(request.addressee_no), "problem": message(problem) if problem in PROBLEMS else "",
    }  # fmt: skip
    return render(request, "eng_accounts/representation_give.html", context, status=status)


@access(audience="resident", methods=("GET", "POST"))
def accept(request: SignedInRequest) -> HttpResponse:
    """A2, then A3: the code, then whose mandate it is and for what; accept or decline."""
    code = request.POST.get("code", "")[:40]
    act = request.POST.get("act", "")
    if request.method != "POST":
        return _code_page(request, "", None, 200)
    try:
        if act == "accept":
            actions.accept_mandate(actor=request.actor, code=code)
            return _done("accepted")
        if act == "refuse":
            actions.refuse_mandate(actor=request.actor, code=code)
            return _done("refused")
        offer = representation.offered_mandate(actor=request.actor, code=code)
    except Invalid as problem:
        return _code_page(request, code, problem.fields.get("code"), 422)
    except Conflict as problem:
        return _code_page(request, code, message(problem.code), 409)
    context = {
        "title": _("代理を引き受ける"), "breadcrumb": _crumbs(request), "offer": offer, "code": code,
        "procedures": procedures_in_words(offer.procedures, request.LANGUAGE_CODE),
        "period": period(offer.valid_from, offer.valid_until, request.LANGUAGE_CODE),
    }  # fmt: skip
    return render(request, "eng_accounts/representation_offer.html", context)


def _code_page(request: SignedInRequest, code: str, error: FieldError | str | None, status: int) -> HttpResponse:
    field = FormField(
        name="code", label=_("代理の番号"), value=code, error=error, size=16, autocomplete="off",
        hint=_("頼んだ人か区から受け取った12文字の番号です。"),
    )  # fmt: skip
    context = {
        "title": _("代理を引き受ける"), "breadcrumb": _crumbs(request), "fields": [field],
        "errors": errors_for([field]),
    }  # fmt: skip
    return render(request, "eng_accounts/representation_accept.html", context, status=status)


@access(audience="resident", methods=("GET", "POST"))
def end(request: SignedInRequest, representation_id: UUID) -> HttpResponse:
    """A3: end it, from either side."""
    found = queries.mandate(representation_id)
    if found is None:
        raise NotFound
    if request.method == "POST" or not found.is_open:
        actions.end_mandate(actor=request.actor, representation_id=representation_id)
        return _done("ended")
    context = {
        "title": _("代理を終わらせる"), "breadcrumb": _crumbs(request),
        "line": _line(found, request.LANGUAGE_CODE), "mine": found.agent_account_id == request.actor.account_id,
    }  # fmt: skip
    return render(request, "eng_accounts/representation_end.html", context)
