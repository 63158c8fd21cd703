"""Background work of the books by the clock."""

from __future__ import annotations

import logging

from jichi.engines.audit.context import system_actor

from . import actions
from .checking import look_at_all

logger = logging.getLogger("jichi.ledger")


def fold() -> None:
    """Join the sums of each day, so that balances stay quick to read."""
    actions.fold_sums(actor=system_actor("ledger.fold"))


def look() -> None:
    """Look at all entries; what is wrong stands in `jichi doctor` and in the worker's log."""
    found = look_at_all()
    if found.wrong:
        logger.error("the books are wrong: %s", "; ".join(found.wrong))
