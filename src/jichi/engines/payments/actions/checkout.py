"""支払う: a page of the payment firm for one charge, and coming back from it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.urls import reverse

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound, Unavailable
from jichi.kernel.localized import path_in, pick

from .. import asking, booking, permissions, rules
from ..backends import Firm, FirmAwayError, FirmRefusedError, Session, firm
from ..models import Charge, Checkout
from ..rules import ChargeState

logger = logging.getLogger("jichi.payments")
CALLBACK: Final = "eng_payments_api:callback"


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """Where the person pays: an address of the payment firm."""

    url: str


def start_checkout(*, actor: Actor, charge_id: UUID, language: str) -> CheckoutPage:
    """A page of the payment firm on which the actor can pay the charge now; pressing twice gives the same page.

    The firm is called while no row is locked. A page left unfinished is looked at first: paid money is never
    asked for again.

    Args:
        language: of the page, where the firm has it.

    Raises:
        NotFound: no such charge, or not the actor's.
        Conflict: "payment.not_due": nothing to pay; "payment.checking": the result of an earlier try is not known yet.
        Unavailable: "payment.off": no firm is configured; "payment.away": it can't be reached. Nothing was taken.
    """
    at = firm()
    charge, last = _payable(actor, charge_id)
    if not at.is_there:
        raise Unavailable("payment.off")
    if last is not None and last.state == "open":
        if last.expires_at > clock.now() and last.returned_at is None:
            return CheckoutPage(last.url)
        still_open = _look_again(at, last)
        charge, last = _payable(actor, charge_id)
        if still_open and last is not None:
            return CheckoutPage(last.url)
    if last is not None and last.state == "paid":
        raise Conflict("payment.checking")
    attempt = last.attempt + 1 if last else 1
    session = _open(at, charge, attempt, language)
    page = _keep(charge_id, attempt, session)
    if session.expires_at > clock.now():
        return page
    # The page of a try that died before it was written down: its key answers it still, but its time is over.
    charge, last = _payable(actor, charge_id)
    if last is not None and _look_again(at, last):
        return page
    return _keep(charge_id, attempt + 1, _open(at, charge, attempt + 1, language))


def _payable(actor: Actor, charge_id: UUID) -> tuple[Charge, Checkout | None]:
    """The charge and its newest try, nothing locked."""
    with unit(actor):
        charge = Charge.objects.filter(pk=charge_id).first()
        if charge is None:
            raise NotFound
        permissions.require_payer(actor, charge)
        if charge.state != ChargeState.DUE:
            raise Conflict("payment.not_due")
        last = Checkout.objects.filter(charge=charge).order_by("-attempt").first()
        if last is None and charge.is_carried and charge.opened_at < clock.now() - rules.CHECKOUT_LIVES:
            # What is owed was reckoned too long ago; the sweep ends it.
            raise Conflict("payment.not_due")
        return charge, last


def _look_again(at: Firm, last: Checkout) -> bool:
    """Ask how an earlier try ended and book it; true when its page can still be used.

    Raises:
        Conflict: the firm can't say, so nobody knows whether money was taken.
    """
    try:
        told = at.session(last.provider_ref)
        asking.take_answer(told)
    except (FirmAwayError, FirmRefusedError, ValueError) as error:
        raise Conflict("payment.checking") from error
    if told.get("status") not in ("open", "pending"):
        return False
    with unit(booking.SYSTEM):
        Checkout.objects.filter(pk=last.pk).update(returned_at=None)
    return True


def _open(at: Firm, charge: Charge, attempt: int, language: str) -> Session:
    back = path_in(language, reverse_plain("eng_payments:returned", charge.pk))
    try:
        return at.open_session(
            key=f"{charge.pk}:{attempt}", charge_id=charge.pk, amount_yen=charge.total_yen,
            title=pick(charge.title, language).text, language=language, return_url=f"{settings.JICHI_ORIGIN}{back}",
            callback_url=f"{settings.JICHI_ORIGIN}{reverse(CALLBACK)}",
            expires_at=clock.now() + rules.CHECKOUT_LIVES,
        )  # fmt: skip
    except (FirmAwayError, FirmRefusedError) as error:
        logger.warning("no payment page for charge %s: %s", charge.pk, type(error).__name__)
        raise Unavailable("payment.away") from error


def reverse_plain(name: str, charge_id: UUID) -> str:
    """The Japanese address of a page of this room, whatever the language of the request."""
    from django.utils import translation

    with translation.override("ja"):
        return reverse(name, args=[charge_id])


def _keep(charge_id: UUID, attempt: int, session: Session) -> CheckoutPage:
    """Write the try down. The key made the firm answer the same page to both of two presses, so one row is enough."""
    now = clock.now()
    with unit(booking.SYSTEM):
        charge = booking.lock_charge(charge_id)
        Checkout.objects.bulk_create(
            [
                Checkout(
                    charge=charge, attempt=attempt, provider_ref=session.ref, url=session.url, opened_at=now,
                    expires_at=session.expires_at, next_look_at=now + rules.FIRST_LOOK,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        kept = Checkout.objects.filter(charge=charge, provider_ref=session.ref).first()
        paid_or_cancelled = charge.state != ChargeState.DUE
    if paid_or_cancelled or kept is None:
        # Somebody paid at the counter or withdrew meanwhile; the sweep closes the page.
        raise Conflict("payment.not_due")
    return CheckoutPage(kept.url)


def note_return(*, actor: Actor, charge_id: UUID) -> None:
    """The person came back from the firm's page; whether they paid, only the firm says. It is asked soon.

    Raises:
        NotFound: no such charge, or not the actor's.
    """
    with unit(actor):
        charge = Charge.objects.filter(pk=charge_id).first()
        if charge is None:
            raise NotFound
        permissions.require_payer(actor, charge)
        with unit(booking.SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE eng_payments_checkout SET returned_at = coalesce(returned_at, %s), "
                "next_look_at = least(next_look_at, %s) WHERE charge_id = %s AND state = 'open'",
                (clock.now(), clock.now(), charge_id),
            )
