"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.routes.events import RouteDecided

from . import actions


def on_route_decided(event: RouteDecided) -> None:
    """決裁 of a result: the run is approved with it, or neither is."""
    actions.route_decided(
        actor=system_actor("nursery.route", purpose="nursery"), subject=event.subject, route_id=event.route_id,
        outcome=event.outcome, decided_by=event.decided_by, content_hash=event.content_hash,
    )  # fmt: skip
