"""Pages of signing a content: what will be signed, to the operator and back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.engines.audit.context import unit
from jichi.kernel.errors import NotFound, Unavailable
from jichi.kernel.localized import path_in

from . import peers, signing
from .access import SignedInRequest, access
from .errors import PROBLEMS, NotSigned
from .identity_views import safe_path, with_forms_to


def _asked(request: SignedInRequest, request_id: UUID) -> signing.Asked:
    with unit(request.actor):
        found = signing.asked(request_id)
    if found is None:
        raise NotFound
    return found


def _problem(request_id: UUID, code: str) -> HttpResponse:
    page = reverse("eng_accounts:sign", args=[request_id])
    return redirect(f"{page}?{urlencode({'problem': code})}")


@access(audience="resident", level="card", fresh=True, methods=("GET", "POST"))
def sign(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """A3: what will be signed. Sending it leads to the operator."""
    asked = _asked(request, request_id)
    target = safe_path(asked.target, path_in(request.LANGUAGE_CODE, "/"))
    if asked.state != "open":
        return redirect(target)
    if request.method == "POST":
        try:
            return redirect(signing.begin_signing(actor=request.actor, request_id=request_id))
        except (NotSigned, Unavailable) as problem:
            return _problem(request_id, problem.code)
    operator = peers.operator()
    code = request.GET.get("problem", "") if operator else "sign.off"
    context = {
        "title": _("電子署名"), "asked": asked, "back": target, "is_off": operator is None,
        "problem": message(code) if code in PROBLEMS and code.startswith("sign.") else "",
        "stand_in": operator is not None and operator.kind == "sandbox",
    }  # fmt: skip
    origins = (peers.origin_of(operator.url),) if operator else ()
    return with_forms_to(lambda given: render(given, "eng_accounts/sign.html", context), request, *origins)


@access(audience="resident")
def sign_back(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """Back from the operator: the result is fetched, verified and kept; then on to where it was asked for."""
    asked = _asked(request, request_id)
    with translation.override(asked.language):
        try:
            signing.finish_signing(actor=request.actor, request_id=request_id)
        except (NotSigned, Unavailable) as problem:
            return _problem(request_id, problem.code)
        return redirect(safe_path(asked.target, path_in(asked.language, "/")))
