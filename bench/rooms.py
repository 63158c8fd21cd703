"""200 people who fight over the 20 rooms of a house, over HTTP: the last page of a booking, sent as a browser does.

Each presses every ten seconds or so, as people do who read an answer first, for nights of the same three weeks, so
that soon most of them hear that somebody else was first.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import uuid
from typing import Any, Final

from bench.events import SECRET, signed_in
from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground
from bench.web_client import post, send_in_time

ROOMS: Final = 20
CLIENTS: Final = 200
PRESSES: Final = 12
PAUSE: Final = 10.0
"""Seconds between two presses of one person on average."""
NIGHTS: Final = 21
WORKERS: Final = 2
_FOUND: Final = """
SELECT count(*), (SELECT count(*) FROM eng_booking_roombooking b WHERE b.state <> 'released'),
    (SELECT count(*) FROM eng_booking_roombooking a JOIN eng_booking_roombooking b ON a.room_id = b.room_id
        AND a.id < b.id AND a.state <> 'released' AND b.state <> 'released'
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)),
    (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())
FROM front_retreats_stay WHERE booking_id IS NOT NULL
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Everybody is answered with a room or that somebody was first; no two bookings of a room overlap."""
    presses = 3 if quick else PRESSES
    figures = Figures(
        "rooms", f"{CLIENTS} clients over {ROOMS} rooms, over HTTP",
        ("answers", "answers/s", "p50 ms", "p99 ms", "taken", "somebody else was first", "overlaps", "deadlocks"),
        sizes={"clients": CLIENTS, "rooms": ROOMS, "presses": presses, "seconds between": PAUSE, "fsync": True},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        made = json.loads(_inside(ground, name))
        keys, days = made["keys"], made["days"]
        with ground.web(name, workers=WORKERS) as (port, _):
            send_in_time(port, [[(0.0, _request(keys[-1], days[0], port, "n-works_adult=0"))] * 40])  # answers "wrong"
            chance = random.Random(6)
            plans = [
                [(chance.random() * 2 * PAUSE, _request(key, chance.choice(days), port)) for _ in range(presses)]
                for key in keys[:CLIENTS]
            ]
            found = send_in_time(port, plans)
        row = ground.connect(name).execute(_FOUND).fetchone() or (0, 0, -1, -1)
        taken = found.statuses.get("302", 0)
        full = found.statuses.get("200", 0) + found.statuses.get("409", 0)  # "twice" has a page of its own
        if taken + full != CLIENTS * presses or row[:2] != (taken, taken) or not full:
            raise RuntimeError(f"answers: {found.statuses}, kept: {row}; {found.unexpected!r}")
    waits = sorted(wait * 1000 for wait in found.waits)
    p99 = waits[int(len(waits) * 0.99)]
    figures.rows.append((
        f"{len(waits):,}", f"{len(waits) / found.seconds:,.0f}", f"{middle(waits):.1f}", f"{p99:.1f}", f"{taken:,}",
        f"{full:,}", row[2], row[3],
    ))  # fmt: skip
    figures.goals.append(Goal(name="p99", value=p99, sense="at most", limit=200.0, unit="ms"))
    for place, what in ((2, "overlaps"), (3, "deadlocks")):
        figures.goals.append(Goal(name=what, value=float(row[place]), sense="at most", limit=0.0, unit=""))
    return figures.finish()


def _request(key: str, day: str, port: int, party: str = "n-works_adult=1") -> bytes:
    body = (f"csrfmiddlewaretoken={SECRET}&step=check&nights=1&meals=none&{party}&kind=works&name=A&kana=A"
            f"&phone=0300000000&workplace=B&shown=0&press={uuid.uuid4()}").encode()  # fmt: skip
    return post(f"/retreats/bench/room/{day}/", cookie=f"jichi={key}; csrf={SECRET}", body=body, port=port)


def _inside(ground: Ground, name: str) -> str:
    done = subprocess.run([sys.executable, "-m", "bench.rooms"], env=ground.environ(ground.url(name)), cwd=ROOT,
                          text=True, capture_output=True, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.splitlines()[-1]


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _make() -> dict[str, Any]:
    from datetime import timedelta

    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor
    from jichi.kernel import clock
    from jichi.services.front.retreats import actions
    from jichi.services.front.retreats.rules import NORMAL, Band, HouseContent, Season, Tariff

    system, today = system_actor("bench"), clock.today()
    division = accounts.create_division(actor=system, code="ROOMS", names={"ja": "計測"}).pk
    actions.create_house(
        actor=system, division_id=division, code="bench", title={"ja": "計測荘"}, kind="own",
        content=HouseContent(address="箱根町1-1", phone="0460-00-0000"),
    )  # fmt: skip
    spec = actions.RoomTypeSpec(
        code="room", title={"ja": "和室"}, least=1, most=2, rooms=[f"{n}号室" for n in range(1, ROOMS + 1)]
    )
    actions.set_rooms(actor=system, code="bench", room_types=[spec])
    seasons = (Season(key=NORMAL, title={"ja": "通常"}),)
    tariff = Tariff(seasons=seasons, prices={NORMAL: {"works_adult": 0}}, bands=(Band(0, 100),))
    actions.save_tariff(actor=system, code="bench", valid_from=today, tariff=tariff)
    actions.publish_tariff(actor=system, code="bench", valid_from=today)
    actions.publish_house(actor=system, code="bench")
    keys, _ = signed_in(CLIENTS + 1)
    return {"keys": keys, "days": [(today + timedelta(days=2 + n)).isoformat() for n in range(NIGHTS)]}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    django.setup()
    print(json.dumps(_make()))
