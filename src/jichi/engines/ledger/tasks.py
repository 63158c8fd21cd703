"""Background work of the books by the clock."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def fold() -> None:
    """Join the sums of each day, so that balances stay quick to read."""
    actions.fold_sums(actor=system_actor("ledger.fold"))
