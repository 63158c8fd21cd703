"""Bodies (団体) and their officers: loading them from files, and reading them.

Offered through `actions` and `queries`. Row security: officials with `eng_registry.organisation.view` see all
bodies; a resident sees those of which they are an officer today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden
from jichi.kernel.text import fold_for_search

from .errors import FileRefused
from .models import OfficerTerm, Organization, RegisterLoad
from .permissions import IMPORT, ORGANISATION
from .rules import KINDS, BodyEntry, LineError, OfficerEntry, read_bodies, read_officers

PAGE: Final = 50


# -- loading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationsLoaded:
    """How a load went: counts of what the files held and of what was new or different."""

    load_id: int
    organisations: int
    officers: int
    changed: int


def import_organisations(
    *, actor: Actor, bodies: str, officers: str = "", label: str, as_of: date
) -> OrganisationsLoaded:
    """Take bodies and their officers from CSV texts: add and change, remove nobody. All or nothing.

    The terms of office of every body that the file of officers names are replaced by the file's. Loading the
    same again changes nothing.

    Args:
        bodies: the file of bodies; "" for officers only.
        officers: the file of terms of office.
        label: what the load is called in the list, usually the file's name.

    Raises:
        Forbidden: the actor may not import.
        FileRefused: lines that can't be taken, or an officer of an unknown body; nothing was loaded.
    """
    if actor.kind != "system" and not actor.may(IMPORT):
        raise Forbidden("forbidden", permission=IMPORT)
    found, wrong = read_bodies(bodies.splitlines(keepends=True)) if bodies else ([], [])
    terms, wrong_terms = read_officers(officers.splitlines(keepends=True)) if officers else ([], [])
    if wrong or wrong_terms:
        raise FileRefused([*wrong, *wrong_terms])
    with unit(actor):
        load = RegisterLoad.objects.create(
            kind="organisations", label=label, as_of=as_of, started_at=clock.now(), finished_at=clock.now(),
            rows=len(found) + len(terms), checksum=hashlib.sha256(f"{bodies}\x00{officers}".encode()).hexdigest(),
        )  # fmt: skip
        changed = _write_bodies(load, found) + _write_officers(terms)
    return OrganisationsLoaded(load_id=load.pk, organisations=len(found), officers=len(terms), changed=changed)


_OF_FILE: Final = ("kind", "name", "kana", "postcode", "address", "town_key", "corporate_number", "state")


def _write_bodies(load: RegisterLoad, entries: Sequence[BodyEntry]) -> int:
    before = Organization.objects.in_bulk([entry.org_no for entry in entries])
    new: list[Organization] = []
    changed: list[Organization] = []
    for entry in entries:
        row = before.get(entry.org_no) or Organization(addressee_no=entry.org_no)
        values = {name: getattr(entry, name) for name in _OF_FILE}
        if entry.org_no in before and all(getattr(row, name) == value for name, value in values.items()):
            continue
        (changed if entry.org_no in before else new).append(row)
        for name, value in {**values, "load": load, "names_folded": _folded(entry.name, entry.kana)}.items():
            setattr(row, name, value)
    Organization.objects.bulk_create(new, batch_size=1000)
    Organization.objects.bulk_update(changed, [*_OF_FILE, "load", "names_folded"], batch_size=500)
    return len(new) + len(changed)


def _folded(name: str, kana: str) -> str:
    return " ".join(word for word in (fold_for_search(name), fold_for_search(kana)) if word)


def _write_officers(entries: Sequence[OfficerEntry]) -> int:
    named = {entry.org_no for entry in entries}
    known = set(Organization.objects.filter(pk__in=named).values_list("pk", flat=True))
    if named - known:
        raise FileRefused(
            [
                LineError(line=line, column="団体番号", what=f"{entry.org_no}の団体はありません。",
                          do="先に団体を取り込んでください。")
                for line, entry in enumerate(entries, 2) if entry.org_no not in known
            ]
        )  # fmt: skip
    wanted = {(e.org_no, e.addressee_no, e.post, e.starts_on): e for e in entries}
    before = {
        (row.organization_id, row.addressee_no, row.post, row.starts_on): row
        for row in OfficerTerm.objects.filter(organization_id__in=named)
    }
    gone = [row.pk for key, row in before.items() if key not in wanted]
    moved = [row for key, row in before.items() if key in wanted and row.ends_on != wanted[key].ends_on]
    new = [entry for key, entry in wanted.items() if key not in before]
    for row in moved:
        row.ends_on = wanted[row.organization_id, row.addressee_no, row.post, row.starts_on].ends_on
        row.save(update_fields=["ends_on"])
    OfficerTerm.objects.filter(pk__in=gone).delete()
    OfficerTerm.objects.bulk_create(
        [
            OfficerTerm(organization_id=e.org_no, addressee_no=e.addressee_no, post=e.post, starts_on=e.starts_on,
                        ends_on=e.ends_on)
            for e in new
        ],
        batch_size=1000,
    )  # fmt: skip
    return len(gone) + len(moved) + len(new)


# -- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerView:
    """One term of office. `name` is "" where this actor may not see the person."""

    addressee_no: str
    name: str
    post: str
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the term runs on that day, its first and last day included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """One body. `officers` are all terms, the running ones first; `kind` is a key of `rules.KINDS`."""

    org_no: str
    kind: str
    name: str
    kana: str
    postcode: str
    address: str
    town_key: str
    corporate_number: str
    is_active: bool
    officers: tuple[OfficerView, ...] = ()

    @property
    def kind_title(self) -> str:
        """町会・自治会, PTA, NPO …"""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePost:
    """A post that somebody holds in a body."""

    org_no: str
    name: str
    kana: str
    kind: str
    post: str
    starts_on: date
    ends_on: date | None


_BODY: Final = (
    "SELECT addressee_no, kind, name, kana, postcode, address, town_key, corporate_number, state = 'active' "
    "FROM eng_registry_organization "
)


def _body(row: Sequence[Any], officers: tuple[OfficerView, ...] = ()) -> OrganisationView:
    return OrganisationView(
        org_no=row[0], kind=row[1], name=row[2], kana=row[3], postcode=row[4], address=row[5], town_key=row[6],
        corporate_number=row[7], is_active=row[8], officers=officers,
    )  # fmt: skip


def organisation(org_no: str) -> OrganisationView | None:
    """One body with its officers; None if unknown or not to be seen. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_BODY + "WHERE addressee_no = %s", (org_no,))
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(
            "SELECT t.addressee_no, coalesce(r.name, ''), t.post, t.starts_on, t.ends_on "
            "FROM eng_registry_officerterm t "
            "LEFT JOIN eng_registry_resident r ON r.addressee_no = t.addressee_no AND r.is_current "
            "WHERE t.organization_id = %s "
            "ORDER BY t.ends_on DESC NULLS FIRST, t.post <> '会長', t.post, t.starts_on DESC, t.addressee_no",
            (org_no,),
        )
        officers = tuple(
            OfficerView(addressee_no=no, name=name, post=post, starts_on=first, ends_on=last)
            for no, name, post, first, last in cursor.fetchall()
        )
    return _body(row, officers)


def organisations_of_person(addressee_no: str, on: date) -> tuple[OfficePost, ...]:
    """The posts a person holds on a day in bodies that still exist, by the body's number. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.addressee_no, o.name, o.kana, o.kind, t.post, t.starts_on, t.ends_on "
            "FROM eng_registry_officerterm t JOIN eng_registry_organization o ON o.addressee_no = t.organization_id "
            "WHERE t.addressee_no = %s AND t.starts_on <= %s AND (t.ends_on IS NULL OR t.ends_on >= %s) "
            "AND o.state = 'active' ORDER BY o.addressee_no, t.post <> '会長', t.post",
            (addressee_no, on, on),
        )
        return tuple(
            OfficePost(org_no=r[0], name=r[1], kana=r[2], kind=r[3], post=r[4], starts_on=r[5], ends_on=r[6])
            for r in cursor.fetchall()
        )


def organisations_of(account_id: UUID, on: date | None = None) -> tuple[OfficePost, ...]:
    """The posts that the person behind a login holds on a day (default today); () without a link. Two statements."""
    number = accounts.linked_person(account_id)
    return organisations_of_person(number, on or clock.today()) if number else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """Bodies found, by number; `next_after` continues the list, "" at its end."""

    rows: tuple[OrganisationView, ...]
    next_after: str


def search_organisations(
    *, actor: Actor, q: str = "", kind: str = "", after: str = "", limit: int = 20
) -> OrganisationPage:
    """Bodies by number or by a part of the name or its reading, without their officers. One statement.

    Raises:
        Forbidden: `eng_registry.organisation.view` is missing.
    """
    if actor.kind != "system" and not actor.may(ORGANISATION):
        raise Forbidden("forbidden", permission=ORGANISATION)
    limit = max(1, min(limit, PAGE))
    word = fold_for_search(q).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            _BODY + "WHERE addressee_no > %s AND (%s = '' OR kind = %s) "
            "AND (addressee_no = %s OR names_folded LIKE %s) ORDER BY addressee_no LIMIT %s",
            (after, kind, kind, word, f"%{word}%", limit + 1),
        )
        rows = cursor.fetchall()
    page = tuple(_body(row) for row in rows[:limit])
    return OrganisationPage(rows=page, next_after=page[-1].org_no if len(rows) > limit else "")
