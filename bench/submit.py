"""Applications per second: the action in process, and over HTTP, against pgbench calling the same SQL."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from typing import Any, Final

from bench.applicants import applicants, session_keys
from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground, server_of
from bench.meter import children_of, cpu_of_all
from bench.web_client import post, send_all

WARD: Final = 60_000
WARM: Final = 20
HTTP_WARM: Final = 160
IN_PROCESS: Final = 0.40
OVER_HTTP: Final = 0.15
SECRET: Final = "b" * 32
_TPS: Final = re.compile(r"^tps = ([0-9.]+) \(without initial", re.MULTILINE)

_CHECK: Final = {
    "cases": "SELECT count(*), count(DISTINCT number), count(DISTINCT submission_id) "
    "FROM eng_cases_case c WHERE {mine}",
    "events": "SELECT count(*) FROM eng_cases_caseevent e JOIN eng_cases_case c ON c.id = e.case_id WHERE {mine}",
    "inbox": "SELECT count(*) FROM eng_inbox_workitem w JOIN eng_cases_case c "
    "ON w.subject_key = 'eng_cases:case:' || c.id WHERE {mine}",
    "messages": "SELECT count(*), count(d.id) FROM eng_messages_message m LEFT JOIN eng_messages_delivery d "
    "ON d.message_id = m.id JOIN eng_cases_case c ON m.about = c.number WHERE {mine}",
    "audit": "SELECT count(*) FROM eng_audit_auditevent a JOIN eng_cases_case c ON a.subject = c.subject_no "
    "WHERE a.table_name IN ('eng_cases_case', 'eng_forms_submission', 'eng_forms_draft') AND {mine}",
    "search": "SELECT count(*) FROM eng_inbox_searchentry s JOIN eng_cases_case c ON s.about = c.number WHERE {mine}",
}
_MINE: Final = "c.subject_no IN (SELECT addressee_no FROM bench_applicant WHERE n BETWEEN {first} AND {last})"


class Queue:
    """Prepared applicants, each used once."""

    def __init__(self, ground: Ground, name: str, count: int) -> None:
        self.ground, self.name, self.count = ground, name, count
        self.next = 1
        self.used: list[tuple[str, int, int]] = []

    def take(self, side: str, count: int) -> tuple[int, int]:
        """The next `count` numbers, [first, last)."""
        first, last = self.next, self.next + count
        if last > self.count:
            raise RuntimeError("not enough applicants prepared")
        self.next = last
        self.used.append((side, first, last))
        return first, last


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Rounds of both sides in turn on one database; the median of the rounds counts."""
    rounds, size, residents = (1, 150, 20_000) if quick else (5, 500, WARD)
    ground.static()
    figures = Figures(
        "submit", "Applications sent per second (application, number, timeline, audit, inbox, search, outbox)",
        ("way", "clients", "house /s", "pgbench /s", "ratio", "CPU ms: house", "of it database", "pgbench's database"),
        sizes={"residents": residents, "applications a round": size, "rounds": rounds, "fsync": True},
    )  # fmt: skip
    total = 2 * rounds * size * (1 + 2) + 3 * rounds * WARM + 2 * 2 * rounds * size + HTTP_WARM + 50
    with ground.copied(ground.ward(residents)) as name:
        applicants(ground, name, total + 1)
        queue = Queue(ground, name, total + 1)
        for clients in (1, 2):
            _row(figures, queue, "in process", clients, rounds, size, IN_PROCESS)
        with ground.web(name, workers=2) as (port, pid):
            keys = {n: (key, draft) for n, key, draft in session_keys(ground, name)}
            way = Http(port, pid, keys)
            _http(queue, way, 16, HTTP_WARM)
            for clients in (4, 16):
                _row(figures, queue, way, clients, rounds, size, OVER_HTTP)
        figures.notes.append(_verify(ground, name, queue))
    return figures.finish()


class Http:
    """The web process and the sessions that post to it."""

    def __init__(self, port: int, pid: int, keys: dict[int, tuple[str, str]]) -> None:
        self.port, self.pid, self.keys = port, pid, keys

    def request(self, n: int, revision: int) -> bytes:
        """The check page's form of one person."""
        key, draft = self.keys[n]
        body = f"csrfmiddlewaretoken={SECRET}&revision={revision}&declare-own_application=1".encode()
        return post(f"/apply/{draft}/check/", cookie=f"jichi={key}; csrf={SECRET}", body=body, port=self.port)


def _row(figures: Figures, queue: Queue, way: str | Http, clients: int, rounds: int, size: int, limit: float) -> None:
    house: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    # As much work for each number of clients, so that a round is long enough to see past a disturbance.
    count = size * (clients if clients < 3 else 1)
    for at in range(rounds):
        for side in ("house", "peer") if at % 2 == 0 else ("peer", "house"):
            queue.ground.connect().execute("CHECKPOINT")
            if side == "peer":
                peer.append(_pgbench(queue, clients, count))
            elif isinstance(way, Http):
                house.append(_http(queue, way, clients, count))
            else:
                house.append(_in_process(queue, clients, count))
    title = "over HTTP" if isinstance(way, Http) else way
    rate, other = middle([h["rate"] for h in house]), middle([p["rate"] for p in peer])
    spent = [
        middle([one[key] for one in side]) for side, key in ((house, "cpu"), (house, "database"), (peer, "database"))
    ]
    figures.rows.append(
        (title, clients, f"{rate:.0f}", f"{other:.0f}", f"{rate / other:.0%}", *(f"{ms:.2f}" for ms in spent))
    )
    figures.goals.append(
        Goal(name=f"{title}, {clients} clients", value=rate / other, sense="at least", limit=limit, unit="of pgbench")
    )


def _in_process(queue: Queue, clients: int, count: int) -> dict[str, float]:
    share = count // clients
    environ = queue.ground.environ(queue.ground.url(queue.name))
    children = []
    for _ in range(clients):
        first, last = queue.take("house", share + WARM)
        command = [sys.executable, "-m", "bench.sender", str(first), str(last)]
        children.append(
            subprocess.Popen(command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    for child in children:
        if child.stdout is None or child.stdout.readline() != "ready\n":
            raise RuntimeError("a sender ended")
    found = []
    began = time.perf_counter()
    for child in children:
        if child.stdin is not None:
            child.stdin.write("\n")
            child.stdin.flush()
    for child in children:
        if child.stdout is not None:
            found.append(json.loads(child.stdout.readline()))
    seconds = time.perf_counter() - began
    for child in children:
        child.communicate()
    sent = sum(f["sent"] for f in found)
    database = sum(f["database"] for f in found) / sent * 1000
    return {
        "rate": sent / seconds, "cpu": sum(f["web"] for f in found) / sent * 1000 + database, "database": database,
    }  # fmt: skip


def _http(queue: Queue, way: Http, clients: int, count: int) -> dict[str, float]:
    first, last = queue.take("house", count)
    with queue.ground.connect(queue.name) as connection:
        query = "SELECT n, revision FROM bench_send WHERE n >= %s AND n < %s ORDER BY n"
        requests = [way.request(n, revision) for n, revision in connection.execute(query, (first, last))]
    web, database = children_of(way.pid), server_of(queue.ground)
    own, other = cpu_of_all(web), cpu_of_all(database)
    answered = send_all(way.port, requests, connections=clients, wanted=b"/done/")
    web_cpu = cpu_of_all(web) - own
    database_cpu = cpu_of_all(server_of(queue.ground)) - other
    if answered.unexpected:
        raise RuntimeError(answered.unexpected.decode(errors="replace"))
    return {
        "rate": count / answered.seconds, "cpu": (web_cpu + database_cpu) / count * 1000,
        "database": database_cpu / count * 1000,
    }  # fmt: skip


def _pgbench(queue: Queue, clients: int, count: int) -> dict[str, float]:
    first, _last = queue.take("peer", count)
    ground = queue.ground
    with ground.connect(queue.name) as connection:
        connection.execute(f"SELECT setval('bench_next', {first}, false)")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("SELECT bench_submit();\n")
        script.flush()
        before = cpu_of_all(server_of(ground))
        done = subprocess.run(
            [
                ground.pgbench(), "--no-vacuum", "--protocol=prepared", f"--file={script.name}", f"--client={clients}",
                f"--jobs={min(clients, 2)}", f"--transactions={count // clients}", ground.url(queue.name),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = _TPS.search(done.stdout)
    if done.returncode or found is None or "number of failed transactions: 0 " not in done.stdout:
        raise RuntimeError(f"pgbench failed:\n{done.stdout}{done.stderr}")
    database = (cpu_of_all(server_of(ground)) - before) / count * 1000
    return {"rate": float(found[1]), "database": database}


def _verify(ground: Ground, name: str, queue: Queue) -> str:
    """Every application became exactly one case, and both sides wrote the same rows for each."""
    wanted: dict[str, tuple[int, ...]] = {
        "cases": (1, 1, 1), "events": (1,), "inbox": (2,), "messages": (1, 1), "audit": (3,), "search": (2,),
    }  # fmt: skip
    number = 0
    with ground.connect(name) as connection:
        for side, first, last in queue.used:
            count = last - first
            # pgbench gives every client the same number of transactions; what does not divide is left over.
            rows: dict[str, Any] = {}
            for what, query in _CHECK.items():
                mine = _MINE.format(first=first, last=last - 1)
                rows[what] = connection.execute(query.format(mine=mine)).fetchone()
            sent = rows["cases"][0]
            if side == "house" and sent != count:
                raise RuntimeError(f"{count} sent, {sent} cases")
            for what, each in wanted.items():
                if rows[what] != tuple(one * sent for one in each):
                    raise RuntimeError(f"{side}: {sent} cases, but {what}: {rows[what]}")
            number += sent
    return (
        f"{number} applications checked: one case, one number, one event, two inbox entries, one message with one "
        "delivery, three audit rows, two search entries each"
    )
