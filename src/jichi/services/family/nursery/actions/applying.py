"""What families do themselves: find their applications, change wishes, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from ..models import Application, Child, Entry, Facility, Pin, Round
from ..permissions import EDIT, require
from ..queries.ages import least_ages
from ..rules.entering import child_code
from ..rules.intake import MOST_WISHES
from ..rules.least_age import too_young

TABLE: Final = "family_nursery_application"


def claim_applications(*, actor: Actor) -> int:
    """Join applications handed in on paper under the resident's own 宛名番号 to their login; answer how many."""
    number = accounts.linked_person(actor.account_id) if actor.account_id and actor.kind == "resident" else None
    if not number:
        return 0
    with unit(system_actor("nursery.claim", purpose="nursery")):
        return Application.objects.filter(addressee_no=number, account__isnull=True).update(
            account_id=actor.account_id, changed_at=clock.now()
        )


def withdraw(*, actor: Actor, application_id: UUID) -> None:
    """The family, or an official for it, withdraws: no later run sees it. Again changes nothing.

    Raises:
        Forbidden: neither; NotFound: of another family or division.
    """
    with unit(actor):
        row = own_application(actor, application_id)
        if row.withdrawn_at:
            return
    with unit(system_actor("nursery.withdraw", purpose="nursery")):
        Application.objects.filter(pk=row.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=clock.now(), changed_at=clock.now(), revision=row.revision + 1
        )
        Pin.objects.filter(child__application=row).delete()
        Entry.objects.filter(application=row).update(state="withdrawn", changed_at=clock.now())
    audit.record(actor=actor, action="withdraw", table=TABLE, object_id=str(row.pk), subject=row.addressee_no)


def change_wishes(*, actor: Actor, child_id: UUID, wishes: Sequence[str]) -> None:
    """Other facilities for a child, best first, until the closing day.

    Raises:
        Forbidden; NotFound. Invalid: none, one twice, one that is not there, or one
            that the child is too young for at entry. Conflict: "nursery.wishes_closed",
            "nursery.withdrawn".
    """
    with unit(actor):
        child = Child.objects.filter(pk=child_id).first()
        if child is None:
            raise NotFound
        row = own_application(actor, child.application_id)
        row.round = Round.objects.select_for_update().get(pk=row.round_id)  # nothing is published meanwhile
        if row.withdrawn_at:
            raise Conflict("nursery.withdrawn")
        ended = row.round.closes_at is not None and clock.now() >= row.round.closes_at
        if ended or clock.today() > row.round.wishes_until or row.round.published_run_id:
            raise Conflict("nursery.wishes_closed")
        kept = [one.strip() for one in wishes if one.strip()]
        names = dict(Facility.objects.filter(code__in=kept).values_list("code", "name"))
        if not kept or len(set(kept)) != len(kept) or set(kept) != set(names) or len(kept) > MOST_WISHES:
            raise Invalid(fields={"wish_1": FieldError("nursery.own_wishes")})
        entry = row.round.entry_on
        for young in too_young(least_ages(entry), kept, child.class_id, child.birth, entry):
            field = f"wish_{[one.strip() for one in wishes].index(young.facility) + 1}"
            words = {"place": names[young.facility], "days": young.days, "day": young.reached_on}
            raise Invalid(fields={field: FieldError("nursery.too_young", words)})
    with unit(system_actor("nursery.wishes", purpose="nursery")):
        Child.objects.filter(pk=child.pk).update(wishes=kept)
        Application.objects.filter(pk=row.pk).update(revision=row.revision + 1, changed_at=clock.now())
        _also_entered(row, child.code, kept)
    audit.record(actor=actor, action="change_wishes", table=TABLE, object_id=str(row.pk), subject=row.addressee_no)


def _also_entered(row: Application, code: str, wishes: Sequence[str]) -> None:
    """Keep what the family wrote online in step, so that a later correction does not bring old wishes back."""
    entry = Entry.objects.select_for_update().filter(application=row).first()
    if entry is None:
        return
    for content in (entry.content, entry.sent or {}, entry.accepted or {}):
        for one in content.get("children", ()):
            if child_code(entry.number, one["key"]) == code:
                one["wishes"] = list(wishes)
    entry.save(update_fields=["content", "sent", "accepted"])


def own_application(actor: Actor, application_id: UUID) -> Application:
    """An application that the actor may act for: the family's own, or one of the official's division."""
    row = Application.objects.select_related("round").filter(pk=application_id).first()
    if row is None:
        raise NotFound
    if actor.kind == "resident":
        if row.account_id is None or row.account_id != actor.account_id:
            raise NotFound
    elif actor.kind in {"staff", "system"}:
        require(actor, EDIT, row.round.division_id)
    else:
        raise Forbidden
    return row
