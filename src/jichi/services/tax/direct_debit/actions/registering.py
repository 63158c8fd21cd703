"""申込: a page of the bank for what a resident chose, and coming back from it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unavailable
from jichi.kernel.localized import path_in
from jichi.kernel.receipt_number import new_number

from .. import gateway, queries
from ..models import Bank, Registration
from ..rules.registering import LIVES, SOON, Hours

SYSTEM = system_actor("direct_debit")
CALLBACK = "tax_direct_debit_api:callback"


@dataclass(frozen=True, slots=True)
class StartedPage:
    """Where the person goes on: an address of the bank."""

    id: UUID
    url: str


def start_registration(
    *, actor: Actor, kinds: Sequence[str], bank: str, agreed: bool, language: str, replaces: bool = False
) -> StartedPage:
    """A page of the bank on which the actor registers an account for these dues; pressed twice it is the same page.

    Nothing is registered by this: only the bank's word does that (`settling.settle`).

    Args:
        replaces: another account is wanted for dues that are taken already.

    Raises:
        Forbidden: not a signed-in resident. Conflict: "debit.not_linked".
        Invalid: fields "kinds", "bank", "agreed". Unavailable: "debit.off", "debit.away", "debit.bank_closed".
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    payer = accounts.linked_person(actor.account_id)
    if payer is None:
        raise Conflict("debit.not_linked")
    if not gateway.is_there():
        raise Unavailable("debit.off")
    with unit(actor), unit(SYSTEM):
        chosen, at = _checked(payer, kinds, bank, agreed=agreed, replaces=replaces)
        same = _open_already(actor.account_id, [one.kind for one in chosen], bank, clock.now())
        if same is not None:
            return StartedPage(same.pk, same.url)
        person = registry.resident(payer)
    row = Registration(
        id=uuid.uuid4(), number=new_number(secrets.token_bytes(5)), account_id=actor.account_id, payer_no=payer,
        kana=person.kana if person else "", kinds=sorted(one.kind for one in chosen),
        divisions=sorted({one.division_id for one in chosen}), bank=at, replaces=replaces,
        nonce=secrets.token_urlsafe(24), opened_at=clock.now(), expires_at=clock.now() + LIVES,
        next_look_at=clock.now() + LIVES,
    )  # fmt: skip
    page = _page(row, tuple(one.title(language) for one in chosen), language)
    with unit(actor), unit(SYSTEM):
        row.provider_ref, row.url = page.ref, page.url
        row.save(force_insert=True)
    return StartedPage(row.pk, row.url)


def _checked(
    payer: str, kinds: Sequence[str], bank: str, *, agreed: bool, replaces: bool
) -> tuple[list[queries.OwnOffer], Bank]:
    own = {one.kind: one for one in queries.own_offers(payer_no=payer)}
    wrong: dict[str, FieldError] = {}
    chosen = [own[kind] for kind in dict.fromkeys(kinds) if kind in own]
    if not chosen or len(chosen) != len(set(kinds)):
        wrong["kinds"] = FieldError("field.choose_one")
    elif not replaces and any(one.mandate is not None for one in chosen):
        wrong["kinds"] = FieldError("mandate.there")
    at = Bank.objects.filter(code=bank, is_offered=True).first()
    if at is None:
        wrong["bank"] = FieldError("field.choose_one")
    if not agreed:
        wrong["agreed"] = FieldError("debit.terms")
    if wrong or at is None:
        raise Invalid(fields=wrong)
    if not Hours(at.opens, at.closes, at.closed_weekdays).is_open(clock.now().astimezone(clock.TOKYO)):
        raise Unavailable("debit.bank_closed", hours=f"{at.opens:%H:%M}–{at.closes:%H:%M}")
    return chosen, at


def _open_already(account_id: UUID, kinds: list[str], bank: str, now: datetime) -> Registration | None:
    return Registration.objects.filter(
        account_id=account_id, kinds=sorted(kinds), bank_id=bank, state="open", expires_at__gt=now,
        returned_at__isnull=True,
    ).first()  # fmt: skip


def _page(row: Registration, titles: tuple[str, ...], language: str) -> gateway.Page:
    with translation.override("ja"):
        back = reverse("tax_direct_debit:returned", args=[row.pk])
        callback = reverse(CALLBACK)
    try:
        return gateway.open_page(gateway.Asked(
            reference=row.pk, bank=row.bank_id, kana=row.kana, titles=titles, language=language, nonce=row.nonce,
            return_url=f"{settings.JICHI_ORIGIN}{path_in(language, back)}",
            callback_url=f"{settings.JICHI_ORIGIN}{callback}", expires_at=row.expires_at,
        ))  # fmt: skip
    except gateway.ClosedError as error:
        raise Unavailable("debit.bank_closed", hours=f"{row.bank.opens:%H:%M}–{row.bank.closes:%H:%M}") from error
    except gateway.AwayError as error:
        raise Unavailable("debit.away") from error


def note_return(*, actor: Actor, registration_id: UUID) -> str:
    """The person came back from the bank; what became of it only the bank says. Its name there, to be asked about.

    Raises:
        NotFound: no such registration, or not the actor's.
    """
    if actor.account_id is None:
        raise NotFound
    with unit(actor), unit(SYSTEM):
        row = Registration.objects.filter(pk=registration_id, account_id=actor.account_id).first()
        if row is None:
            raise NotFound
        if row.returned_at is None and row.state == "open":
            now = clock.now()
            Registration.objects.filter(pk=row.pk).update(returned_at=now, next_look_at=now + SOON)
        return row.provider_ref if row.state == "open" else ""
