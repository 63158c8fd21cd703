"""やめる: mandates ended by the payer, by an official, or because somebody left."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates import queries
from jichi.engines.registry.events import ResidentsLeft
from jichi.kernel.errors import NotFound

from ..notices import NOTICES
from .registering import SYSTEM
from .working import put_entry

_LEFT = {"deceased": "died", "moved_out": "moved"}


def stop_mandate(*, actor: Actor, mandate_id: UUID, reason: str = "asked") -> None:
    """End a mandate; a resident's own, or an official's with "eng_mandates.edit". Ended before: nothing more happens.

    Raises:
        NotFound: no such mandate, or not the actor's.
    """
    with unit(actor):
        found = queries.mandate(mandate_id)
        if found is None:
            raise NotFound
        mandates.end_mandate(actor=actor, mandate_id=mandate_id, reason=reason)
        if actor.kind == "resident":
            inbox.put_item(
                actor=SYSTEM, account_id=actor.account_id, kind="notice", title=NOTICES["stopped"],
                url_path=f"/debit/accounts/{mandate_id}/", subject_key=f"tax_direct_debit:mandate:{mandate_id}",
                about=found.number, dedupe_key=f"tax_direct_debit:{mandate_id}:stopped",
            )  # fmt: skip


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
