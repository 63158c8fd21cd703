"""Use cases of the file of people: read it, look at every change, take it over whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import officials
from jichi.engines.accounts.officials import Invited
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.tables import require_table
from jichi.kernel.text import safe_filename

from .. import queries
from ..models import PeopleLoad
from ..permissions import ORGANISE, require
from ..rules import Change, Columns

_LOCK = 7_301_662
"""Key of the advisory lock under which the organisation is compared and changed, one at a time."""
MOST_ERRORS = 200


def one_at_a_time() -> None:
    """Wait until no other file or plan changes the organisation; until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def read_people_load(*, actor: Actor, filename: str, data: bytes, columns: Columns | None = None) -> UUID:
    """Read a file of people and keep it with what is wrong or would change. Nothing else changes yet.

    The same content again, still waiting, is the same load.

    Raises:
        Forbidden. Invalid: "field.required" for an empty file, "table.file_too_large".
    """
    require(actor, ORGANISE)
    require_table(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with unit(actor):
        one_at_a_time()
        waiting = PeopleLoad.objects.filter(sha256=sha256, state="ready").values_list("pk", flat=True).first()
        if waiting:
            return waiting
        found = queries.compared(data, actor=actor, columns=columns)
        last = PeopleLoad.objects.aggregate(last=Max("number"))["last"] or 0
        load = PeopleLoad.objects.create(
            number=last + 1, filename=safe_filename(filename), sha256=sha256, content=data,
            state="refused" if found.errors else "ready", rows=found.rows, changes=len(found.changes),
            error_count=len(found.errors),
            errors=[
                [one.line, one.column, one.error.code, dict(one.error.params)] for one in found.errors[:MOST_ERRORS]
            ],
            started_by_id=actor.account_id, started_at=clock.now(),
        )  # fmt: skip
        return load.pk


def apply_people_load(*, actor: Actor, id: UUID, expected: str, columns: Columns | None = None) -> int:
    """Take a file over: all of it in one transaction. Pressed twice it is applied once. Answers the changes made.

    Args:
        expected: `queries.Compared.fingerprint` of the changes that were confirmed.

    Raises:
        Forbidden; NotFound. Conflict: "admin.not_waiting", "admin.changed_since", "people.overlap",
            or what the accounts refuse.
    """
    require(actor, ORGANISE)
    try:
        return _apply(actor, id, expected, columns)
    except IntegrityError as error:
        raise Conflict("people.overlap") from error


def _apply(actor: Actor, id: UUID, expected: str, columns: Columns | None) -> int:
    with unit(actor):
        one_at_a_time()
        load = PeopleLoad.objects.select_for_update().filter(pk=id).first()
        if load is None:
            raise NotFound
        if load.state == "applied":
            return 0
        if load.state != "ready":
            raise Conflict("admin.not_waiting")
        found = queries.compared(bytes(load.content), actor=actor, columns=columns)
        if found.errors or found.fingerprint != expected:
            raise Conflict("admin.changed_since")
        _write(actor, found.changes)
        _end(load, "applied")
        return len(found.changes)


def _write(actor: Actor, changes: Iterable[Change]) -> None:
    known = {login: person.id for login, person in queries.organisation().people.items()}
    for one in changes:
        row = one.row
        if one.kind in {"new", "person"}:
            before = queries.person(known.get(row.login))
            known[row.login] = officials.save_official(
                actor=actor, login=row.login, name=row.name,
                kana=row.kana if before is None or "kana" in row.given else before.kana,
                email=row.email if before is None or "email" in row.given else before.email,
            )  # fmt: skip
        elif one.kind == "days" and one.holding is not None:
            until = row.until if "until" in row.given else one.holding.until
            officials.change_holding(
                actor=actor, holding_id=one.holding.id, roles=one.holding.roles,
                during=DateRange(row.since or one.holding.since, until, "[]" if until else "[)"),
            )  # fmt: skip
        else:
            accounts.give_post(
                actor=actor, account_id=known[row.login], division_code=row.division, title=row.title,
                roles=row.roles, starts_on=row.since, ends_on=row.until,
            )  # fmt: skip


def _end(load: PeopleLoad, state: str) -> None:
    load.state, load.ended_at, load.content = state, clock.now(), b""
    load.save(update_fields=["state", "ended_at", "content"])


def drop_people_load(*, actor: Actor, id: UUID) -> None:
    """Give a waiting or refused file up; its content goes. Raises as `apply_people_load`."""
    require(actor, ORGANISE)
    with unit(actor):
        load = PeopleLoad.objects.select_for_update().filter(pk=id).first()
        if load is None:
            raise NotFound
        if load.state == "applied":
            raise Conflict("admin.not_waiting")
        if load.state != "dropped":
            load.error_count, load.errors = 0, []
            load.save(update_fields=["error_count", "errors"])
            _end(load, "dropped")


def invite_people(*, actor: Actor, logins: Iterable[str]) -> tuple[Invited, ...]:
    """Invitations for those of these officials who have no password yet; what comes back is shown once.

    Raises:
        Forbidden.
    """
    require(actor, ORGANISE)
    wanted = set(logins)
    with unit(actor):
        return tuple(
            officials.invite(actor=actor, account_id=one.id, reason="招待")
            for one in queries.organisation().people.values()
            if one.login in wanted and one.is_active and not one.may_sign_in and one.id != actor.account_id
        )
