"""Filling the mirror: a whole ward through COPY, or single history rows. Nothing else writes here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden

from .exporting import export_register
from .imports import ImportOutcome, confirm_load, drop_load, import_register, queue_check
from .models import (
    District,
    OfficerTerm,
    Organization,
    ProtectedPerson,
    Protection,
    ProtectionBlock,
    RegisterLoad,
    Town,
)
from .organisations import OrganisationsLoaded, import_organisations
from .permissions import IMPORT
from .rules import ADDRESS_COLUMNS, HOUSEHOLD_COLUMNS, RESIDENT_COLUMNS
from .towns import TownsTaken, import_towns
from .uploads import keep_upload

__all__ = [
    "Batch", "ImportOutcome", "LoadResult", "OrganisationsLoaded", "ProtectionEntry", "Reference", "TownsTaken",
    "apply_rows", "confirm_load", "drop_load", "export_register", "import_organisations", "import_register",
    "import_towns", "keep_upload", "queue_check", "remove_sample", "replace_current",
]  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Batch:
    """COPY lines of some thousand persons, in the column order of the constants above."""

    residents: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    households: list[str] = field(default_factory=list)
    persons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionEntry:
    """A measure of support with whom it protects and what it blocks ((certificate, address kind, level) …)."""

    id: UUID
    ground: str
    applicant_no: str
    start_on: date
    end_on: date
    addressee_nos: tuple[str, ...] = ()
    household_nos: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str, str], ...] = ()
    offender_no: str = ""
    offender_name: str = ""
    is_provisional: bool = False
    received_from: str = ""
    lifted_on: date | None = None
    lifted_reason: str = ""


@dataclass(slots=True, kw_only=True)
class Reference:
    """What belongs to the ward as a whole. Read after the batches, which may add to it while they stream."""

    towns: list[Mapping[str, object]] = field(default_factory=list)
    districts: list[Mapping[str, object]] = field(default_factory=list)
    organizations: list[Mapping[str, object]] = field(default_factory=list)
    officers: list[Mapping[str, object]] = field(default_factory=list)
    protections: list[ProtectionEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """How a load went; `checksum` is SHA-256 over all lines in their order."""

    load_id: int
    persons: int
    rows: int
    checksum: str


def _require_import(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(IMPORT):
        raise Forbidden("forbidden", permission=IMPORT)


def replace_current(
    *, actor: Actor, label: str, as_of: date, batches: Iterable[Batch], reference: Reference
) -> LoadResult:
    """Replace the whole sample ward by another: all of it or nothing.

    Streams: never more than one batch is in memory. Lines go through a temporary table, since COPY
    does not write to tables under row security.

    Raises:
        Forbidden: the actor may not import.
        Conflict: the mirror was loaded from a file ("registry.not_a_sample").
    """
    _require_import(actor)
    digest = hashlib.sha256()
    persons = rows = 0
    with unit(actor):
        remove_sample(actor=actor)
        load = RegisterLoad.objects.create(kind="sample", label=label, as_of=as_of, started_at=clock.now())
        _make_staging()
        for batch in batches:
            for lines in (batch.residents, batch.addresses, batch.households):
                digest.update("".join(lines).encode())
            _write_batch(load.pk, batch)
            persons += batch.persons
            rows += len(batch.residents)
        _write_reference(load, reference)
        load.persons, load.rows, load.checksum, load.finished_at = persons, rows, digest.hexdigest(), clock.now()
        load.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_settle()")
    return LoadResult(load_id=load.pk, persons=persons, rows=rows, checksum=digest.hexdigest())


def remove_sample(*, actor: Actor) -> int:
    """Empty the mirror of a sample ward; answers how many history rows it held.

    Raises:
        Forbidden: the actor may not import.
        Conflict: residents came from a file ("registry.not_a_sample"); nothing was removed.
    """
    _require_import(actor)
    with unit(actor), connection.cursor() as cursor:
        if RegisterLoad.objects.filter(kind="file", state="applied").exists():
            raise Conflict("registry.not_a_sample")
        cursor.execute("SELECT registry_remove_sample()")
        return int(cursor.fetchone()[0])


_TABLES: Final = (
    ("eng_registry_resident", RESIDENT_COLUMNS),
    ("eng_registry_address", ADDRESS_COLUMNS),
    ("eng_registry_household", HOUSEHOLD_COLUMNS),
)


def _make_staging() -> None:
    with connection.cursor() as cursor:
        for table, columns in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.load_{table}")
            cursor.execute(
                f"CREATE TEMP TABLE load_{table} ON COMMIT DROP AS "  # noqa: S608 - constants of this module
                f"SELECT {', '.join(columns)} FROM {table} WITH NO DATA"
            )


def _write_batch(load_id: int, batch: Batch) -> None:
    _stage(batch.residents, batch.addresses, batch.households)
    with connection.cursor() as cursor:
        for table, columns in _TABLES:
            listed = ", ".join(columns)
            of_person = table == "eng_registry_resident"
            cursor.execute(
                f"INSERT INTO {table} ({'load_id, ' if of_person else ''}{listed}) "  # noqa: S608 - constants of this module
                f"SELECT {'%s, ' if of_person else ''}{listed} FROM load_{table}",
                (load_id,) if of_person else (),
            )


def _stage(*lines_of_tables: Sequence[str]) -> None:
    """Put lines into the emptied staging tables."""
    with connection.cursor() as cursor:
        for (table, columns), lines in zip(_TABLES, lines_of_tables, strict=True):
            cursor.execute(f"TRUNCATE load_{table}")
            with cursor.copy(f"COPY load_{table} ({', '.join(columns)}) FROM STDIN") as copy:
                copy.write("".join(lines))


def _write_reference(load: RegisterLoad, reference: Reference) -> None:
    Town.objects.bulk_create([Town(**row) for row in reference.towns])
    District.objects.bulk_create([District(**row) for row in reference.districts])
    Organization.objects.bulk_create(
        [Organization(load=load, **row) for row in reference.organizations], batch_size=1000
    )
    OfficerTerm.objects.bulk_create([OfficerTerm(**row) for row in reference.officers], batch_size=1000)
    own = {f for f in ProtectionEntry.__slots__ if f not in ("addressee_nos", "household_nos", "blocks")}
    entries = reference.protections
    Protection.objects.bulk_create(
        [Protection(**{name: getattr(entry, name) for name in own}) for entry in entries], batch_size=1000
    )
    ProtectedPerson.objects.bulk_create(
        [
            ProtectedPerson(protection_id=entry.id, addressee_no=number, household_no=household)
            for entry in entries
            for number, household in (
                *((n, "") for n in entry.addressee_nos),
                *(("", h) for h in entry.household_nos),
            )
        ],
        batch_size=1000,
    )
    ProtectionBlock.objects.bulk_create(
        [
            ProtectionBlock(protection_id=entry.id, certificate=certificate, address_kind=kind, level=level)
            for entry in entries
            for certificate, kind, level in entry.blocks
        ],
        batch_size=1000,
    )


def apply_rows(*, actor: Actor, load_id: int, residents: Sequence[str], addresses: Sequence[str]) -> int:
    """Add history rows (COPY lines); the highest 履歴番号 of each person becomes the current one.

    Applying the same rows again changes nothing. Provisional rows never become current. Answers how
    many rows were new.

    Raises:
        Forbidden: the actor may not import.
        Conflict: another load changed the same person meanwhile ("registry.changed"); nothing was applied.
    """
    _require_import(actor)
    with unit(actor):
        _make_staging()
        _stage(residents, addresses, ())
        with connection.cursor() as cursor:
            # Persons in one order, so that two loads wait for each other instead of locking each other out.
            cursor.execute(
                "SELECT 1 FROM eng_registry_resident WHERE is_current AND addressee_no IN "
                "(SELECT addressee_no FROM load_eng_registry_resident) ORDER BY addressee_no FOR UPDATE"
            )
            try:
                return _append(cursor, load_id)
            except IntegrityError as error:
                raise Conflict("registry.changed") from error


def _append(cursor: CursorWrapper, load_id: int) -> int:
    new = 0
    for table, columns in _TABLES[:2]:
        listed = ", ".join(columns)
        # Rows come in as past ones; which is current is decided below from all of them.
        values = ", ".join("false" if c == "is_current" else c for c in columns)
        of_person = table == "eng_registry_resident"
        cursor.execute(
            f"INSERT INTO {table} ({'load_id, ' if of_person else ''}{listed}) "  # noqa: S608 - constants of this module
            f"SELECT {'%s, ' if of_person else ''}{values} FROM load_{table} "
            "ON CONFLICT (addressee_no, history_no, branch_no) DO NOTHING",
            (load_id,) if of_person else (),
        )
        new += cursor.rowcount if of_person else 0
    for current in ("false", "true"):
        for table in ("eng_registry_resident", "eng_registry_address"):
            cursor.execute(_FLAG.format(table=table, current=current))
    return new


_FLAG: Final = """
WITH best AS (
    SELECT DISTINCT ON (addressee_no) addressee_no, history_no, branch_no FROM eng_registry_resident
    WHERE addressee_no IN (SELECT addressee_no FROM load_eng_registry_resident)
        AND NOT is_provisional AND NOT is_deleted
    ORDER BY addressee_no, history_no DESC, branch_no DESC)
UPDATE {table} t SET is_current = {current} FROM best b
WHERE t.addressee_no = b.addressee_no AND t.is_current <> {current}
    AND ((t.history_no, t.branch_no) = (b.history_no, b.branch_no)) = {current}
"""
