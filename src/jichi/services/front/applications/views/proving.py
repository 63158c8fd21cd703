"""Between the last look and sending: the applicant's signature, and the second person's confirmation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, errors_for, with_values
from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import Unconfirmed, Unsigned
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, JichiError, NotFound
from jichi.kernel.localized import pick

from ..telling import answer_facts
from .counting import noted

DECLARED = "declared"
"""Session key: draft → ids of the declarations agreed to on its check page."""


def remember_declared(request: SignedInRequest, draft_id: UUID, declared: Collection[str]) -> None:
    """Keep what was agreed to while the applicant signs or waits for somebody; the last five drafts."""
    kept = dict(request.session.get(DECLARED, {}))
    kept.pop(str(draft_id), None)
    request.session[DECLARED] = dict([*kept.items(), (str(draft_id), sorted(declared))][-5:])


def declared_before(request: SignedInRequest, draft_id: UUID) -> tuple[str, ...]:
    """What was agreed to on the check page in this session."""
    return tuple(request.session.get(DECLARED, {}).get(str(draft_id), ()))


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still missing: "signature", "second" or "" (nothing); and the hash of the content it is about."""

    what: str
    content_hash: str = ""


def _missing(request: SignedInRequest, view: queries.DraftView) -> Missing | None:
    """None where the draft can't be sent for another reason: back to the check page, which says it."""
    try:
        forms.prepare_seal(
            actor=request.actor, draft_id=view.id, declared=declared_before(request, view.id),
            applicant_no=request.addressee_no,
        )  # fmt: skip
    except Unsigned as missing:
        return Missing("signature", missing.content_hash)
    except Unconfirmed as missing:
        return Missing("second", missing.content_hash)
    except JichiError:
        return None
    return Missing("")


def _page(request: SignedInRequest, view: queries.DraftView, more: Mapping[str, object]) -> dict[str, object]:
    language = request.LANGUAGE_CODE
    return {
        "procedure": pick(view.definition.title, language).text, "draft_id": view.id, "revision": view.revision,
        "declared": declared_before(request, view.id), "definition": view.definition,
        "back": reverse("front_applications:check", args=[view.id]),
        "help": accounts.office_contact(view.division_id, language), **more,
    }  # fmt: skip


@access(audience="resident", methods=("GET", "POST"))
def sign(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A2: why a signature is needed, and on to the card; coming back, the button that sends."""
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    missing = _missing(request, view)
    if missing is None or view.definition.signature is None:
        return redirect("front_applications:check", draft_id=draft_id)
    if missing.what == "second":
        return redirect("front_applications:second", draft_id=draft_id)
    noted(request, view, ":sign", "saved" if request.method == "POST" else "")
    notice = ""
    if request.method == "POST" and missing.what:
        title = pick(view.definition.title, request.LANGUAGE_CODE).text
        try:
            asked = account_actions.request_signature(
                actor=request.actor, content_hash=missing.content_hash, about=title, language=request.LANGUAGE_CODE,
                target=request.path,
            )  # fmt: skip
            return redirect(asked.url)
        except JichiError as refused:
            if refused.code != "sign.off":
                raise
            notice = _("いまは、オンラインで署名できません。入力した内容は残っています。ほかの方法で申請できます。")
    context = _page(request, view, {
        "title": _("署名"), "signed": not missing.what,
        "notices": [{"tone": "todo", "title": "", "text": notice}] if notice else [],
    })  # fmt: skip
    return render(request, "front_applications/sign.html", context, status=409 if notice else 200)


@access(audience="resident", methods=("GET", "POST"), guests=True)
def second(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A2: who the second person is; then the code to tell them, and waiting."""
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    missing = _missing(request, view)
    if missing is None or view.definition.second_person is None:
        return redirect("front_applications:check", draft_id=draft_id)
    if missing.what == "signature":
        return redirect("front_applications:sign", draft_id=draft_id)
    noted(request, view, ":second")
    asked = queries.confirmation_of(draft_id)
    if asked is not None and (asked.content_hash != missing.content_hash or asked.expires_at <= clock.now()):
        asked = None
    problem: Invalid | None = None
    if request.method == "POST" and missing.what:
        try:
            forms.ask_confirmation(
                actor=request.actor, draft_id=draft_id, content_hash=missing.content_hash,
                name=request.POST.get("name", ""), email=request.POST.get("email", ""),
            )  # fmt: skip
            return redirect("front_applications:second", draft_id=draft_id)
        except Invalid as invalid:
            problem = invalid
    return _second_page(request, view, missing, asked, problem)


def _second_page(
    request: SignedInRequest, view: queries.DraftView, missing: Missing, asked: queries.AskedConfirmation | None,
    problem: Invalid | None,
) -> HttpResponse:  # fmt: skip
    fields = with_values(
        [
            FormField(name="name", label=_("確認する方の氏名"), autocomplete="off"),
            FormField(name="email", kind="email", label=_("確認する方のメールアドレス"), autocomplete="off"),
        ],
        {name: request.POST.get(name, "") for name in ("name", "email")},
        problem.fields if problem else {},
    )
    until = format_date(asked.expires_at.astimezone(clock.TOKYO).date(), request.LANGUAGE_CODE, "long") if asked else ""
    context = _page(request, view, {
        "title": _("もう1人の方の確認"), "confirmed": not missing.what, "asked": asked if missing.what else None,
        "until": until, "refused": asked is not None and asked.state == "refused" and bool(missing.what),
        "fields": fields, "errors": errors_for(fields) if problem else [],
    })  # fmt: skip
    return render(request, "front_applications/second.html", context, status=422 if problem else 200)


# -- the second person's own page -----------------------------------------------------------------


@access(audience="public", methods=("GET", "POST"))
def confirm(request: SignedInRequest, token: str) -> HttpResponse:
    """A2, A3: the code that the applicant told, then what is to be confirmed, word for word, and the answer.

    The link alone shows nothing: it may have gone to a wrong address.
    """
    language = request.LANGUAGE_CODE
    try:
        _request_id, view = queries.asked_by(token)
    except Conflict as over:
        gone = {"title": _("このリンクは使えません"), "code": over.code}
        return render(request, "front_applications/confirm_over.html", gone, status=409)
    if view.definition.second_person is None:
        raise NotFound
    error: FieldError | None = None
    opened, code = False, request.POST.get("code", "").strip()
    if request.method == "POST":
        agrees = next((name == "agree" for name in ("agree", "refuse") if name in request.POST), None)
        opened = forms.answer_confirmation(actor=request.actor, token=token, code=code, agrees=agrees)
        if opened and agrees is not None:
            done = {"title": _("回答を受け取りました"), "own_heading": True, "agrees": agrees}
            return render(request, "front_applications/confirm_done.html", done)
        error = None if opened else FieldError("confirmation.code")
    field = FormField(
        name="code", kind="code", label=_("確認の番号"), hint=_("頼んだ方に聞いた6けたの数字"), error=error,
        autocomplete="off",
    )  # fmt: skip
    context: dict[str, object] = {
        "title": _("申請の内容の確認"), "fields": [field], "errors": errors_for([field]) if error else [],
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    if opened:
        context |= {
            "procedure": pick(view.definition.title, language).text, "second": view.definition.second_person,
            "answers": answer_facts(view, {}, language, change=False), "code": code,
        }  # fmt: skip
    return render(request, "front_applications/confirm.html", context, status=422 if error else 200)
