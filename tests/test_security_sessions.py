"""Sessions and signing in: taken over, outlived, guessed, replayed, raced. None of it works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from conftest import TestDatabase
from jichi.engines.accounts import actions, rules, sealing, sign_in
from jichi.engines.accounts.middleware import MFA, PROVED_AT, SEEN
from jichi.engines.accounts.models import Account, PostHolding, RateWindow, Session, SignInCode
from jichi.engines.accounts.sessions import SessionStore
from jichi.engines.accounts.stash import KEY as STASH
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import intruder

SYSTEM = system_actor("test")
PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]
COOKIE = settings.SESSION_COOKIE_NAME
STAFF_SIGN_IN = "/staff/sign-in/"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with override_settings(JICHI_FIELD_KEYS=(Fernet.generate_key().decode(),), PASSWORD_HASHERS=FAST):
        sealing._box.cache_clear()
        sign_in._nobody.cache_clear()
        yield
    sealing._box.cache_clear()
    sign_in._nobody.cache_clear()


def make_official(login: str = "sato", *, enrolled: bool = True, **how: Any) -> Account:
    actions.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    made = actions.create_staff_account(
        actor=SYSTEM, login=login, name="佐藤", password=PASSWORD, roles=("caseworker", "administrator"),
        division_codes=("youth",), **how,
    )  # fmt: skip
    if enrolled:
        sign_in.enrol_totp(actor=SYSTEM, account_id=made.pk, secret=SECRET)
    return made


@pytest.fixture
def official(db: None) -> Account:
    return make_official()


@pytest.fixture
def resident(db: None) -> Account:
    return actions.create_resident_account(actor=SYSTEM, email="hana@example.jp")


def totp(later: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=later))


def address(name: str) -> str:
    return reverse(f"eng_accounts_staff:{name}")


def with_password(client: Client | None = None, **more: str) -> Client:
    client = client or Client()
    client.post(address("staff_sign_in"), {"login": "sato", "password": PASSWORD, **more})
    return client


def sign_in_as_official() -> Client:
    client = with_password()
    assert client.post(address("staff_second_factor"), {"code": totp()}).headers["Location"] == "/staff/"
    return client


def sign_in_as_resident(client: Client, monkeypatch: pytest.MonkeyPatch, *, target: str = "") -> HttpResponse:
    monkeypatch.setattr(rules, "new_sign_in_code", lambda: "123456")
    client.post("/sign-in/", {"email": "hana@example.jp", **({"next": target} if target else {})})
    return client.post("/sign-in/code/", {"code": "123456"})  # type: ignore[return-value] # the stubs' own class


def data_of(client: Client) -> SessionStore:
    return SessionStore(session_key=client.cookies[COOKIE].value)


def age(client: Client, **by: int) -> None:
    """Make what the session says of itself so many seconds older."""
    store = data_of(client)
    for name, seconds in by.items():
        store[name] = store[name] - seconds
    store.save()


# -- whose session it is -------------------------------------------------------------------------


def test_a_session_planted_before_signing_in_is_worth_nothing_after(
    resident: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = Client()
    victim.post("/sign-in/", {"email": "hana@example.jp"})
    planted = victim.cookies[COOKIE].value
    sign_in_as_resident(victim, monkeypatch)
    assert victim.cookies[COOKIE].value != planted
    assert victim.get("/my/").status_code == 200
    attacker = intruder.browser(key=planted)
    assert attacker.get("/my/").status_code == 302
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_key_of_the_attackers_choice_is_not_taken(resident: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = intruder.browser(key="a" * 32)
    sign_in_as_resident(victim, monkeypatch)
    assert victim.cookies[COOKIE].value != "a" * 32
    assert intruder.browser(key="a" * 32).get("/my/").status_code == 302


def test_each_step_of_an_officials_sign_in_has_its_own_session_and_form_token(official: Account) -> None:
    client = Client()
    seen = []
    client.get(STAFF_SIGN_IN)
    before = client.cookies[settings.CSRF_COOKIE_NAME].value
    with_password(client)
    seen.append(client.cookies[COOKIE].value)
    client.post(address("staff_second_factor"), {"code": totp()})
    seen.append(client.cookies[COOKIE].value)
    assert len(set(seen)) == 2
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != before
    assert intruder.browser(key=seen[0]).get("/staff/").status_code == 302


@pytest.mark.parametrize("who", ["resident", "staff"])
def test_signing_out_ends_the_session_itself(official: Account, resident: Account, who: str) -> None:
    account, home, way_out = {
        "resident": (resident, "/my/", "/sign-in/out/"), "staff": (official, "/staff/", address("staff_sign_out")),
    }[who]  # fmt: skip
    client = intruder.browser(account.pk, mfa=True)
    key = client.cookies[COOKIE].value
    assert client.get(home).status_code == 200
    assert client.get(way_out).status_code == 405
    assert client.get(home).status_code == 200
    client.post(way_out)
    assert client.get(home).status_code == 302
    assert intruder.browser(key=key).get(home).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


def test_a_request_on_its_way_does_not_bring_back_a_session_that_was_signed_out(resident: Account) -> None:
    client = intruder.browser(resident.pk)
    late = data_of(client)
    assert late[SEEN]  # read before the other request signs out
    client.post("/sign-in/out/")
    late[SEEN] = 1
    with pytest.raises(UpdateError):
        late.save()
    assert not Session.objects.filter(account_id=resident.pk).exists()


def test_an_account_taken_out_of_use_ends_at_once(resident: Account, official: Account) -> None:
    for account, home in ((resident, "/my/"), (official, "/staff/")):
        client = intruder.browser(account.pk, mfa=True)
        assert client.get(home).status_code == 200
        Account.objects.filter(pk=account.pk).update(is_active=False)
        assert client.get(home).status_code == 302
        Account.objects.filter(pk=account.pk).update(is_active=True)
        assert client.get(home).status_code == 302, "the session came back with the account"


def test_all_sessions_of_an_account_end_together(resident: Account) -> None:
    phones = [intruder.browser(resident.pk) for _ in range(3)]
    actions.end_sessions(actor=SYSTEM, account_id=resident.pk)
    assert [phone.get("/my/").status_code for phone in phones] == [302, 302, 302]


def test_a_post_that_ended_gives_nothing_from_the_next_midnight_on(official: Account) -> None:
    client = intruder.browser(official.pk, mfa=True)
    today = clock.today()
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eng_accounts_postholding SET during = daterange(lower(during) - 9, %s, '[]') WHERE account_id = %s",
            (today, official.pk),
        )
    assert PostHolding.objects.filter(account=official).count() == 1
    assert client.get("/staff/people/").status_code in {200, 404}
    assert client.get("/staff/cases/").status_code == 200
    tokyo = clock.now().astimezone(clock.TOKYO)
    midnight = tokyo.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with clock.standing_at(midnight - timedelta(seconds=1)):
        assert client.get("/staff/cases/").status_code == 200
    with clock.standing_at(midnight):
        assert client.get("/staff/cases/").status_code == 404


# -- how long ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("idle", "lives"), [(29 * 60, True), (31 * 60, False)])
def test_half_an_hour_without_a_page_ends_it(resident: Account, idle: int, lives: bool) -> None:
    client = intruder.browser(resident.pk)
    age(client, seen=idle)
    assert (client.get("/my/").status_code == 200) is lives


def test_twelve_hours_end_it_however_busy_it_was(resident: Account) -> None:
    client = intruder.browser(resident.pk)
    age(client, proved_at=12 * 3600 - 60)
    assert client.get("/my/").status_code == 200
    age(client, proved_at=120)
    answer = client.get("/my/")
    assert answer.status_code == 302
    assert "expired=1" in answer.headers["Location"]
    assert client.get("/my/").status_code == 302


@pytest.mark.parametrize(("ahead", "lives"), [(30, True), (3600, False)])
@pytest.mark.parametrize("what", ["seen", "proved_at"])
def test_a_clock_set_back_makes_no_session_longer(resident: Account, what: str, ahead: int, lives: bool) -> None:
    client = intruder.browser(resident.pk)
    age(client, **{what: -ahead})
    answer = client.get("/my/")
    assert (answer.status_code == 200) is lives
    assert lives or "expired=1" in answer.headers["Location"]


def test_using_a_session_does_not_move_its_end(resident: Account) -> None:
    client = intruder.browser(resident.pk)
    before = data_of(client)[PROVED_AT]
    age(client, seen=120)
    client.get("/my/")
    assert data_of(client)[PROVED_AT] == before
    assert data_of(client)[SEEN] > int(time.time()) - 10


# -- what was typed ------------------------------------------------------------------------------


def test_what_one_typed_is_not_shown_to_the_next_at_the_same_computer(resident: Account) -> None:
    other = actions.create_resident_account(actor=SYSTEM, email="taro@example.jp")
    client = intruder.browser(resident.pk)
    age(client, seen=3600)
    typed = {"kana": "ヤマダ　ハナ", "postcode": "1050001"}
    assert client.post("/my/link/", typed).status_code == 302
    store = data_of(client)
    assert store[STASH]["account"] == str(resident.pk)
    for account, sees in ((other, False), (resident, True)):
        browser = intruder.browser(key=intruder.session_of(account.pk, mfa=False, **{STASH: store[STASH]}))
        assert ("ヤマダ" in intruder.words(browser.get("/my/link/"))) is sees
        assert STASH not in data_of(browser)


def test_words_nobody_knows_the_owner_of_are_not_kept(db: None) -> None:
    client = Client()
    assert client.post("/my/link/", {"kana": "ヤマダ　ハナ"}).status_code == 302
    assert COOKIE not in client.cookies or STASH not in data_of(client)


def test_secrets_are_never_kept(resident: Account) -> None:
    client = intruder.browser(resident.pk)
    age(client, seen=3600)
    client.post("/my/link/", {"code": "7K3M9QXZ", "password": "x", "csrfmiddlewaretoken": "y", "kana": "ヤ"})
    assert data_of(client)[STASH]["fields"] == {"kana": ["ヤ"]}


# -- the second factor ---------------------------------------------------------------------------


def staff_pages() -> list[str]:
    return [
        reverse(a.name) for a in intruder.house_addresses()
        if a.access and a.access.audience == "staff" and not a.has_parameters
    ]  # fmt: skip


def test_a_password_alone_opens_no_page_of_the_officials(official: Account) -> None:
    client = with_password()
    pages = staff_pages()
    assert len(pages) > 5
    assert [p for p in pages if client.get(p).status_code not in {302, 405}] == []
    half = intruder.browser(official.pk, mfa=False)
    assert [p for p in pages if half.get(p).status_code not in {302, 405}] == []


def test_the_steps_of_signing_in_cannot_be_left_out(official: Account) -> None:
    assert Client().get(address("staff_second_factor")).headers["Location"] == STAFF_SIGN_IN
    assert Client().post(address("staff_second_factor"), {"code": totp()}).headers["Location"] == STAFF_SIGN_IN
    assert Client().get(address("staff_enrol")).headers["Location"] == STAFF_SIGN_IN
    client = with_password()
    assert client.get(address("staff_enrol")).headers["Location"] == STAFF_SIGN_IN  # enrolled: no second authenticator


def test_a_password_waits_ten_minutes_for_its_second_factor(official: Account) -> None:
    client = with_password()
    store = data_of(client)
    store["pending"] = {**store["pending"], "at": store["pending"]["at"] - 601}
    store.save()
    assert client.post(address("staff_second_factor"), {"code": totp()}).headers["Location"] == STAFF_SIGN_IN
    assert client.get("/staff/").status_code == 302


def test_a_residents_session_is_none_of_an_officials(resident: Account) -> None:
    client = intruder.browser(resident.pk, mfa=True)
    assert {client.get(p).status_code for p in staff_pages()} <= {302, 405}


def test_a_number_from_the_authenticator_counts_once(official: Account) -> None:
    code = totp()
    first, second = with_password(), with_password()
    assert first.post(address("staff_second_factor"), {"code": code}).headers["Location"] == "/staff/"
    assert second.post(address("staff_second_factor"), {"code": code}).status_code == 422
    assert second.get("/staff/").status_code == 302
    older = with_password()
    assert older.post(address("staff_second_factor"), {"code": totp(-30)}).status_code == 422


@pytest.mark.parametrize(
    "code", ["", "0", "000000 ", "²²²²²²", "١٢٣٤٥٦", "true", "None", "-1", "1" * 5000, "\u202e1", "💥"]
)
def test_odd_numbers_open_nothing(official: Account, code: str) -> None:
    client = with_password()
    assert client.post(address("staff_second_factor"), {"code": code}).status_code == 422


def test_an_authenticator_enrolled_by_its_owner_is_not_known_to_who_had_the_password(db: None) -> None:
    """Found here: the secret was made once per account, so whoever opened the page first knew it for good."""
    account = make_official(enrolled=False)
    attacker = with_password()
    page = intruder.words(attacker.get(address("staff_enrol")))
    handed = sign_in.reset_second_factor(actor=SYSTEM, account_id=account.pk, reason="新しい職員")
    attacker_again = with_password()
    stolen = data_of_secret(intruder.words(attacker_again.get(address("staff_enrol"))))
    owner = with_password()
    own = data_of_secret(intruder.words(owner.get(address("staff_enrol"))))
    assert len({data_of_secret(page), stolen, own}) == 3
    code = pyotp.TOTP(own).at(clock.now())
    assert owner.post(address("staff_enrol"), {"handed": handed, "code": code}).status_code == 200
    account.refresh_from_db()
    assert sealing.unseal(account.totp_secret or b"") == own
    assert attacker_again.get(address("staff_enrol")).headers["Location"] == STAFF_SIGN_IN
    assert owner.get("/staff/").status_code == 200


def data_of_secret(page: str) -> str:
    return page.partition("<code>")[2].partition("</code>")[0]


def test_enrolling_without_the_code_from_the_administrator_fails(db: None) -> None:
    account = make_official(enrolled=False)
    client = with_password()
    secret = data_of_secret(intruder.words(client.get(address("staff_enrol"))))
    for handed in ("", "0", "AAAA-AAAA"):
        code = pyotp.TOTP(secret).at(clock.now())
        assert client.post(address("staff_enrol"), {"handed": handed, "code": code}).status_code == 422
    account.refresh_from_db()
    assert account.totp_confirmed_at is None


# -- who is there --------------------------------------------------------------------------------


def normal(answer: Any) -> tuple[int, str]:
    """Status and page without the one-time form token and what the visitor typed."""
    import re

    return answer.status_code, re.sub(r'value="[^"]*"|E-\w{4}', "", intruder.words(answer))


def test_pages_do_not_tell_whether_an_address_or_login_is_known(official: Account, resident: Account) -> None:
    from django.test.utils import CaptureQueriesContext

    def asked(path: str, **data: str) -> tuple[tuple[int, str], int]:
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(path, data)
        return normal(answer), len(queries)

    assert asked("/sign-in/", email="hana@example.jp") == asked("/sign-in/", email="nobody@example.jp")
    Account.objects.filter(pk=resident.pk).update(is_active=False)
    assert asked("/sign-in/", email="hana@example.jp") == asked("/sign-in/", email="nobody2@example.jp")
    wrong = asked(STAFF_SIGN_IN, login="sato", password="x")
    assert wrong == asked(STAFF_SIGN_IN, login="nobody", password="x")
    Account.objects.filter(pk=official.pk).update(is_active=False)
    assert wrong == asked(STAFF_SIGN_IN, login="sato", password=PASSWORD)


def test_an_unknown_login_costs_as_much_hashing_as_a_known_one(
    official: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth import hashers

    checked: list[str] = []
    real = hashers.MD5PasswordHasher.verify

    def verify(self: Any, password: str, encoded: str) -> bool:
        checked.append(password)
        return bool(real(self, password, encoded))

    monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", verify)
    sign_in._nobody()
    for login in ("sato", "nobody", "", "x" * 500):
        checked.clear()
        Client().post(STAFF_SIGN_IN, {"login": login, "password": "guess"})
        assert checked == ["guess"], login


# -- many at once --------------------------------------------------------------------------------


@pytest.fixture
def committed_official(committed_db: TestDatabase) -> Iterator[Account]:
    with transaction.atomic():
        made = make_official()
    yield made
    connection.close()


def test_one_number_from_the_authenticator_in_eight_browsers_at_once_counts_once(committed_official: Account) -> None:
    clients = [with_password() for _ in range(8)]
    code = totp()
    found = intruder.at_once(*[lambda c=c: c.post(address("staff_second_factor"), {"code": code}) for c in clients])
    assert intruder.statuses(found) == [302, *[422] * 7]


def test_guessing_a_mailed_code_in_parallel_gives_five_guesses(committed_db: TestDatabase) -> None:
    issued = sign_in.issue_code(email="hana@example.jp", language="ja", client="c")
    with unit(SYSTEM):
        SignInCode.objects.filter(pk=issued).update(code_hash=sign_in._hash("code", issued, "123456"))
    wrong = [lambda n=n: sign_in.check_code(code_id=issued, code=f"{n:06d}") for n in range(12)]
    assert intruder.at_once(*wrong) == [None] * 12
    with unit(SYSTEM):
        assert SignInCode.objects.get(pk=issued).attempts == 5
    assert sign_in.check_code(code_id=issued, code="123456") is None


def test_guessing_in_parallel_without_the_lock_would_give_more(
    committed_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the lock is for: all read the same count, and each wrong guess writes the same next one."""
    import threading

    issued = sign_in.issue_code(email="hana@example.jp", language="ja", client="c")
    gate = threading.Barrier(8)

    def guess() -> None:
        row = SignInCode.objects.get(pk=issued)
        gate.wait(timeout=30)
        row.attempts += 1
        row.save(update_fields=["attempts"])

    intruder.at_once(*[guess] * 8)
    assert SignInCode.objects.get(pk=issued).attempts < 8


def test_the_same_right_code_at_once_signs_in_once(committed_db: TestDatabase) -> None:
    issued = sign_in.issue_code(email="hana@example.jp", language="ja", client="c")
    with unit(SYSTEM):
        SignInCode.objects.filter(pk=issued).update(code_hash=sign_in._hash("code", issued, "123456"))
    found = intruder.at_once(*[lambda: sign_in.check_code(code_id=issued, code="123456")] * 4)
    assert sorted(type(one).__name__ for one in found) == ["Account", "NoneType", "NoneType", "NoneType"]


def test_guessing_a_password_in_parallel_is_stopped_at_the_limit(committed_official: Account) -> None:
    found = intruder.at_once(
        *[lambda: Client().post(STAFF_SIGN_IN, {"login": "sato", "password": "guess"}) for _ in range(16)]
    )
    assert intruder.statuses(found) == [422] * 10 + [429] * 6
    assert int(next(r for r in found if r.status_code == 429).headers["Retry-After"]) <= 900
    right = Client().post(STAFF_SIGN_IN, {"login": "SATO", "password": PASSWORD})
    assert right.status_code == 429


def test_asking_for_codes_in_parallel_is_stopped_at_the_limit(committed_db: TestDatabase) -> None:
    found = intruder.at_once(*[lambda: Client().post("/sign-in/", {"email": "hana@example.jp"}) for _ in range(9)])
    assert intruder.statuses(found) == [302] * 5 + [429] * 4
    with unit(SYSTEM):
        assert SignInCode.objects.count() == 5


def test_paper_codes_and_numbers_share_one_limit(official: Account) -> None:
    client = with_password()
    answers = [client.post(address("staff_second_factor"), {"code": f"GUES-S{n:03d}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2
    again = with_password()  # a new session does not begin a new count
    assert again.post(address("staff_second_factor"), {"code": totp()}).status_code == 429


def test_the_limit_counts_by_client_too(official: Account) -> None:
    answers = [
        Client().post(STAFF_SIGN_IN, {"login": f"name{n}", "password": "x"}, REMOTE_ADDR="192.0.2.9").status_code
        for n in range(52)
    ]
    assert answers == [422] * 50 + [429] * 2
    elsewhere = Client().post(STAFF_SIGN_IN, {"login": "sato", "password": "x"}, REMOTE_ADDR="192.0.2.10")
    assert elsewhere.status_code == 422
    assert RateWindow.objects.filter(key__contains="192.0.2.9").count() == 1


# -- where one goes after ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "https:evil.example", "/\\evil.example", "\\\\evil.example",
     "/%09/evil",
     "\t//evil.example", "http:///evil.example", "javascript:alert(1)", "///evil.example", "/\t/evil.example",
     "/\n/evil.example", "https:/\\evil.example", "evil.example", "//evil.example@localhost/", "\u2028//evil.example"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_house(
    resident: Account, official: Account, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    def ours(location: str) -> bool:
        return location.startswith("/") and not location.startswith(("//", "/\\", "/\t", "/\n"))

    assert ours(sign_in_as_resident(Client(), monkeypatch, target=target).headers["Location"])
    client = with_password(next=target)
    assert ours(client.post(address("staff_second_factor"), {"code": totp(), "next": target}).headers["Location"])
    chosen = Client().get("/language/en/", {"next": target})
    assert chosen.status_code == 302
    assert ours(chosen.headers["Location"])


def test_signing_in_leads_to_the_page_that_asked_for_it(resident: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in_as_resident(Client(), monkeypatch, target="/my/?a=1").headers["Location"] == "/my/?a=1"


def test_a_fresh_proof_is_asked_for_before_a_sensitive_act(official: Account) -> None:
    other = make_official("suzuki")
    client = sign_in_as_official()
    page = reverse("eng_accounts_admin:reset", args=[other.pk])
    assert client.get(page).status_code == 200
    age(client, proved_at=601)
    answer = client.post(page, {"reason": "電話の紛失"})
    assert answer.headers["Location"].startswith(STAFF_SIGN_IN)
    other.refresh_from_db()
    assert other.totp_confirmed_at is not None
    store = data_of(client)
    assert store[MFA]
    assert store[STASH]["account"] == str(official.pk)


def test_the_account_of_a_session_cannot_be_another_ones(resident: Account, official: Account) -> None:
    """Fields and parameters that name an account are not read anywhere in signing in."""
    client = Client()
    forged = {"account": str(official.pk), "_auth_user_id": str(official.pk), "mfa": "1", "pending": str(official.pk)}
    client.post("/sign-in/", {"email": "hana@example.jp", **forged})
    client.post("/sign-in/code/", {"code": "x", **forged})
    client.post(address("staff_second_factor"), {"code": totp(), **forged})
    assert client.get("/staff/").status_code == 302
    assert client.get("/my/").status_code == 302
    assert UUID(str(official.pk)) not in set(Session.objects.values_list("account_id", flat=True))
