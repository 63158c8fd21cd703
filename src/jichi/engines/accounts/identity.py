"""本人確認: a way to a provider and back, and what it proves of an account. A door of this room for its own views.

A flow works once, in the browser that began it. One identity belongs to one account; connecting the two needs
both proofs: the provider's, and a session that knows the mail address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Unavailable

from . import oidc, peers
from .errors import NotIdentified
from .events import IdentityEnded, IdentityProved, ProvedClaims
from .models import Account, Identity, IdentityFlow, PersonLink
from .rules import Level

FLOW_MINUTES: Final = 15
SYSTEM: Final = system_actor("identification", purpose="identity_check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A way to the provider that has come back: what it was for."""

    provider: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    account_id: UUID | None
    wanted: str
    target: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a provider proved just now."""

    provider: str
    subject: str = field(repr=False)
    level: Level
    claims: ProvedClaims


def redirect_uri(name: str = "eng_accounts:identity_callback", arguments: Sequence[object] = ()) -> str:
    """Our address as providers know it: one, whatever the language of the page."""
    with translation.override("ja"):
        return f"{settings.JICHI_ORIGIN}{reverse(name, args=arguments)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def begin(*, actor: Actor, provider: str, wanted: str, target: str, language: str, browser: str) -> str:
    """Keep what the answer must fit, and give the address to send the browser to.

    Personal claims are asked for only while the account is not linked with the register.

    Args:
        browser: a secret of this browser's session.

    Raises:
        NotIdentified: "identify.off". Unavailable: "identify.down".
    """
    found = peers.provider(provider)
    if found is None or actor.kind not in {"anonymous", "resident"}:
        raise NotIdentified("identify.off")
    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    linked = (
        actor.account_id is not None and PersonLink.objects.filter(account_id=actor.account_id, state="active").exists()
    )
    scope = "openid" if linked and provider == "identity" else found.scope
    try:
        url = oidc.authorize_url(
            found, redirect_uri=redirect_uri(), state=state, nonce=nonce, verifier=verifier, scope=scope,
            language=language,
        )  # fmt: skip
    except Unavailable as error:
        raise Unavailable("identify.down") from error
    with unit(SYSTEM):
        IdentityFlow.objects.create(
            provider=provider, state_hash=_hash(state), browser_hash=_hash(browser), nonce=nonce, verifier=verifier,
            account_id=actor.account_id, wanted=wanted, target=target, language=language, created_at=clock.now(),
        )  # fmt: skip
    return url


def take_flow(*, state: str, browser: str) -> Flow | None:
    """The flow this state belongs to, once; None when it is used, old, unknown or another browser's."""
    with unit(SYSTEM):
        row = IdentityFlow.objects.select_for_update().filter(state_hash=_hash(state)).first()
        if row is None or row.used_at or row.created_at < clock.now() - timedelta(minutes=FLOW_MINUTES):
            return None
        if not hmac.compare_digest(row.browser_hash, _hash(browser)):
            return None
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        return Flow(
            provider=row.provider, nonce=row.nonce, verifier=row.verifier, account_id=row.account_id,
            wanted=row.wanted, target=row.target, language=row.language,
        )  # fmt: skip


def prove(*, actor: Actor, flow: Flow, answer: Mapping[str, str]) -> Proof:
    """What the provider's answer proves.

    Args:
        answer: the parameters it came back with.

    Raises:
        NotIdentified: "identify.cancelled", "identify.off" or "identify.failed"; recorded.
        Unavailable: "identify.down".
    """
    try:
        return _prove(flow, answer)
    except NotIdentified as problem:
        audit.record(
            actor=actor, action="identify_failed", table="eng_accounts_identity", object_id="",
            subject=str(actor.account_id or ""), detail={"provider": flow.provider, "problem": problem.code},
        )  # fmt: skip
        raise
    except Unavailable as error:
        raise Unavailable("identify.down") from error


def _prove(flow: Flow, answer: Mapping[str, str]) -> Proof:
    provider = peers.provider(flow.provider)
    if provider is None:
        raise NotIdentified("identify.off")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise NotIdentified
    if answer.get("error"):
        stopped = answer["error"] in {"access_denied", "interaction_required", "login_required"}
        raise NotIdentified("identify.cancelled" if stopped else "identify.failed")
    id_token, access_token = oidc.exchange(
        provider, code=answer.get("code", ""), verifier=flow.verifier, redirect_uri=redirect_uri()
    )
    claims = oidc.checked_id_token(provider, id_token, nonce=flow.nonce, access_token=access_token)
    level = provider.levels.get(str(claims.get("acr", "")), provider.level)
    if provider.scope.strip() != "openid":
        claims = {**claims, **oidc.userinfo(provider, access_token=access_token, subject=claims["sub"])}
    return Proof(
        provider=flow.provider, subject=claims["sub"], level=level, claims=oidc.proved_claims(provider, claims)
    )


def settle(*, actor: Actor, proof: Proof) -> UUID | None:
    """Whose account the proof opens or strengthens; None: nobody's yet, and nobody is signed in to connect it with.

    Signed in, an identity that is new here becomes this account's (and `IdentityProved` is announced, once).

    Raises:
        NotIdentified: "identify.other_account" when it is another account's, "identify.other_card" when this
            account has another identity of the provider, "identify.failed" for officials: they have a login of
            their own. Nothing is changed.
    """
    if actor.kind not in {"anonymous", "resident"}:
        raise NotIdentified
    with unit(SYSTEM):
        row = _owner(proof)
        if actor.account_id is None:
            if row is None:
                return None
            owner = Account.objects.filter(pk=row.account_id, is_active=True).values_list("pk", flat=True).first()
            if owner is None:
                raise NotIdentified
            _note(owner, proof, "sign_in")
            return owner
        if row is not None:
            if row.account_id != actor.account_id:
                raise NotIdentified("identify.other_account")
            _note(actor.account_id, proof, "identify")
            return actor.account_id
        _connect(actor.account_id, proof)
        return actor.account_id


def _owner(proof: Proof) -> Identity | None:
    return Identity.objects.filter(provider=proof.provider, subject=proof.subject, ended_at=None).first()


def _connect(account_id: UUID, proof: Proof) -> None:
    try:
        with transaction.atomic():
            Identity.objects.create(
                account_id=account_id, provider=proof.provider, subject=proof.subject, level=proof.level,
                linked_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        owner = _owner(proof)
        if owner is not None and owner.account_id == account_id:  # two tabs of one person
            return
        raise NotIdentified("identify.other_account" if owner else "identify.other_card") from error
    _note(account_id, proof, "identify")
    announce(IdentityProved(account_id=account_id, provider=proof.provider, level=proof.level, claims=proof.claims))


def _note(account_id: UUID, proof: Proof, action: str) -> None:
    audit.record(
        actor=SYSTEM, action=action, table="eng_accounts_account", object_id=str(account_id), subject=str(account_id),
        detail={"provider": proof.provider, "level": proof.level},
    )  # fmt: skip


def subject_at(*, account_id: UUID, provider: str) -> str:
    """The provider's name for this account's person; "" when they are not connected."""
    found = Identity.objects.filter(account_id=account_id, provider=provider, ended_at=None)
    return found.values_list("subject", flat=True).first() or ""


def end_identity(*, actor: Actor, account_id: UUID, provider: str, reason: str) -> None:
    """Take an outside identity off an account: a new card, a mistake. Twice is once; its sessions stay as they are.

    Raises:
        Forbidden: neither the system nor an official who decides about links.
    """
    from .linking import require_decider  # that module needs `actions`, which offers this

    require_decider(actor)
    _end(actor, account_id, provider, reason)


def end_own_identity(*, actor: Actor, provider: str) -> None:
    """A resident takes an outside identity off their own login; a message says so. Twice is once.

    The page asks for that identity once more: whoever has only the mailbox never makes room for a card of their own.

    Raises:
        Forbidden: not a resident.
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    _end(actor, actor.account_id, provider, "")


def _end(actor: Actor, account_id: UUID, provider: str, reason: str) -> None:
    with unit(SYSTEM):
        standing = Identity.objects.filter(account_id=account_id, provider=provider, ended_at=None)
        if standing.update(ended_at=clock.now()):
            announce(IdentityEnded(account_id=account_id, provider=provider))
    audit.record(
        actor=actor, action="identity_ended", table="eng_accounts_identity", object_id=str(account_id),
        subject=str(account_id), detail={"provider": provider, "reason": reason[:500]},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Connected:
    """An outside identity of a login, without the provider's name for the person."""

    provider: str
    level: str
    linked_at: datetime


def identities_of(*, account_id: UUID) -> tuple[Connected, ...]:
    """What a login is connected with, oldest first; one statement."""
    found = Identity.objects.filter(account_id=account_id, ended_at=None).order_by("linked_at")
    return tuple(Connected(*row) for row in found.values_list("provider", "level", "linked_at"))


def actor_of(account_id: UUID) -> Actor:
    """A resident who has just proved who they are, before the next request knows them."""
    return Actor(kind="resident", account_id=account_id, purpose="identity_check")


def logout_url(provider: peers.Provider) -> str:
    """Where the provider's own session ends; "" when it offers none or does not answer."""
    try:
        address = oidc.discovery(provider).get("end_session_endpoint")
    except Unavailable:
        return ""
    return address if isinstance(address, str) and peers.origin_of(address) in provider.origins else ""
