"""Signatures and the certificates behind them: X.509 path, validity, key usage, OCSP (RFC 5280, RFC 6960). No Django.

The path has one step, as that of 公的個人認証 has: an anchor the operator of this site trusts issued the certificate.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from .errors import NotSigned

SKEW: Final = timedelta(minutes=5)
SMALLEST_RSA: Final = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate whose path, dates and use are right, and who issued it."""

    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def serial(self) -> str:
        """Serial number, hexadecimal."""
        return f"{self.certificate.serial_number:x}"

    @property
    def issuer_name(self) -> str:
        """Who issued it, as RFC 4514 writes names."""
        return self.certificate.issuer.rfc4514_string()

    @property
    def subject(self) -> bytes:
        """Whom it names, encoded; personal."""
        return self.certificate.subject.public_bytes()


def _checked(key: object, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm | Prehashed) -> None:
    """Raises InvalidSignature; also for keys that are no RSA or EC key, or too small."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA:
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    else:
        raise InvalidSignature


def signer_of(pem: str, anchors: Sequence[str], now: datetime) -> Signer:
    """The certificate, when one of the anchors issued it, it is in force and made for signing contents.

    Raises:
        NotSigned: "sign.expired" outside its dates, "sign.failed" otherwise.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotSigned from error
    issuer = next((one for one in map(_anchor, anchors) if _issued(certificate, one)), None)
    if issuer is None or not _is_authority(issuer):
        raise NotSigned
    for one in (certificate, issuer):
        if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            raise NotSigned("sign.expired")
    if not _is_for_signing(certificate):
        raise NotSigned
    return Signer(certificate, issuer)


def _anchor(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _issued(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    if certificate.issuer != anchor.subject or certificate.signature_hash_algorithm is None:
        return False
    try:
        _checked(
            anchor.public_key(), certificate.signature, certificate.tbs_certificate_bytes,
            certificate.signature_hash_algorithm,
        )  # fmt: skip
    except InvalidSignature:
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and usage.key_cert_sign


def _is_for_signing(certificate: x509.Certificate) -> bool:
    """署名用: digital signature and non-repudiation; the certificate for logging in has no non-repudiation."""
    known = (x509.KeyUsage, x509.BasicConstraints, x509.ExtendedKeyUsage, x509.CertificatePolicies)
    unknown = [e for e in certificate.extensions if e.critical and not isinstance(e.value, known)]
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return not unknown and usage.digital_signature and usage.content_commitment


def check_signature(signer: Signer, content_hash: str, signature: bytes) -> None:
    """Is it this certificate's signature over the content with this SHA-256? Raises NotSigned."""
    try:
        _checked(signer.certificate.public_key(), signature, bytes.fromhex(content_hash), Prehashed(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise NotSigned from error


def status_question(signer: Signer) -> tuple[bytes, bytes]:
    """An OCSP request about the certificate, and the nonce that its answer must carry."""
    nonce = secrets.token_bytes(16)
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(signer.certificate, signer.issuer, hashes.SHA256())
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    return request.public_bytes(Encoding.DER), nonce


def status_answer(data: bytes, signer: Signer, nonce: bytes, now: datetime) -> str:
    """ "good" or "revoked", as the issuer signed it for this question just now.

    Raises:
        NotSigned: the answer is not about this certificate, not the issuer's, not fresh, or not known.
    """
    try:
        found = ocsp.load_der_ocsp_response(data)
        if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or found.signature_hash_algorithm is None:
            raise NotSigned
        _checked(signer.issuer.public_key(), found.signature, found.tbs_response_bytes, found.signature_hash_algorithm)
        echoed = found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except (ValueError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise NotSigned from error
    fresh = found.this_update_utc - SKEW <= now and (found.next_update_utc or now) + SKEW >= now
    if found.serial_number != signer.certificate.serial_number or echoed != nonce or not fresh:
        raise NotSigned
    if found.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return "good"
    if found.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        return "revoked"
    raise NotSigned


def authority(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    """A certificate authority for stand-ins; the same name and key each time it is made."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2080, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def key_usage(*, authority: bool = False, non_repudiation: bool = False) -> x509.KeyUsage:
    """What a key may be used for: issuing, or signing (with or without non-repudiation)."""
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=non_repudiation, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
