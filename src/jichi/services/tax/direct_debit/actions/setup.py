"""取扱金融機関 and 費目 that can be paid by transfer: data of the municipality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Forbidden

from ..models import Bank, Offer


def set_bank(
    *, actor: Actor, code: str, title: str, partner: str, opens: time, closes: time,
    closed_weekdays: Sequence[int] = (), is_offered: bool = True,
) -> None:  # fmt: skip
    """Add or change a bank that takes part. Raises Forbidden: not the platform."""
    _require(actor)
    with unit(actor):
        Bank.objects.update_or_create(code=code, defaults={
            "title": title, "partner": partner, "opens": opens, "closes": closes,
            "closed_weekdays": list(closed_weekdays), "is_offered": is_offered,
        })  # fmt: skip


def set_offer(
    *, actor: Actor, kind: str, names: Mapping[str, str], lead_days: int = 20, retries: int = 1, stop_after: int = 3,
    goal_permille: int = 500,
) -> None:  # fmt: skip
    """Let a 費目 be paid by transfer, with what happens when a debit fails. Raises Forbidden: not the platform."""
    _require(actor)
    with unit(actor):
        Offer.objects.update_or_create(kind_id=kind, defaults={
            "names": dict(names), "lead_days": lead_days, "retries": retries, "stop_after": stop_after,
            "goal_permille": goal_permille,
        })  # fmt: skip


def _require(actor: Actor) -> None:
    if actor.kind != "system":
        raise Forbidden
