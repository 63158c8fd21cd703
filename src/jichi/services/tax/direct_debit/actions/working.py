"""仕事: what officials have to look at, put here once and closed with words."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.engines.mandates.permissions import EDIT
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from ..models import Entry
from .registering import SYSTEM


def put_entry(
    kind: str, subject: str, division_id: int, payer_no: str, detail: dict[str, object], mandate_id: UUID | None = None
) -> None:
    """Put something on the work list; the same thing stands there once. Inside a unit of the platform."""
    row = Entry(
        kind=kind, subject=subject, division_id=division_id, payer_no=payer_no, detail=detail, mandate_id=mandate_id,
        opened_at=clock.now(),
    )  # fmt: skip
    assert connection.in_atomic_block  # noqa: S101 - an entry belongs to what it is about
    Entry.objects.bulk_create([row], ignore_conflicts=True)


def close_entry(*, actor: Actor, id: UUID, note: str) -> None:
    """Close an entry, saying how it was settled.

    Raises:
        Forbidden; NotFound. Invalid: field "note". Conflict: "debit.entry_closed".
    """
    if not actor.may(EDIT):
        raise Forbidden
    if not note.strip():
        raise Invalid(fields={"note": FieldError("debit.note_needed")})
    with unit(actor):
        if not Entry.objects.filter(pk=id).exists():
            raise NotFound
        with unit(SYSTEM):
            row = Entry.objects.select_for_update().get(pk=id)
            if row.closed_at is not None:
                raise Conflict("debit.entry_closed")
            row.closed_at, row.closed_by_id, row.note = clock.now(), actor.account_id, note.strip()[:500]
            row.save()
