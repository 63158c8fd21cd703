"""Backups of a living database: whole or not there, refused when damaged, equal when put back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from conftest import TestDatabase, drop_database
from jichi.config.backup import looking, restoring, shape, taking
from jichi.config.backup.server import Server
from jichi.config.backup.shape import BackupError, Kept
from jichi.config.postgres import Cluster
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import system_actor
from jichi.engines.files import actions as files

NIGHT = datetime.fromisoformat("2027-03-31T02:30:00+09:00")
SYSTEM = system_actor("test")
_TAKE = """
import sys
from datetime import datetime
from pathlib import Path
from jichi.config.backup import taking
from jichi.config.backup.server import Server
source = taking.Source(server=Server(sys.argv[1], Path(sys.argv[2])), files=Path(sys.argv[3]), ward="w", origin="o",
                       settings=b"{}")
taking.take(source, Path(sys.argv[4]), now=datetime.fromisoformat(sys.argv[5]))
"""


@pytest.fixture
def stored(committed_db: TestDatabase, settings: object, tmp_path: Path) -> list[str]:
    """Two stored files, each with rows; their digests."""
    settings.JICHI_FILES_ROOT = tmp_path / "files"  # type: ignore[attr-defined] # pytest-django's wrapper
    for text in (b"%PDF-1.4 one", b"%PDF-1.4 two"):
        files.store_bytes(actor=SYSTEM, data=text, filename="a.pdf", media_type="application/pdf", purpose="document")
    with psycopg.connect(committed_db.super_url) as connection:
        return [row[0] for row in connection.execute("SELECT sha256 FROM eng_files_blob ORDER BY 1")]


@pytest.fixture
def source(committed_db: TestDatabase, stored: list[str], tmp_path: Path) -> taking.Source:
    return taking.Source(
        server=Server(committed_db.owner_url, committed_db.cluster.source.folder), files=tmp_path / "files",
        ward="みどり区", origin="http://localhost", settings=b"{}",
    )  # fmt: skip


@pytest.fixture
def empty(committed_db: TestDatabase) -> Iterator[Server]:
    """A prepared database without tables."""
    name = committed_db.name + "_copy"
    committed_db.cluster.create_database(name)
    copy = TestDatabase(committed_db.cluster, name)
    yield Server(copy.owner_url, committed_db.cluster.source.folder)
    drop_database(copy)


def test_what_is_restored_is_equal_and_every_difference_is_told(
    source: taking.Source, empty: Server, committed_db: TestDatabase, stored: list[str], tmp_path: Path
) -> None:
    kept = taking.take(source, tmp_path / "backups", now=NIGHT)
    assert kept.folder.name == "jichi-20270331-023000"
    assert kept.manifest.files == tuple(stored)
    assert kept.manifest.tables["public.eng_files_blob"].rows == 2
    assert kept.manifest.tables["public.eng_audit_auditevent"].rows > 0
    assert kept.manifest.migrations[-1].count(".") == 1
    assert restoring.require_sound(kept.folder) == kept.manifest
    restoring.fill(empty, kept.folder, kept.manifest, tmp_path / "list", whole=True)
    assert restoring.differences(empty, kept.manifest) == []
    copy = committed_db.cluster.url("super", committed_db.name + "_copy")
    with psycopg.connect(copy) as connection:
        connection.execute("UPDATE eng_files_blob SET size = 1")
        connection.execute("ALTER TABLE eng_files_blob ADD COLUMN odd int")
        connection.execute("ALTER TABLE eng_audit_auditevent DISABLE TRIGGER USER")
        connection.execute("GRANT TRUNCATE ON eng_files_blob TO jichi_app")
        connection.execute("ALTER TABLE eng_registry_resident DISABLE ROW LEVEL SECURITY")
        connection.execute("SELECT nextval('procrastinate_jobs_id_seq')")
    told = restoring.differences(empty, kept.manifest)
    for words in (
        "columns differ", "grants differ", "triggers differ", "row security differ",
        "sequence public.procrastinate_jobs_id_seq differs",
        "rows of table public.eng_files_blob differ",
    ):  # fmt: skip
        assert words in told


def test_stored_files_are_taken_once_and_put_back_where_they_are_missing(
    source: taking.Source, stored: list[str], tmp_path: Path
) -> None:
    first = taking.take(source, tmp_path / "backups", now=NIGHT)
    second = taking.take(source, tmp_path / "backups", now=NIGHT + timedelta(days=1))
    one, two = (taking.place_of(kept.folder / shape.FILES, stored[0]).stat() for kept in (first, second))
    assert one.st_ino == two.st_ino
    taking.place_of(source.files, stored[0]).unlink()
    assert restoring.put_files_back(second.folder, second.manifest, source.files) == 1
    assert restoring.put_files_back(second.folder, second.manifest, source.files) == 0
    assert looking.digest_of(taking.place_of(source.files, stored[0])) == stored[0]
    taking.place_of(source.files, stored[1]).unlink()
    shutil.rmtree(first.folder)
    shutil.rmtree(second.folder)
    assert taking.take(source, tmp_path / "backups", now=NIGHT).manifest.missing == (stored[1],)


def test_what_is_damaged_is_refused_by_name(source: taking.Source, stored: list[str], tmp_path: Path) -> None:
    kept = taking.take(source, tmp_path / "backups", now=NIGHT)
    part = kept.folder / kept.manifest.tables["public.django_migrations"].part
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    taking.place_of(kept.folder / shape.FILES, stored[0]).unlink()
    (kept.folder / "database" / "9999.dat.gz").write_bytes(b"slipped in")
    found = looking.problems(kept.folder)
    assert found == [
        f"database/{part.name} has been changed or damaged", "database/9999.dat.gz does not belong there",
        f"stored file {stored[0][:12]}… is missing",
    ]  # fmt: skip
    with pytest.raises(BackupError, match=r"is damaged: database/.*Use another backup"):
        restoring.require_sound(kept.folder)


def test_nothing_is_called_a_backup_before_it_is_whole(
    source: taking.Source, stored: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backups"
    arguments = [source.server.url, str(source.server.programs), str(source.files), str(target), NIGHT.isoformat()]
    process = subprocess.Popen([sys.executable, "-c", _TAKE, *arguments], env=dict(os.environ))
    half = target / "jichi-20270331-023000.part"
    until = time.monotonic() + 15
    while not (half / "database").exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert half.exists()
    assert looking.whole_backups(target) == []
    kept = taking.take(source, target, now=NIGHT)
    assert not half.exists()
    assert looking.whole_backups(target) == [kept]

    def full(folder: Path, manifest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shape, "write_manifest", full)
    with pytest.raises(BackupError, match="No space left on device"):
        taking.take(source, target, now=NIGHT + timedelta(days=1))
    monkeypatch.setattr(taking, "RESERVE", 1 << 60)
    with pytest.raises(BackupError, match=r"not enough room in .*free; choose a larger disk"):
        taking.take(source, target, now=NIGHT + timedelta(days=2))
    assert [path.name for path in sorted(target.iterdir())] == [".lock", kept.folder.name]


def test_two_at_once_are_one(source: taking.Source, tmp_path: Path) -> None:
    found: list[Kept] = []
    refused: list[str] = []

    def run(hours: int) -> None:
        try:
            found.append(taking.take(source, tmp_path / "backups", now=NIGHT + timedelta(hours=hours)))
        except BackupError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) + len(refused) == 3
    assert len(looking.whole_backups(tmp_path / "backups")) == len(found) >= 1
    assert all("another backup" in words for words in refused)
    for day in range(1, 3):
        taking.take(source, tmp_path / "backups", now=NIGHT + timedelta(days=day))
    taking.rotate(tmp_path / "backups", daily=1, weekly=0)
    assert [one.folder.name for one in looking.whole_backups(tmp_path / "backups")] == ["jichi-20270402-023000"]


def restore(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`jichi restore` on an instance of its own, with the embedded server."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("JICHI_") and n != "DJANGO_SETTINGS_MODULE"}
    environ = {**kept, "JICHI_HOME": str(home), "JICHI_DB_POOL_MAX": "0"}
    command = [sys.executable, "-m", "jichi.config.cli", "restore", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_a_new_machine_gets_the_ward_back_and_a_living_one_is_asked_for_its_name(
    source: taking.Source, stored: list[str], tmp_path: Path
) -> None:
    accounts.create_resident_account(actor=SYSTEM, email="hanako@example.jp")
    kept = taking.take(source, tmp_path / "backups", now=NIGHT)
    home = tmp_path / "new"
    cluster = Cluster(home)
    try:
        first = restore(home, str(kept.folder))
        assert (first.returncode, first.stderr) == (0, "")
        assert f"{kept.manifest.rows:,} rows equal, 2 files put back" in first.stdout
        assert looking.digest_of(taking.place_of(home / "files", stored[1])) == stored[1]
        second = restore(home, str(kept.folder))
        assert second.returncode == 1
        assert "holds living data; to put them aside give its name: --replace みどり区" in second.stderr
        third = restore(home, str(kept.folder), "--replace", "みどり区")
        assert third.returncode == 0
        assert "what was there before is kept as database jichi_before_" in third.stdout
        cluster.start()
        with psycopg.connect(cluster.url("super")) as connection:
            assert connection.execute("SELECT count(*) FROM eng_accounts_account").fetchone() == (1,)
            assert connection.execute("SELECT count(*) FROM eng_files_blob").fetchone() == (2,)
    finally:
        cluster.remove()
