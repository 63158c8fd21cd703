"""A callback of the payment firm."""

from __future__ import annotations

from jichi.engines.audit.context import Actor, unit

from ..rules import Notice, Outcome
from ..taking import book_notice


def take_notice(*, actor: Actor, notice: Notice, raw: str) -> Outcome:
    """Take in one callback whose signature was verified; `raw` is kept as it came. Told twice it counts once."""
    with unit(actor):
        return book_notice(notice, raw=raw, via="callback")
