"""The OpenID provider: what it asks of its client it verifies, as a real one does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from ..keys import derived_key
from . import pages
from .faults import Faults
from .people import Player, players

CLIENT: Final = "jichi"
BACK: Final = "/sign-in/identity/callback/"
CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 300
BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SLOW_SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    location: str = ""


class Refused(Exception):
    """An OAuth error; the text is its code."""


@dataclass(slots=True)
class Grant:
    """A code that was given out, and the token that came of it."""

    person: Player
    scopes: frozenset[str]
    nonce: str
    challenge: str
    redirect_uri: str
    given_at: float
    used: bool = False
    token: str = ""


def as_json(found: Mapping[str, Any], status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(found).encode())


@dataclass
class OpenIdProvider:
    """One issuer; `base` is its path on the server, `level` the acr it answers with."""

    issuer: str
    origin: str
    secret: str
    folder: Path
    faults: Faults
    title: str
    acr: str
    grants: dict[str, Grant] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def handle(self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str], bearer: str) -> Reply:
        """Answer one request below this issuer."""
        if path == "/.well-known/openid-configuration":
            return as_json(self._published())
        if path == "/jwks.json":
            return as_json({"keys": [self._public_key()]})
        if path == "/authorize":
            return self._authorize(method, query, form)
        if path == "/token" and method == "POST":
            return self._token(form)
        if path == "/userinfo":
            return self._userinfo(bearer)
        if path == "/logout":
            return Reply(200, pages.told("ログアウトしました", "画面を閉じてください。"), "text/html")
        return as_json({"error": "not_found"}, 404)

    def _published(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks.json", "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "scopes_supported": ["openid", "name", "birthdate", "address", "organisation"],
        }  # fmt: skip

    def _key(self) -> tuple[ec.EllipticCurvePrivateKey, str]:
        generation = self.faults.read().generation
        return derived_key(self.secret, f"id-token {self.issuer} {generation}"), f"key-{generation}"

    def _public_key(self) -> dict[str, Any]:
        key, name = self._key()
        found: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**found, "kid": name, "use": "sig", "alg": "ES256"}

    # -- the browser ---------------------------------------------------------------------------

    def _authorize(self, method: str, query: Mapping[str, str], form: Mapping[str, str]) -> Reply:
        told = query if method == "GET" else form
        back = told.get("redirect_uri", "")
        if told.get("client_id") != CLIENT or back != f"{self.origin}{BACK}":
            # Never send anybody to an address that is not the client's own.
            return Reply(400, pages.told("つながりません", "登録されていない相手からの求めです。"), "text/html")
        problem = self._missing(told)
        if problem:
            return self._back(back, {"error": problem, "state": told.get("state", "")})
        kept = {k: v for k, v in told.items() if k not in {"person", "pin", "do"}}
        people = players(self.folder)
        if method == "GET":
            return Reply(200, pages.choose(self.title, people, kept, wrong=False), "text/html")
        if form.get("do") == "stop":
            return self._back(back, {"error": "access_denied", "state": told["state"]})
        person = next((one for one in people if one.key == form.get("person")), None)
        if person is None or not re.fullmatch(r"[0-9]{4}", form.get("pin", "")):
            return Reply(422, pages.choose(self.title, people, kept, wrong=True), "text/html")
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.grants[code] = Grant(
                person=person, scopes=frozenset(told["scope"].split()), nonce=told["nonce"],
                challenge=told["code_challenge"], redirect_uri=back, given_at=time.time(),
            )  # fmt: skip
        return self._back(back, {"code": code, "state": told["state"]})

    @staticmethod
    def _missing(told: Mapping[str, str]) -> str:
        if told.get("response_type") != "code":
            return "unsupported_response_type"
        if "openid" not in told.get("scope", "").split():
            return "invalid_scope"
        strong = told.get("code_challenge_method") == "S256" and len(told.get("code_challenge", "")) == 43
        return "" if strong and told.get("nonce") and told.get("state") else "invalid_request"

    def _back(self, redirect_uri: str, answer: Mapping[str, str]) -> Reply:
        return Reply(303, location=f"{redirect_uri}?{urlencode({**answer, 'iss': self.issuer})}")

    # -- the client ----------------------------------------------------------------------------

    def _token(self, form: Mapping[str, str]) -> Reply:
        if self.faults.use("slow"):
            time.sleep(SLOW_SECONDS)
        try:
            with self.lock:
                self.check_client(form, f"{self.issuer}/token")
                grant = self._redeem(form)
                grant.token = secrets.token_urlsafe(24)
                return as_json({
                    "access_token": grant.token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
                    "id_token": self._id_token(grant),
                })  # fmt: skip
        except Refused as refused:
            return as_json({"error": str(refused)}, 401 if str(refused) == "invalid_client" else 400)

    def check_client(self, form: Mapping[str, str], audience: str) -> None:
        """The signed assertion of the client: its key, its audience, in time, once."""
        if form.get("client_assertion_type") != BEARER:
            raise Refused("invalid_client")
        try:
            claims = jwt.decode(
                form.get("client_assertion", ""), derived_key(self.secret, "client").public_key(),
                algorithms=["ES256"], audience=audience, issuer=CLIENT,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise Refused("invalid_client") from error
        if claims["sub"] != CLIENT or claims["jti"] in self.seen or claims["exp"] - claims["iat"] > TOKEN_SECONDS:
            raise Refused("invalid_client")
        self.seen.add(claims["jti"])

    def _redeem(self, form: Mapping[str, str]) -> Grant:
        grant = self.grants.get(form.get("code", ""))
        if form.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type")
        if grant is None or grant.used or time.time() - grant.given_at > CODE_SECONDS:
            if grant is not None:
                grant.token = ""  # a code shown twice may be stolen: what came of it ends
            raise Refused("invalid_grant")
        grant.used = True
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if form.get("redirect_uri") != grant.redirect_uri or challenge != grant.challenge:
            raise Refused("invalid_grant")
        return grant

    def _id_token(self, grant: Grant) -> str:
        fault = self.faults.use(
            "wrong_nonce", "other_audience", "other_issuer", "other_azp", "expired", "alg_none", "unknown_key",
            "bad_at_hash", "low_level",
        )  # fmt: skip
        now = int(time.time()) - (3600 if fault == "expired" else 0)
        digest = hashlib.sha256(grant.token.encode()).digest()[:16]
        claims = {
            "iss": "https://elsewhere.invalid" if fault == "other_issuer" else self.issuer,
            "sub": grant.person.subject(CLIENT), "aud": "somebody-else" if fault == "other_audience" else CLIENT,
            "exp": now + TOKEN_SECONDS, "iat": now, "auth_time": now,
            "nonce": "another" if fault == "wrong_nonce" else grant.nonce,
            "acr": "urn:jichi:sandbox:account" if fault == "low_level" else self.acr,
            "at_hash": "x" if fault == "bad_at_hash" else base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        if fault == "other_azp":
            claims["azp"] = "somebody-else"
        if fault == "alg_none":
            return jwt.encode(claims, "", algorithm="none")
        key, name = self._key()
        if fault == "unknown_key":
            key, name = derived_key(self.secret, "nobody"), "nobody"
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": name})

    def _userinfo(self, bearer: str) -> Reply:
        with self.lock:
            grant = next((g for g in self.grants.values() if g.token and g.token == bearer), None)
        if grant is None or time.time() - grant.given_at > TOKEN_SECONDS:
            return as_json({"error": "invalid_token"}, 401)
        subject = "somebody-else" if self.faults.use("other_userinfo") else grant.person.subject(CLIENT)
        return as_json({"sub": subject, **grant.person.claims(grant.scopes)})
