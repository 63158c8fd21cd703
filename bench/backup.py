"""Backup and restore of a ward with a million cases, beside pg_dump and pg_restore with the same settings."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import lists, pages
from bench.figures import Figures, Goal
from bench.ground import Ground
from jichi.config.backup import restoring, shape, taking
from jichi.config.backup.server import Server, without_groundwork
from jichi.kernel import clock

CASES: Final = 1_000_000
WARD: Final = 266_000
PROMISE: Final = 60.0
"""Per cent of the speed of PostgreSQL's own programs."""
_WHOLE: Final = (
    """INSERT INTO eng_forms_draft SELECT (jsonb_populate_record(NULL::eng_forms_draft,
    d.row || jsonb_build_object('id', c.submission_id))).* FROM eng_cases_case c JOIN bench_number USING (number),
    (SELECT to_jsonb(d) AS row FROM eng_forms_draft d JOIN eng_forms_submission s ON s.draft_id = d.id LIMIT 1) d""",
    """INSERT INTO eng_forms_submission SELECT (jsonb_populate_record(NULL::eng_forms_submission, s.row ||
    jsonb_build_object('id', c.submission_id, 'draft_id', c.submission_id, 'subject_no', c.subject_no))).*
    FROM eng_cases_case c JOIN bench_number USING (number),
    (SELECT to_jsonb(s) AS row FROM eng_forms_submission s LIMIT 1) s""",
    "DROP TABLE bench_number, bench_person",
    "CHECKPOINT",
)
"""What was sent stands behind every case, as foreign keys want it when they come back."""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Seconds for saving and for putting back, sums and proof of equality included."""
    count, size = (20_000, pages.WARD) if quick else (CASES, WARD)
    with ground.copied(ground.ward(size)) as name, tempfile.TemporaryDirectory(dir=ground.home) as folder:
        with ground.connect(name) as connection:
            row = connection.execute("SELECT id FROM eng_accounts_account WHERE kind = 'staff' LIMIT 1").fetchone()
        lists._fill(ground, name, count, str(row[0] if row else ""))
        with ground.connect(name, quiet=True) as connection:
            for statement in _WHOLE:
                connection.execute(statement)
            row = connection.execute("SELECT pg_database_size(current_database()) / 1000000").fetchone()
        return _side_by_side(ground, name, Path(folder), count, size, int(row[0] if row else 0))


def _side_by_side(ground: Ground, name: str, folder: Path, count: int, size: int, megabytes: int) -> bool:
    server = Server(ground.cluster.url("owner", name), ground.cluster.source.folder, min(4, os.cpu_count() or 1))
    source = taking.Source(server=server, files=ground.home / "files", ward="", origin="", settings=b"{}")
    dumped = _seconds(lambda: _dump(server, folder / "bare"))
    kept = taking.take(source, folder / "backups", now=clock.now())
    bare = _restored(ground, lambda copy: _restore(copy, folder / "bare", folder / "list"))
    ours = _restored(ground, lambda copy: _put_back(copy, kept, folder / "list"))
    figures = Figures(
        "backup", f"Backup and restore of a ward of {size:,} with {count:,} cases",
        ("what", "PostgreSQL's own, s", "Jichi, s", "speed, %"),
        sizes={"residents": size, "cases": count, "database MB": megabytes, "rows": kept.manifest.rows,
               "backup MB": kept.manifest.size // 1_000_000, "jobs": server.jobs},
    )  # fmt: skip
    for what, theirs, mine in (("backup", dumped, kept.manifest.seconds), ("restore", bare, ours)):
        speed = 100 * theirs / mine
        figures.rows.append((what, round(theirs, 1), round(mine, 1), round(speed)))
        figures.goals.append(Goal(name=what, value=speed, sense="at least", limit=PROMISE, unit="%"))
    figures.notes.append(
        "Same jobs and compression on both sides. Jichi's figures include a SHA-256 of every part and of every "
        "table's rows, and on the way back the proof that structure, rows and sequences are equal."
    )
    return figures.finish()


def _seconds(act: Callable[[], None]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _dump(server: Server, folder: Path) -> None:
    command = [one for one in server.dump_command(folder, "") if not one.startswith("--snapshot")]
    server.run(command)


def _restore(server: Server, folder: Path, scratch: Path) -> None:
    scratch.write_text("\n".join(without_groundwork(server.listing(folder))) + "\n")
    server.run(server.restore_command(folder, scratch, whole=False))


def _put_back(server: Server, kept: shape.Kept, scratch: Path) -> None:
    manifest = restoring.require_sound(kept.folder)
    restoring.fill(server, kept.folder, manifest, scratch, whole=False)
    found = restoring.differences(server, manifest)
    if found:
        raise RuntimeError(f"the restored copy is not equal: {found[:5]}")


def _restored(ground: Ground, act: Callable[[Server], None]) -> float:
    """Seconds to fill a fresh database, which is dropped again."""
    name = "bench_restored"
    ground.drop(name)
    ground.cluster.create_database(name)
    try:
        server = Server(ground.cluster.url("owner", name), ground.cluster.source.folder, min(4, os.cpu_count() or 1))
        return _seconds(lambda: act(server))
    finally:
        ground.drop(name)
