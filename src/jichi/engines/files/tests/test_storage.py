"""Content on disk under kill -9 and under two writers at once, with real commits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from conftest import TestDatabase
from jichi.engines.audit.context import system_actor
from jichi.engines.files import actions, commands, queries, storage
from jichi.engines.files.models import Blob, StoredFile

HOUSE = system_actor("test")
CONTENT = b"the same bytes for everybody"

CHILD = """
import os, signal, sys
import django
from django.conf import settings
django.setup()
from pathlib import Path
settings.JICHI_FILES_ROOT = Path(sys.argv[1])
from jichi.engines.audit.context import system_actor
from jichi.engines.files import actions, storage
from jichi.engines.files.models import StoredFile
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
step = sys.argv[2]
if step == "while writing":
    storage.os.fsync = die
elif step == "before the name":
    storage.Path.replace = die
elif step == "between content and row":
    StoredFile.objects.create = die
elif step == "before commit":
    from django.db import connection
    connection.ensure_connection()
    connection.connection.commit = die
    import django.db.transaction as t
    t.Atomic.__exit__ = die
actions.store_bytes(actor=system_actor("child"), data=b"the same bytes for everybody",
                    filename="a.pdf", media_type="application/pdf", purpose="test")
"""


def make() -> StoredFile:
    return actions.store_bytes(
        actor=HOUSE, data=CONTENT, filename="a.pdf", media_type="application/pdf", purpose="test"
    )


def content_of(root: Path) -> list[bytes]:
    return [p.read_bytes() for p in root.glob("??/??/*")]


@pytest.mark.parametrize(
    "step", ["while writing", "before the name", "between content and row", "before commit", "not at all"]
)
def test_killed_at_any_step_leaves_all_or_nothing(step: str, committed_db: TestDatabase, files_root: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(files_root), step],
        env={
            **os.environ,
            "JICHI_DATABASE_URL": committed_db.app_url,
            "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
        },
        capture_output=True,
        check=False,
        timeout=60,
    )
    survived = step == "not at all"
    assert child.returncode == (0 if survived else -signal.SIGKILL), child.stderr
    assert StoredFile.objects.count() == Blob.objects.count() == int(survived)
    assert content_of(files_root) in ([], [CONTENT])  # never half
    assert commands.main(["check"]) == 0

    assert actions.sweep_orphans(actor=HOUSE, older_than_s=-60) in {0, 1}
    assert content_of(files_root) == ([CONTENT] if survived else [])
    assert list((files_root / storage.TEMPORARY).glob("*")) == []
    with queries.open_file(make().id) as content:
        assert content.read() == CONTENT


def run_together(*works: Any) -> list[BaseException]:
    failures: list[BaseException] = []

    def guarded(work: Any) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_eight_store_the_same_content_at_once(committed_db: TestDatabase, files_root: Path) -> None:
    assert run_together(*[make] * 8) == []
    assert StoredFile.objects.count() == 8
    assert Blob.objects.count() == 1
    assert content_of(files_root) == [CONTENT]


def sweep_while_another_stores(files_root: Path, *, with_lock: bool) -> bool:
    """A sweep finds the content unnamed, while another is storing it; is it still there afterwards?"""
    storage.put(storage.digest_of(CONTENT), CONTENT)
    stored, swept = threading.Event(), threading.Event()

    def writer() -> None:
        with transaction.atomic():
            if with_lock:
                make()
            else:  # as it would be without the content's row: look at the disk, then write the row
                storage.put(storage.digest_of(CONTENT), CONTENT)
            stored.set()
            swept.wait(1.5)  # with the lock the sweep can't end before we commit
            if not with_lock:
                make_row_only()

    def sweeper() -> None:
        stored.wait(10)
        actions.sweep_orphans(actor=HOUSE, older_than_s=-60)
        swept.set()

    assert run_together(writer, sweeper) == []
    assert StoredFile.objects.count() == 1
    return content_of(files_root) == [CONTENT]


def make_row_only() -> None:
    original = storage.put
    storage.put = lambda sha256, data: Path()
    try:
        make()
    finally:
        storage.put = original


def test_the_sweep_takes_nothing_that_is_being_stored(committed_db: TestDatabase, files_root: Path) -> None:
    assert sweep_while_another_stores(files_root, with_lock=True)


def test_without_the_row_first_the_sweep_would_take_it(committed_db: TestDatabase, files_root: Path) -> None:
    assert not sweep_while_another_stores(files_root, with_lock=False)


def test_content_cut_short_on_disk_is_written_again(committed_db: TestDatabase, files_root: Path) -> None:
    sha256 = storage.digest_of(CONTENT)
    path = storage.path_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:5])
    make()
    assert path.read_bytes() == CONTENT
