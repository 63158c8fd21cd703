"""Events over HTTP: rushes of signed-in people for 300 and for 20,000 places, and a month of 5,000 dates.

A rush posts the last page of an entry as a browser does: session, CSRF, permission, entry, audit, inbox, outbox row.
Beside it pgbench runs the same statements, without HTTP, session data or form.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground, server_of
from bench.meter import children_of, cpu_of_all
from bench.web_client import Answered, post, send_all

PEOPLE: Final = 10_000
CONNECTIONS: Final = 200
WARM: Final = 40
RUSHES: Final = {"300 places": (300, 1, 1200.0), "20,000 places, groups of 1 to 3": (20_000, 3, 800.0)}
"""Places, persons in the largest group, answers a second at least."""
SLOTS: Final = 5_000
CLIENTS: Final = 8
"""Of pgbench, each with one entry at a time: as many as the two web processes work on at once."""
_KEPT: Final = "places, entries, twice, kept, mails, notices, trail"
SECRET: Final = "b" * 32
ROUNDS: Final = 20
_TPS: Final = re.compile(r"^tps = ([0-9.]+) \(without initial", re.MULTILINE)
_CHECK: Final = """
SELECT coalesce(sum(p.size), 0), count(p.id),
    (SELECT count(*) - count(DISTINCT x.person) FROM eng_booking_entryperson x WHERE x.offering_id = v.offering_id),
    (SELECT count(*) FROM front_events_evententry n WHERE n.event_id = v.id),
    (SELECT count(*) FROM eng_messages_message m JOIN eng_booking_entry e ON e.number = m.about
        WHERE e.offering_id = v.offering_id),
    (SELECT count(*) FROM eng_inbox_workitem w JOIN eng_booking_entry e ON e.number = w.about
        WHERE e.offering_id = v.offering_id),
    (SELECT count(*) FROM eng_audit_auditevent a JOIN eng_booking_entry e ON a.object_id = e.id::text
        WHERE e.offering_id = v.offering_id AND a.table_name = 'eng_booking_entry')
FROM front_events_event v JOIN eng_booking_item i ON i.offering_id = v.offering_id
LEFT JOIN eng_booking_place p ON p.item_id = i.id AND p.state <> 'released' WHERE v.code = %s GROUP BY v.id
"""
_PEER: Final = """
CREATE TABLE bench_people (n bigserial PRIMARY KEY, session text, account uuid);
CREATE SEQUENCE bench_next;
CREATE FUNCTION bench_rush(p_code text, p_most int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v record;
    v_next bigint := nextval('bench_next');
    v_one bench_people;
    v_size int;
BEGIN
    SELECT * INTO v_one FROM bench_people WHERE n = v_next;
    v_size := 1 + (v_one.n % p_most)::int;
    SELECT g.*, e.id, e.offering_id INTO v
    FROM events_glance(jsonb_build_array(jsonb_build_object('n', 0, 'session', v_one.session, 'code', p_code,
        'choices', ARRAY['001'], 'size', v_size, 'press', 'peer')), now()) g
    JOIN front_events_event e ON e.code = p_code;
    IF v.stands = 'open' THEN
        PERFORM events_enter_many(v.id, v.offering_id, jsonb_build_array(jsonb_build_object('n', 0,
            'account', v.account_id, 'purpose', 'POST', 'request', 'bench', 'choices', ARRAY['001'],
            'persons', ARRAY(SELECT 'account:' || v.account_id || ':' || g FROM generate_series(1, v_size) g),
            'number', 'P' || lpad(v_one.n::text, 7, '0'), 'key', 'event:' || v.account_id || ':peer', 'name', 'A',
            'kana', '', 'phone', '0300000000', 'companions', '[]'::jsonb, 'answers', '{}'::jsonb, 'language', 'ja')),
            '{"received": {"ja": "A"}}', now());
    END IF;
END $$;
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Each rush once on fresh people, then the month in process."""
    people = 1000 if quick else PEOPLE
    figures = Figures(
        "events", f"{people:,} signed-in people in a rush, {CONNECTIONS} connections, over HTTP",
        ("what", "per second", "p50 ms", "p99 ms", "found", "pgbench /s", "ratio", "CPU ms: web", "database", "client"),
        sizes={"people": people, "slots": SLOTS, "fsync": True},
    )  # fmt: skip
    for title, (places, most, limit) in RUSHES.items():
        with ground.copied(ground.empty()) as name:
            _rush(figures, ground, name, title, people=people, places=places, most=most, limit=limit)
    figures.notes.append("Order placement beside pretix: `./jichi bench pretix`.")
    with ground.copied(ground.empty()) as name:
        few, many = (json.loads(_inside(ground, name, "month", str(count))) for count in (50, SLOTS))
    figures.rows.append((f"month of {SLOTS:,} dates, in process", "", f"{middle(many['ms']):.1f}",
                         f"{max(many['ms']):.1f}", f"{many['sql']} statements", "", "", "", "", ""))  # fmt: skip
    goal = Goal(name="month of 5,000 dates", value=middle(many["ms"]), sense="at most", limit=100.0, unit="ms")
    more = Goal(
        name="more statements than for 50 dates", value=many["sql"] - few["sql"], sense="at most", limit=0.0, unit=""
    )
    figures.goals += [goal, more]
    return figures.finish()


def _rush(
    figures: Figures, ground: Ground, name: str, title: str, *, people: int, places: int, most: int, limit: float
) -> None:
    """Warm requests first, for an event of their own; then everybody at once; then pgbench on a third event."""
    made = json.loads(_inside(ground, name, "people", str(people + WARM), str(places)))
    _peer_people(ground, name, made["accounts"], made["keys"])
    warm, keys = made["keys"][:WARM], made["keys"][WARM:]
    with ground.web(name, workers=2) as (port, pid):
        send_all(port, [_request(made["codes"][0], key, n, most, port) for n, key in enumerate(warm)],
                 connections=16, wanted=b"HTTP/1.1 ")  # fmt: skip
        requests = [_request(made["codes"][1], key, n, most, port) for n, key in enumerate(keys)]
        ground.connect().execute("CHECKPOINT")
        web, server = children_of(pid), server_of(ground)
        before = cpu_of_all(web), cpu_of_all(server), time.process_time()
        answered = send_all(port, requests, connections=CONNECTIONS, wanted=b"HTTP/1.1 ")
        after = cpu_of_all(web), cpu_of_all(server_of(ground)), time.process_time()
    placed = _checked(ground, name, made["codes"][1], answered, people=people, places=places, most=most)
    peer = _pgbench(ground, name, made["codes"][2], people, most)
    _checked_peer(ground, name, made["codes"][2], people=people, places=places, most=most)
    rate, waits = people / answered.seconds, sorted(wait * 1000 for wait in answered.waits)
    p99 = waits[int(len(waits) * 0.99)]
    spent = [(b - a) / people * 1000 for a, b in zip(before, after, strict=True)]
    figures.rows.append((
        title, f"{rate:,.0f}", f"{middle(waits):.1f}", f"{p99:.1f}", f"{placed:,} entries", f"{peer:,.0f}",
        f"{rate / peer:.2f}", *(f"{ms:.2f}" for ms in spent),
    ))  # fmt: skip
    figures.goals.append(Goal(name=title, value=rate, sense="at least", limit=limit, unit="answers/s"))
    figures.goals.append(Goal(name=f"{title}, p99", value=p99, sense="at most", limit=1000.0, unit="ms"))


def _checked(
    ground: Ground, name: str, code: str, answered: Answered, *, people: int, places: int, most: int
) -> int:  # fmt: skip
    """How many entries; oversold, twice, half kept or without an answer ends the measurement."""
    row = _kept(ground, name, code, people=people, places=places, most=most)
    placed, full = answered.statuses.get("302", 0), answered.statuses.get("409", 0)
    if row[1:] != (placed, 0, *[placed] * 4):
        raise RuntimeError(f"{_KEPT}: {row}; answers: {answered.statuses}")
    if placed + full != people:
        raise RuntimeError(f"somebody has no answer: {answered.statuses} {answered.unexpected!r}")
    return placed


def _checked_peer(ground: Ground, name: str, code: str, *, people: int, places: int, most: int) -> None:
    """A peer that wrote less than the house did is none: it ends the measurement."""
    row = _kept(ground, name, code, people=people // CLIENTS * CLIENTS, places=places, most=most)
    if row[1:] != (row[1], 0, *[row[1]] * 4):
        raise RuntimeError(f"pgbench kept {_KEPT}: {row}")


def _kept(ground: Ground, name: str, code: str, *, people: int, places: int, most: int) -> tuple[int, ...]:
    """What the database holds of a rush (`_KEPT`): as many places as were asked for or there were, and none too many.

    Groups that come last at once may leave a place each that is too small for them.
    """
    row: tuple[int, ...] | None = ground.connect(name).execute(_CHECK, (code,)).fetchone()
    wanted = min(places, sum(1 + n % most for n in range(people)))
    if row is None or not wanted - (most - 1) * CLIENTS <= row[0] <= places:
        raise RuntimeError(f"{_KEPT}: {row}; wanted: {wanted}")
    return row


def _peer_people(ground: Ground, name: str, accounts: list[str], keys: list[str]) -> None:
    with ground.connect(name) as connection:
        connection.execute(_PEER)
        with connection.cursor().copy("COPY bench_people (session, account) FROM STDIN") as rows:
            for key, account in zip(keys, accounts, strict=True):
                rows.write_row((key, account))
        connection.execute("GRANT USAGE ON SEQUENCE bench_next TO jichi_app")


def _pgbench(ground: Ground, name: str, code: str, people: int, most: int) -> float:
    """The same statements, alone."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "enter.sql"
        script.write_text(f"SELECT bench_rush('{code}', {most});\n")
        done = subprocess.run(
            [ground.pgbench(), "--no-vacuum", "--protocol=prepared", f"--file={script}", f"--client={CLIENTS}",
             "--jobs=2", f"--transactions={people // CLIENTS}", ground.url(name)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = _TPS.search(done.stdout)
    if found is None:
        raise RuntimeError(done.stdout)
    return float(found[1])


def _request(code: str, key: str, n: int, most: int, port: int) -> bytes:
    beside = "%0D%0A".join(f"B{place}" for place in range(n % most))
    body = (f"csrfmiddlewaretoken={SECRET}&step=check&choice1=001&name=A&phone=0300000000&press=p"
            f"&companions={beside}").encode()  # fmt: skip
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
        "ends": clock_time(12), "first": (now + timedelta(days=30)).date(), "mode": "first_come", "capacity": 300,
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


def signed_in(count: int) -> tuple[list[str], list[str]]:
    """So many residents with a session each: (session keys, accounts). To be called inside the house."""
    from django.contrib.auth import SESSION_KEY
    from django.db import connection

    from jichi.engines.accounts.middleware import GENERATION, PROVED_AT, SEEN
    from jichi.engines.accounts.sessions import SessionStore
    from jichi.engines.audit.context import system_actor, unit

    with unit(system_actor("bench")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_accounts_account (id, kind, password, email, name, kana, language, is_active, created_at, "
            "totp_last_step, enrolment_code, session_generation) SELECT gen_random_uuid(), 'resident', '!', "
            "'bench' || n || '@example.jp', '', '', 'ja', true, now(), 0, '', 0 FROM generate_series(1, %s) n "
            "RETURNING id::text", (count,),
        )  # fmt: skip
        accounts = [row[0] for row in cursor.fetchall()]
        now, store = int(time.time()), SessionStore()
        sessions = [
            (uuid.uuid4().hex, store.encode({SESSION_KEY: one, GENERATION: 0, SEEN: now, PROVED_AT: now}), one)
            for one in accounts
        ]
        cursor.execute(
            "INSERT INTO eng_accounts_session (session_key, session_data, account_id, expire_date) "
            "SELECT k, d, a::uuid, now() + interval '1 day' "
            "FROM unnest(%s::text[], %s::text[], %s::text[]) s (k, d, a)",
            tuple(map(list, zip(*sessions, strict=True))),
        )
    return [one[0] for one in sessions], accounts


def _people(count: int, places: int) -> None:
    """Accounts in one statement and sessions in another: what is measured comes afterwards."""
    keys, accounts = signed_in(count)
    division = _division()
    codes = [_event(division, capacity=places, most_people=4) for _ in range(3)]
    print(json.dumps({"codes": codes, "keys": keys, "accounts": accounts}))


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
    answer = client.get(path)
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
        _people(int(arguments[1]), int(arguments[2]))
    else:
        _month(int(arguments[1]))


if __name__ == "__main__":
    _main(sys.argv[1:])
