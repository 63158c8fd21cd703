"""本人確認: what a verifying provider proves, what it may say wrongly, and whose account it is afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client, override_settings

from jichi.engines.accounts import actions, identity, oidc, outside, peers, queries, sealing
from jichi.engines.accounts import sign_in as mail_sign_in
from jichi.engines.accounts.errors import NotIdentified
from jichi.engines.accounts.events import IdentityProved, ProvedClaims
from jichi.engines.accounts.identity import Proof
from jichi.engines.accounts.middleware import LEVEL, LEVEL_AT
from jichi.engines.accounts.models import Account, Identity, IdentityFlow
from jichi.engines.accounts.sessions import SessionStore
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS, browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Unavailable

from .provider import Peer, as_json, ask, path_of, running, start, walk

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
IDENTIFY = "/sign-in/identity/"
BACK = "/sign-in/identity/callback/"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with override_settings(JICHI_FIELD_KEYS=(Fernet.generate_key().decode(),)), running(tmp_path) as found:
        sealing._box.cache_clear()
        yield found
    sealing._box.cache_clear()


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> list[IdentityProved]:
    """What was announced."""
    found: list[IdentityProved] = []
    monkeypatch.setattr(identity, "announce", found.append)
    return found


def account(name: str = "hanako") -> Account:
    return actions.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp")


def level_of(client: Client) -> str:
    cookie = client.cookies.get("jichi")
    session = SessionStore(cookie.value if cookie else None)
    return str(session.get(LEVEL, "")) if session.get(SESSION_KEY) else "nobody"


def owners() -> list[str]:
    with unit(SYSTEM):
        return sorted(Identity.objects.filter(ended_at=None).values_list("account__email", flat=True))


def problem_in(location: str) -> str:
    return parse_qs(urlsplit(location).query).get("problem", [""])[0]


# -- the way that works --------------------------------------------------------------------------


def test_a_resident_known_by_mail_identifies_and_comes_back_to_where_they_were(
    peer: Peer, proved: list[IdentityProved]
) -> None:
    hanako = account()
    client = browser(hanako.pk)
    before = client.cookies["jichi"].value
    response = walk(client, peer, target="/apply/some-draft/page-3/")
    assert (response.status_code, response.headers["Location"]) == (302, "/apply/some-draft/page-3/")
    assert client.cookies["jichi"].value != before
    assert level_of(client) == "card"
    assert owners() == ["hanako@example.jp"]
    claims = proved[0].claims
    assert [(one.account_id, one.provider, one.level) for one in proved] == [(hanako.pk, "identity", "card")]
    assert (claims.name, claims.kana, claims.birth_date and claims.birth_date.month) == (
        "山田　さくら", "ヤマダ　サクラ", 10,
    )  # fmt: skip


def test_nothing_the_provider_said_is_kept_but_its_name_for_the_person(peer: Peer) -> None:
    client = browser(account().pk)
    walk(client, peer)
    with unit(SYSTEM):
        kept = [str(row) for model in (Identity, IdentityFlow, Account) for row in model.objects.values()]
    session = str(dict(SessionStore(client.cookies["jichi"].value).load()))
    trail = str(list(audit.acts(action="identify")))
    assert not any(word in text for text in (*kept, session, trail) for word in ("山田", "ヤマダ", "みどり区"))
    assert "山田" not in repr(IdentityProved.__dataclass_fields__)


def test_the_second_time_says_nothing_new(peer: Peer, proved: list[IdentityProved]) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    client = browser(hanako.pk)
    walk(client, peer)
    assert level_of(client) == "card"
    assert len(proved) == 1
    assert owners() == ["hanako@example.jp"]


def test_an_account_linked_with_the_register_is_asked_for_no_personal_data(peer: Peer) -> None:
    hanako = account()
    assert parse_qs(urlsplit(start(browser(hanako.pk))).query)["scope"] == ["openid name birthdate address"]
    actions.link_person(actor=SYSTEM, account_id=hanako.pk, addressee_no="0000000019", how="letter")
    assert parse_qs(urlsplit(start(browser(hanako.pk))).query)["scope"] == ["openid"]


def test_who_is_known_by_card_signs_in_with_it(peer: Peer) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    stranger = Client()
    response = walk(stranger, peer, target="/my/settings/", level="")
    assert response.headers["Location"] == "/my/settings/"
    session = SessionStore(stranger.cookies["jichi"].value)
    assert (session[SESSION_KEY], session[LEVEL]) == (str(hanako.pk), "card")


def _mail_code(client: Client, monkeypatch: pytest.MonkeyPatch, email: str) -> str:
    monkeypatch.setattr("jichi.engines.accounts.rules.new_sign_in_code", lambda: "123456")
    monkeypatch.setattr(mail_sign_in, "announce", lambda _event: None)
    client.post("/sign-in/", {"email": email, "next": "/my/"})
    response = client.post("/sign-in/code/", {"code": "123456"})
    return str(response.headers.get("Location", response.status_code))


@pytest.mark.parametrize("known", [True, False])
def test_a_new_card_needs_the_mail_address_too(
    peer: Peer, proved: list[IdentityProved], monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    if known:
        account()
    client = Client()
    response = walk(client, peer, target="/my/", level="")
    assert response.headers["Location"].startswith("/sign-in/?")
    assert owners() == []
    assert "カードの確認ができました" in client.get(response.headers["Location"]).content.decode()
    assert _mail_code(client, monkeypatch, "hanako@example.jp") == "/my/"
    assert owners() == ["hanako@example.jp"]
    assert level_of(client) == "card"
    assert [one.level for one in proved] == ["card"]
    assert Account.objects.filter(kind="resident").count() == 1


def test_a_proof_that_waited_too_long_connects_nothing(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    walk(client, peer, level="")
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        _mail_code(client, monkeypatch, "hanako@example.jp")
    assert owners() == []
    assert level_of(client) == "email"


# -- whose it is ---------------------------------------------------------------------------------


def test_a_card_of_another_login_is_said_so_and_changes_nothing(peer: Peer) -> None:
    walk(browser(account().pk), peer)
    other = browser(account("taro").pk)
    response = walk(other, peer)
    assert problem_in(response.headers["Location"]) == "identify.other_account"
    page = other.get(response.headers["Location"]).content.decode()
    assert "別のメールアドレスのログインで使われています" in page
    assert "hanako" not in page
    assert (level_of(other), owners()) == ("", ["hanako@example.jp"])


def test_another_card_at_the_same_login_is_refused(peer: Peer) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    client = browser(hanako.pk)
    response = walk(client, peer, person="ai")
    assert problem_in(response.headers["Location"]) == "identify.other_card"
    assert (level_of(client), owners()) == ("", ["hanako@example.jp"])


def test_after_an_official_took_the_old_card_off_a_new_one_works(peer: Peer) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    with pytest.raises(Forbidden):
        identity.end_identity(actor=identity.actor_of(hanako.pk), account_id=hanako.pk, provider="identity", reason="x")
    identity.end_identity(actor=SYSTEM, account_id=hanako.pk, provider="identity", reason="カードの再発行")
    walk(browser(hanako.pk), peer, person="ai")
    assert owners() == ["hanako@example.jp"]
    assert [act.detail for act in audit.acts(action="identity_ended")] == [
        {"provider": "identity", "reason": "カードの再発行"}
    ]


def test_officials_connect_no_card_with_their_login(peer: Peer) -> None:
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):
        actions.create_division(actor=SYSTEM, code="tax", names={"ja": "税務課"})
        sato = actions.create_staff_account(
            actor=SYSTEM, login="sato", name="佐藤", password="correct horse battery staple", roles=("caseworker",),
            division_codes=("tax",),
        )  # fmt: skip
    assert problem_in(start(browser(sato.pk))) == "identify.off"
    proof = Proof(provider="identity", subject="x", level="card", claims=ProvedClaims())
    with pytest.raises(NotIdentified):
        identity.settle(actor=Actor(kind="staff", account_id=sato.pk), proof=proof)
    assert owners() == []


def test_a_closed_account_is_not_opened_by_its_card(peer: Peer) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    with unit(SYSTEM):
        Account.objects.filter(pk=hanako.pk).update(is_active=False)
    client = Client()
    assert problem_in(walk(client, peer, level="").headers["Location"]) == "identify.failed"
    assert level_of(client) == "nobody"


def test_an_organisations_login_reaches_a_level_of_its_own(peer: Peer, proved: list[IdentityProved]) -> None:
    hanako = account()
    client = browser(hanako.pk)
    response = walk(client, peer, provider="gbizid", level="account")
    assert response.headers["Location"] == "/my/"
    assert level_of(client) == "account"
    assert [(one.provider, one.claims.organisation_no) for one in proved] == [("gbizid", "9000000000000")]
    walk(client, peer)
    assert level_of(client) == "card"
    walk(client, peer, provider="gbizid", level="account")
    assert level_of(client) == "card"


# -- what may go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        "wrong_nonce", "other_audience", "other_issuer", "other_azp", "expired", "alg_none", "unknown_key",
        "bad_at_hash", "other_userinfo",
    ],
)  # fmt: skip
def test_what_a_provider_must_not_say_proves_nothing(peer: Peer, fault: str) -> None:
    client = browser(account().pk)
    peer.faults.set(fault, 1)
    response = walk(client, peer, target="/apply/1/")
    assert problem_in(response.headers["Location"]) == "identify.failed"
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == ["/apply/1/"]
    assert (level_of(client), owners()) == ("", [])
    assert [act.detail for act in audit.acts(action="identify_failed")] == [
        {"provider": "identity", "problem": "identify.failed"}
    ]
    walk(client, peer)
    assert (level_of(client), owners()) == ("card", ["hanako@example.jp"])


def test_a_weaker_check_than_asked_for_is_said_so(peer: Peer) -> None:
    client = browser(account().pk)
    peer.faults.set("low_level", 1)
    response = walk(client, peer)
    assert problem_in(response.headers["Location"]) == "identify.too_low"
    assert level_of(client) == "account"


def test_new_keys_of_the_provider_are_fetched(peer: Peer) -> None:
    walk(browser(account().pk), peer)
    peer.faults.set("rotated_key")
    client = browser(account().pk)
    walk(client, peer)
    assert level_of(client) == "card"


def test_stopping_at_the_provider_loses_nothing(peer: Peer) -> None:
    client = browser(account().pk)
    back = peer.log_in(start(client, target="/apply/1/"), do="stop")
    response = client.get(path_of(back))
    assert problem_in(response.headers["Location"]) == "identify.cancelled"
    assert "入力した内容は保存しています" in client.get(response.headers["Location"]).content.decode()
    assert (level_of(client), owners()) == ("", [])


def test_a_provider_that_is_down_is_said_so_and_works_again_later(peer: Peer) -> None:
    client = browser(account().pk)
    address = start(client)
    back = peer.log_in(address)
    peer.faults.set("down", 1)
    assert problem_in(client.get(path_of(back)).headers["Location"]) == "identify.down"
    # For a few seconds it is not even asked.
    with pytest.raises(Unavailable):
        outside.call(f"{peer.url}/jwks.json")
    outside.rested()
    walk(client, peer)
    assert level_of(client) == "card"


def test_a_slow_provider_keeps_nobody_waiting(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jichi.engines.accounts.sandbox.provider.SLOW_SECONDS", 1.0)
    client = browser(account().pk)
    back = peer.log_in(start(client))
    peer.faults.set("slow", 1)
    monkeypatch.setattr(outside, "TIMEOUT", 0.2)
    assert problem_in(client.get(path_of(back)).headers["Location"]) == "identify.down"
    assert level_of(client) == ""


def test_a_provider_that_is_down_from_the_start_leaves_the_page_usable(peer: Peer) -> None:
    client = browser(account().pk)
    peer.faults.set("down")
    location = start(client)
    assert problem_in(location) == "identify.down"
    assert client.get(location).status_code == 200
    assert IdentityFlow.objects.count() == 0


def test_an_answer_works_once(peer: Peer) -> None:
    client = browser(account().pk)
    back = path_of(peer.log_in(start(client)))
    assert client.get(back).headers["Location"] == "/my/"
    assert IdentityFlow.objects.filter(used_at=None).count() == 0
    # Known surely enough by now: reloading leads on and proves nothing anew.
    assert client.get(back).headers["Location"] == "/my/"
    assert len(audit.acts(action="identify")) == 1


def test_a_used_answer_proves_nothing_to_who_is_not_known(peer: Peer) -> None:
    client = browser(account().pk)
    back = path_of(peer.log_in(start(client)))
    client.get(back)
    thief = Client()
    assert problem_in(thief.get(back).headers["Location"]) == "identify.failed"
    assert level_of(thief) == "nobody"


def test_an_answer_works_in_the_browser_that_asked_and_nowhere_else(peer: Peer) -> None:
    """Signing somebody in as the attacker (login CSRF), or taking their answer over."""
    attacker, victim = browser(account("taro").pk), browser(account().pk)
    start(victim)
    back = path_of(peer.log_in(start(attacker), "ai"))
    assert problem_in(victim.get(back).headers["Location"]) == "identify.failed"
    assert (level_of(victim), owners()) == ("", [])


def test_an_answer_after_signing_in_as_somebody_else_is_refused(peer: Peer) -> None:
    hanako, taro = account(), account("taro")
    client = browser(hanako.pk)
    back = path_of(peer.log_in(start(client)))
    session = SessionStore(client.cookies["jichi"].value)
    session[SESSION_KEY] = str(taro.pk)
    session.save()
    assert problem_in(client.get(back).headers["Location"]) == "identify.failed"
    assert owners() == []


def test_an_answer_that_took_too_long_is_refused(peer: Peer) -> None:
    client = browser(account().pk)
    back = path_of(peer.log_in(start(client)))
    IdentityFlow.objects.update(created_at=clock.now() - timedelta(minutes=16))
    assert problem_in(client.get(back).headers["Location"]) == "identify.failed"
    assert owners() == []


def test_two_tabs_both_come_back(peer: Peer) -> None:
    client = browser(account().pk)
    first, second = start(client, target="/a/"), start(client, target="/b/")
    backs = [path_of(peer.log_in(address)) for address in (second, first)]
    assert [client.get(back).headers["Location"] for back in backs] == ["/b/", "/a/"]
    assert owners() == ["hanako@example.jp"]


def test_a_code_shown_twice_is_refused_by_the_provider(peer: Peer) -> None:
    client = browser(account().pk)
    back = path_of(peer.log_in(start(client)))
    client.get(back)
    IdentityFlow.objects.update(used_at=None)  # as if our own guard were not there
    assert problem_in(client.get(back).headers["Location"]) == "identify.failed"


@pytest.mark.parametrize("answer", ["", "?state=x&code=y", "?error=access_denied", "?state=&code="])
def test_answers_to_nothing_are_refused(peer: Peer, answer: str) -> None:
    client = browser(account().pk)
    assert problem_in(client.get(BACK + answer).headers["Location"]) == "identify.failed"
    assert level_of(client) == ""


def test_an_answer_of_another_issuer_is_refused(peer: Peer) -> None:
    client = browser(account().pk)
    back = path_of(peer.log_in(start(client)))
    mixed = back.split("&iss=")[0] + "&iss=https%3A%2F%2Felsewhere.invalid"
    assert problem_in(client.get(mixed).headers["Location"]) == "identify.failed"
    assert owners() == []


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere(peer: Peer, target: str) -> None:
    client = browser(account().pk)
    assert walk(client, peer, target=target).headers["Location"] == "/"


def test_without_a_provider_the_page_says_so() -> None:
    with override_settings(JICHI_PEERS={}):
        client = browser(account().pk)
        page = client.get(IDENTIFY).content.decode()
        assert "いま使えません" in page
        assert "identity/start" not in page
        location = client.post("/sign-in/identity/start/", {"provider": "identity"}).headers["Location"]
        assert problem_in(location) == "identify.off"
        assert "/sign-in/card/" not in Client().get("/sign-in/").content.decode()
        assert "identity/start" not in Client().get("/sign-in/card/").content.decode()
        assert [finding.state for finding in peers.findings()] == ["missing"] * 3


def test_forms_may_lead_to_the_provider_and_nowhere_else(peer: Peer) -> None:
    client = browser(account().pk)
    for address in (IDENTIFY, "/sign-in/card/"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert f"form-action 'self' {peer.url}" in policy
    assert "form-action 'self';" in client.get("/").headers["Content-Security-Policy"] + ";"


def test_signing_out_forgets_the_level_and_offers_to_leave_the_provider(peer: Peer) -> None:
    client = browser(account().pk)
    walk(client, peer)
    old = client.cookies["jichi"].value
    location = client.post("/sign-in/out/").headers["Location"]
    assert location == "/sign-in/out/done/?from=identity"
    assert f"{peer.url}/logout" in client.get(location).content.decode()
    client.cookies["jichi"] = old
    assert client.get("/my/").headers["Location"].startswith("/sign-in/")


def test_the_actor_knows_its_level(peer: Peer) -> None:
    hanako = account()
    found = queries.signed_in(account_id=hanako.pk, level="card", level_at=5)
    assert found is not None
    assert (found.level, found.level_at, found.actor("r", "p").level) == ("card", 5, "card")
    plain = queries.signed_in(account_id=hanako.pk)
    assert plain is not None
    assert plain.actor("r", "p").level == "email"


# -- the provider verifies us --------------------------------------------------------------------


def test_the_stand_in_refuses_what_a_real_one_would(peer: Peer) -> None:
    client = browser(account().pk)
    address = start(client)
    for wrong in ("redirect_uri=https%3A%2F%2Fevil.example%2F", "client_id=other"):
        name = wrong.split("=")[0]
        kept = "&".join(part for part in address.split("?")[1].split("&") if not part.startswith(name))
        status, _html, headers = ask(f"{peer.url}/authorize?{kept}&{wrong}")
        assert (status, headers["Location"]) == (400, None)
    weak = address.replace("code_challenge_method=S256", "code_challenge_method=plain")
    assert "error=invalid_request" in str(ask(weak)[2]["Location"])
    code = parse_qs(urlsplit(peer.log_in(address)).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": identity.redirect_uri(),
            "code_verifier": "x" * 43, "client_id": "jichi"}  # fmt: skip
    status, text, _ = ask(f"{peer.url}/token", form)
    assert (status, as_json(text)) == (401, {"error": "invalid_client"})
    provider = peers.provider("identity")
    assert provider is not None
    form |= {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
             "client_assertion": oidc.assertion(provider, f"{peer.url}/token")}  # fmt: skip
    assert as_json(ask(f"{peer.url}/token", form)[1]) == {"error": "invalid_grant"}
    assert as_json(ask(f"{peer.url}/token", form)[1]) == {"error": "invalid_client"}  # the assertion works once


def test_subject_is_kept_for_signing_only_within_the_account(peer: Peer) -> None:
    hanako = account()
    walk(browser(hanako.pk), peer)
    with unit(SYSTEM):
        assert len(identity.subject_at(account_id=hanako.pk, provider="identity")) == 40
        assert identity.subject_at(account_id=UUID(int=1), provider="identity") == ""
    with unit(identity.actor_of(UUID(int=1))):
        assert Identity.objects.count() == 0


def test_a_resident_takes_their_own_card_off_after_proving_who_they_are(peer: Peer) -> None:
    hanako, taro = account(), account("taro")
    client = browser(hanako.pk)
    walk(client, peer)
    assert "マイナンバーカード" in client.get("/my/logins/").content.decode()
    mailbox = browser(hanako.pk)  # whoever has only the mailbox makes no room for another card
    asked = mailbox.post("/my/logins/end/", {"provider": "identity"})
    assert asked.headers["Location"].startswith("/sign-in/identity/?")
    _set_level(mailbox, "account")
    low = mailbox.post("/my/logins/end/", {"provider": "identity"})
    assert low.headers["Location"].startswith("/sign-in/identity/?next=%2Fmy%2Flogins%2Fend%2F%3Fprovider")
    other = browser(taro.pk)
    _set_level(other, "card")
    strange = other.post("/my/logins/end/", {"provider": "identity"})
    assert (strange.headers["Location"], owners()) == ("/my/logins/", ["hanako@example.jp"])
    assert "接続を外す" in client.get("/my/logins/end/?provider=identity").content.decode()
    assert client.post("/my/logins/end/", {"provider": "identity"}).headers["Location"] == "/my/logins/?done=1"
    again = client.post("/my/logins/end/", {"provider": "identity"}).headers["Location"]
    assert again.startswith("/sign-in/identity/?")
    assert (owners(), level_of(client)) == ([], "email")
    assert "接続しているログインはありません。" in client.get("/my/logins/").content.decode()
    with unit(SYSTEM):
        assert _messages(hanako.pk) == ["identity.ended"]
    with pytest.raises(Forbidden):
        identity.end_own_identity(actor=SYSTEM, provider="identity")


def _set_level(client: Client, level: str) -> None:
    session = client.session
    session[LEVEL], session[LEVEL_AT] = level, int(clock.now().timestamp())
    session.save()


def _messages(account_id: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT template FROM eng_messages_message WHERE account_id = %s", (account_id,))
        return [str(row[0]) for row in cursor.fetchall()]
