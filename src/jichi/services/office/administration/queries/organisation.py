"""Reads of the organisation, and of files of people. Statements are counted in each docstring."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.rules import Organisation, Person
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.tables import LineError

from .. import rules
from ..models import PeopleLoad
from ..rules import Change, Columns

MANAGE = "eng_accounts.manage"


def known_roles() -> frozenset[str]:
    """Every role that holds a permission; no statement."""
    return frozenset(role for one in accounts.all_permissions().values() for role in one.roles)


def administrator_roles() -> frozenset[str]:
    """Roles that manage accounts; no statement."""
    return accounts.all_permissions()[MANAGE].roles


def own_mapping() -> Columns:
    """The mapping that comes with the house: Japanese headings, usual attributes of directories; no statement."""
    text = files("jichi.services.office.administration").joinpath("mapping.yaml").read_text("utf-8")
    return rules.mapping_from(text, known_roles())


def organisation() -> Organisation:
    """The organisation with what is held today or later; three statements."""
    return accounts.organisation(since=clock.today())


def person(account_id: UUID | None) -> Person | None:
    """An official by id; three statements, none without an id."""
    if account_id is None:
        return None
    return next((one for one in organisation().people.values() if one.id == account_id), None)


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside the organisation: what it would change, or what is wrong with it."""

    rows: int
    changes: tuple[Change, ...]
    errors: tuple[LineError, ...]

    @property
    def fingerprint(self) -> str:
        """Hash of the changes, for "these are the ones I saw"."""
        told = "\n".join(f"{one.line}|{one.kind}|{one.row}|{one.before}|{one.after}" for one in self.changes)
        return hashlib.sha256(told.encode()).hexdigest()


def compared(data: bytes, *, actor: Actor, columns: Columns | None = None) -> Compared:
    """What a file would change today; three statements.

    Args:
        actor: officials neither give nor take the administrator's role by a file; the operator may.
    """
    roles = known_roles()
    found = organisation()
    words = rules.words_of(found, roles)
    rows, errors = rules.read_people(data, columns or own_mapping(), words)
    if errors:
        return Compared(len(rows), (), errors)
    closed = administrator_roles() if actor.kind == "staff" else frozenset()
    changes, wrong = rules.differences(found, rows, clock.today(), administrator_roles=closed)
    return Compared(len(rows), changes, wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadView:
    """A file that was read."""

    id: UUID
    number: int
    filename: str
    state: str
    rows: int
    changes: int
    errors: tuple[tuple[int, str, str, dict[str, Any]], ...]
    error_count: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    content: bytes


def _view(row: PeopleLoad) -> LoadView:
    return LoadView(
        id=row.pk, number=row.number, filename=row.filename, state=row.state, rows=row.rows, changes=row.changes,
        errors=tuple((e[0], e[1], e[2], e[3]) for e in row.errors), error_count=row.error_count,
        started_by=row.started_by.name if row.started_by else "", started_at=row.started_at, ended_at=row.ended_at,
        content=bytes(row.content),
    )  # fmt: skip


def people_loads(limit: int = 50) -> tuple[LoadView, ...]:
    """Files read, newest first; one statement."""
    return tuple(_view(row) for row in PeopleLoad.objects.select_related("started_by").order_by("-number")[:limit])


def people_load(id: UUID) -> LoadView | None:
    """One file; one statement."""
    row = PeopleLoad.objects.select_related("started_by").filter(pk=id).first()
    return _view(row) if row else None


def whole_organisation() -> Organisation:
    """The organisation with every post there ever was; three statements."""
    return accounts.organisation()
