"""署名: evidence only of a valid signature over just this content, by this person, with a certificate in force."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings

from jichi.engines.accounts import actions, certificates, oidc, outside, peers, queries, sealing, signing
from jichi.engines.accounts.errors import NotSigned
from jichi.engines.accounts.events import ContentSigned
from jichi.engines.accounts.keys import derived_key
from jichi.engines.accounts.models import SignatureEvidence, SigningRequest
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, NotFound

from .provider import Peer, ask, path_of, running, walk

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
CONTENT = hashlib.sha256("住民票の写し 1通".encode()).hexdigest()
OTHER = hashlib.sha256("住民票の写し 2通".encode()).hexdigest()
TARGET = "/apply/1/check/"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with override_settings(JICHI_FIELD_KEYS=(Fernet.generate_key().decode(),)), running(tmp_path) as found:
        sealing._box.cache_clear()
        yield found
    sealing._box.cache_clear()


class Signer:
    """A resident with a card, in a browser."""

    def __init__(self, peer: Peer, name: str = "hanako", person: str = "sakura") -> None:
        self.peer = peer
        account = actions.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp")
        self.actor = Actor(kind="resident", account_id=account.pk)
        self.account_id: UUID = account.pk
        self.person = person
        self.client: Client = browser(account.pk)
        walk(self.client, peer, person=person)

    def wants(self, content: str = CONTENT) -> signing.SigningRequest:
        return actions.request_signature(
            actor=self.actor, content_hash=content, about="住民票の写し", language="ja", target=TARGET
        )

    def signs(self, content: str = CONTENT, *, do: str = "go", person: str = "", pin: str = "ABC123") -> str:
        """Through our page, the operator's and back: where it ends."""
        page = self.client.post(self.wants(content).url).headers["Location"]
        form = {"person": person or self.person, "pin": pin, "do": do}
        status, html, headers = ask(page, form)
        assert status == 303, html
        return str(self.client.get(path_of(str(headers["Location"]))).headers["Location"])

    def evidence(self, content: str = CONTENT) -> queries.SignatureEvidence | None:
        with unit(self.actor):
            return queries.signature(content, self.account_id)


def problem_in(location: str) -> str:
    return parse_qs(urlsplit(location).query).get("problem", [""])[0]


def test_a_signed_content_leaves_evidence_and_no_name(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[ContentSigned] = []
    monkeypatch.setattr(signing, "announce", told.append)
    hanako = Signer(peer)
    assert hanako.evidence() is None
    assert hanako.signs() == TARGET
    found = hanako.evidence()
    assert found is not None
    assert (found.content_hash, found.operator_answer, len(found.subject_digest)) == (CONTENT, "good", 64)
    assert found.issuer == "CN=Jichi sandbox authority (stand-in)"
    assert found.signed_at <= found.operator_at <= clock.now()
    assert [(one.account_id, one.content_hash, one.about) for one in told] == [
        (hanako.account_id, CONTENT, "住民票の写し")
    ]
    with unit(SYSTEM):
        kept = [str(row) for model in (SignatureEvidence, SigningRequest) for row in model.objects.values()]
    assert not any("山田" in row or "BEGIN" in row for row in kept)


def test_a_changed_content_needs_a_new_signature(peer: Peer) -> None:
    hanako = Signer(peer)
    hanako.signs(CONTENT)
    assert hanako.evidence(OTHER) is None
    assert hanako.signs(OTHER) == TARGET
    assert hanako.evidence(OTHER) is not None


def test_signing_again_or_coming_back_twice_keeps_one(peer: Peer) -> None:
    hanako = Signer(peer)
    hanako.signs()
    request = hanako.wants()
    first = hanako.evidence()
    assert signing.finish_signing(actor=hanako.actor, request_id=request.id) == first
    hanako.signs()
    assert hanako.evidence() == first
    with unit(SYSTEM):
        assert SignatureEvidence.objects.count() == 1


def test_asked_again_it_is_the_same_request(peer: Peer) -> None:
    hanako = Signer(peer)
    assert hanako.wants() == hanako.wants()
    assert hanako.wants(OTHER) != hanako.wants()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("revoked", "sign.revoked"), ("certificate_expired", "sign.expired"), ("wrong_certificate", "sign.failed"),
        ("other_authority", "sign.failed"), ("wrong_hash", "sign.failed"), ("other_person", "sign.other_person"),
        ("old_status", "sign.failed"), ("forged_status", "sign.failed"), ("sign_down", "sign.down"),
    ],
)  # fmt: skip
def test_what_is_no_good_signature_leaves_no_evidence(peer: Peer, fault: str, problem: str) -> None:
    hanako = Signer(peer)
    peer.faults.set(fault, 1)
    location = hanako.signs()
    assert problem_in(location) == problem
    assert hanako.evidence() is None
    page = hanako.client.get(location).content.decode()
    assert page.count("署名へ進む") == 1
    failed = [act.detail for act in audit.acts(action="sign_failed")]
    assert failed == ([] if fault == "sign_down" else [{"problem": problem}])
    outside.rested()
    assert hanako.signs() == TARGET
    assert hanako.evidence() is not None


def test_stopping_at_the_operator_leaves_no_evidence(peer: Peer) -> None:
    hanako = Signer(peer)
    assert problem_in(hanako.signs(do="stop")) == "sign.cancelled"
    assert hanako.evidence() is None


def test_somebody_elses_card_does_not_sign(peer: Peer) -> None:
    hanako = Signer(peer)
    assert problem_in(hanako.signs(person="ai")) == "sign.other_person"
    assert hanako.evidence() is None


def test_a_password_that_can_not_be_is_asked_again(peer: Peer) -> None:
    hanako = Signer(peer)
    page = hanako.client.post(hanako.wants().url).headers["Location"]
    status, html, _ = ask(page, {"person": "sakura", "pin": "abc", "do": "go"})
    assert (status, "6文字から16文字" in unescape(html)) == (422, True)


def test_an_operator_that_is_down_is_said_so_on_the_page(peer: Peer) -> None:
    hanako = Signer(peer)
    url = hanako.wants().url
    peer.faults.set("down")
    location = hanako.client.post(url).headers["Location"]
    assert problem_in(location) == "sign.down"
    assert hanako.client.get(location).status_code == 200


def test_a_card_shown_long_ago_is_asked_for_again_before_signing(peer: Peer) -> None:
    hanako = Signer(peer)
    url = hanako.wants().url
    assert hanako.client.get(url).status_code == 200
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        location = hanako.client.get(url).headers["Location"]
    assert location == f"/sign-in/identity/?next={url.replace('/', '%2F')}&level=card"


def test_a_login_by_mail_identifies_before_it_signs(peer: Peer) -> None:
    hanako = Signer(peer)
    location = browser(hanako.account_id).get(hanako.wants().url).headers["Location"]
    assert location.startswith("/sign-in/identity/?next=")


def test_a_request_is_its_residents_alone(peer: Peer) -> None:
    hanako, taro = Signer(peer), Signer(peer, "taro", "ai")
    request = hanako.wants()
    for address in (request.url, f"{request.url}back/"):
        assert taro.client.get(address).status_code == 404
    with pytest.raises(NotFound):
        signing.finish_signing(actor=taro.actor, request_id=request.id)
    with pytest.raises(NotFound):
        signing.begin_signing(actor=taro.actor, request_id=uuid4())
    hanako.signs()
    with unit(taro.actor):
        assert queries.signature(CONTENT, hanako.account_id) is None
    reader = Actor(kind="staff", account_id=UUID(int=9), permissions=frozenset({"eng_accounts.signature.see"}))
    with unit(reader):
        assert queries.signature(CONTENT, hanako.account_id) is not None
    with unit(Actor(kind="staff", account_id=UUID(int=8))):
        assert queries.signature(CONTENT, hanako.account_id) is None


@pytest.mark.parametrize("statement", ["UPDATE {} SET content_hash = ''", "DELETE FROM {}"])
def test_the_database_changes_no_evidence(peer: Peer, statement: str) -> None:
    hanako = Signer(peer)
    hanako.signs()
    with pytest.raises(IntegrityError), unit(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("eng_accounts_signatureevidence"))
    assert hanako.evidence() is not None


def test_only_residents_are_asked_and_only_for_whole_hashes(peer: Peer) -> None:
    hanako = Signer(peer)
    with pytest.raises(Forbidden):
        actions.request_signature(actor=Actor(), content_hash=CONTENT, about="x", language="ja")
    for wrong in ("", CONTENT[:-1], CONTENT.upper(), CONTENT + "\n"):
        with pytest.raises(ValueError, match="SHA-256"):
            actions.request_signature(actor=hanako.actor, content_hash=wrong, about="x", language="ja")
    with override_settings(JICHI_PEERS={}), pytest.raises(NotSigned, match=r"sign\.off"):
        hanako.wants()
    with unit(SYSTEM):
        assert SigningRequest.objects.count() == 0


def test_a_result_for_another_request_or_from_elsewhere_is_refused(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    hanako = Signer(peer)
    hanako.signs(OTHER)
    operator = peers.operator()
    assert operator is not None
    with unit(SYSTEM):
        signed = SigningRequest.objects.get(content_hash=OTHER)
    theirs = signing._ask(operator, "results", {"request": str(signed.pk)})
    request = hanako.wants(CONTENT)
    monkeypatch.setattr(signing, "_ask", lambda *_: theirs)
    with pytest.raises(NotSigned):
        signing.finish_signing(actor=hanako.actor, request_id=request.id)
    forged = oidc.assertion(
        peers.Provider(name="x", kind="x", issuer=operator.url, client_id="jichi", key=derived_key("x", "x")), "jichi"
    )
    monkeypatch.setattr(signing, "_ask", lambda *_: forged.encode())
    with pytest.raises(NotSigned):
        signing.finish_signing(actor=hanako.actor, request_id=request.id)
    assert hanako.evidence(CONTENT) is None


# -- certificates by themselves ------------------------------------------------------------------

KEY = derived_key("test", "authority")
ANCHOR = certificates.authority(KEY, "test").public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("pem", ["", "no certificate", ANCHOR])
def test_what_is_no_signing_certificate_is_refused(pem: str) -> None:
    """An authority's own certificate signs no contents."""
    with pytest.raises(NotSigned):
        certificates.signer_of(pem, [ANCHOR], clock.now())


def test_without_an_anchor_nobody_is_trusted() -> None:
    with pytest.raises(NotSigned):
        certificates.signer_of(ANCHOR, [], clock.now())


def test_a_signature_of_another_kind_of_key_is_refused() -> None:
    made = certificates.authority(KEY, "test")
    signer = certificates.Signer(made, made)
    digest = bytes.fromhex(CONTENT)
    certificates.check_signature(signer, CONTENT, KEY.sign(digest, ec.ECDSA(ec_prehashed())))
    for wrong in (b"", ed25519.Ed25519PrivateKey.generate().sign(digest), KEY.sign(digest, ec.ECDSA(hashes.SHA256()))):
        with pytest.raises(NotSigned):
            certificates.check_signature(signer, CONTENT, wrong)


def ec_prehashed() -> Prehashed:
    """What says that the hash is made already."""
    return Prehashed(hashes.SHA256())


@pytest.mark.parametrize("answer", [b"", b"\x30\x03\x0a\x01\x06", b"nonsense"])
def test_nonsense_is_no_status(answer: bytes) -> None:
    made = certificates.authority(KEY, "test")
    with pytest.raises(NotSigned):
        certificates.status_answer(answer, certificates.Signer(made, made), b"n", clock.now())
