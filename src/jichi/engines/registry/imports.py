"""Taking the register from files: look first, then all or nothing; what drops too much waits for a second person.

Offered through `actions`. Every try leaves a `RegisterLoad` with its figures, whatever became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.audit.actions import record
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from . import delivery, merging, protections, staging, tasks
from .mappings import folder
from .mappings import mapping as mapping_named
from .models import RegisterLoad
from .permissions import CONFIRM, IMPORT
from .rules import LineError
from .rules.importing import RegisterMapping, Report, Scan, UnclearFile
from .units import LOADER

LOCK: Final = 7_215_003
"""Advisory lock of the load that runs."""
_OVER: Final = ("refused", "applied", "unchanged", "dropped")
"""States after which nobody needs the file any more."""
_KINDS: Final = {"residents": "file", "protections": "protections"}


class _Undo(Exception):
    """Ends a load's transaction without a trace in the mirror; the load gets this state."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What became of a load: its key, its state, and its report as stored."""

    key: UUID
    state: str
    report: Mapping[str, Any]


def drop_limit() -> float:
    """Percent of residents whose loss makes a load wait: JICHI_REGISTER["drop_percent"], 2 if not set."""
    return float(getattr(settings, "JICHI_REGISTER", {}).get("drop_percent", 2.0))


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(IMPORT):
        raise Forbidden("forbidden", permission=IMPORT)


def import_register(
    *, actor: Actor, path: Path, mapping: str, as_of: date | None = None, dry_run: bool = False
) -> ImportOutcome:
    """Look at a file and, if nothing speaks against it, make it the mirror. All or nothing.

    Args:
        path: the file, on this server; of a delivery of several files any of them, the others beside it.
        mapping: name of a mapping; it also says whether the file is one of residents or of protections.
        as_of: the day the file describes; None: it stands in the file's name, as the mapping says.
        dry_run: only look: the state then is "ready" (or "waiting", "refused", "unchanged").

    Returns:
        state "applied"; "unchanged": the same file as last time, nothing was done; "refused": `report` says
        which lines; "waiting": so much would be lost that a second official has to confirm.

    Raises:
        Forbidden: the actor may not import.
        Invalid: no such file ("registry.no_such_file"), no day given or found ("registry.no_file_date"), a part of
            the delivery is not there ("registry.parts_missing").
        NotFound, MappingError: see `mappings.mapping`.
        Conflict: another load runs ("registry.load_running").
    """
    _require(actor)
    used = mapping_named(mapping)
    if not path.is_file():
        raise Invalid("registry.no_such_file", name=path.name)
    load = _begin(actor, path, mapping, used, as_of)
    return _carry_out(load, used, apply=not dry_run)


def _begin(
    actor: Actor, path: Path, name: str, mapping: RegisterMapping, as_of: date | None, *, uploaded: bool = False
) -> RegisterLoad:
    said, day = delivery.name_of(path, mapping, as_of)
    paths = delivery.files_of(path, mapping)
    with unit(LOADER):
        return RegisterLoad.objects.create(
            kind=_KINDS[mapping.of], label=delivery.label_of(paths), as_of=day, started_at=clock.now(),
            state="checking", path="\n".join(map(str, paths)), mapping=f"{name}/{mapping.version}",
            started_by=actor.account_id, is_difference=said.is_difference, sequence=said.sequence,
            is_uploaded=uploaded,
        )  # fmt: skip


def queue_check(*, actor: Actor, name: str, mapping: str, as_of: date | None = None, uploaded: bool = False) -> UUID:
    """Have a file of the server's folder looked at by a worker; the key of the load, whose page says what came of it.

    Args:
        name: the file's name in JICHI_HOME/register, as `files_waiting` gives it.
        uploaded: it came from a browser and is removed when the load has ended.

    Raises:
        Forbidden, Invalid, NotFound, MappingError: as `import_register`.
    """
    _require(actor)
    if name not in files_waiting():
        raise Invalid("registry.no_such_file", fields={"name": FieldError("registry.no_such_file")}, name=name)
    used = mapping_named(mapping)
    with unit(actor):
        load = _begin(actor, folder() / name, mapping, used, as_of, uploaded=uploaded)
        tasks.look.defer(key=str(load.key))
    return load.key


def files_waiting() -> tuple[str, ...]:
    """Names of the files that lie in the server's folder, newest name first."""
    found = (path.name for path in folder().glob("*") if path.suffix.lower() in (".csv", ".txt") and path.is_file())
    return tuple(sorted(found, reverse=True))


def look(*, key: UUID) -> None:
    """What the worker does after `queue_check`. Done before: does nothing."""
    load = _load(key)
    if load.state == "checking":
        _carry_out(load, mapping_named(load.mapping.partition("/")[0]), apply=False)


def confirm_load(*, actor: Actor, key: UUID) -> None:
    """Have a load that was looked at applied by a worker. One that waits needs another official than who started it.

    Raises:
        Forbidden: the actor may not confirm loads.
        NotFound: no such load.
        Conflict: it is not waiting for anybody ("registry.not_waiting"), or needs somebody else
            ("registry.second_person").
    """
    load = _decide(actor, key)
    if load.state == "waiting" and (actor.account_id is None or actor.account_id == load.started_by):
        raise Conflict("registry.second_person")
    with unit(actor):
        load.decided_by, load.report = actor.account_id, {**load.report, "confirmed": load.state}
        load.state = "checking"
        load.save(update_fields=["decided_by", "report", "state"])
        tasks.apply.defer(key=str(key))


def apply_confirmed(*, key: UUID) -> ImportOutcome | None:
    """What the worker does after `confirm_load`, if the file is the one that was looked at. Done before: nothing."""
    load = _load(key)
    confirmed = load.report.get("confirmed")
    if load.state != "checking" or not confirmed:
        return None
    paths = delivery.paths_of(load)
    if not all(path.is_file() for path in paths) or delivery.checksum_of(paths) != load.source_checksum:
        what = "確認したときとファイルが違うか、なくなっています。"
        return _end(load, "refused", _refusal(0, what))
    used = mapping_named(load.mapping.partition("/")[0])
    return _carry_out(load, used, apply=True, confirmed=confirmed == "waiting")


def drop_load(*, actor: Actor, key: UUID) -> None:
    """Put a load aside that was looked at; the mirror stays as it is.

    Raises:
        Forbidden, NotFound, Conflict: as `confirm_load`.
    """
    load = _decide(actor, key)
    with unit(actor):
        load.decided_by, load.state, load.finished_at = actor.account_id, "dropped", clock.now()
        load.save(update_fields=["decided_by", "state", "finished_at"])
    _tidy(load)


def _load(key: UUID) -> RegisterLoad:
    with unit(LOADER):
        load = RegisterLoad.objects.filter(key=key).first()
    if load is None:
        raise NotFound("registry.unknown_load")
    return load


def _decide(actor: Actor, key: UUID) -> RegisterLoad:
    if actor.kind != "system" and not actor.may(CONFIRM):
        raise Forbidden("forbidden", permission=CONFIRM)
    load = _load(key)
    if load.state not in ("waiting", "ready"):
        raise Conflict("registry.not_waiting")
    return load


# -- carrying out ------------------------------------------------------------------------------


def _carry_out(load: RegisterLoad, mapping: RegisterMapping, *, apply: bool, confirmed: bool = False) -> ImportOutcome:
    paths = delivery.paths_of(load)
    report: dict[str, Any] = {}
    try:
        if _known(load, paths):
            return _end(load, "unchanged", report)
        if what := delivery.why_not_now(load):
            return _end(load, "refused", _refusal(0, what))
        try:
            founds = [staging.scan_file(path, mapping) for path in paths]
        except UnclearFile as unclear:
            return _end(load, "refused", _refusal(1, str(unclear)))
        load.source_checksum = founds[0].checksum if len(founds) == 1 else delivery.checksum_of(paths)
        load.encoding = founds[0].encoding
        with unit(LOADER):
            _lock(load.pk)
            state = _try(load, mapping, founds, report, apply=apply, confirmed=confirmed)
            if state != "applied":
                raise _Undo(state)
            return _end(load, state, report)
    except _Undo as undone:
        return _end(load, undone.state, report)
    except BaseException:
        if not connection.needs_rollback:
            _end(load, "failed", report)
        raise


def _try(
    load: RegisterLoad, mapping: RegisterMapping, founds: Sequence[Scan], report: dict[str, Any], *, apply: bool,
    confirmed: bool,
) -> str:  # fmt: skip
    """Read, judge and, if all is well, write. Fills the report; the state the load comes to."""
    found = founds[0]
    report |= {"newline": found.newline, "quoted": found.quoted, "size": sum(one.size for one in founds)}
    if mapping.of == "protections":
        return protections.take(load, mapping, found, report, apply=apply, confirmed=confirmed)
    read = staging.stage(delivery.paths_of(load), mapping, founds)
    report |= columns_of(read)
    load.rows = report["rows"] = read.rows
    if read.count:
        report |= errors_of(read)
        return "refused"
    last = staging.complete(mapping.difference_holds) if load.is_difference else staging.ALL
    counts = staging.judge(read, last=last)
    report |= asdict(counts)
    if mapping.check_digit:
        report["odd_numbers"] = read.odd_numbers
    load.persons = counts.residents_after
    if read.count:
        report |= errors_of(read)
        return "refused"
    report["reasons"] = _reasons(counts)
    if report["reasons"] and not confirmed:
        return "waiting"
    if not apply:
        return "ready"
    merging.merge(load.pk, changed=bool(counts.new or counts.changed or counts.removed))
    return "applied"


def _reasons(counts: staging.Counts) -> list[str]:
    """Why a person has to look before the load is applied; in Japanese."""
    found = []
    limit = drop_limit()
    if counts.residents_before and counts.dropped * 100 > limit * counts.residents_before:
        share = counts.dropped * 100 / counts.residents_before
        found.append(
            f"今の住民{counts.residents_before:,}人のうち{counts.dropped:,}人({share:.1f}%)が住民でなくなります"
            f"({limit:g}%を超えたので止めました)。"
        )
    if counts.vanished_towns:
        found.append(f"住民が1人もいなくなる町があります: {'、'.join(counts.vanished_towns)}。")
    return found


def columns_of(read: Report) -> dict[str, Any]:
    """What a report says of the columns, as the load keeps it."""
    return {"unknown": read.unknown[:200], "missing": read.missing, "left_out": read.left_out}


def errors_of(read: Report) -> dict[str, Any]:
    """What a report says of errors, as the load keeps it: the first ones, and how many there are."""
    return {"errors": [asdict(error) for error in read.errors], "error_count": read.count}


def _refusal(line: int, what: str) -> dict[str, Any]:
    error = LineError(line=line, column="", what=what, do="何も取り込んでいません。")
    return {"errors": [asdict(error)], "error_count": 1}


def _known(load: RegisterLoad, paths: Sequence[Path]) -> bool:
    """Whether the last applied load of this kind brought this very file by this very mapping."""
    with unit(LOADER):
        last = RegisterLoad.objects.filter(kind=load.kind, state="applied").order_by("-pk").first()
    if last is None or last.mapping != load.mapping:
        return False
    load.source_checksum = delivery.checksum_of(paths)
    return last.source_checksum == load.source_checksum


def _lock(own: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not cursor.fetchone()[0]:
            raise Conflict("registry.load_running")
        # The limits are for pages; COPY of a whole register is one statement of minutes.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    # Nobody else is loading now: what still says so was cut off, and left nothing behind.
    RegisterLoad.objects.filter(state="checking").exclude(pk=own).update(state="failed", finished_at=clock.now())


def _end(load: RegisterLoad, state: str, report: dict[str, Any]) -> ImportOutcome:
    """Keep what became of a load."""
    with unit(LOADER):
        load.state, load.report = state, report
        load.finished_at = None if state in ("ready", "waiting") else clock.now()
        load.checksum = load.source_checksum
        load.save()
        record(
            actor=LOADER, action=f"register_{state}", table="eng_registry_registerload", object_id=str(load.pk),
            detail={"file": load.label, "rows": load.rows},
        )  # fmt: skip
    _tidy(load)
    return ImportOutcome(key=load.key, state=state, report=report)


def _tidy(load: RegisterLoad) -> None:
    """A file that a browser sent does not stay: it holds everybody's data."""
    if load.is_uploaded and load.state in _OVER:
        for path in delivery.paths_of(load):
            path.unlink(missing_ok=True)
