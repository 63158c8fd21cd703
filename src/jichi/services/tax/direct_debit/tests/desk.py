"""A payer with dues, a bank, and the stand-in's words, for the tests of this room."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection.tests import town as towns
from jichi.engines.collection.tests.town import PAYER, Town
from jichi.kernel import clock

from .. import actions
from ..models import Registration
from ..protocol import Word

SYSTEM = system_actor("test")
KIND = "resident-tax"
NAMES = {"ja": "住民税", "easy": "住民税", "en": "Resident tax", "zh-hans": "居民税", "ko": "주민세"}
RIGHTS = frozenset({"eng_mandates.view", "eng_mandates.edit"})


@dataclass(frozen=True)
class Desk:
    """A town that levies, its payer with a login, and officials."""

    town: Town
    payer: Actor
    neighbour: Actor
    clerk: Actor
    stranger: Actor


def _resident(mail: str, number: str) -> Actor:
    made = accounts.create_resident_account(actor=SYSTEM, email=mail, name="納税 花子")
    if number:
        accounts.link_person(actor=SYSTEM, account_id=made.pk, addressee_no=number, how="sample")
    found = queries.signed_in(account_id=made.pk)
    assert found is not None
    return found.actor("", "test")


def build() -> Desk:
    """Make them in the open transaction."""
    town = towns.build()
    towns.levy(10_000, 20_000)
    actions.set_bank(actor=SYSTEM, code="0001", title="みどり銀行", partner="bank-a", opens=time(0), closes=time(0))
    actions.set_offer(actor=SYSTEM, kind=KIND, names=NAMES)
    return Desk(
        town, _resident("payer@example.jp", PAYER), _resident("neighbour@example.jp", "900000000000029"),
        Actor(kind="staff", permissions=RIGHTS, divisions=frozenset({town.division})),
        Actor(kind="staff", permissions=RIGHTS, divisions=frozenset({town.other})),
    )  # fmt: skip


def at_bank(desk: Desk, **values: Any) -> Registration:
    """A registration that waits at the bank."""
    name = uuid.uuid4()
    given = {
        "id": name, "number": str(name)[:8], "account_id": desk.payer.account_id, "payer_no": PAYER, "kana": "",
        "kinds": [KIND], "divisions": [desk.town.division], "bank_id": "0001", "provider_ref": f"rg_{name.hex}",
        "url": "http://localhost:1/register/x", "nonce": "n", "opened_at": clock.now(),
        "expires_at": clock.now() + timedelta(minutes=30), "next_look_at": clock.now(), **values,
    }  # fmt: skip
    with unit(SYSTEM):
        return Registration.objects.create(**given)


def told(row: Registration, state: Any = "done", *, reason: str = "", account: str = "1234567",
         holder: str = "ﾉｳｾﾞｲ ﾊﾅｺ") -> Word:  # fmt: skip
    """The bank's word about it."""
    return Word(
        ref=row.provider_ref, reference=row.pk, state=state, reason=reason, branch="001", type="1", account=account,
        holder=holder,
    )  # fmt: skip


def now(id: UUID) -> Registration:
    """How it stands."""
    with unit(SYSTEM):
        return Registration.objects.get(pk=id)
