"""`jichi backup`: takes, lists and verifies backups of this instance."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from jichi.kernel import clock

from ..cli import complain, say
from ..database import database, use
from ..environment import Environment, environment
from ..postgres import Cluster, find_programs
from . import looking, sealing, shape, taking
from .server import Server
from .shape import BackupError, Kept

NOT_SAVED: Final = frozenset(
    {
        "JICHI_DATABASE_URL", "JICHI_OWNER_DATABASE_URL", "JICHI_SECRET_KEY", "JICHI_FIELD_KEYS",
        "JICHI_SMTP_PASSWORD", "JICHI_BACKUP_PASSPHRASE", "JICHI_METRICS_TOKEN", "JICHI_SANDBOX_SECRET",
    }
)  # fmt: skip
"""Settings that are secrets, or hold one."""


def folder_of_backups(told: Environment) -> Path:
    """Where backups go unless --to says otherwise."""
    given = os.environ.get("JICHI_BACKUP_DIR")
    return Path(given) if given else told.home / "backups"


def plan() -> tuple[int, int]:
    """Days and weeks that rotation keeps."""
    return shape.parse_keep(os.environ.get("JICHI_BACKUP_KEEP") or "7,5")


@contextlib.contextmanager
def opened() -> Iterator[Server]:
    """The living database as the owner of its tables, whether its server runs or not."""
    told = environment()
    with database("owner") as url:
        programs = None if told.database_url or told.owner_url else Cluster(told.home).source.folder
        if programs is None:
            with contextlib.suppress(Exception):  # PATH is asked then
                programs = find_programs().folder
        yield Server(url, programs, jobs=min(4, os.cpu_count() or 1))


def source_of(server: Server, *, passphrase: str = "") -> taking.Source:
    """What this instance consists of."""
    told = environment()
    given = {n: v for n, v in sorted(os.environ.items()) if n.startswith("JICHI_") and n not in NOT_SAVED}
    peers = {name: str(peer.get("kind", "")) for name, peer in sorted(told.peers.items())}
    settings = json.dumps({"environment": given, "peers": peers}, ensure_ascii=False, indent=1).encode()
    return taking.Source(
        server=server, files=told.home / "files", ward=told.ward, origin=told.origin, settings=settings,
        keys=[sealing.fingerprint(key) for key in told.field_keys],
        secrets=sealing.seal(told.home / "secrets", passphrase) if passphrase else None,
    )  # fmt: skip


def backup(argv: Sequence[str]) -> int:
    """`jichi backup [--to DIR] [--with-secrets] [--list | --verify [FOLDER]]`."""
    parser = argparse.ArgumentParser(
        prog="jichi backup", description="Saves database and stored files into a dated folder, while people work."
    )
    parser.add_argument(
        "--to", type=Path, help="folder of backups (default: JICHI_BACKUP_DIR, or backups in JICHI_HOME)"
    )
    parser.add_argument(
        "--with-secrets", action="store_true", help="keys too, sealed by the passphrase in JICHI_BACKUP_PASSPHRASE"
    )
    parser.add_argument("--list", action="store_true", help="only list the backups that are there")
    parser.add_argument(
        "--verify", nargs="?", const="", metavar="FOLDER", help="add every part up again (default: all)"
    )
    given = parser.parse_args(list(argv))
    target: Path = given.to or folder_of_backups(environment())
    try:
        if given.list:
            return _list(target)
        if given.verify is not None:
            return _verify(
                [Path(given.verify)] if given.verify else [one.folder for one in looking.whole_backups(target)]
            )
        passphrase = ""
        if given.with_secrets:
            passphrase = sealing.require_passphrase(os.environ.get("JICHI_BACKUP_PASSPHRASE", ""))
        kept = make(target, passphrase=passphrase)
    except BackupError as error:
        complain(str(error))
        return 1
    manifest = kept.manifest
    say(f"{kept.folder}: {manifest.rows:,} rows, {len(manifest.files):,} files, "
        f"{shape.readable(manifest.size)}, {manifest.seconds:.0f} s")  # fmt: skip
    if manifest.missing:
        say(f"{len(manifest.missing)} stored files were deleted meanwhile and are not in it")
    if not manifest.with_secrets:
        say("keys are not in it: keep JICHI_HOME/secrets elsewhere, or use --with-secrets")
    return 0


def make(target: Path, *, passphrase: str = "") -> Kept:
    """Take a backup of this instance and rotate.

    Raises:
        BackupError: there is none now; the message says why.
    """
    daily, weekly = plan()
    with opened() as server:
        kept = taking.take(source_of(server, passphrase=passphrase), target, now=clock.now(), say=say)
        tell(kept)
    for folder in taking.rotate(target, daily=daily, weekly=weekly):
        say(f"removed {folder.name}")
    return kept


def tell(kept: Kept | None = None, *, trouble: str = "") -> None:
    """Note in the database how a backup ended, for the health page. Where it can't be noted, the folder still tells."""
    with contextlib.suppress(Exception), opened() as server:
        use(server.url)
        import django
        from django.apps import apps

        if not apps.ready:
            django.setup()
        from jichi.engines.audit.context import system_actor
        from jichi.services.office.operations import actions

        actions.backup_ended(
            actor=system_actor("backup"), folder=kept.folder.name if kept else "", trouble=trouble,
            rows=kept.manifest.rows if kept else 0, size=kept.manifest.size if kept else 0,
        )  # fmt: skip


def _list(target: Path) -> int:
    held = looking.whole_backups(target)
    for one in held:
        manifest = one.manifest
        say(f"{one.folder}  {manifest.made_at}  Jichi {manifest.version}  {manifest.rows:,} rows  "
            f"{shape.readable(manifest.size)}{'  with secrets' if manifest.with_secrets else ''}")  # fmt: skip
    if not held:
        say(f"no backups in {target}")
    return 0


def _verify(folders: Sequence[Path]) -> int:
    wrong = 0
    for folder in folders:
        found = looking.problems(folder)
        wrong += bool(found)
        say(f"{folder}: {'; '.join(found) if found else 'every part adds up'}")
    if not folders:
        complain("there is no backup to verify")
    return 1 if wrong or not folders else 0
