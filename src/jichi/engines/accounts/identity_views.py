"""Pages of identification: why and how, to the provider and back, and what to do when it did not work."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from csp.decorators import csp_update
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.engines.audit.context import ANONYMOUS, Actor
from jichi.kernel import clock
from jichi.kernel.errors import Unavailable
from jichi.kernel.localized import path_in

from . import identity, peers, rules
from .access import SignedInRequest, access
from .errors import PROBLEMS, NotIdentified
from .events import ProvedClaims
from .identity import Flow, Proof
from .limits import limit
from .middleware import LEVEL, LEVEL_AT, PROVED_AT
from .models import Account
from .peers import Provider
from .sealing import seal, unseal
from .session_start import start_session

BROWSER: Final = "identity_browser"
PROOF: Final = "identity_proof"
PROVIDER: Final = "identity_provider"
KEPT: Final = (BROWSER, PROOF)
"""Keys of the session that outlive signing in: a second tab comes back, a proof waits for the mail address."""
PROOF_SECONDS: Final = 900
STARTS_AN_HOUR: Final = 60


def safe_path(path: str, fallback: str) -> str:
    """A path of this site, or the fallback."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else fallback


def with_forms_to(response_of: Any, request: HttpRequest, *origins: str) -> HttpResponse:
    """The page that `response_of(request)` makes, whose forms may lead to these origins."""
    if not origins:
        return cast("HttpResponse", response_of(request))
    return cast("HttpResponse", csp_update({"form-action": list(origins)})(response_of)(request))


def provider_buttons(wanted: str = "") -> list[dict[str, str]]:
    """What can be chosen: the provider's name here, and the words on its button."""
    words = {"identity": _("マイナンバーカードで確認する"), "gbizid": _("GビズIDで確認する")}
    return [{"name": one.name, "words": words[one.name]} for one in peers.offered(wanted)]


def origins_of(providers: tuple[Provider, ...]) -> list[str]:
    """Where forms of a page with these providers may lead."""
    return sorted({origin for one in providers for origin in one.origins})


def _known(request: SignedInRequest) -> Actor:
    """Who is signed in; a guest, who applies without a login, is nobody to a provider."""
    return ANONYMOUS.for_purpose(request.actor.purpose) if request.actor.level == "none" else request.actor


@access(audience="resident")
def identify(request: SignedInRequest) -> HttpResponse:
    """A2: why who you are must be surely known, what is read, what is kept, and the way without it."""
    wanted = request.GET.get("level", "")
    wanted = wanted if wanted in {"account", "card"} else "card"
    problem = request.GET.get("problem", "")
    offered = peers.offered(wanted)
    if not offered:
        problem = "identify.off"
    context = {
        "title": _("本人確認"), "wanted": wanted, "buttons": provider_buttons(wanted),
        "next": safe_path(request.GET.get("next", ""), path_in(request.LANGUAGE_CODE, "/")),
        "problem": message(problem) if problem in PROBLEMS and problem.startswith("identify.") else "",
        "is_other_account": problem == "identify.other_account",
        "reads": not request.addressee_no, "stand_in": any(one.kind == "sandbox" for one in offered),
    }  # fmt: skip
    return with_forms_to(
        lambda given: render(given, "eng_accounts/identify.html", context), request, *origins_of(offered)
    )


@access(audience="public")
def sign_in_card(request: SignedInRequest) -> HttpResponse:
    """A2: signing in with the card, or another outside identity."""
    offered = peers.offered()
    context = {
        "title": _("マイナンバーカードなどでログイン"), "buttons": provider_buttons(), "is_off": not offered,
        "next": safe_path(request.GET.get("next", ""), path_in(request.LANGUAGE_CODE, "/")),
        "stand_in": any(one.kind == "sandbox" for one in offered),
    }  # fmt: skip
    return with_forms_to(
        lambda given: render(given, "eng_accounts/sign_in_card.html", context), request, *origins_of(offered)
    )


@access(audience="public", methods=("POST",))
def identity_start(request: SignedInRequest) -> HttpResponse:
    """To the provider; from the page of identification, or from that of signing in."""
    limit(f"identify:{request.META.get('REMOTE_ADDR', '')}", tries=STARTS_AN_HOUR, seconds=3600)
    wanted = request.POST.get("level", "")
    target = safe_path(request.POST.get("next", ""), path_in(request.LANGUAGE_CODE, "/"))
    browser = request.session.get(BROWSER) or secrets.token_urlsafe(24)
    request.session[BROWSER] = browser
    try:
        url = identity.begin(
            actor=_known(request), provider=request.POST.get("provider", ""), target=target, browser=browser,
            wanted=wanted if wanted in {"account", "card"} else "", language=request.LANGUAGE_CODE,
        )  # fmt: skip
    except (NotIdentified, Unavailable) as problem:
        return _again(request, problem.code, target, wanted)
    return redirect(url)


def _again(request: SignedInRequest, problem: str, target: str, wanted: str) -> HttpResponse:
    """The page to begin again from, with what went wrong: that of identification, or of signing in."""
    page = "eng_accounts:identify" if _known(request).kind == "resident" else "eng_accounts:sign_in"
    query = urlencode({"next": target, "level": wanted or "card", "problem": problem})
    return redirect(f"{reverse(page)}?{query}")


@access(audience="public")
def identity_callback(request: SignedInRequest) -> HttpResponse:
    """Back from the provider. Always redirects, so that codes stay in no history and nothing is sent twice."""
    flow = identity.take_flow(state=request.GET.get("state", ""), browser=request.session.get(BROWSER, "-"))
    if flow is None:
        return _stale(request)
    with translation.override(flow.language):
        target = safe_path(flow.target, path_in(flow.language, "/"))
        if flow.account_id is not None and _known(request).account_id != flow.account_id:
            return _again(request, "identify.failed", target, flow.wanted)
        try:
            proof = identity.prove(actor=_known(request), flow=flow, answer=request.GET.dict())
            account_id = identity.settle(actor=_known(request), proof=proof)
        except (NotIdentified, Unavailable) as problem:
            return _again(request, problem.code, target, flow.wanted)
        if account_id is None:
            return _ask_for_mail(request, proof, target)
        return _let_in(request, flow, proof, account_id)


def _stale(request: SignedInRequest) -> HttpResponse:
    """An answer that was used, is too old, or began in another browser. Who is known surely enough just goes on."""
    if request.actor.kind == "resident" and rules.reaches(request.signed_in.level, "account"):
        return redirect(path_in(request.LANGUAGE_CODE, "/my/"))
    return _again(request, "identify.failed", path_in(request.LANGUAGE_CODE, "/"), "")


def _let_in(request: SignedInRequest, flow: Flow, proof: Proof, account_id: UUID) -> HttpResponse:
    """The session of the account the proof belongs to, with its new level; back to where it was asked for."""
    target = safe_path(flow.target, path_in(flow.language, "/"))
    if _known(request).account_id is None:
        account = Account.objects.get(pk=account_id)
        start_session(request, account, second_factor=False, level=proof.level, keep=KEPT)
        request.session.pop(PROOF, None)
        request.session[PROVIDER] = proof.provider
    else:
        raise_level(request, proof)
    if flow.wanted and not rules.reaches(proof.level, flow.wanted):
        return redirect(
            f"{reverse('eng_accounts:identify')}?"
            + urlencode({"next": target, "level": flow.wanted, "problem": "identify.too_low"})
        )
    return redirect(target)


def raise_level(request: HttpRequest, proof: Proof) -> None:
    """The same session, under a new id, knows its person more surely. It never becomes less sure."""
    now = int(clock.now().timestamp())
    before = request.session.get(LEVEL, "email")
    request.session.cycle_key()
    rotate_token(request)
    if rules.reaches(proof.level, before):
        request.session[LEVEL], request.session[LEVEL_AT] = proof.level, now
    request.session[PROVED_AT] = now
    request.session[PROVIDER] = proof.provider


def _ask_for_mail(request: SignedInRequest, proof: Proof, target: str) -> HttpResponse:
    """Nobody here has this identity yet: the mail address is the second proof, of the account to connect it with."""
    claims = asdict(proof.claims)
    claims["birth_date"] = proof.claims.birth_date.isoformat() if proof.claims.birth_date else ""
    told = {"provider": proof.provider, "subject": proof.subject, "level": proof.level, "claims": claims}
    request.session[PROOF] = {"sealed": seal(json.dumps(told)).decode(), "at": int(clock.now().timestamp())}
    return redirect(f"{reverse('eng_accounts:sign_in')}?{urlencode({'next': target, 'card': '1'})}")


def waiting_proof(request: HttpRequest) -> Proof | None:
    """The proof that waits for a mail address in this session; None when there is none, or it waited too long."""
    kept = request.session.get(PROOF)
    if not kept or clock.now().timestamp() - kept["at"] > PROOF_SECONDS:
        return None
    told = json.loads(unseal(kept["sealed"].encode()))
    born = told["claims"].pop("birth_date")
    claims = ProvedClaims(**told["claims"], birth_date=date.fromisoformat(born) if born else None)
    return Proof(provider=told["provider"], subject=told["subject"], level=told["level"], claims=claims)


def after_mail(request: HttpRequest, account: Account, target: str) -> HttpResponse | None:
    """The mail address is proved too: connect the waiting identity with this account. None: nothing more to say."""
    proof = waiting_proof(request)
    request.session.pop(PROOF, None)
    if proof is None or request.session.get(SESSION_KEY) != str(account.pk):
        return None
    actor = identity.actor_of(account.pk)
    try:
        identity.settle(actor=actor, proof=proof)
    except NotIdentified as problem:
        query = urlencode({"next": target, "level": proof.level, "problem": problem.code})
        return redirect(f"{reverse('eng_accounts:identify')}?{query}")
    raise_level(request, proof)
    return None


@access(audience="public")
def signed_out(request: HttpRequest) -> HttpResponse:
    """A4: signed out here; the provider's own session ends at the provider."""
    provider = peers.provider(request.GET.get("from", ""))
    url = identity.logout_url(provider) if provider else ""
    return render(request, "eng_accounts/signed_out.html", {"title": _("ログアウトしました"), "url": url})
