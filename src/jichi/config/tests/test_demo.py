"""The whole of it: started, hurt in every part, stopped, started again."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jichi.config.instance import MARK
from jichi.config.postgres import Cluster
from jichi.config.supervisor import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
WITHIN = 60.0


def _started(pid: int) -> tuple[int, int]:
    """When a process began, in ticks since the machine did."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return sys.maxsize, pid
    return int(stat.rpartition(")")[2].split()[19]), pid


class Demo:
    """`jichi demo` on a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port(0)
        self.output = home / "screen"

    def start(self) -> None:
        """Start it and wait until it says who can sign in."""
        self.launch()
        self.eventually(lambda: "Ctrl-C" in self.screen(), 150)

    def launch(self) -> None:
        """Start it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JICHI_")}
        environ = {**kept, "JICHI_HOME": str(self.home), "JICHI_PORT": str(self.port), "JICHI_WEB_WORKERS": "2"}
        command = [sys.executable, "-m", "jichi.config.cli", "demo", "--no-open", "--size", "300"]
        with self.output.open("w") as screen:
            self.process = subprocess.Popen(command, env=environ, stdout=screen, stderr=screen)

    def screen(self) -> str:
        return self.output.read_text()

    def eventually(self, found: Callable[[], bool], seconds: float = WITHIN) -> None:
        until = time.monotonic() + seconds
        while not found():
            assert self.process.poll() is None, self.screen()
            assert time.monotonic() < until, self.screen()
            time.sleep(0.05)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def answers(self) -> bool:
        return self.get("/health/") == 200

    def processes(self) -> dict[int, str]:
        """Our children, by process id: their command lines."""
        found = {}
        mark = f"{MARK}={self.home}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def pid(self, part: str) -> int:
        """The oldest child whose command line holds `part`; 0 when there is none. Process ids begin anew at times."""
        found = [pid for pid, command in self.processes().items() if part in command]
        return min(found, key=_started, default=0)

    def kill(self, part: str) -> None:
        """kill -9, and wait for its successor."""
        before = self.pid(part)
        os.kill(before, signal.SIGKILL)
        self.eventually(lambda: self.pid(part) not in {0, before})

    def cluster(self) -> Cluster:
        found = Cluster(self.home)
        found.ensure()
        return found

    def postmaster(self) -> int:
        return int((self.cluster().data / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One that was not started yet."""
    found = Demo(tmp_path_factory.mktemp("demo"))
    yield found
    found.cluster().remove()


@pytest.fixture(scope="module")
def demo(early: Demo) -> Iterator[Demo]:
    """One that runs, on the folder of those that were interrupted before."""
    early.start()
    yield early
    if early.process.poll() is None:
        early.process.send_signal(signal.SIGINT)
        early.process.wait(30)


@pytest.mark.parametrize("moment", ["starting PostgreSQL", "applying", "residents"])
def test_ctrl_c_while_starting_leaves_nothing_behind_and_the_next_start_goes_on(early: Demo, moment: str) -> None:
    early.launch()
    early.eventually(lambda: moment in early.screen(), 150)
    early.process.send_signal(signal.SIGINT)
    assert early.process.wait(30) == 0, early.screen()
    assert early.processes() == {}
    assert not (early.cluster().data / "postmaster.pid").exists()
    assert "Traceback" not in early.screen()
    assert early.screen().count("sakura@midori.example") == 0  # who loads the ward leaves the list to who serves it


def test_first_page_answers_and_the_screen_says_where(demo: Demo) -> None:
    assert demo.get("/") == 200
    assert f"http://localhost:{demo.port}/" in demo.screen()
    assert demo.get("/static/../secrets/secret-key") in {400, 404}
    assert demo.screen().count("sakura@midori.example") == 1


def test_children_hold_the_applications_address_only(demo: Demo) -> None:
    children = demo.processes()
    assert len(children) >= 4  # worker, web and its two workers, sandbox
    passwords = json.loads((demo.home / "secrets" / "database.json").read_text())
    for pid in children:
        environ = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        assert "jichi_app:" in environ
        assert passwords["owner"] not in environ
        assert passwords["super"] not in environ


def test_second_start_on_the_same_folder_is_refused(demo: Demo) -> None:
    environ = {**os.environ, "JICHI_HOME": str(demo.home), "JICHI_PORT": str(free_port(0))}
    command = [sys.executable, "-m", "jichi.config.cli", "demo"]
    second = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"process {demo.process.pid}" in second.stderr


def test_taken_port_is_named(demo: Demo, tmp_path: Path) -> None:
    environ = {**os.environ, "JICHI_HOME": str(tmp_path), "JICHI_PORT": str(demo.port)}
    command = [sys.executable, "-m", "jichi.config.cli", "demo"]
    second = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"port {demo.port} is taken by another program; choose another one: JICHI_PORT=" in second.stderr
    assert not (tmp_path / "secrets").exists()


def test_heavy_jobs_have_processes_of_their_own(demo: Demo) -> None:
    def heavy() -> list[str]:
        return [command for command in demo.processes().values() if "--queue heavy" in command]

    demo.eventually(lambda: len(heavy()) == min(4, os.cpu_count() or 1))
    assert all("--concurrency 1 --no-loops" in command for command in heavy())
    assert "--queue default --queue notify" in demo.processes()[demo.pid("jichi.config.cli worker")]
    demo.kill("--queue heavy")


@pytest.mark.parametrize("part", ["jichi.config.web", "jichi.config.cli worker", "jichi.engines.messages.sandbox"])
def test_killed_process_comes_back(demo: Demo, part: str) -> None:
    demo.kill(part)
    # A worker of the killed web process may answer once more before it notices.
    demo.eventually(lambda: demo.answers() and demo.get("/") == 200)


def test_killed_web_worker_comes_back(demo: Demo) -> None:
    parent = demo.pid("jichi.config.web")
    workers = [pid for pid, command in demo.processes().items() if "jichi.config.web" in command and pid != parent]
    os.kill(workers[0], signal.SIGKILL)
    demo.eventually(lambda: workers[0] not in demo.processes() and len(demo.processes()) >= 4)
    demo.eventually(demo.answers)
    assert demo.pid("jichi.config.web") == parent


def test_killed_database_comes_back_with_what_was_committed(demo: Demo) -> None:
    with psycopg.connect(demo.cluster().url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept_by_test AS SELECT 七 FROM generate_series(1, 500) AS 七")
    before = demo.postmaster()
    os.kill(before, signal.SIGKILL)
    demo.eventually(lambda: demo.answers() and demo.postmaster() != before)
    with psycopg.connect(demo.cluster().url("owner"), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM kept_by_test").fetchone() == (500,)
        connection.execute("DROP TABLE kept_by_test")
    assert demo.get("/") == 200


def test_killed_supervisor_takes_everything_along_and_the_next_one_goes_on(demo: Demo) -> None:
    demo.process.kill()
    demo.process.wait()
    demo.start()
    assert demo.get("/") == 200
    assert not re.search(r"applying \d+ database migrations|collecting \d+ static files", demo.screen())


def test_ctrl_c_ends_every_process_with_status_0_within_seconds(demo: Demo) -> None:
    children, postmaster = demo.processes(), demo.postmaster()
    began = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert time.monotonic() - began < 15
    assert children
    assert demo.processes() == {}
    assert not Path(f"/proc/{postmaster}").exists()
    assert "does not stop" not in demo.screen()
    assert "pg_ctl" not in demo.screen()
