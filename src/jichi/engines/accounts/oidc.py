"""OpenID Connect as a client: where to send the browser, what to make of the answer. No database, no session.

OpenID Connect Core 1.0 with code flow, RFC 7636 (PKCE S256), RFC 7523 (signed client assertion), RFC 9207 (`iss`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import jwt

from jichi.kernel import clock
from jichi.kernel.errors import Unavailable

from .errors import NotIdentified
from .events import ProvedClaims
from .outside import Answer, call
from .peers import Provider

logger = logging.getLogger("jichi.identity")
KNOWN_FOR: Final = 3600
"""Seconds for which what a provider publishes of itself is not asked again."""
SKEW: Final = 60
OLDEST: Final = 600
"""Seconds after which an ID token is too old to be the answer to a question asked just now."""
LONGEST: Final = 200
OK: Final = 200

_published: dict[str, tuple[float, dict[str, Any]]] = {}


def forget() -> None:
    """Ask providers anew what they publish."""
    _published.clear()


def _get(provider: Provider, url: str, *, fresh: bool = False) -> dict[str, Any]:
    known = _published.get(url)
    now = clock.now().timestamp()
    if known is None or fresh or not 0 <= now - known[0] < KNOWN_FOR:
        answer = call(url, proxy=provider.proxy)
        if answer.status != OK:
            raise Unavailable("peer.down")
        _published[url] = known = (now, answer.json())
    return known[1]


def discovery(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself. Raises Unavailable; also when it says it is another."""
    found = _get(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer or not all(
        isinstance(found.get(name), str) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ):
        raise Unavailable("peer.nonsense")
    return found


def challenge_of(verifier: str) -> str:
    """PKCE's S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorize_url(
    provider: Provider, *, redirect_uri: str, state: str, nonce: str, verifier: str, scope: str, language: str
) -> str:
    """Where the browser goes. Raises Unavailable."""
    query = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": redirect_uri, "scope": scope,
        "state": state, "nonce": nonce, "code_challenge": challenge_of(verifier), "code_challenge_method": "S256",
        "ui_locales": {"easy": "ja", "zh-hans": "zh-Hans"}.get(language, language),
    }  # fmt: skip
    if provider.acr_values:
        query["acr_values"] = provider.acr_values
    address: str = discovery(provider)["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def assertion(provider: Provider, audience: str) -> str:
    """Who we are, signed for this one request (private_key_jwt)."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": provider.client_id, "sub": provider.client_id, "aud": audience, "jti": secrets.token_urlsafe(16),
        "iat": now, "exp": now + 60,
    }  # fmt: skip
    headers = {"kid": provider.key_id} if provider.key_id else None
    return jwt.encode(claims, provider.key, algorithm=provider.key_alg, headers=headers)


def exchange(provider: Provider, *, code: str, verifier: str, redirect_uri: str) -> tuple[str, str]:
    """ID token and access token for the code.

    Raises:
        NotIdentified: the provider refuses the code (used, old, not ours). Unavailable.
    """
    address: str = discovery(provider)["token_endpoint"]
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
        "client_id": provider.client_id,
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.key is not None:
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form["client_assertion"] = assertion(provider, address)
    else:
        pair = base64.b64encode(f"{provider.client_id}:{provider.client_secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    answer = call(address, data=urlencode(form).encode(), headers=headers, proxy=provider.proxy)
    found = answer.json()
    if answer.status != OK:
        logger.warning("%s refused a code: %s", provider.name, str(found.get("error"))[:40])
        raise NotIdentified
    tokens = (found.get("id_token"), found.get("access_token"))
    if not all(isinstance(one, str) for one in tokens) or str(found.get("token_type", "")).lower() != "bearer":
        raise NotIdentified
    return str(tokens[0]), str(tokens[1])


def _key_for(provider: Provider, header: Mapping[str, Any], address: str) -> Any:
    """The published key that the token names, or the only one; they are read again when it names a new one."""
    for fresh in (header.get("kid") is None, True):
        keys = _get(provider, address, fresh=fresh).get("keys", [])
        fitting = [
            one for one in keys
            if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in {"RSA", "EC"}
            and header.get("kid") in {None, one.get("kid")} and one.get("alg", header["alg"]) == header["alg"]
        ]  # fmt: skip
        if len(fitting) == 1:
            return jwt.PyJWK(fitting[0], algorithm=header["alg"]).key
    raise NotIdentified


def _decoded(
    provider: Provider, token: str, keys: str, further: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token with a right signature, issuer and audience. Raises NotIdentified, Unavailable."""
    try:
        header: dict[str, Any] = jwt.get_unverified_header(token)
        if header.get("alg") not in provider.algorithms or "crit" in header:
            raise NotIdentified
        claims: dict[str, Any] = jwt.decode(
            token, _key_for(provider, header, keys), algorithms=list(provider.algorithms),
            audience=provider.client_id, issuer=provider.issuer,
            # Times are compared by the house's clock.
            options={
                "require": ["iss", "aud", "exp", "iat", *further], "verify_exp": False, "verify_iat": False,
                "verify_nbf": False,
            },
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        logger.warning("%s: a token was refused: %s", provider.name, type(error).__name__)
        raise NotIdentified from error
    return header, claims


def checked_statement(provider: Provider, token: str, keys: str) -> dict[str, Any]:
    """The claims of a statement that the provider signed for us just now. Raises as `checked_id_token`."""
    _header, claims = _decoded(provider, token, keys, ())
    if _untimely(claims):
        raise NotIdentified
    return claims


def checked_id_token(provider: Provider, token: str, *, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of an ID token that is the provider's answer to our question, and nothing else.

    Raises:
        NotIdentified: signature, algorithm, iss, aud, azp, exp, iat, nonce, at_hash or sub are not as they must be.
        Unavailable: the provider's keys can't be read.
    """
    header, claims = _decoded(provider, token, discovery(provider)["jwks_uri"], ("sub", "nonce"))
    problem = _wrong(provider, claims, header["alg"], nonce, access_token)
    if problem:
        logger.warning("%s: a token was refused: %s", provider.name, problem)
        raise NotIdentified
    return claims


def _untimely(claims: Mapping[str, Any]) -> bool:
    """Is it over, made too long ago, made in the future, or are the times no numbers?"""
    now = clock.now().timestamp()
    ends, made = claims["exp"], claims["iat"]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (ends, made)):
        return True
    return bool(ends + SKEW <= now or not now - OLDEST <= made <= now + SKEW)


def _wrong(provider: Provider, claims: Mapping[str, Any], algorithm: str, nonce: str, access_token: str) -> str:
    """The first thing that is wrong with claims whose signature, issuer and audience are right; "" for none."""
    if _untimely(claims):
        return "too old, or from the future"
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        return "azp"
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        return "nonce"
    if "at_hash" in claims and claims["at_hash"] != at_hash(access_token, algorithm):
        return "at_hash"
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST + 55:
        return "sub"
    return ""


def at_hash(access_token: str, algorithm: str) -> str:
    """Left half of the access token's hash, as the ID token binds it (Core 3.1.3.6)."""
    digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def userinfo(provider: Provider, *, access_token: str, subject: str) -> dict[str, Any]:
    """Further claims of the same person; {} where the provider offers none.

    Raises:
        NotIdentified: they are somebody else's, or the provider refuses. Unavailable.
    """
    address = discovery(provider).get("userinfo_endpoint")
    if not isinstance(address, str):
        return {}
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    answer: Answer = call(address, headers=headers, proxy=provider.proxy)
    if answer.status != OK:
        raise NotIdentified
    found = answer.json()
    if found.get("sub") != subject:
        raise NotIdentified
    return found


def proved_claims(provider: Provider, claims: Mapping[str, Any]) -> ProvedClaims:
    """What is needed to match the person with the register; all else is dropped here."""

    def text(ours: str) -> str:
        value = claims.get(provider.claims.get(ours, ours))
        if isinstance(value, dict):
            value = value.get("formatted")
        return str(value)[:LONGEST] if isinstance(value, str) else ""

    whole = claims.get(provider.claims.get("address", "address"))
    postcode = whole.get("postal_code") if isinstance(whole, dict) else ""
    return ProvedClaims(
        name=text("name"), kana=text("name#ja-Kana-JP"), birth_date=_day(text("birthdate")), address=text("address"),
        postcode=str(postcode or "")[:10], organisation_no=text("organisation_no"),
        organisation_name=text("organisation_name"),
    )  # fmt: skip


def _day(text: str) -> date | None:
    """A whole date; a birth date of which parts are unknown is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=clock.TOKYO).date()
    except ValueError:
        return None
