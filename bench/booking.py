"""A rush for places: the action in process (permission, unit of work, entry, persons, place, audit) against pgbench.

10,000 people, each once, over 300 places by counter, then over 20,000 places by seats with companions.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground

PEOPLE: Final = 10_000
PROCESSES: Final = 2
THREADS: Final = 4
_TPS: Final = re.compile(r"^tps = ([0-9.]+) \(without initial", re.MULTILINE)
_CHECK: Final = """
SELECT i.capacity, coalesce(sum(p.size) FILTER (WHERE p.state <> 'released'), 0),
    (SELECT count(*) - count(DISTINCT x.person) FROM eng_booking_entryperson x WHERE x.offering_id = i.offering_id),
    CASE WHEN i.seated THEN (SELECT count(*) FROM eng_booking_seat s WHERE s.item_id = i.id AND s.place_id IS NOT NULL)
        ELSE i.taken END
FROM eng_booking_item i LEFT JOIN eng_booking_place p ON p.item_id = i.id WHERE i.offering_id = %s GROUP BY i.id
"""
RUSHES: Final = {"300 places": (300, 1, 1200.0), "20,000 places, groups of 1 to 3": (20_000, 3, 800.0)}


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Each rush once on a fresh offering; nobody without an answer, nothing oversold, nobody twice."""
    people = 1000 if quick else PEOPLE
    figures = Figures(
        "booking", f"{people:,} people in a rush, {PROCESSES} processes of {THREADS} threads",
        ("rush", "answers/s", "p50 ms", "p99 ms", "given", "pgbench /s", "ratio"),
        sizes={"people": people, "fsync": True},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        for title, (places, most, limit) in RUSHES.items():
            offering, other = (_offer(ground, name, places) for _ in range(2))
            began, walls, answers = _rush(ground, name, offering, people, most)
            seconds = time.perf_counter() - began
            rate = people / seconds
            peer = _pgbench(ground, name, other, people)
            given = _checked(ground, name, offering, people, answers)
            walls.sort()
            p99 = walls[int(len(walls) * 0.99)]
            figures.rows.append(
                (
                    title,
                    f"{rate:,.0f}",
                    f"{middle(walls):.1f}",
                    f"{p99:.1f}",
                    given,
                    f"{peer:,.0f}",
                    f"{rate / peer:.2f}",
                )
            )
            figures.goals.append(Goal(name=title, value=rate, sense="at least", limit=limit, unit="answers/s"))
            figures.goals.append(Goal(name=f"{title}, p99", value=p99, sense="at most", limit=1000.0, unit="ms"))
    figures.notes.append(
        "In process, not over HTTP: no session, CSRF or mail outbox. Start-up of the processes is not counted."
    )
    return figures.finish()


def _offer(ground: Ground, name: str, places: int) -> str:
    done = _inside(ground, name, "offer", str(places))
    out, _ = done.communicate()
    return out.split()[-1]


def _inside(ground: Ground, name: str, *arguments: str) -> subprocess.Popen[str]:
    environ = ground.environ(ground.url(name), JICHI_DB_POOL_MAX="0")
    return subprocess.Popen([sys.executable, "-m", "bench.booking", *arguments], env=environ, cwd=ROOT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def _rush(
    ground: Ground, name: str, offering: str, people: int, most: int
) -> tuple[float, list[float], dict[str, int]]:
    children = [_inside(ground, name, "enter", offering, str(people // PROCESSES), str(most)) for _ in range(PROCESSES)]
    for child in children:
        if child.stdout is None or child.stdout.readline() != "ready\n":
            raise RuntimeError("a process ended")
    began = time.perf_counter()
    walls: list[float] = []
    answers: dict[str, int] = {}
    for child in children:
        if child.stdin:
            child.stdin.write("go\n")
            child.stdin.flush()
    for child in children:
        out, _ = child.communicate()
        found = json.loads(out)
        walls += found["walls"]
        for outcome, count in found["answers"].items():
            answers[outcome] = answers.get(outcome, 0) + count
    return began, walls, answers


def _checked(ground: Ground, name: str, offering: str, people: int, answers: dict[str, int]) -> int:
    """How many persons got a place; an oversold item, a person twice or a missing answer ends the measurement."""
    row = ground.connect(name).execute(_CHECK, (offering,)).fetchone()
    if row is None or not row[1] <= row[0] or row[2] or row[3] != row[1] or sum(answers.values()) != people:
        raise RuntimeError(f"places, given, twice, counted: {row}; answers: {answers}")
    return int(row[1])


def _pgbench(ground: Ground, name: str, offering: str, people: int) -> float:
    """The same statement, alone."""
    statement = (
        f"SELECT booking_enter('{offering}', ARRAY['A'], NULL, ARRAY[gen_random_uuid()::text], gen_random_uuid()::text,"
        " gen_random_uuid()::text, 'web', 0, now());\n"
    )
    clients = PROCESSES * THREADS
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "enter.sql"
        script.write_text(statement)
        done = subprocess.run(
            [ground.pgbench(), "--no-vacuum", "--protocol=prepared", f"--file={script}", f"--client={clients}",
             f"--jobs={PROCESSES}", f"--transactions={people // clients}", ground.url(name)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = _TPS.search(done.stdout)
    if found is None:
        raise RuntimeError(done.stdout)
    return float(found[1])


# -- inside the house (processes of their own, on the prepared database) -------------------------------------------


def _make(places: int) -> None:
    from datetime import timedelta

    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor
    from jichi.engines.booking import actions
    from jichi.kernel import clock

    system = system_actor("bench")
    code = uuid.uuid4().hex
    division = accounts.create_division(actor=system, code=code[:8], names={"ja": "計測"})
    now = clock.now()
    print(actions.open_offering(
        actor=system, code=code, title={"ja": "計測"}, division_id=division.pk, mode="first_come",
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1), most_people=4,
        items=[actions.ItemSpec(code="A", title={"ja": "計測"}, capacity=places)],
    ))  # fmt: skip


def _enter(offering: str, people: int, most: int) -> None:
    from django.db import connection

    from jichi.engines.audit.context import system_actor
    from jichi.engines.booking import actions

    walls: list[float] = []
    answers: dict[str, int] = {}
    actor = system_actor("bench")

    def work(count: int) -> None:
        for n in range(count):
            group = [uuid.uuid4().hex for _ in range(1 + n % most)]
            began = time.perf_counter()
            found = actions.enter(
                actor=actor, offering_id=uuid.UUID(offering), choices=["A"], people=group, dedupe_key=group[0]
            )
            walls.append((time.perf_counter() - began) * 1000)
            answers[found.outcome] = answers.get(found.outcome, 0) + 1
        connection.close()

    threads = [threading.Thread(target=work, args=(people // THREADS,)) for _ in range(THREADS)]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"walls": walls, "answers": answers}))


def _main(arguments: list[Any]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    django.setup()
    if arguments[0] == "offer":
        _make(int(arguments[1]))
    else:
        _enter(arguments[1], int(arguments[2]), int(arguments[3]))


if __name__ == "__main__":
    _main(sys.argv[1:])
