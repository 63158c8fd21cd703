"""Use cases of the inventory: change an entry, read a file, take it over, set targets, follow what is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Max

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.tables import require_table
from jichi.kernel.text import fold_for_search, safe_filename

from . import queries, rules
from .models import ListedProcedure, Load, Target
from .permissions import MANAGE, may_change
from .rules import Entry

MOST_TARGET = 100_000
_LOCK = 7_301_661
"""Key of the advisory lock under which files are compared and taken over, one at a time."""


def _values(entry: Entry, division_id: int) -> dict[str, Any]:
    given = {f.name: getattr(entry, f.name) for f in fields(Entry) if f.name != "division"}
    return {
        **given, "reasons": list(entry.reasons), "division_id": division_id, "updated_at": clock.now(),
        "search_text": fold_for_search(f"{entry.code} {entry.name} {entry.basis}"),
    }  # fmt: skip


def _require_manager(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden


def change_entry(*, actor: Actor, id: UUID, entry: Entry, expected_revision: int) -> None:
    """Write one entry anew. The number stays; who isn't of the DX office can't move it to another division.

    Raises:
        NotFound: no such entry, or of a division the actor may not change.
        Invalid: `fields` says what is wrong. Conflict: "inventory.changed_since".
    """
    with unit(actor):
        row = ListedProcedure.objects.select_for_update().filter(pk=id).first()
        if row is None or not may_change(actor, row.division_id):
            raise NotFound
        division = accounts.division(entry.division)
        if division is None or (division.id != row.division_id and not may_change(actor, division.id)):
            raise Invalid(fields={"division": FieldError("field.choose_one")})
        if row.revision != expected_revision:
            raise Conflict("inventory.changed_since")
        entry = rules.checked(entry, clock.today())
        if entry.slug:
            _require_free(entry.slug, id)
        ListedProcedure.objects.filter(pk=id).update(
            **{**_values(entry, division.id), "code": row.code}, revision=F("revision") + 1
        )


def _require_free(slug: str, id: UUID) -> None:
    if slug not in queries.published():
        raise Invalid(fields={"slug": FieldError("inventory.slug_unknown")})
    taken = ListedProcedure.objects.filter(slug=slug).exclude(pk=id).values_list("code", flat=True).first()
    if taken:
        raise Invalid(fields={"slug": FieldError("inventory.slug_taken", {"code": taken})})


def read_load(*, actor: Actor, filename: str, data: bytes) -> UUID:
    """Read a file and keep it with what it would change. Nothing of the inventory changes yet.

    The same content again, still waiting, is the same load.

    Raises:
        Forbidden: not of the DX office. Invalid: "field.required" for an empty file.
    """
    _require_manager(actor)
    require_table(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with unit(actor):
        _one_at_a_time()
        waiting = Load.objects.filter(sha256=sha256, state="ready").values_list("pk", flat=True).first()
        if waiting:
            return waiting
        read = rules.read_file(data, queries.division_codes())
        found, wrong = rules.differences(queries.all_entries(), read, clock.today())
        errors = sorted([*read.errors, *wrong], key=lambda error: error.line)
        last = Load.objects.aggregate(last=Max("number"))["last"] or 0
        load = Load.objects.create(
            number=last + 1, filename=safe_filename(filename), sha256=sha256, content=data,
            state="refused" if errors else "ready", rows=len(read.rows),
            new=0 if errors else sum(1 for one in found if one.before is None),
            changed=0 if errors else sum(1 for one in found if one.before is not None),
            error_count=len(errors),
            errors=[
                [error.line, error.column, error.error.code, dict(error.error.params)]
                for error in errors[: rules.MOST_ERRORS]
            ],
            started_by_id=actor.account_id, started_at=clock.now(),
        )  # fmt: skip
        return load.pk


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def apply_load(*, actor: Actor, id: UUID, expected: str) -> None:
    """Take a file over: all of it in one transaction. Pressed twice it is applied once.

    Args:
        expected: `queries.LoadView.fingerprint` of the preview that was confirmed.

    Raises:
        Forbidden; NotFound; Conflict: "inventory.not_waiting", or "inventory.changed_since" when an entry that the
            file would change is no longer what the preview showed.
    """
    _require_manager(actor)
    with unit(actor):
        _one_at_a_time()
        load = Load.objects.select_for_update().filter(pk=id).first()
        if load is None:
            raise NotFound
        if load.state == "applied":
            return
        if load.state != "ready":
            raise Conflict("inventory.not_waiting")
        list(ListedProcedure.objects.select_for_update().order_by("code").values_list("pk", flat=True))
        found, wrong = queries.compared(bytes(load.content))
        if wrong or queries.fingerprint(found) != expected:
            raise Conflict("inventory.changed_since")
        _write(found)
        load.state, load.ended_at = "applied", clock.now()
        load.save(update_fields=["state", "ended_at"])


def _write(found: Iterable[rules.Difference]) -> None:
    ids = {division.code: division.id for division in accounts.divisions()}
    new = []
    for one in found:
        values = _values(one.after, ids[one.after.division])
        if one.before is None:
            new.append(ListedProcedure(**values))
        else:
            ListedProcedure.objects.filter(code=one.before.code).update(**values, revision=F("revision") + 1)
    ListedProcedure.objects.bulk_create(new, batch_size=500)


def drop_load(*, actor: Actor, id: UUID) -> None:
    """Give a waiting file up. Raises as `apply_load`."""
    _require_manager(actor)
    with unit(actor):
        done = Load.objects.filter(pk=id, state="ready").update(state="dropped", ended_at=clock.now())
        if not done and not Load.objects.filter(pk=id, state="dropped").exists():
            raise Conflict("inventory.not_waiting")


def set_target(*, actor: Actor, day: date, count: int) -> None:
    """Set a target, or another number for its day.

    Raises:
        Forbidden; Invalid.
    """
    _require_manager(actor)
    if not 0 < count <= MOST_TARGET:
        raise Invalid(fields={"count": FieldError("inventory.target_count")})
    with unit(actor):
        Target.objects.update_or_create(day=day, defaults={"count": count})


def remove_target(*, actor: Actor, day: date) -> None:
    """Take a target away; one that is not there is no error."""
    _require_manager(actor)
    with unit(actor):
        Target.objects.filter(day=day).delete()


def follow_published(*, actor: Actor, slug: str = "") -> int:
    """Entries whose procedure of this house takes applications become online, since the day it was published.

    Args:
        slug: of the one procedure to look at; "": all.

    Returns:
        how many became online.
    """
    _require_manager(actor)
    today, changed = clock.today(), 0
    with unit(actor):
        for name, since in queries.published().items():
            if slug not in {"", name}:
                continue
            changed += (
                ListedProcedure.objects.filter(slug=name)
                .exclude(state__in=("online", "ended"))
                .update(
                    state="online", online_since=min(since, today), planned_on=None, reasons=[],
                    revision=F("revision") + 1, updated_at=clock.now(),
                )
            )  # fmt: skip
    return changed
