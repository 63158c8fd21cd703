"""200 people who fight over 20 rooms: the action in process (permission, unit of work, lock of the room, audit).

Each client presses about once a second, as people do, for hours of the same days, so that most of them meet somebody.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from typing import Any, Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground

ROOMS: Final = 20
CLIENTS: Final = 200
PROCESSES: Final = 2
PRESSES: Final = 20
CONNECTIONS: Final = 10
_OVERLAPS: Final = """
SELECT count(*) FROM eng_booking_roombooking a JOIN eng_booking_roombooking b ON a.room_id = b.room_id AND a.id < b.id
    AND a.state <> 'released' AND b.state <> 'released'
    AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Everybody is answered "taken" or "occupied", nobody by an error; no two bookings of a room overlap."""
    presses = 4 if quick else PRESSES
    figures = Figures(
        "rooms", f"{CLIENTS} clients over {ROOMS} rooms, {PROCESSES} processes of {CONNECTIONS} connections",
        ("answers", "answers/s", "p50 ms", "p99 ms", "taken", "occupied", "overlaps"),
        sizes={"clients": CLIENTS, "rooms": ROOMS, "presses": presses, "fsync": True},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        rooms = _made(ground, name)
        seconds, walls, answers = _fight(ground, name, rooms, presses)
        row = ground.connect(name).execute(_OVERLAPS).fetchone()
        overlaps = int(row[0]) if row else -1
        if set(answers) - {"taken", "occupied"} or sum(answers.values()) != CLIENTS * presses:
            raise RuntimeError(f"answers: {answers}")
        walls.sort()
        p99 = walls[int(len(walls) * 0.99)]
        figures.rows.append((
            f"{len(walls):,}", f"{len(walls) / seconds:,.0f}", f"{middle(walls):.1f}", f"{p99:.1f}",
            answers.get("taken", 0), answers.get("occupied", 0), overlaps,
        ))  # fmt: skip
        figures.goals.append(Goal(name="p99", value=p99, sense="at most", limit=200.0, unit="ms"))
        figures.goals.append(Goal(name="overlaps", value=float(overlaps), sense="at most", limit=0.0, unit="bookings"))
    figures.notes.append(
        "In process, not over HTTP. Clients wait up to two seconds between presses; waiting for a connection counts."
    )
    return figures.finish()


def _inside(ground: Ground, name: str, *arguments: str) -> subprocess.Popen[str]:
    environ = ground.environ(ground.url(name), JICHI_DB_POOL_MAX=str(CONNECTIONS))
    return subprocess.Popen([sys.executable, "-m", "bench.rooms", *arguments], env=environ, cwd=ROOT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def _made(ground: Ground, name: str) -> list[int]:
    out, _ = _inside(ground, name, "make").communicate()
    found: list[int] = json.loads(out.splitlines()[-1])
    return found


def _fight(ground: Ground, name: str, rooms: list[int], presses: int) -> tuple[float, list[float], dict[str, int]]:
    children = [_inside(ground, name, "book", json.dumps(rooms), str(presses), str(n)) for n in range(PROCESSES)]
    for child in children:
        if child.stdout is None or child.stdout.readline() != "ready\n":
            raise RuntimeError("a process ended")
    began = time.perf_counter()
    for child in children:
        if child.stdin:
            child.stdin.write("go\n")
            child.stdin.flush()
    walls: list[float] = []
    answers: dict[str, int] = {}
    for child in children:
        out, _ = child.communicate()
        found = json.loads(out)
        walls += found["walls"]
        for outcome, count in found["answers"].items():
            answers[outcome] = answers.get(outcome, 0) + count
    return time.perf_counter() - began, walls, answers


# -- inside the house (processes of their own, on the prepared database) -------------------------------------------


def _make() -> None:
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.booking.models import Room

    system = system_actor("bench")
    division = accounts.create_division(actor=system, code="ROOMS", names={"ja": "計測"})
    with unit(system):
        rooms = [
            Room.objects.create(code=f"bench-{n}", title={"ja": f"第{n}会議室"}, division_id=division.pk)
            for n in range(ROOMS)
        ]
    print(json.dumps([room.pk for room in rooms]))


def _book(rooms: list[int], presses: int, seed: int) -> None:
    from datetime import timedelta

    from django.db import connection

    from jichi.engines.audit.context import system_actor
    from jichi.engines.booking import actions
    from jichi.kernel import clock

    walls: list[float] = []
    answers: dict[str, int] = {}
    actor = system_actor("bench")
    monday = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=7)

    def work(client: int) -> None:
        rng = random.Random(f"{seed}:{client}")
        time.sleep(rng.random() * 2)
        for _ in range(presses):
            starts = monday + timedelta(days=rng.randrange(5), hours=rng.randrange(9, 20))
            began = time.perf_counter()
            try:
                outcome = actions.book_room(
                    actor=actor, room_id=rng.choice(rooms), starts_at=starts, dedupe_key=uuid.uuid4().hex,
                    ends_at=starts + timedelta(hours=rng.randint(1, 4)),
                ).outcome  # fmt: skip
            except Exception as error:
                outcome = type(error).__name__
            walls.append((time.perf_counter() - began) * 1000)
            connection.close()
            answers[outcome] = answers.get(outcome, 0) + 1
            time.sleep(rng.random() * 2)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS // PROCESSES)]
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
    if arguments[0] == "make":
        _make()
    else:
        _book(json.loads(arguments[1]), int(arguments[2]), int(arguments[3]))


if __name__ == "__main__":
    _main(sys.argv[1:])
