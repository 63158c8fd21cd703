"""やめる: mandates ended by the payer, by an official, or because somebody left."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates import queries
from jichi.kernel.errors import NotFound

from ..notices import NOTICES
from .registering import SYSTEM


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
