"""代理 at the desk: who represents whom, registering it from paper, ending it. Pages of officials."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.dates import parts_of
from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.parts import Fact
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import unit
from jichi.engines.files import actions as files
from jichi.engines.files import queries as stored
from jichi.engines.files.views import download_response
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from . import actions, queries
from .access import SignedInRequest, access
from .mandates import Mandate
from .representation import REGISTER
from .representation_views import entered, period, procedures_in_words, read_days, read_key

KINDS: Final = {"guardian": "法定代理人・後見人", "agent": "代理人(委任状)", "officer": "団体の役員"}
STATES: Final = {
    "asked": ("承諾待ち", "todo"), "active": ("有効", "done"), "ended": ("終了", "neutral"),
    "refused": ("辞退", "neutral"),
}  # fmt: skip
TITLE: Final = "代理の登録"
PURPOSE: Final = "accounts.representation"
_TEXTS: Final = (
    "kind", "principal_no", "principal_name", "agent_name", "agent_no", "basis", "scope", "request_key",
)  # fmt: skip


@access(audience="staff", permission=REGISTER)
def found(request: SignedInRequest) -> HttpResponse:
    """A6: all representation of one principal, by number."""
    number = request.GET.get("number", "").strip()[:20]
    rows = queries.mandates_of(number) if number else ()
    if number:
        audit.record(
            actor=request.actor, action="search", table="eng_accounts_representation", object_id="", subject=number
        )
    context = {
        "title": TITLE, "number": number, "rows": [_row(one) for one in rows],
        "fields": [FormField(name="number", label="本人の宛名番号か団体番号", value=number, size=12, show_mark=False)],
    }  # fmt: skip
    return render(request, "eng_accounts/desk_representations.html", context)


def _row(one: Mandate) -> dict[str, object]:
    words, tone = STATES[one.state]
    return {"one": one, "kind": KINDS[one.kind], "state": words, "tone": tone,
            "period": period(one.valid_from, one.valid_until, "ja")}  # fmt: skip


def _fields() -> list[FormField]:
    names = queries.procedure_names("ja")
    return [
        FormField(name="kind", kind="radio", label="種類", value="guardian",
                  options=tuple(Option(key, words) for key, words in KINDS.items())),
        FormField(name="principal_no", label="本人の宛名番号(団体は団体番号)", size=12),
        FormField(name="principal_name", label="本人の氏名(団体は名称)"),
        FormField(name="agent_name", label="代理人の氏名"),
        FormField(name="agent_no", label="代理人の宛名番号", size=12, required=False,
                  hint="本人確認の済んだログインがあれば、すぐに有効になります。ないときは、代理人に渡す番号を作ります。"),
        FormField(name="scope", kind="select", label="手続", value="",
                  options=(Option("", "すべての手続"), *(Option(key, words) for key, words in names.items())),
                  required=False),
        FormField(name="valid_from", kind="date", label="いつから", value=parts_of(clock.today())),
        FormField(name="valid_until", kind="date", label="いつまで", required=False,
                  hint="終わりの決まりがなければ空欄"),
        FormField(name="basis", label="確かめた書類", hint="戸籍全部事項証明書、登記事項証明書、委任状など"),
        FormField(name="paper", kind="file", label="書類の写し", accept="application/pdf,image/*", required=False),
        FormField(name="request_key", kind="hidden", label="", value=str(uuid4()), required=False),
    ]  # fmt: skip


@access(audience="staff", permission=REGISTER, methods=("GET", "POST"))
def register(request: SignedInRequest) -> HttpResponse:
    """A2: register representation from paper."""
    if request.method != "POST":
        return _form(request, _fields(), 200)
    values = entered(request.POST, _TEXTS, ("valid_from", "valid_until"))
    days, wrong = read_days(request.POST, "valid_from", "valid_until")
    text = {name: request.POST.get(name, "").strip() for name in _TEXTS}
    upload = request.FILES.get("paper")
    try:
        if wrong:
            raise Invalid(fields=wrong)
        if text["scope"] and text["scope"] not in queries.procedure_names("ja"):
            raise Invalid(fields={"scope": FieldError("field.required")})
        with unit(request.actor):  # the paper and the entry, or neither
            kept = files.store_upload(actor=request.actor, upload=upload, purpose=PURPOSE) if upload else None
            made = actions.register_representation(
                actor=request.actor, kind=text["kind"], principal_no=text["principal_no"],
                principal_name=text["principal_name"], agent_name=text["agent_name"], agent_no=text["agent_no"],
                procedures=(text["scope"],) if text["scope"] else (), valid_from=days["valid_from"],
                valid_until=days["valid_until"], basis=text["basis"], request_key=read_key(text["request_key"]),
                document_id=kept.pk if kept else None,
            )  # fmt: skip
    except Conflict as problem:
        return _form(request, with_values(_fields(), values), 409, message(problem.code, "ja"))
    except Invalid as problem:
        errors = dict(problem.fields) or {"paper": FieldError(problem.code, problem.params)}
        return _form(request, with_values(_fields(), values, errors), 422)
    return redirect("eng_accounts_representation_desk:one", representation_id=made.id)


def _form(request: SignedInRequest, fields: list[FormField], status: int, problem: str = "") -> HttpResponse:
    context = {
        "title": "代理を登録する", "fields": fields, "problem": problem, "errors": errors_for(fields),
        "breadcrumb": [(TITLE, reverse("eng_accounts_representation_desk:found"))],
    }  # fmt: skip
    return render(request, "eng_accounts/desk_register.html", context, status=status)


def _mandate(representation_id: UUID) -> Mandate:
    one_found = queries.mandate(representation_id)
    if one_found is None:
        raise NotFound
    return one_found


@access(audience="staff", permission=REGISTER, methods=("GET", "POST"))
def one(request: SignedInRequest, representation_id: UUID) -> HttpResponse:
    """A7: one representation, with the code to hand over while it waits; end it with a reason."""
    shown = _mandate(representation_id)
    reason = FormField(name="reason", kind="textarea", rows=2, label="終わらせる理由", required=True)
    if request.method == "POST":
        try:
            actions.end_mandate(
                actor=request.actor, representation_id=representation_id, reason=request.POST.get("reason", "")
            )
            return redirect("eng_accounts_representation_desk:one", representation_id=representation_id)
        except Invalid as problem:
            reason = reason.with_error(problem.fields["reason"])
    words, tone = STATES[shown.state]
    context = {
        "title": f"{shown.principal_name} の代理", "one": shown, "state": words, "tone": tone, "fields": [reason],
        "errors": errors_for([reason]), "facts": _facts(shown),
        "breadcrumb": [
            (TITLE, reverse("eng_accounts_representation_desk:found")),
            (
                shown.principal_no,
                f"{reverse('eng_accounts_representation_desk:found')}?{urlencode({'number': shown.principal_no})}",
            ),
        ],
    }  # fmt: skip
    return render(request, "eng_accounts/desk_representation.html", context, status=422 if reason.error else 200)


def _facts(shown: Mandate) -> list[Fact]:
    found_facts = [
        Fact(label="種類", value=KINDS[shown.kind]),
        Fact(label="本人", value=f"{shown.principal_name}({shown.principal_no})", name=True),
        Fact(label="代理人", value=shown.agent_name, name=True),
        Fact(label="手続", value=procedures_in_words(shown.procedures, "ja")),
        Fact(label="期間", value=period(shown.valid_from, shown.valid_until, "ja")),
        Fact(label="確かめた書類", value=shown.basis or "なし(本人がオンラインで頼んだもの)"),
    ]
    return [*found_facts, Fact(label="終わった理由", value=shown.end_reason)] if shown.end_reason else found_facts


@access(audience="staff", permission=REGISTER)
def paper(request: SignedInRequest, representation_id: UUID) -> HttpResponseBase:
    """The stored paper; looking at it is recorded."""
    shown = _mandate(representation_id)
    if shown.document_id is None:
        raise NotFound
    audit.record_look(
        actor=request.actor, table="eng_accounts_representation", object_id=str(shown.id), subject=shown.principal_no
    )
    return download_response(stored.get_file(shown.document_id), inline=False)
