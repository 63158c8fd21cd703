"""`jichi files …` and what `jichi doctor` asks this room."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from jichi.engines.audit.context import system_actor
from jichi.kernel.errors import Finding

from . import actions, scanning, storage
from .documents.coverage import FONTS
from .models import Blob, Rendition, RetentionRule, StoredFile


def main(argv: Sequence[str]) -> int:
    """check: 0 if every stored file is whole. sweep, rescan, retention: 0."""
    parser = argparse.ArgumentParser(prog="jichi files")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="read every stored file again and compare its SHA-256")
    commands.add_parser("sweep", help="delete content older than a day that no file names")
    commands.add_parser("rescan", help="ask the malware scanner about files that wait for it")
    retention = commands.add_parser("retention", help="list the retention rules, or set one")
    retention.add_argument("purpose", nargs="?")
    retention.add_argument("keep_days", nargs="?", type=int)
    retention.add_argument("basis", nargs="?", default="")
    given = parser.parse_args(list(argv))
    if given.command == "check":
        return _check()
    if given.command == "retention":
        return _retention(given.purpose, given.keep_days, given.basis)
    actor = system_actor(f"files.{given.command}")
    if given.command == "sweep":
        _say(f"{actions.sweep_orphans(actor=actor)} deleted")
    else:
        counts = actions.rescan_waiting(actor=actor, limit=10_000)
        _say(", ".join(f"{state} {count}" for state, count in counts.items()))
    return 0


def findings() -> list[Finding]:
    """Folder, fonts, scanner."""
    return [_folder(), _fonts(), _scanner()]


def _check() -> int:
    whole, bad = 0, 0
    for sha256 in _expected():
        found = storage.recompute(sha256)
        if found == sha256:
            whole += 1
            continue
        bad += 1
        state = "lost" if found is None else "changed"
        ids = StoredFile.objects.filter(blob_id=sha256).values_list("id", flat=True)
        _say(f"{state}\t{sha256}\t{' '.join(str(i) for i in ids)}")
    _say(f"{whole} whole, {bad} lost or changed")
    return 1 if bad else 0


def _expected() -> list[str]:
    """Content that must be there: refused files keep their row but not their content."""
    named = StoredFile.objects.filter(blob=OuterRef("pk")).exclude(state=StoredFile.State.REFUSED)
    derived = Rendition.objects.filter(blob=OuterRef("pk"))
    found = Blob.objects.filter(Exists(named) | Exists(derived))
    return list(found.order_by("sha256").values_list("sha256", flat=True))


def _retention(purpose: str | None, keep_days: int | None, basis: str) -> int:
    if purpose and keep_days:
        actions.set_retention(actor=system_actor("files.retention"), purpose=purpose, keep_days=keep_days, basis=basis)
    for rule in RetentionRule.objects.order_by("purpose"):
        _say(f"{rule.purpose}\t{rule.keep_days}\t{rule.basis}")
    return 0


def _folder() -> Finding:
    root = storage.root()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return Finding("files", "wrong", str(error), "JICHI_HOME に書き込めるようにしてください")
    if not os.access(root, os.W_OK | os.X_OK):
        return Finding("files", "wrong", f"{root} に書き込めません", "フォルダの所有者を確かめてください")
    return Finding("files", "ok", str(root))


def _fonts() -> Finding:
    missing = [s for s in ("Regular", "Bold") if not (FONTS / f"JichiDocument-{s}.otf").is_file()]
    if missing:
        return Finding("document fonts", "missing", ", ".join(missing), "パッケージを入れ直してください")
    return Finding("document fonts", "ok")


def _scanner() -> Finding:
    scanner = scanning.scanner()
    if scanner.name == "null":
        return Finding(
            "malware scanner",
            "missing",
            "添付ファイルのウイルス検査をしていません",
            "JICHI_CLAMD に clamd の場所を設定してください",
        )
    try:
        scanner.ping()
    except scanning.ScannerAway as away:
        return Finding(
            "malware scanner",
            "wrong",
            f"{scanner.name}: {away}",
            "clamd が動いているか確かめてください。それまで添付ファイルは開けません",
        )
    return Finding("malware scanner", "ok", scanner.name)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
