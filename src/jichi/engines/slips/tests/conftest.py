"""Fixtures of this room's tests: an office that issues slips."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import override_settings

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries
from jichi.engines.audit.context import Actor, system_actor

from .examples import make_terms

SYSTEM = system_actor("test")


@dataclass(frozen=True)
class Office:
    """A division with who issues and who reads, another division's clerk, the administrator."""

    division: int
    clerk: Actor
    reader: Actor
    stranger: Actor
    administrator: Actor


def _official(login: str, division: str, *roles: str) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=f"係 {login}", password="many plain words 1", roles=roles,
        division_codes=(division,),
    )  # fmt: skip
    found = queries.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("", "test")


def build() -> Office:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="SLIP-A", names={"ja": "子ども育成課"})
    accounts.create_division(actor=SYSTEM, code="SLIP-B", names={"ja": "別の課"})
    make_terms(SYSTEM, body_code="99001")
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return Office(
            division=division.pk,
            clerk=_official("slip-clerk", "SLIP-A", "caseworker"),
            reader=_official("slip-reader", "SLIP-A", "case_reader"),
            stranger=_official("slip-stranger", "SLIP-B", "caseworker"),
            administrator=_official("slip-admin", "SLIP-A", "administrator"),
        )
