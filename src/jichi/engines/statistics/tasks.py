"""Background jobs of statistics; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def add_up() -> None:
    """Days with new events are added up again."""
    actions.add_up(actor=system_actor("statistics.add_up"))


def keep_in_order() -> None:
    """Salts of past days go, partitions are made ahead and dropped after their time."""
    actions.keep_in_order(actor=system_actor("statistics.keep_in_order"))


def observe() -> None:
    """Indicators of the house are asked for this month and the last."""
    actions.observe(actor=system_actor("statistics.observe"))
