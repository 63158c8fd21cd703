"""Linking one's login with the register: who I am, then the code from the letter.

Whether the register knows such a person is told by no word, state or count on these pages.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jichi.design.dates import DateParts, parts_from, read_date
from jichi.design.fields import FormField, errors_for, with_values
from jichi.design.labels import label
from jichi.engines.accounts import linking as requests
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts import stash
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.linking import LinkRequestInfo
from jichi.engines.inbox import actions as inbox
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import path_in
from jichi.kernel.numbers import format_postcode

from .. import linking

RESULT = "link_answer"
"""Session key: what became of the code that was just entered."""


@access(audience="resident", methods=("GET", "POST"))
def link(request: SignedInRequest) -> HttpResponse:
    """A2: link this login with one's own entry in the register; each state has its page at this address."""
    waiting = requests.own_request(request.signed_in.account_id)
    if waiting is not None and request.method == "GET":
        inbox.mark_read(actor=request.actor, subject_key=linking.subject_key(waiting.id))
    if request.addressee_no:
        return _linked_page(request)
    if waiting is not None and waiting.is_open:
        return _act(request, waiting) if request.method == "POST" else _waiting_page(request, waiting)
    if request.method == "POST" and request.POST.get("act", "ask") == "ask":
        return _ask(request)
    if request.method == "POST":  # pressed twice, or decided meanwhile
        return redirect("front_applications:link")
    kept = stash.take(request)
    values = {"kana": kept.get("kana", ""), "postcode": kept.get("postcode", "")} if kept else {}
    birth = parts_from({name: str(value) for name, value in kept.items()}, "birth_date") if kept else DateParts()
    return _form(request, {**values, "birth_date": birth}, {}, waiting)


def _fields() -> list[FormField]:
    return [
        FormField(
            name="kana", kind="kana", label=_("氏名のフリガナ"), size=30,
            hint=_("住民票やマイナンバーカードの氏名の読み方です。通称の読み方でもかまいません。"),
        ),
        FormField(name="birth_date", kind="date", label=_("生年月日")),
        FormField(name="postcode", kind="postcode", label=_("住民登録の住所の郵便番号"), size=8),
    ]  # fmt: skip


def _form(
    request: SignedInRequest,
    values: dict[str, object],
    errors: dict[str, FieldError],
    before: LinkRequestInfo | None = None,
) -> HttpResponse:
    fields = with_values(_fields(), values, errors)
    refused = before is not None and before.state == "refused"
    context = {
        "title": _("住民の記録との結び付け"), "fields": fields, "errors": errors_for(fields) if errors else [],
        "refused": before.reason if before is not None and refused else "", "help": _office(request),
        "breadcrumb": [(label("word.my_page"), path_in(request.LANGUAGE_CODE, "/my/"))],
    }  # fmt: skip
    return render(request, "front_applications/link.html", context, status=422 if errors else 200)


def _ask(request: SignedInRequest) -> HttpResponse:
    parts = parts_from(request.POST.dict(), "birth_date")
    kana, postcode = request.POST.get("kana", ""), request.POST.get("postcode", "")
    wrong: dict[str, FieldError] = {}
    birth = None
    try:
        birth = read_date(parts)
    except Invalid as error:
        wrong["birth_date"] = error.fields["date"]
    try:
        claim = linking.read_claim(kana=kana, birth_date=birth, postcode=postcode)
    except Invalid as error:
        wrong = {**error.fields, **wrong}
        return _form(request, {"kana": kana, "postcode": postcode, "birth_date": parts}, wrong)
    linking.ask_for_link(actor=request.actor, kana=claim[0], birth_date=claim[1], postcode=claim[2])
    return redirect("front_applications:link")


def _act(request: SignedInRequest, waiting: LinkRequestInfo) -> HttpResponse:
    """A press on the waiting page: the code, 手紙が届かない, or 申込みをやめる."""
    act = request.POST.get("act", "")
    if act == "withdraw":
        linking.withdraw_link(actor=request.actor)
    elif act == "lost":
        linking.letter_did_not_come(actor=request.actor)
        request.session[RESULT] = "lost"
    elif act == "code":
        typed = request.POST.get("code", "")[:40]
        if not typed.strip():
            return _waiting_page(request, waiting, error=FieldError("field.required"))
        try:
            answer = linking.enter_code(actor=request.actor, code=typed)
        except Conflict:  # decided meanwhile
            return redirect("front_applications:link")
        if answer == "wrong":
            return _waiting_page(request, waiting, error=_("番号が違います。手紙の番号を確かめてください。"))
        request.session[RESULT] = answer
    return redirect("front_applications:link")


def _waiting_page(
    request: SignedInRequest, waiting: LinkRequestInfo, *, error: FieldError | str | None = None
) -> HttpResponse:
    """The same for everybody who waits, whatever was found."""
    language = request.LANGUAGE_CODE
    field = FormField(
        name="code", kind="text", label=_("手紙に書いてある番号"), error=error, size=10, autocomplete="off",
        hint=_("8文字です。例: 7K3M-9QXZ"),
    )  # fmt: skip
    told = {
        "used_up": _("番号の入力が続けて違いました。担当課が確かめて、お知らせ箱でお知らせします。"),
        "lost": _("担当課が確かめて、お知らせ箱でお知らせします。"),
    }.get(request.session.pop(RESULT, ""), "")
    context = {
        "title": _("確認の手紙を待っています"), "fields": [field], "errors": errors_for([field]) if error else [],
        "notices": [{"tone": "info", "title": "", "text": told}] if told else [],
        "asked": [
            (_("氏名のフリガナ"), waiting.kana), (_("生年月日"), format_date(waiting.birth_date, language)),
            (_("郵便番号"), format_postcode(waiting.postcode)),
        ],
        "day": format_date(waiting.created_at.astimezone(clock.TOKYO).date(), language), "help": _office(request),
        "breadcrumb": [(label("word.my_page"), path_in(language, "/my/"))],
    }  # fmt: skip
    return render(request, "front_applications/link_waiting.html", context, status=422 if error else 200)


def _linked_page(request: SignedInRequest) -> HttpResponse:
    person = registry.resident(request.addressee_no)
    fresh = request.session.pop(RESULT, "") == "linked"
    context = {
        "title": _("住民の記録との結び付け"), "name": person.display_name if person else "", "fresh": fresh,
        "help": _office(request), "breadcrumb": [(label("word.my_page"), path_in(request.LANGUAGE_CODE, "/my/"))],
    }  # fmt: skip
    return render(request, "front_applications/link_done.html", context)


def _office(request: SignedInRequest) -> object:
    division = requests.deciding_division()
    return accounts.office_contact(division, request.LANGUAGE_CODE) if division else None
