"""Events over HTTP: a rush of signed-in people for 300 places, and a month of 5,000 dates.

The rush posts the last page of an entry as a browser does: session, CSRF, permission, entry, audit, inbox, outbox row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from typing import Any, Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground
from bench.web_client import Answered, post, send_all

PEOPLE: Final = 10_000
PLACES: Final = 300
CONNECTIONS: Final = 200
SLOTS: Final = 5_000
SECRET: Final = "b" * 32
ROUNDS: Final = 20
_CHECK: Final = """
SELECT i.capacity, i.taken, (SELECT count(*) FROM eng_booking_place p WHERE p.item_id = i.id AND p.state <> 'released'),
    (SELECT count(*) - count(DISTINCT x.person) FROM eng_booking_entryperson x WHERE x.offering_id = i.offering_id),
    (SELECT count(*) FROM front_events_evententry), (SELECT count(*) FROM eng_messages_message)
FROM eng_booking_item i JOIN front_events_event v ON v.offering_id = i.offering_id WHERE v.code = %s
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """The rush once on fresh people, then the month in process."""
    people = 1000 if quick else PEOPLE
    figures = Figures(
        "events", f"{people:,} signed-in people, {PLACES} places, {CONNECTIONS} connections, over HTTP",
        ("what", "per second", "p50 ms", "p99 ms", "found"), sizes={"people": people, "slots": SLOTS, "fsync": True},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        made = json.loads(_inside(ground, name, "people", str(people)))
        with ground.web(name, workers=2) as (port, _pid):
            requests = [_request(made["code"], key, port) for key in made["keys"]]
            answered = send_all(port, requests, connections=CONNECTIONS, wanted=b"HTTP/1.1 ")
        _rush(figures, ground, name, made["code"], people, answered)
    with ground.copied(ground.empty()) as name:
        few, many = (json.loads(_inside(ground, name, "month", str(count))) for count in (50, SLOTS))
    figures.rows.append((f"month of {SLOTS:,} dates, in process", "", f"{middle(many['ms']):.1f}",
                         f"{max(many['ms']):.1f}", f"{many['sql']} statements"))  # fmt: skip
    goal = Goal(name="month of 5,000 dates", value=middle(many["ms"]), sense="at most", limit=100.0, unit="ms")
    figures.goals.append(goal)
    figures.goals.append(
        Goal(
            name="more statements than for 50 dates",
            value=many["sql"] - few["sql"],
            sense="at most",
            limit=0.0,
            unit="",
        )
    )
    return figures.finish()


def _rush(figures: Figures, ground: Ground, name: str, code: str, people: int, answered: Answered) -> None:
    """Nobody without an answer, nothing oversold, nobody twice: anything else ends the measurement."""
    row = ground.connect(name).execute(_CHECK, (code,)).fetchone()
    placed, full = answered.statuses.get("302", 0), answered.statuses.get("409", 0)
    given = min(PLACES, people)
    if row is None or (row[1], row[2], row[3], row[4], row[5]) != (given, given, 0, given, given) or placed != given:
        raise RuntimeError(f"capacity, taken, places, twice, entries, messages: {row}; answers: {answered.statuses}")
    if placed + full != people:
        raise RuntimeError(f"somebody has no answer: {answered.statuses} {answered.unexpected!r}")
    rate, waits = people / answered.seconds, sorted(wait * 1000 for wait in answered.waits)
    p99 = waits[int(len(waits) * 0.99)]
    figures.rows.append(
        ("rush over HTTP", f"{rate:,.0f}", f"{middle(waits):.1f}", f"{p99:.1f}", f"{placed} places, {full} told full")
    )
    figures.goals.append(Goal(name="rush", value=rate, sense="at least", limit=1200.0, unit="answers/s"))
    figures.goals.append(Goal(name="rush, p99", value=p99, sense="at most", limit=1000.0, unit="ms"))


def _request(code: str, key: str, port: int) -> bytes:
    body = f"csrfmiddlewaretoken={SECRET}&step=check&choice1=001&name=A&phone=0300000000&press=p".encode()
    return post(f"/events/{code}/apply/", cookie=f"jichi={key}; csrf={SECRET}", body=body, port=port)


def _inside(ground: Ground, name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.events", *arguments], env=ground.environ(ground.url(name)), cwd=ROOT, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.splitlines()[-1]


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _event(division: int, **more: Any) -> str:
    from datetime import time as clock_time
    from datetime import timedelta

    from jichi.engines.audit.context import system_actor
    from jichi.kernel import clock
    from jichi.services.front.events import actions
    from jichi.services.front.events.rules import Content

    now = clock.now()
    given: dict[str, Any] = {
        "title": {"ja": "計測"}, "description": {"ja": "計測"}, "place_name": "計測", "starts": clock_time(10),
        "ends": clock_time(12), "first": (now + timedelta(days=30)).date(), "mode": "first_come", "capacity": PLACES,
        "opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=20), **more,
    }  # fmt: skip
    code = actions.create_event(actor=system_actor("bench"), division_id=division, content=Content(**given))
    actions.publish_event(actor=system_actor("bench"), code=code)
    return code


def _division() -> int:
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor

    row = accounts.create_division(actor=system_actor("bench"), code=uuid.uuid4().hex[:8], names={"ja": "計測"})
    return int(row.pk)


def _people(count: int) -> None:
    from django.contrib.auth import SESSION_KEY

    from jichi.engines.accounts import actions as accounts
    from jichi.engines.accounts.middleware import GENERATION, PROVED_AT, SEEN
    from jichi.engines.accounts.sessions import SessionStore
    from jichi.engines.audit.context import system_actor

    keys = []
    for n in range(count):
        account = accounts.create_resident_account(actor=system_actor("bench"), email=f"bench{n}@example.jp")
        session, now = SessionStore(), int(time.time())
        session.update({SESSION_KEY: str(account.pk), GENERATION: 0, SEEN: now, PROVED_AT: now})
        session.create()
        keys.append(str(session.session_key))
    print(json.dumps({"code": _event(_division()), "keys": keys}))


def _month(count: int) -> None:
    from datetime import timedelta

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from jichi.kernel import clock

    division = _division()
    first = (clock.today().replace(day=28) + timedelta(days=7)).replace(day=1)
    while first <= clock.today():
        first = (first + timedelta(days=32)).replace(day=1)
    for _ in range(count // 25):
        _event(division, first=first, repeat="daily", until=first + timedelta(days=24), mode="none")
    client, path = Client(headers={"host": "localhost"}), f"/events/calendar/?month={first:%Y-%m}"
    client.get(path)
    walls = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(path)
        walls.append((time.perf_counter() - began) * 1000)
    if answer.status_code != 200:
        raise RuntimeError(answer.status_code)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    print(json.dumps({"ms": walls, "sql": len(asked)}))


def _main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    django.setup()
    if arguments[0] == "people":
        _people(int(arguments[1]))
    else:
        _month(int(arguments[1]))


if __name__ == "__main__":
    _main(sys.argv[1:])
