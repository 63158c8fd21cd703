"""オンラインでの支払い: bills chosen together, carried by one charge, booked as receipts when the money has come."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.payments import actions as payments
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid
from jichi.kernel.localized import LocalizedText

from ..models import Instalment, OnlinePart, OnlinePayment
from ..queries.standing import standings
from ..standing import known
from .receiving import NewReceipt, record_receipts

SYSTEM: Final = system_actor("collection.online")
ONLINE: Final = "collection:online:"
"""How the subjects of such charges begin."""
MOST_BILLS: Final = 50
TITLE: Final[LocalizedText] = {
    "ja": "税・使用料などの支払い", "easy": "税金などの お金", "en": "Taxes and fees", "zh-hans": "税款、使用费等",
    "ko": "세금·사용료 등 납부",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChosenBill:
    """One bill as the payer saw it: its id, what it is called, what is owed of it."""

    instalment_id: int
    title: LocalizedText
    yen: int


def begin_online(*, actor: Actor, payer_no: str, bills: Sequence[ChosenBill]) -> UUID:
    """Open a charge that carries the money of these bills; answers its id. Chosen twice the same, it is one charge.

    Whose the bills are and whether the person may pay them, the caller has settled. Until the charge is paid or its
    try is over, none of the bills is begun a second time.

    Raises:
        Forbidden: not a signed-in resident.
        Invalid: "collection.choose_bills": none, or more than 50.
        Conflict: "collection.other_office": of more than one division; "collection.changed": another amount is owed
            now, or a store has said that it was paid; "collection.being_paid": another try is not over.
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    chosen = {bill.instalment_id: bill for bill in bills}
    if not 1 <= len(chosen) <= MOST_BILLS:
        raise Invalid("collection.choose_bills", most=MOST_BILLS)
    with unit(actor), unit(SYSTEM):
        locked = known(chosen, locks=True)
        divisions = {one.division_id for one in locked}
        if len(divisions) != 1:
            raise Conflict("collection.other_office")
        today = clock.today()
        owed = {view.id: view.owed for view in standings(ids=chosen, today=today) if not view.announced}
        if owed != {pk: bill.yen for pk, bill in chosen.items()} or 0 in owed.values():
            raise Conflict("collection.changed")
        if (going := _going(actor, owed)) is not None:
            return going
        name = str(uuid.uuid4())
        charge_id = payments.open_charge(
            actor=SYSTEM, subject=f"{ONLINE}{name}", account_id=actor.account_id, payer_no=payer_no,
            division_id=divisions.pop(), title=TITLE, due_on=None, about="", dedupe_key=f"{ONLINE}{name}",
            lines=[
                ChargeLine(f"bill:{one.fiscal_year}:{one.key}", chosen[one.id].title, owed[one.id], 1) for one in locked
            ], is_carried=True,
        )  # fmt: skip
        row = OnlinePayment.objects.create(charge_id=charge_id, payer_no=payer_no, opened_at=clock.now())
        OnlinePart.objects.bulk_create(
            OnlinePart(payment=row, instalment_id=pk, amount_yen=yen) for pk, yen in sorted(owed.items())
        )
    return charge_id


def _going(actor: Actor, owed: dict[int, int]) -> UUID | None:
    """The charge that was begun with the same bills by the same person; None where no try is open. Raises Conflict."""
    open_parts = OnlinePart.objects.select_related("payment__charge").filter(instalment_id__in=owed, is_open=True)
    payments_open = {part.payment_id: part.payment for part in open_parts}
    if not payments_open:
        return None
    first = next(iter(payments_open.values()))
    same = dict(first.parts.values_list("instalment_id", "amount_yen")) == owed
    if len(payments_open) == 1 and same and first.charge.account_id == actor.account_id:
        found: UUID = first.charge_id
        return found
    raise Conflict("collection.being_paid")


def take_online(*, actor: Actor, charge_id: UUID, payment_id: UUID, paid_on: date) -> int:
    """Book what came for the bills that a charge carries: each gets what was owed when it was chosen. How many are new.

    What is not owed any more, because it was paid at a store meanwhile or a second time, is left over
    (`queries.unallocated`). The same payment again changes nothing.
    """
    with unit(actor):
        row = OnlinePayment.objects.select_for_update().get(charge_id=charge_id)
        keys = dict(Instalment.objects.filter(pk__in=row.parts.values("instalment_id")).values_list("pk", "key"))
        fresh = record_receipts(actor=actor, receipts=[
            NewReceipt(
                dedupe_key=f"online:{payment_id}:{part.instalment_id}", channel="online", key=keys[part.instalment_id],
                paid_on=paid_on, amount_yen=part.amount_yen,
            )
            for part in row.parts.order_by("instalment_id")
        ])  # fmt: skip
        _close(row, "paid")
    return fresh


def end_online(*, actor: Actor, charge_id: UUID) -> None:
    """The try is over without money: its bills can be chosen again. Told again, or once it is paid, nothing changes."""
    with unit(actor):
        row = OnlinePayment.objects.select_for_update().filter(charge_id=charge_id, state="open").first()
        if row is not None:
            _close(row, "ended")


def _close(row: OnlinePayment, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])
    row.parts.filter(is_open=True).update(is_open=False)
