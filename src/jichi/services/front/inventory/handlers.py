"""What the inventory does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.forms.events import ProcedurePublished

from . import actions


def on_procedure_published(event: ProcedurePublished) -> None:
    """The entry of a procedure that was just published becomes online."""
    actions.follow_published(actor=system_actor("inventory.follow_published"), slug=event.slug)
