"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles.events import ReceiptsTaken
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates import queries
from jichi.engines.registry.events import ResidentsLeft

from . import actions
from .actions.working import put_entry

SYSTEM: Final = system_actor("direct_debit")
_LEFT: Final = {"deceased": "died", "moved_out": "moved"}


def on_receipts_taken(event: ReceiptsTaken) -> None:
    """A bank's result came: collection books what was taken, here follows what was not."""
    actions.follow_results(actor=SYSTEM, file_id=event.file_id)


def on_residents_left(event: ResidentsLeft) -> None:
    """Who died is debited no more; who moved out may still owe: somebody looks, nothing stops by itself."""
    with unit(SYSTEM):
        for person in event.people:
            for one in queries.of_payer(person.addressee_no):
                if one.state == "ended":
                    continue
                if person.state == "deceased":
                    mandates.end_mandate(actor=SYSTEM, mandate_id=one.id, reason="died", on=person.on)
                put_entry(
                    "left", f"{one.id}:{person.state}", one.division_id, one.payer_no,
                    {"why": _LEFT.get(person.state, "moved")}, mandate_id=one.id,
                )  # fmt: skip
