"""不在と代決者: an official says from when to when they are away, and who stands for them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from ..models import Absence
from .posts import renew_turns_of

MAX_WORDS = 200


def declare_absence(
    *,
    actor: Actor,
    starts_on: date,
    ends_on: date,
    deputy_id: UUID | None = None,
    reason: str = "",
    account_id: UUID | None = None,
) -> UUID:
    """Say that one is away, from the beginning of a day to the end of another.

    Args:
        deputy_id: whom one names; stands for one only where the route's 代決 rule allows their post.
        account_id: for whom, where an administrator ("eng_routes.manage") says it.

    Raises:
        Invalid: days in the wrong order or past, no such official. Conflict: "absence.overlaps" another one.
        Forbidden: for somebody else without the permission.
    """
    person = account_id or actor.account_id
    if person is None or actor.kind not in ("staff", "system"):
        raise Forbidden
    if person != actor.account_id and actor.kind != "system" and not actor.may("eng_routes.manage"):
        raise Forbidden
    _check(starts_on, ends_on, person, deputy_id, reason)
    with unit(actor):
        open_ones = Absence.objects.select_for_update().filter(account_id=person, cancelled_at=None)
        if any(row.starts_on <= ends_on and row.ends_on >= starts_on for row in open_ones):
            raise Conflict("absence.overlaps")
        row = Absence.objects.create(
            account_id=person, deputy_id=deputy_id, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
            declared_at=clock.now(),
        )  # fmt: skip
        renew_turns_of(actor, person)
        return row.pk


def _check(starts_on: date, ends_on: date, person: UUID, deputy_id: UUID | None, reason: str) -> None:
    wrong: dict[str, FieldError] = {}
    if ends_on < starts_on:
        wrong["ends_on"] = FieldError("absence.days")
    elif ends_on < clock.today():
        wrong["ends_on"] = FieldError("absence.past")
    if deputy_id is not None and (deputy_id == person or accounts.official(deputy_id) is None):
        wrong["deputy"] = FieldError("absence.deputy")
    if len(reason) > MAX_WORDS:
        wrong["reason"] = FieldError("field.too_long", {"max": MAX_WORDS, "now": len(reason)})
    if wrong:
        raise Invalid(fields=wrong)


def cancel_absence(*, actor: Actor, absence_id: UUID) -> None:
    """One is back, or was never away: the absence counts no longer. Called again it changes nothing.

    Raises:
        NotFound: none, or somebody else's.
    """
    with unit(actor):
        row = Absence.objects.select_for_update().filter(pk=absence_id).first()
        manages = actor.kind == "system" or actor.may("eng_routes.manage")
        if row is None or (row.account_id != actor.account_id and not manages):
            raise NotFound
        if row.cancelled_at is not None:
            return
        row.cancelled_at = clock.now()
        row.save(update_fields=["cancelled_at"])
        renew_turns_of(actor, row.account_id)
