"""A division, its officials, payers and charges, for the tests of this room; a payment firm as a process of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.test import override_settings

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.payments import actions, protocol
from jichi.engines.payments import queries as payments
from jichi.engines.payments.models import Charge, PaymentEvent
from jichi.engines.payments.rules import ChargeLine, Notice, Outcome
from jichi.kernel import clock

SYSTEM = system_actor("test")
TITLE = {"ja": "住民票の写しの手数料", "easy": "じゅうみんひょうの お金", "en": "Fee for a copy of the resident record",
         "zh-hans": "住民票手续费", "ko": "주민표 수수료"}  # fmt: skip
FEE = ChargeLine("copy", {"ja": "住民票の写し", "en": "Copy"}, 300, 2)
POSTAGE = ChargeLine("postage", {"ja": "郵送料", "en": "Postage"}, 110, 1)
ADDRESSEE = "900000000000011"


class HasKey(Protocol):
    """An account or a division, as far as these tests care."""

    pk: Any


@dataclass(frozen=True)
class Till:
    """Who there is: a payer and a neighbour, officials of the division and of another one."""

    division: int
    payer: Actor
    neighbour: Actor
    clerk: Actor
    reader: Actor
    stranger: Actor
    administrator: Actor


def _actor(account_id: UUID) -> Actor:
    found = queries.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("", "test")


def _resident(mail: str, number: str = "") -> Actor:
    account = accounts.create_resident_account(actor=SYSTEM, email=mail, name="支払 花子")
    if number:
        accounts.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="sample")
    return _actor(account.pk)


def _official(login: str, division: str, *roles: str) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=f"窓口 {login}", password="many plain words 1", roles=roles,
        division_codes=(division,),
    )  # fmt: skip
    return _actor(account.pk)


def build() -> Till:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="TILL-A", names={"ja": "戸籍住民課", "en": "Residents"})
    accounts.create_division(actor=SYSTEM, code="TILL-B", names={"ja": "別の課"})
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return Till(
            division=division.pk,
            payer=_resident("payer@example.jp", ADDRESSEE),
            neighbour=_resident("neighbour@example.jp"),
            clerk=_official("till-clerk", "TILL-A", "caseworker"),
            reader=_official("till-reader", "TILL-A", "case_reader"),
            stranger=_official("till-stranger", "TILL-B", "caseworker"),
            administrator=_official("till-admin", "TILL-B", "administrator"),
        )


def open_one(till: Till, *lines: ChargeLine, subject: str = "", key: str = "", due_on: date | None = None) -> UUID:
    """A charge of 710 yen that the payer owes, or of the lines given."""
    return actions.open_charge(
        actor=SYSTEM, subject=subject or f"test:{uuid.uuid4()}", account_id=till.payer.account_id, payer_no=ADDRESSEE,
        division_id=till.division, title=TITLE, lines=lines or (FEE, POSTAGE), due_on=due_on, about="K7M42QF9",
        dedupe_key=key or str(uuid.uuid4()),
    )  # fmt: skip


def paid(charge_id: UUID, amount: int = 710, *, event: str = "", payment: str = "", session: str = "cs_1",
         at: datetime | None = None, method: str = "card") -> Notice:  # fmt: skip
    """The firm says that money came."""
    number = uuid.uuid4().hex
    return Notice(
        event_id=event or f"evt_{number}", kind="session.paid", session_ref=session, reference=charge_id,
        amount_yen=amount, payment_ref=payment or f"pay_{number}", method=method,
        accepted_at=at or clock.now() - timedelta(seconds=1),
    )  # fmt: skip


def ended(charge_id: UUID, kind: Any = "session.cancelled", *, session: str = "cs_1", event: str = "") -> Notice:
    """The firm says that a try is over."""
    return Notice(
        event_id=event or f"evt_{uuid.uuid4().hex}", kind=kind, session_ref=session, reference=charge_id,
        amount_yen=710,
    )  # fmt: skip


def given_back(refund_id: UUID | None, charge_id: UUID | None, amount: int = 710, *, kind: Any = "refund.done",
               event: str = "") -> Notice:  # fmt: skip
    """The firm says that money went back."""
    return Notice(
        event_id=event or f"evt_{uuid.uuid4().hex}", kind=kind, session_ref="cs_1", reference=charge_id,
        amount_yen=amount, refund_key=refund_id, refund_ref="re_1",
    )  # fmt: skip


def take(notice: Notice) -> Outcome:
    """As the callback's view does."""
    return actions.take_notice(actor=Actor(), notice=notice, raw="{}")


def view(charge_id: UUID) -> payments.ChargeView:
    """The charge past row security."""
    with unit(SYSTEM):
        return payments.charge(charge_id)


def record(charge_id: UUID) -> payments.Record:
    """The charge with all that happened, past row security."""
    with unit(SYSTEM):
        return payments.record(charge_id)


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Everything this room has stored: a refused act leaves it as it was."""
    from django.apps import apps

    with unit(SYSTEM):
        return {
            model.__name__: list(model._default_manager.order_by("pk").values_list())
            for model in apps.get_app_config("eng_payments").get_models()
        }


def events() -> list[tuple[str, str]]:
    """(kind, outcome) of all the firm said, in order."""
    with unit(SYSTEM):
        return list(PaymentEvent.objects.order_by("id").values_list("kind", "outcome"))


def charge_row(charge_id: UUID) -> Charge:
    """The row past row security."""
    with unit(SYSTEM):
        return Charge.objects.get(pk=charge_id)


__all__ = ["protocol"]
