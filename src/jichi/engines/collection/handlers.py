"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.bankfiles.events import ReceiptsTaken

from . import actions
from .models import LevyKind


def on_receipts_taken(event: ReceiptsTaken) -> None:
    """Book what a file of stores and apps says. Where nothing is levied by term there is nothing to book it on."""
    if LevyKind.objects.exists():
        actions.take_file(actor=system_actor("collection.files"), file_id=event.file_id)
