"""Asking the payment firm how tries to pay ended: for those whose callback never came, and before a new try."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from typing import Any, Final

from jichi.engines.audit.context import unit
from jichi.kernel import clock

from . import booking, rules
from .backends import Firm, FirmAwayError, FirmRefusedError, firm
from .models import Charge, Checkout
from .protocol import read_answer
from .rules import ChargeState, Outcome
from .taking import book_notice

logger = logging.getLogger("jichi.payments")
BATCH: Final = 10


def take_answer(told: Mapping[str, Any]) -> Outcome | None:
    """Book what the firm says of a session; None while it is open. Raises ValueError where it can't be read."""
    notice = read_answer(told)
    if notice is None:
        return None
    return book_notice(notice, raw=json.dumps(dict(told), ensure_ascii=False, default=str), via="poll")


def sweep(*, limit: int = BATCH) -> int:
    """Ask about tries that have not ended and whose time has come; answers how many were asked about.

    Each is set to its next time before the firm is called, so that no two workers ask at once, nothing is locked
    during the call and one that breaks the call does not stop the others.
    """
    at, now = firm(), clock.now()
    _end_forgotten(limit)
    if not at.is_there:
        return 0
    with unit(booking.SYSTEM):
        due = list(
            Checkout.objects.select_for_update(skip_locked=True, of=("self",)).select_related("charge")
            .filter(next_look_at__lte=now).order_by("next_look_at")[:limit]
        )  # fmt: skip
        for checkout in due:
            wait = rules.next_look(now - checkout.opened_at, jitter=random.random())  # noqa: S311 - spreads calls
            checkout.next_look_at = now + wait if wait is not None and checkout.state == "open" else None
            checkout.save(update_fields=["next_look_at"])
    for checkout in due:
        if checkout.state == "open":
            _ask(at, checkout)
    return len(due)


def _end_forgotten(limit: int) -> None:
    """Charges that carry money for a room above and were chosen, but never brought to the firm's page."""
    with unit(booking.SYSTEM):
        forgotten = Charge.objects.filter(
            is_carried=True, state=ChargeState.DUE.value, opened_at__lt=clock.now() - rules.CHECKOUT_LIVES,
            checkouts__isnull=True,
        )  # fmt: skip
        for charge_id in list(forgotten.values_list("pk", flat=True)[:limit]):
            booking.end_carried(booking.lock_charge(charge_id))


def _ask(at: Firm, checkout: Checkout) -> None:
    try:
        # A page on which nothing is to be paid any more is closed; one that was paid before that stays paid.
        is_over = checkout.charge.state != ChargeState.DUE
        told = at.expire(checkout.provider_ref) if is_over else at.session(checkout.provider_ref)
        take_answer(told)
    except FirmAwayError:
        logger.info("checkout %s: the payment firm is away", checkout.pk)
    except (FirmRefusedError, ValueError) as error:
        logger.warning("checkout %s: no answer that can be used: %s", checkout.pk, type(error).__name__)


def sweep_round() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return sweep() == BATCH
