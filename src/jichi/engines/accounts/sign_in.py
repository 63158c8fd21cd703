"""Use cases of signing in: code by e-mail for residents; password, authenticator and paper codes for officials.

A door of this room like `actions`, apart from it for its length. Messages and timing do not tell
whether an account exists.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import constant_time_compare, salted_hmac

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from . import rules
from .actions import MANAGE, create_resident_account, end_sessions
from .events import SecondFactorReset, SignInCodeIssued
from .limits import TooManyTries, limit
from .models import Account, RecoveryCode, SignInCode
from .sealing import seal, unseal

__all__ = ["TooManyTries", "limit"]  # what other modules of this room offer through this door


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash no password opens: checking it takes as long as checking a real one."""
    return make_password(secrets.token_urlsafe(8))


def _hash(kind: str, owner: object, code: str) -> str:
    return salted_hmac(f"jichi.{kind}.{owner}", code, algorithm="sha256").hexdigest()


def issue_code(*, email: str, language: str, client: str) -> UUID:
    """Send a sign-in code to an address, known or not.

    Args:
        client: network address of the visitor, for the rate limit.

    Raises:
        Invalid: not an e-mail address.
        TooManyTries: over 5 codes for the address or 30 for the client within an hour.
    """
    address = rules.normal_email(email)
    if address is None:
        raise Invalid(fields={"email": FieldError("field.email" if email.strip() else "field.required")})
    with unit(system_actor("sign-in")):
        limit(f"code:{address.lower()}", tries=5, seconds=3600)
        limit(f"code-client:{client}", tries=30, seconds=3600)
        code = rules.new_sign_in_code()
        row = SignInCode(
            email=address, language=language, expires_at=clock.now() + timedelta(minutes=rules.CODE_MINUTES)
        )
        row.code_hash = _hash("code", row.pk, code)
        row.save(force_insert=True)
        announce(SignInCodeIssued(code_id=row.pk, email=address, language=language, code=code))
        return row.pk


def check_code(*, code_id: UUID, code: str) -> Account | None:
    """The resident's account when the code is right, unused and in time; each wrong try counts.

    The account is made at the first sign-in: whoever reads the mail owns the address.
    """
    with unit(system_actor("sign-in")):
        row = SignInCode.objects.select_for_update().filter(pk=code_id).first()
        if row is None or row.used_at or row.attempts >= rules.CODE_TRIES or not _in_time(row.expires_at):
            return None
        row.attempts += 1
        right = constant_time_compare(row.code_hash, _hash("code", row.pk, rules.normal_code(code)))
        if right:
            row.used_at = clock.now()
        row.save(update_fields=["attempts", "used_at"])
        if not right:
            return None
        account = create_resident_account(actor=system_actor("sign-in"), email=row.email, language=row.language)
        if not account.is_active:
            return None
        audit.record(
            actor=system_actor("sign-in"), action="sign_in", table="eng_accounts_account", object_id=str(account.pk),
            subject=str(account.pk),
        )  # fmt: skip
        return account


def _in_time(expires_at: datetime) -> bool:
    """Not over, and not of a time that has yet to come: after the clock was set back a code would last longer."""
    left = expires_at - clock.now()
    return timedelta() <= left <= timedelta(minutes=rules.CODE_MINUTES) + rules.CLOCK_SLACK


def check_staff_password(*, login: str, password: str, client: str) -> Account | None:
    """The official when the password is right; the same work and answer when there is none.

    Raises:
        TooManyTries: over 10 tries for the login or 50 for the client within 15 minutes.
    """
    with unit(system_actor("sign-in")):
        limit(f"login:{login[:80].lower()}", tries=10, seconds=900)
        limit(f"login-client:{client}", tries=50, seconds=900)
        account = Account.objects.filter(kind="staff", login=login, is_active=True).first()
        right = check_password(password, account.password if account else _nobody())
        if account is None or not right:
            audit.record(
                actor=system_actor("sign-in"), action="sign_in_failed", table="eng_accounts_account",
                object_id=str(account.pk) if account else "",
            )  # fmt: skip
            return None
        return account


def check_second_factor(*, account_id: UUID, code: str) -> bool:
    """Is this the authenticator's present code, or an unused paper code? Either works once.

    Raises:
        TooManyTries: over 10 tries within 15 minutes.
    """
    actor = system_actor("sign-in")
    with unit(actor):
        limit(f"second:{account_id}", tries=10, seconds=900)
        account = Account.objects.select_for_update().get(pk=account_id)
        typed = rules.normal_code(code)
        ok = _totp_step(account, typed) if typed.isdigit() else _use_paper_code(account, typed)
        audit.record(
            actor=actor, action="sign_in" if ok else "second_factor_failed", table="eng_accounts_account",
            object_id=str(account_id), subject=str(account_id),
        )  # fmt: skip
        return ok


def _totp_step(account: Account, code: str) -> bool:
    if account.totp_secret is None or account.totp_confirmed_at is None:
        return False
    return _take_totp(account, code)


def _take_totp(account: Account, code: str) -> bool:
    """RFC 6238 with one step of tolerance; a step once used is refused."""
    if account.totp_secret is None:
        return False
    totp = pyotp.TOTP(unseal(account.totp_secret))
    present = int(clock.now().timestamp()) // totp.interval
    for step in (present, present - 1, present + 1):
        if step > account.totp_last_step and constant_time_compare(totp.generate_otp(step), code):
            account.totp_last_step = step
            account.save(update_fields=["totp_last_step"])
            return True
    return False


def _use_paper_code(account: Account, code: str) -> bool:
    used = RecoveryCode.objects.filter(
        account=account, code_hash=_hash("paper", account.pk, code), used_at=None
    ).update(used_at=clock.now())
    return used == 1


def begin_enrolment(*, account_id: UUID, kept: str = "") -> tuple[str, str, str]:
    """An authenticator secret, not valid until confirmed: (secret in base 32, otpauth address, the same sealed).

    The secret belongs to one browser, which keeps it sealed between its pages: who opens this page with
    a stolen password must not learn the secret that the official will confirm later.

    Args:
        kept: what an earlier call gave to this browser, to be shown again; "" makes a fresh one.

    Raises:
        Forbidden: an authenticator is already confirmed; an administrator must reset it first.
    """
    account = Account.objects.get(pk=account_id)
    if account.totp_confirmed_at:
        raise Forbidden("second_factor.exists")
    kept = kept or seal(pyotp.random_base32()).decode()
    secret = unseal(kept.encode())
    address = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=settings.JICHI_WARD)
    return secret, address, kept


def confirm_enrolment(*, account_id: UUID, code: str, handed_code: str, kept: str) -> list[str] | None:
    """Confirm the authenticator with a first code; gives the paper codes, shown this once.

    `handed_code` is the one an administrator gave in person: a stolen password alone enrols nothing.
    `kept` is the sealed secret that `begin_enrolment` gave to this browser.

    Raises:
        TooManyTries: over 10 tries within 15 minutes.
    """
    with unit(system_actor("sign-in")):
        limit(f"second:{account_id}", tries=10, seconds=900)
        account = Account.objects.select_for_update().get(pk=account_id)
        if account.totp_confirmed_at or not account.enrolment_code or not kept:
            return None
        account.totp_secret = kept.encode()
        handed = _hash("enrolment", account.pk, rules.normal_code(handed_code))
        if not constant_time_compare(account.enrolment_code, handed) or not _take_totp(
            account, rules.normal_code(code)
        ):
            return None
        account.totp_confirmed_at = clock.now()
        account.enrolment_code = ""
        account.save(update_fields=["totp_secret", "totp_confirmed_at", "enrolment_code"])
        return _new_paper_codes(account)


def _new_paper_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = [rules.new_paper_code() for _ in range(rules.RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, code_hash=_hash("paper", account.pk, rules.normal_code(c))) for c in codes
    )
    return codes


def enrol_totp(*, actor: Actor, account_id: UUID, secret: str) -> None:
    """Set and confirm a known secret, for sample accounts and tests."""
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        Account.objects.filter(pk=account_id).update(totp_secret=seal(secret), totp_confirmed_at=clock.now())


def reset_second_factor(*, actor: Actor, account_id: UUID, reason: str) -> str:
    """The phone with the authenticator is lost: take it off and give a code to hand over in person.

    All sessions of the account end. The account can sign in again only with password, this code and
    a newly enrolled authenticator.

    Raises:
        Forbidden: no right, or one's own account (somebody else must see the person).
        Invalid: no reason given.
    """
    if actor.kind != "system" and (not actor.may(MANAGE) or actor.account_id == account_id):
        raise Forbidden
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):
        account = Account.objects.select_for_update().filter(pk=account_id, kind="staff").first()
        if account is None:
            raise NotFound
        code = rules.new_paper_code(groups=2)
        account.totp_secret = None
        account.totp_confirmed_at = None
        account.enrolment_code = _hash("enrolment", account.pk, rules.normal_code(code))
        account.save(update_fields=["totp_secret", "totp_confirmed_at", "enrolment_code"])
        RecoveryCode.objects.filter(account=account).delete()
        end_sessions(actor=actor, account_id=account_id)
        audit.record(
            actor=actor, action="second_factor_reset", table="eng_accounts_account", object_id=str(account_id),
            subject=str(account_id), detail={"reason": reason.strip()[:500]},
        )  # fmt: skip
        announce(SecondFactorReset(account_id=account_id, by=actor.account_id))
        return code
