"""署名: a request to sign a content, its answer through the operator, and the evidence that is kept of it.

The signature is over the SHA-256 of the content, so a changed content needs a new one. Certificate, name and
birth date are looked at and dropped; kept are serial, a keyed digest of the subject, times, the operator's answer.
"""

from __future__ import annotations

import base64
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import jwt
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, NotFound, Unavailable

from . import certificates, identity, oidc, peers
from .errors import NotIdentified, NotSigned
from .events import ContentSigned
from .models import SignatureEvidence as Evidence
from .models import SigningRequest as Row
from .outside import call
from .peers import Operator

logger = logging.getLogger("jichi.identity")
HOURS: Final = 24
"""Hours within which a request may be answered."""
LONGEST: Final = 200
OK: Final = 200
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """A content waits to be signed: send the resident to `url`, a page of ours."""

    url: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvidence:
    """A signature that was verified when it was made."""

    content_hash: str
    account_id: UUID
    certificate_serial: str
    issuer: str
    subject_digest: str
    signed_at: datetime
    operator_answer: str
    operator_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as its page shows it."""

    id: UUID
    about: str
    target: str
    language: str
    state: str
    problem: str
    content_hash: str


def request_signature(
    *, actor: Actor, content_hash: str, about: str, language: str, target: str = "/"
) -> SigningRequest:
    """Ask a resident to sign a content; asked again for the same content, the open request is given again.

    Args:
        content_hash: SHA-256 of the content, 64 lower-case hexadecimal digits.
        about: what is signed, in the resident's language.
        target: the page to come back to, signed or not.

    Raises:
        Forbidden: not a resident. ValueError: no such hash. NotSigned: "sign.off" without an operator.
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    if not _HASH.fullmatch(content_hash):
        raise ValueError("a content is named by its SHA-256")
    if peers.operator() is None:
        raise NotSigned("sign.off")
    with unit(actor):
        newest = clock.now() - timedelta(hours=HOURS)
        row = Row.objects.filter(
            account_id=actor.account_id, content_hash=content_hash, target=target, state="open", created_at__gt=newest
        ).first() or Row.objects.create(
            account_id=actor.account_id, content_hash=content_hash, about=about[:LONGEST], target=target,
            language=language, created_at=clock.now(),
        )  # fmt: skip
        with translation.override(language):
            return SigningRequest(url=reverse("eng_accounts:sign", args=[row.pk]), id=row.pk)


def asked(request_id: UUID) -> Asked | None:
    """One's own request. One statement."""
    row = Row.objects.filter(pk=request_id).first()
    if row is None:
        return None
    return Asked(
        id=row.pk, about=row.about, target=row.target, language=row.language, state=row.state, problem=row.problem,
        content_hash=row.content_hash,
    )  # fmt: skip


def signature(content_hash: str, account_id: UUID) -> SignatureEvidence | None:
    """The evidence that this account signed just this content. One statement.

    Readable by who signed, the system and officials with "eng_accounts.signature.see".
    """
    row = Evidence.objects.filter(content_hash=content_hash, account_id=account_id).first()
    if row is None:
        return None
    return SignatureEvidence(
        content_hash=row.content_hash, account_id=row.account_id, certificate_serial=row.certificate_serial,
        issuer=row.issuer, subject_digest=row.subject_digest, signed_at=row.signed_at,
        operator_answer=row.operator_answer, operator_at=row.operator_at,
    )  # fmt: skip


def _ask(operator: Operator, path: str, claims: dict[str, Any]) -> bytes:
    """Ask the operator, signed by us. Raises Unavailable "sign.down", NotSigned when it refuses."""
    now = int(clock.now().timestamp())
    whole = {
        "iss": operator.client_id, "aud": operator.url, "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16),
        **claims,
    }  # fmt: skip
    headers = {"kid": operator.key_id} if operator.key_id else None
    token = jwt.encode(whole, operator.key, algorithm=operator.key_alg, headers=headers)
    try:
        answer = call(
            f"{operator.url}/{path}", data=token.encode(), headers={"Content-Type": "application/jwt"},
            proxy=operator.proxy,
        )  # fmt: skip
    except Unavailable as error:
        raise Unavailable("sign.down") from error
    if answer.status != OK:
        logger.warning("the signing operator refused %s: %d", path, answer.status)
        raise NotSigned
    return answer.body


def _operator() -> Operator:
    found = peers.operator()
    if found is None:
        raise NotSigned("sign.off")
    return found


def _own(actor: Actor, request_id: UUID) -> Row:
    """The resident's own request. Raises NotFound."""
    if actor.account_id is None:
        raise NotFound
    with unit(actor):
        row = Row.objects.filter(pk=request_id, account_id=actor.account_id).first()
    if row is None:
        raise NotFound
    return row


def begin_signing(*, actor: Actor, request_id: UUID) -> str:
    """The operator's page for this request.

    Raises:
        NotFound: none, somebody else's, or answered. NotSigned. Unavailable: "sign.down".
    """
    row = _own(actor, request_id)
    if row.state != "open":
        raise NotFound
    operator = _operator()
    back = identity.redirect_uri("eng_accounts:sign_back", [row.pk])
    claims = {"request": str(row.pk), "content_hash": row.content_hash, "redirect_uri": back}
    page = _json(_ask(operator, "requests", claims | {"ui_locales": row.language})).get("url")
    if not isinstance(page, str) or peers.origin_of(page) != peers.origin_of(operator.url):
        raise NotSigned
    return page


def _json(body: bytes) -> dict[str, Any]:
    from .outside import Answer

    try:
        return Answer(OK, body).json()
    except Unavailable as error:
        raise Unavailable("sign.down") from error


def finish_signing(*, actor: Actor, request_id: UUID) -> SignatureEvidence:
    """Fetch the operator's result, verify it, ask whether the certificate is in force, and keep the evidence.

    Twice is once: what is signed already is answered with its evidence.

    Raises:
        NotFound. NotSigned: "sign.*"; the request stays open, so that the resident may try again.
        Unavailable: "sign.down".
    """
    row = _own(actor, request_id)
    account_id = row.account_id
    with unit(actor):
        known = signature(row.content_hash, account_id)
    if known is not None:
        return known
    try:
        result, signer = _verified(account_id, row)
        answered_at = _in_force(signer)
    except NotSigned as problem:
        audit.record(
            actor=actor, action="sign_failed", table="eng_accounts_signingrequest", object_id=str(row.pk),
            subject=str(account_id), detail={"problem": problem.code},
        )  # fmt: skip
        raise
    return _keep(account_id, row, result, signer, answered_at)


def _verified(account_id: UUID, row: Row) -> tuple[dict[str, Any], certificates.Signer]:
    operator = _operator()
    result = _opened(operator, _ask(operator, "results", {"request": str(row.pk)}))
    if result.get("request") != str(row.pk):
        raise NotSigned
    if result.get("result") != "signed":
        raise NotSigned("sign.cancelled")
    subject = identity.subject_at(account_id=account_id, provider="identity")
    if not subject or result.get("sub") != subject:
        raise NotSigned("sign.other_person")
    signer = certificates.signer_of(str(result.get("certificate", "")), operator.anchors, clock.now())
    try:
        raw = base64.b64decode(str(result.get("signature", "")), validate=True)
    except ValueError as error:
        raise NotSigned from error
    certificates.check_signature(signer, row.content_hash, raw)
    return result, signer


def _opened(operator: Operator, body: bytes) -> dict[str, Any]:
    """The operator's result, its own signature checked. Raises NotSigned, Unavailable."""
    as_provider = peers.Provider(
        name="signing", kind=operator.kind, issuer=operator.url, client_id=operator.client_id, proxy=operator.proxy
    )
    try:
        return oidc.checked_statement(as_provider, body.decode("ascii", "replace"), f"{operator.url}/jwks.json")
    except Unavailable as error:
        raise Unavailable("sign.down") from error
    except NotIdentified as error:
        raise NotSigned from error


def _in_force(signer: certificates.Signer) -> datetime:
    """Ask the operator about the certificate now. Raises NotSigned "sign.revoked", Unavailable."""
    operator = _operator()
    question, nonce = certificates.status_question(signer)
    try:
        answer = call(
            f"{operator.url}/ocsp", data=question, headers={"Content-Type": "application/ocsp-request"},
            proxy=operator.proxy,
        )  # fmt: skip
    except Unavailable as error:
        raise Unavailable("sign.down") from error
    now = clock.now()
    if answer.status != OK:
        raise NotSigned
    if certificates.status_answer(answer.body, signer, nonce, now) != "good":
        raise NotSigned("sign.revoked")
    return now


def _keep(
    account_id: UUID, row: Row, result: dict[str, Any], signer: certificates.Signer, answered_at: datetime
) -> SignatureEvidence:
    digest = salted_hmac("jichi signature subject", signer.subject, algorithm="sha256").hexdigest()
    with unit(system_actor("signature", purpose="signature")), transaction.atomic():
        locked = Row.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.state == "open":
            Evidence.objects.get_or_create(
                account_id=account_id, content_hash=row.content_hash,
                defaults={
                    "request": locked, "certificate_serial": signer.serial, "issuer": signer.issuer_name,
                    "subject_digest": digest, "signed_at": _moment(result, answered_at), "operator_answer": "good",
                    "operator_at": answered_at,
                },
            )  # fmt: skip
            locked.state, locked.ended_at = "signed", clock.now()
            locked.save(update_fields=["state", "ended_at"])
            announce(ContentSigned(account_id=account_id, content_hash=row.content_hash, about=row.about))
        kept = signature(row.content_hash, account_id)
    if kept is None:
        raise NotSigned
    return kept


def _moment(result: dict[str, Any], fallback: datetime) -> datetime:
    """When it was signed, as the operator says; never later than now."""
    told = result.get("signed_at")
    if not isinstance(told, int) or isinstance(told, bool):
        return fallback
    return min(datetime.fromtimestamp(told, tz=clock.TOKYO), fallback)
