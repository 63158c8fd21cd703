"""What the supervisor promises: what dies comes back, and what is told to stop is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from jichi.config.postgres import Cluster, PostgresError
from jichi.config.supervisor import (
    LONGEST_PAUSE,
    STABLE_AFTER,
    CannotStartError,
    Supervisor,
    describe,
    free_port,
    require_port,
    summarise,
    turn_log,
)

WITHIN = 30.0


def eventually(found: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not found():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Keeper:
    """A running supervisor."""

    def __init__(self, folder: Path, *kinds: str) -> None:
        self.folder = folder
        self.kinds = kinds
        self.start()

    def start(self) -> None:
        (self.folder / "ready").unlink(missing_ok=True)
        command = [sys.executable, "-m", "jichi.config.tests.keeper", str(self.folder), *self.kinds]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        eventually(lambda: (self.folder / "ready").exists() or self.process.poll() is not None)
        for kind in self.kinds:
            if kind != "postgres":
                eventually((self.folder / f"{kind}.pid").exists)

    def pid(self, kind: str, suffix: str = "pid") -> int:
        return int((self.folder / f"{kind}.{suffix}").read_text())

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> str:
        output, _ = self.process.communicate(timeout=WITHIN)
        return output


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Callable[..., Keeper]]:
    made: list[Keeper] = []

    def make(*kinds: str) -> Keeper:
        made.append(Keeper(tmp_path, *kinds))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_killed_child_is_started_again_and_the_other_one_is_left_alone(keeper: Callable[..., Keeper]) -> None:
    running = keeper("first", "second")
    first, second = running.pid("first"), running.pid("second")
    os.kill(first, signal.SIGKILL)
    eventually(lambda: running.pid("first") != first)
    assert is_alive(running.pid("first"))
    assert running.pid("second") == second
    running.signal(signal.SIGTERM)
    assert "first ended (killed by SIGKILL); starting it again" in running.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_ends_everything_last_started_first(keeper: Callable[..., Keeper], number: signal.Signals) -> None:
    running = keeper("first", "second")
    pids = [running.pid("first"), running.pid("second")]
    running.signal(number)
    running.end()
    assert running.process.returncode == 0
    assert [is_alive(pid) for pid in pids] == [False, False]
    goodbye = [float((running.folder / f"{kind}.bye").read_text()) for kind in ("second", "first")]
    assert goodbye == sorted(goodbye)


def test_second_signal_ends_a_child_that_will_not_stop(keeper: Callable[..., Keeper]) -> None:
    running = keeper("stubborn")
    pid = running.pid("stubborn")
    running.signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):  # without the second one it waits for the child
        running.process.wait(1)
    running.signal(signal.SIGINT)
    assert "stubborn does not stop; ending it" in running.end()
    assert running.process.returncode == 0
    assert not is_alive(pid)


def test_children_end_with_a_killed_supervisor(keeper: Callable[..., Keeper]) -> None:
    running = keeper("first", "second")
    pids = [running.pid("first"), running.pid("second")]
    running.signal(signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, pids)))


def test_next_start_clears_what_outlived_a_killed_supervisor(keeper: Callable[..., Keeper]) -> None:
    running = keeper("stubborn")
    left = running.pid("stubborn")
    running.signal(signal.SIGKILL)
    running.end()
    assert is_alive(left)  # it ignores being told
    running.start()
    assert not is_alive(left)
    running.signal(signal.SIGINT)
    running.signal(signal.SIGINT)
    running.end()


def test_workers_of_a_killed_parent_are_gone_before_it_starts_again(keeper: Callable[..., Keeper]) -> None:
    running = keeper("family")
    parent, worker = running.pid("family"), running.pid("family", "worker")
    os.kill(parent, signal.SIGKILL)
    eventually(lambda: running.pid("family") != parent)
    assert not is_alive(worker)
    running.signal(signal.SIGTERM)
    running.end()


def test_only_one_supervisor_per_folder(keeper: Callable[..., Keeper]) -> None:
    running = keeper("first")
    command = [sys.executable, "-m", "jichi.config.tests.keeper", str(running.folder), "first"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)
    assert second.returncode == 1
    assert "Jichi already runs on" in second.stderr
    assert is_alive(running.pid("first"))


@pytest.mark.slow
def test_killed_postgres_comes_back_with_every_committed_row(keeper: Callable[..., Keeper], tmp_path: Path) -> None:
    running = keeper("postgres")
    cluster = Cluster(tmp_path / "pg")
    cluster.ensure()
    url = cluster.url("owner")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    open_transaction = psycopg.connect(url)
    open_transaction.execute("INSERT INTO kept VALUES (0)")
    postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)

    def count() -> int:
        try:
            with psycopg.connect(url) as connection:
                (number,) = connection.execute("SELECT count(*) FROM kept").fetchone() or (-1,)
                return int(number)
        except psycopg.OperationalError:
            return -1

    eventually(lambda: count() >= 0)
    assert count() == 1000
    assert int((cluster.data / "postmaster.pid").read_text().split()[0]) != postmaster
    open_transaction.close()
    running.signal(signal.SIGINT)
    assert "postgres ended (killed by SIGKILL); starting it again" in running.end()
    assert not (cluster.data / "postmaster.pid").exists()
    cluster.remove()


@pytest.mark.slow
def test_data_without_its_passwords_is_set_aside_not_lost(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.start()
    with psycopg.connect(cluster.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE earlier ()")
    cluster.stop()
    cluster.secrets_file.unlink()
    again = Cluster(tmp_path)
    again.start()
    with psycopg.connect(again.url("owner"), autocommit=True) as connection:
        assert connection.execute("SELECT to_regclass('earlier')").fetchone() == (None,)
    assert again.set_aside is not None
    assert (again.set_aside / "PG_VERSION").exists()
    again.secrets_file.write_text(again.secrets_file.read_text().replace(again.passwords["super"], "wrong"))
    again.stop()
    with pytest.raises(PostgresError, match=r"do the passwords in .* belong here"):
        Cluster(tmp_path).start()
    again.remove()


class Crashing:
    """A service that ends at once, or cannot even start."""

    name = "crashing"
    log: Path | None = None

    def __init__(self, *, starts: bool) -> None:
        self.starts = starts
        self.attempts = 0

    def start(self) -> None:
        self.attempts += 1
        if not self.starts:
            raise PostgresError("no room on the disk")

    def exit_status(self) -> int | None:
        return 1

    def ask_to_stop(self) -> None: ...
    def kill(self) -> None: ...


class Clock:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_up_to_the_longest() -> None:
    clock, lines = Clock(), list[str]()
    service = Crashing(starts=True)
    supervisor = Supervisor([service], report=lines.append, clock=clock)
    supervisor.start("crashing")
    at = []
    for _ in range(6000):
        before = service.attempts
        supervisor.look()
        if service.attempts > before:
            at.append(clock.now)
        clock.now += 0.1
    pauses = [round(later - earlier, 1) for earlier, later in pairwise(at)]
    assert pauses[:5] == pytest.approx([0.5, 0.9, 1.7, 3.3, 6.5], abs=0.25)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE, abs=0.3)
    assert lines[0] == "crashing ended (status 1); starting it again"


def test_pause_is_short_again_after_a_stable_run() -> None:
    clock = Clock()
    service = Crashing(starts=True)
    supervisor = Supervisor([service], report=lambda _: None, clock=clock)
    supervisor.start("crashing")
    for _ in range(600):
        supervisor.look()
        clock.now += 0.1
    assert supervisor.failures("crashing") > 5
    clock.now += LONGEST_PAUSE
    supervisor.look()  # started again
    clock.now += STABLE_AFTER + 1
    supervisor.look()  # ended after a long run
    assert supervisor.failures("crashing") == 1


def test_service_that_cannot_start_is_tried_again_and_reported() -> None:
    clock, lines = Clock(), list[str]()
    service = Crashing(starts=False)
    supervisor = Supervisor([service], report=lines.append, clock=clock)
    supervisor.look()
    clock.now += 1
    supervisor.look()
    assert service.attempts == 2
    assert lines[0] == "crashing does not start: no room on the disk; next try in 0 s"


def test_taken_port_is_named_together_with_the_variable() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStartError, match=rf"port {port} is taken .* JICHI_PORT={port + 1}"):
            require_port("127.0.0.1", port)
        assert free_port(port) != port
    require_port("127.0.0.1", port)


def test_errors_in_a_log_become_one_line() -> None:
    text = "\n".join(
        [
            "2026-11-21 09:00:00 INFO jichi started",
            "2026-11-21 09:00:01 ERROR django.request Internal Server Error: /",
            "Traceback (most recent call last):",
            '  File "x.py", line 1, in y',
            "ValueError: 七",
        ]
    )
    assert summarise(text) == "1 error, the last: ValueError: 七"
    assert summarise("2026-11-21 09:00:00 WARNING slow") == ""


def test_log_is_turned_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for text in (b"one", b"two", b"three", b"four", b"five"):
            writer.write(text)
            turn_log(log)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert kept == {"web.log": b"", "web.log.1": b"five", "web.log.2": b"four", "web.log.3": b"three"}


@pytest.mark.parametrize(("status", "words"), [(0, "status 0"), (3, "status 3"), (-9, "killed by SIGKILL")])
def test_exit_status_in_words(status: int, words: str) -> None:
    assert describe(status) == words
