"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.bankfiles.events import ReceiptsTaken
from jichi.engines.payments.events import CarriedEnded, MoneyCarried

from . import actions
from .models import LevyKind


def on_receipts_taken(event: ReceiptsTaken) -> None:
    """Book what a file of stores and apps says. Where nothing is levied by term there is nothing to book it on."""
    if LevyKind.objects.exists():
        actor = system_actor("collection.files")
        actions.take_file(actor=actor, file_id=event.file_id)
        actions.expect_remittance(actor=actor, file_id=event.file_id)


def on_money_carried(event: MoneyCarried) -> None:
    """Bills were paid online: what came counts for them."""
    if event.subject.startswith(actions.ONLINE):
        actions.take_online(
            actor=system_actor("collection.online"), charge_id=event.charge_id, payment_id=event.payment_id,
            paid_on=event.paid_on,
        )  # fmt: skip


def on_carried_ended(event: CarriedEnded) -> None:
    """A try to pay bills online came to nothing: they can be chosen again."""
    if event.subject.startswith(actions.ONLINE):
        actions.end_online(actor=system_actor("collection.online"), charge_id=event.charge_id)
