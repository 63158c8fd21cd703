"""Signing in: codes work once and in time, tries are limited, a lost phone has a way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from cryptography.fernet import Fernet
from django.test import override_settings

from jichi.engines.accounts import actions, queries, sealing, sign_in
from jichi.engines.accounts.models import Account, RecoveryCode, SignInCode
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, system_actor
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("test")
PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def field_key() -> Iterator[None]:
    with override_settings(JICHI_FIELD_KEYS=(Fernet.generate_key().decode(),)):
        sealing._box.cache_clear()
        yield
    sealing._box.cache_clear()


@pytest.fixture
def official() -> Account:
    actions.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    return actions.create_staff_account(
        actor=SYSTEM, login="sato", name="佐藤", password=PASSWORD, roles=("caseworker",), division_codes=("youth",)
    )


def _code(monkeypatch: pytest.MonkeyPatch, code: str = "123456") -> UUID:
    monkeypatch.setattr("jichi.engines.accounts.rules.new_sign_in_code", lambda: code)
    return sign_in.issue_code(email="hana@example.jp", language="ko", client="192.0.2.1")


def test_the_right_code_makes_the_account_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = sign_in.check_code(code_id=_code(monkeypatch), code="１２３ ４５６")
    assert account is not None
    assert (account.email, account.language, account.kind) == ("hana@example.jp", "ko", "resident")
    again = sign_in.check_code(code_id=_code(monkeypatch), code="123456")
    assert again == account


def test_a_code_works_once(monkeypatch: pytest.MonkeyPatch) -> None:
    code_id = _code(monkeypatch)
    assert sign_in.check_code(code_id=code_id, code="123456") is not None
    assert sign_in.check_code(code_id=code_id, code="123456") is None


def test_after_five_wrong_tries_the_right_code_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    code_id = _code(monkeypatch)
    for _ in range(5):
        assert sign_in.check_code(code_id=code_id, code="000000") is None
    assert sign_in.check_code(code_id=code_id, code="123456") is None
    assert not Account.objects.filter(email="hana@example.jp").exists()


@pytest.mark.parametrize(("minutes", "works"), [(9.9, True), (10.1, False)])
def test_a_code_ends_after_ten_minutes(monkeypatch: pytest.MonkeyPatch, minutes: float, works: bool) -> None:
    code_id = _code(monkeypatch)
    with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
        assert (sign_in.check_code(code_id=code_id, code="123456") is not None) is works


@pytest.mark.parametrize(("minutes", "works"), [(-0.5, True), (-60, False), (60, False)])
def test_a_code_is_no_longer_good_when_the_clock_jumps(
    monkeypatch: pytest.MonkeyPatch, minutes: float, works: bool
) -> None:
    code_id = _code(monkeypatch)
    with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
        assert (sign_in.check_code(code_id=code_id, code="123456") is not None) is works
    if not works:  # it was no try either: when the clock is right again the code is as good as it was
        assert sign_in.check_code(code_id=code_id, code="123456") is not None


def test_the_code_is_kept_only_as_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    row = SignInCode.objects.get(pk=_code(monkeypatch))
    assert "123456" not in row.code_hash
    assert len(row.code_hash) == 64


@pytest.mark.parametrize(
    "email", ["", "hana", "hana@", "a b@example.jp", "hana@example", "x" * 65 + "@example.jp", "a@b..jp"]
)
def test_no_code_goes_to_what_is_no_address(email: str) -> None:
    with pytest.raises(Invalid) as refused:
        sign_in.issue_code(email=email, language="ja", client="192.0.2.1")
    assert set(refused.value.fields) == {"email"}
    assert SignInCode.objects.count() == 0


def test_the_sixth_code_within_an_hour_is_refused() -> None:
    for _ in range(5):
        sign_in.issue_code(email="hana@example.jp", language="ja", client="192.0.2.1")
    with pytest.raises(sign_in.TooManyTries) as refused:
        sign_in.issue_code(email="HANA@example.jp", language="ja", client="192.0.2.1")
    assert 0 < int(str(refused.value.params["seconds"])) <= 3600
    assert SignInCode.objects.count() == 5


def test_password_and_unknown_login_look_the_same(official: Account) -> None:
    assert sign_in.check_staff_password(login="sato", password="wrong", client="c") is None
    assert sign_in.check_staff_password(login="nobody", password=PASSWORD, client="c") is None
    assert sign_in.check_staff_password(login="sato", password=PASSWORD, client="c") == official
    assert len(audit.acts(action="sign_in_failed")) == 2


def test_an_authenticator_code_works_once(official: Account) -> None:
    sign_in.enrol_totp(actor=SYSTEM, account_id=official.pk, secret=SECRET)
    code = pyotp.TOTP(SECRET).at(clock.now())
    assert sign_in.check_second_factor(account_id=official.pk, code=code)
    assert not sign_in.check_second_factor(account_id=official.pk, code=code)


def test_a_clock_set_back_brings_no_used_authenticator_code_back(official: Account) -> None:
    sign_in.enrol_totp(actor=SYSTEM, account_id=official.pk, secret=SECRET)
    now = clock.now()
    used = pyotp.TOTP(SECRET).at(now)
    assert sign_in.check_second_factor(account_id=official.pk, code=used)
    for back in (timedelta(minutes=1), timedelta(hours=1)):
        with clock.standing_at(now - back):
            assert not sign_in.check_second_factor(account_id=official.pk, code=used)
            assert not sign_in.check_second_factor(account_id=official.pk, code=pyotp.TOTP(SECRET).at(now - back))
    with clock.standing_at(now + timedelta(hours=1)):
        assert not sign_in.check_second_factor(account_id=official.pk, code=used)
        assert sign_in.check_second_factor(account_id=official.pk, code=pyotp.TOTP(SECRET).at(clock.now()))


def test_enrolment_needs_the_code_handed_over_in_person(official: Account) -> None:
    handed = sign_in.reset_second_factor(actor=SYSTEM, account_id=official.pk, reason="電話の紛失")
    secret, address, kept = sign_in.begin_enrolment(account_id=official.pk)
    assert address.startswith("otpauth://totp/")
    code = pyotp.TOTP(secret).at(clock.now())
    assert sign_in.confirm_enrolment(account_id=official.pk, code=code, handed_code="WRONG", kept=kept) is None
    codes = sign_in.confirm_enrolment(account_id=official.pk, code=code, handed_code=handed.lower(), kept=kept)
    assert codes is not None
    assert len(codes) == 8
    assert sign_in.check_second_factor(account_id=official.pk, code=codes[0])
    assert not sign_in.check_second_factor(account_id=official.pk, code=codes[0])
    assert RecoveryCode.objects.filter(account=official, used_at=None).count() == 7


def test_a_confirmed_authenticator_cannot_be_replaced_by_enrolling_again(official: Account) -> None:
    sign_in.enrol_totp(actor=SYSTEM, account_id=official.pk, secret=SECRET)
    with pytest.raises(Forbidden):
        sign_in.begin_enrolment(account_id=official.pk)


def test_a_reset_ends_sessions_and_is_recorded_with_its_reason(official: Account) -> None:
    sign_in.enrol_totp(actor=SYSTEM, account_id=official.pk, secret=SECRET)
    boss = Actor(kind="staff", account_id=UUID(int=1), permissions=frozenset({"eng_accounts.manage"}))
    before = queries.signed_in(account_id=official.pk)
    sign_in.reset_second_factor(actor=boss, account_id=official.pk, reason="電話の紛失")
    after = queries.signed_in(account_id=official.pk)
    assert before is not None
    assert after is not None
    assert after.session_generation == before.session_generation + 1
    assert not after.totp_confirmed
    assert [act.detail for act in audit.acts(action="second_factor_reset")] == [{"reason": "電話の紛失"}]


def test_nobody_resets_their_own_second_factor(official: Account) -> None:
    sign_in.enrol_totp(actor=SYSTEM, account_id=official.pk, secret=SECRET)
    self_service = Actor(kind="staff", account_id=official.pk, permissions=frozenset({"eng_accounts.manage"}))
    with pytest.raises(Forbidden):
        sign_in.reset_second_factor(actor=self_service, account_id=official.pk, reason="x")
    signed = queries.signed_in(account_id=official.pk)
    assert signed is not None
    assert signed.totp_confirmed


def test_a_person_has_one_login_and_a_login_one_person() -> None:
    first = actions.create_resident_account(actor=SYSTEM, email="a@example.jp")
    second = actions.create_resident_account(actor=SYSTEM, email="b@example.jp")
    actions.link_person(actor=SYSTEM, account_id=first.pk, addressee_no="0000000019", how="letter")
    actions.link_person(actor=SYSTEM, account_id=first.pk, addressee_no="0000000019", how="letter")
    for account, number in ((second, "0000000019"), (first, "0000000027")):
        with pytest.raises(Conflict):
            actions.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="letter")
    assert queries.linked_person(first.pk) == "0000000019"
    assert queries.linked_person(second.pk) is None


def test_a_post_gives_its_roles_only_from_its_first_to_its_last_day(official: Account) -> None:
    actions.create_division(actor=SYSTEM, code="tax", names={"ja": "税務課"})
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    actions.give_post(
        actor=SYSTEM, account_id=official.pk, division_code="tax", title="係長", roles=("section_chief",),
        starts_on=tomorrow, ends_on=tomorrow,
    )  # fmt: skip
    found = [queries.signed_in(account_id=official.pk, today=today + timedelta(days=n)) for n in range(3)]
    assert [sorted(s.roles) for s in found if s] == [["caseworker"], ["caseworker", "section_chief"], ["caseworker"]]


def test_a_sealed_secret_opens_with_an_older_key() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with override_settings(JICHI_FIELD_KEYS=(old,)):
        sealing._box.cache_clear()
        sealed = sealing.seal("秘密")
    with override_settings(JICHI_FIELD_KEYS=(new, old)):
        sealing._box.cache_clear()
        assert sealing.unseal(sealed) == "秘密"
