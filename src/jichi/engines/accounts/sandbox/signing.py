"""The signing operator: takes a request, lets somebody sign, hands out the result, answers OCSP."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from jwt.algorithms import ECAlgorithm

from jichi.kernel import clock

from ..certificates import authority, key_usage
from ..keys import AUTHORITY, derived_key
from . import pages
from .faults import Faults
from .people import Player, players
from .provider import CLIENT, Reply, as_json

LONGEST_PIN: Final = 16
SHORTEST_PIN: Final = 6


@dataclass(slots=True)
class Asked:
    """A content to sign, and what came of it."""

    request: str
    content_hash: str
    redirect_uri: str
    result: dict[str, Any] = field(default_factory=dict)


@dataclass
class SigningOperator:
    """One operator at `url`, with an authority of its own."""

    url: str
    origin: str
    secret: str
    folder: Path
    faults: Faults
    asked: dict[str, Asked] = field(default_factory=dict)
    revoked: set[int] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.key = derived_key(self.secret, "authority")
        self.authority = authority(self.key, AUTHORITY)

    def handle(self, method: str, path: str, form: Mapping[str, str], body: bytes) -> Reply:
        """Answer one request below this operator."""
        if path == "/jwks.json":
            found = ECAlgorithm.to_jwk(derived_key(self.secret, "results").public_key(), as_dict=True)
            return as_json({"keys": [{**found, "kid": "results", "use": "sig", "alg": "ES256"}]})
        if path == "/requests" and method == "POST":
            return self._take(body)
        if path == "/results" and method == "POST":
            return self._result(body)
        if path == "/ocsp" and method == "POST":
            return Reply(200, self._status(body), "application/ocsp-response")
        if path.startswith("/pages/"):
            return self._page(method, path.removeprefix("/pages/"), form)
        return as_json({"error": "not_found"}, 404)

    def _told(self, body: bytes) -> dict[str, Any] | None:
        """What the client signed for us; None for anybody else."""
        try:
            return jwt.decode(
                body.decode("ascii", "replace"), derived_key(self.secret, "client").public_key(),
                algorithms=["ES256"], audience=self.url, issuer=CLIENT,
                options={"require": ["iss", "aud", "exp", "iat", "jti", "request"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            return None

    def _take(self, body: bytes) -> Reply:
        told = self._told(body)
        if told is None:
            return as_json({"error": "invalid_client"}, 401)
        if not str(told.get("redirect_uri", "")).startswith(f"{self.origin}/sign-in/sign/"):
            return as_json({"error": "invalid_redirect_uri"}, 400)
        handle = secrets.token_urlsafe(24)
        with self.lock:
            self.asked[handle] = Asked(told["request"], str(told.get("content_hash")), told["redirect_uri"])
        return as_json({"url": f"{self.url}/pages/{handle}"})

    def _page(self, method: str, handle: str, form: Mapping[str, str]) -> Reply:
        one = self.asked.get(handle)
        if one is None or one.result:
            return Reply(404, pages.told("ページがありません", "もう一度、申請の画面から始めてください。"), "text/html")
        people = players(self.folder)
        if method == "GET":
            return Reply(200, pages.sign(one.content_hash, people, wrong=False), "text/html")
        if form.get("do") == "stop":
            one.result = {"result": "cancelled"}
            return Reply(303, location=one.redirect_uri)
        person = next((p for p in people if p.key == form.get("person")), None)
        pin = form.get("pin", "")
        if person is None or not (SHORTEST_PIN <= len(pin) <= LONGEST_PIN and pin.isalnum() and pin == pin.upper()):
            return Reply(422, pages.sign(one.content_hash, people, wrong=True), "text/html")
        one.result = self._signed(one, person)
        return Reply(303, location=one.redirect_uri)

    def _signed(self, one: Asked, person: Player) -> dict[str, Any]:
        fault = self.faults.use(
            "revoked", "certificate_expired", "wrong_certificate", "other_authority", "wrong_hash", "other_person"
        )
        key = derived_key(self.secret, f"card {person.key}")
        certificate = self._certificate(person, key, fault)
        if fault == "revoked":
            self.revoked.add(certificate.serial_number)
        digest = bytes(32) if fault == "wrong_hash" else bytes.fromhex(one.content_hash)
        return {
            "result": "signed", "sub": "somebody-else" if fault == "other_person" else person.subject(CLIENT),
            "signature": base64.b64encode(key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))).decode(),
            "certificate": certificate.public_bytes(Encoding.PEM).decode(), "signed_at": int(time.time()),
        }  # fmt: skip

    def _certificate(self, person: Player, key: ec.EllipticCurvePrivateKey, fault: str) -> x509.Certificate:
        """A signing certificate, which names the person as a real one does."""
        now = clock.now()
        ends = now - timedelta(days=1) if fault == "certificate_expired" else now + timedelta(days=365)
        name = x509.Name([
            x509.NameAttribute(x509.NameOID.COMMON_NAME, person.name),
            x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, person.birth_date.isoformat()),
        ])  # fmt: skip
        signer = derived_key(self.secret, "nobody") if fault == "other_authority" else self.key
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(non_repudiation=fault != "wrong_certificate"), critical=True)
            .sign(signer, hashes.SHA256())
        )

    def _result(self, body: bytes) -> Reply:
        told = self._told(body)
        if told is None:
            return as_json({"error": "invalid_client"}, 401)
        if self.faults.use("sign_down"):
            return as_json({"error": "temporarily_unavailable"}, 503)
        found = [one for one in self.asked.values() if one.request == told["request"] and one.result]
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "request": told["request"],
            **(found[-1].result if found else {"result": "open"}),
        }  # fmt: skip
        token = jwt.encode(claims, derived_key(self.secret, "results"), algorithm="ES256", headers={"kid": "results"})
        return Reply(200, token.encode(), "application/jwt")

    def _status(self, body: bytes) -> bytes:
        """RFC 6960, signed by the authority itself."""
        try:
            question = ocsp.load_der_ocsp_request(body)
            nonce = question.extensions.get_extension_for_class(x509.OCSPNonce).value
        except (ValueError, x509.ExtensionNotFound):
            return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST).public_bytes(
                Encoding.DER
            )
        fault = self.faults.use("old_status", "forged_status")
        now = clock.now() - (timedelta(days=2) if fault == "old_status" else timedelta())
        gone = question.serial_number in self.revoked
        answer = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=question.issuer_name_hash, issuer_key_hash=question.issuer_key_hash,
            serial_number=question.serial_number, algorithm=question.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD, this_update=now,
            next_update=now + timedelta(hours=1), revocation_time=now - timedelta(days=1) if gone else None,
            revocation_reason=None,
        )  # fmt: skip
        derived_key(self.secret, "nobody") if fault == "forged_status" else self.key
        signed = answer.add_extension(nonce, critical=False).responder_id(
            ocsp.OCSPResponderEncoding.HASH, self.authority
        )
        data = signed.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        # The signature stands last: a bit of it turned round is somebody else's.
        return data[:-1] + bytes([data[-1] ^ 1]) if fault == "forged_status" else data
