"""Order placement in pretix beside ours: the same rush, client, connections and database server, in the same minutes.

pretix has cart and checkout where we have one entry, so three things are compared: the press that takes the place, the
last press, and the whole way page by page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import pretix_side as side
from bench.events import SECRET, _inside, _request
from bench.figures import Figures, Goal
from bench.ground import Ground, server_of
from bench.meter import children_of, cpu_of_all
from bench.web_client import Answered, converse, get, post, send_all

CONNECTIONS: Final = 200
WARM: Final = 40
TIMES: Final = 5.0
"""Ours is so many times faster at least."""
SIZES: Final = {"taking": (600, 300), "last": (60, 60), "whole": (200, 60)}
"""People and places of each comparison: pretix needs minutes for more."""
TITLES: Final = {
    "taking": "the press that takes the place", "last": "the last press, a place for everybody",
    "whole": "the whole way page by page",
}  # fmt: skip
_ENTRIES: Final = """
SELECT count(*) FROM front_events_evententry n JOIN front_events_event v ON v.id = n.event_id WHERE v.code = %s
"""
_ORDERS: Final = """
SELECT count(*) FROM pretixbase_orderposition p JOIN pretixbase_order o ON o.id = p.order_id
JOIN pretixbase_event e ON e.id = o.event_id WHERE e.slug = %s AND o.status = 'p' AND NOT p.canceled
"""
_CARTS: Final = """
SELECT count(*) FROM pretixbase_cartposition c JOIN pretixbase_event e ON e.id = c.event_id WHERE e.slug = %s
"""


@dataclass(frozen=True, slots=True)
class Run:
    """People a second, the 99th of a hundred waits in ms, CPU ms and requests of a person; requests of who got one."""

    rate: float
    p99: float
    cpu: float
    requests: float
    placed: int = 0


Sizes = Mapping[str, tuple[int, int]]


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Ours, theirs, ours; goals by the slower of ours."""
    sizes = {
        what: (people // 5, places // 5) if quick else (people, places) for what, (people, places) in SIZES.items()
    }
    try:
        python = side.environment(ground.home)
    except side.NotInstalledError as why:
        print(f"\npretix {side.VERSION} can't be installed here, so nothing is compared: {why}")
        return True
    figures = Figures(
        "pretix", f"Order placement beside pretix {side.VERSION}, {CONNECTIONS} connections, over HTTP",
        ("what", "people", "places", "placed", "pretix", "people/s", "pretix", "times", "p99 ms of a request", "pretix",
         "CPU ms of a person", "pretix", "requests of a person", "pretix"),
        sizes={"workers": side.WORKERS, "threads": side.THREADS, "fsync": True},
        notes=[
            ("Both in the same PostgreSQL, each with two workers that work on four requests at a time; of ours more "
            "wait and are entered together. pretix runs as its manual has it for small installations: gunicorn, no "
            "Redis, no Celery, so its mails are composed within the request, and go nowhere. It is called over HTTP "
            "alone. Who finds everything taken stops there; requests and CPU (web processes and database) are the mean "
            "of all people. The place is taken by our last press and by pretix's cart."),
        ],
    )  # fmt: skip
    first, theirs, second = _ours(ground, sizes), _theirs(ground, python, sizes), _ours(ground, sizes)
    for what, title in TITLES.items():
        ours, their = min(first[what], second[what], key=lambda run: run.rate), theirs[what]
        people, places = sizes[what]
        figures.rows.append((
            title, f"{people:,}", places, ours.placed, their.placed, f"{ours.rate:,.0f}", f"{their.rate:,.1f}",
            f"{ours.rate / their.rate:.1f}", f"{ours.p99:,.0f}", f"{their.p99:,.0f}", f"{ours.cpu:.1f}",
            f"{their.cpu:.1f}", f"{ours.requests:.1f}", f"{their.requests:.1f}",
        ))  # fmt: skip
        goal = Goal(name=title, value=ours.rate / their.rate, sense="at least", limit=TIMES, unit="times pretix")
        figures.goals.append(goal)
    return figures.finish()


def _measured(ground: Ground, pid: int, people: int, run: Callable[[], Answered]) -> Run:
    """A run with what it cost the web processes below `pid` and the database server."""
    ground.connect().execute("CHECKPOINT")
    before = cpu_of_all(children_of(pid)) + cpu_of_all(server_of(ground))
    answered = run()
    spent = cpu_of_all(children_of(pid)) + cpu_of_all(server_of(ground)) - before
    if any(status[0] not in "234" for status in answered.statuses):
        raise RuntimeError(f"{answered.statuses} {answered.unexpected!r}")
    waits = sorted(answered.waits)
    return Run(
        rate=people / answered.seconds, p99=waits[int(len(waits) * 0.99)] * 1000, cpu=spent / people * 1000,
        requests=len(waits) / people,
    )  # fmt: skip


def _counted(ground: Ground, database: str, statement: str, key: str, run: Run) -> Run:
    """The run with how many places there are now."""
    with ground.connect(database) as connection:
        found = connection.execute(statement, (key,)).fetchone()
    return replace(run, placed=found[0] if found else 0)


# -- ours ----------------------------------------------------------------------------------------------------------


def _ours(ground: Ground, sizes: Sizes) -> dict[str, Run]:
    return {what: _one_of_ours(ground, what, people, places) for what, (people, places) in sizes.items()}


def _one_of_ours(ground: Ground, what: str, people: int, places: int) -> Run:
    with ground.copied(ground.empty()) as name:
        made = json.loads(_inside(ground, name, "people", str(people + WARM), str(places)))
        (first, code, _third), keys = made["codes"], made["keys"][WARM:]
        with _web(ground, name, first, made["keys"][:WARM]) as (port, pid):
            if what == "whole":
                talks = [_entering(code, key, port) for key in keys]
                found = _measured(ground, pid, people, lambda: converse(port, talks, connections=CONNECTIONS))
            else:
                presses = [_request(code, key, n, 1, port) for n, key in enumerate(keys)]
                found = _measured(ground, pid, people, lambda: _sent(port, presses))
        found = _counted(ground, name, _ENTRIES, code, found)
    if found.placed != places:
        raise RuntimeError(f"{what}: {found.placed} placed of {places}")
    return found


@contextmanager
def _web(ground: Ground, name: str, code: str, keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Our web process, warmed by people who enter another event page by page."""
    with ground.web(name, workers=side.WORKERS) as (port, pid):
        converse(port, [_entering(code, key, port) for key in keys], connections=16)
        yield port, pid


def _entering(code: str, key: str, port: int) -> Generator[bytes, bytes, None]:
    """One browser: the event, the pages of the entry, the page of the ticket. Who hears "full" stops."""
    cookie = f"jichi={key}; csrf={SECRET}"
    body = f"csrfmiddlewaretoken={SECRET}&press=p&choice1=001"
    yield get(f"/events/{code}/", cookie=cookie, port=port)
    answer = yield get(f"/events/{code}/apply/", cookie=cookie, port=port)
    for step in ("wishes", "contact&name=A&phone=0300000000", "check&name=A&phone=0300000000"):
        if not answer.startswith(b"HTTP/1.1 200"):
            return
        answer = yield post(f"/events/{code}/apply/", cookie=cookie, body=f"{body}&step={step}".encode(), port=port)
    target = re.search(rb"\r\nlocation: *([^\r]+)", answer, re.IGNORECASE)
    if target:
        yield get(target[1].decode(), cookie=cookie, port=port)


def _sent(port: int, presses: Sequence[bytes]) -> Answered:
    return send_all(port, presses, connections=CONNECTIONS, wanted=b"HTTP/1.1 ")


# -- theirs --------------------------------------------------------------------------------------------------------


def _theirs(ground: Ground, python: Path, sizes: Sizes) -> dict[str, Run]:
    shops = {"warm": WARM, **{what: places for what, (_people, places) in sizes.items()}}
    found = {}
    with ground.copied(side.migrated(ground, python)) as name:
        side.open_shop(ground, python, name, shops)

        def people_of(shop: str, count: int) -> list[side.Person]:
            item = list(shops).index(shop) + 1
            return [side.Person(port, shop, item, n) for n in range(count)]

        with side.served(ground, python, name) as (port, pid):
            converse(port, [one.ordered() for one in people_of("warm", WARM // 2)], connections=16)
            for what, (count, _places) in sizes.items():
                found[what] = _measured(ground, pid, count, _run_of(what, people_of(what, count), port))
        for what, run in found.items():
            found[what] = _counted(ground, name, _CARTS if what == "taking" else _ORDERS, what, run)
    return found


def _run_of(what: str, people: Sequence[side.Person], port: int) -> Callable[[], Answered]:
    """What is measured of pretix; what comes before a last press is done here."""
    if what == "whole":
        talks = [one.ordered() for one in people]
        return lambda: converse(port, talks, connections=CONNECTIONS)
    if what == "last":
        converse(port, [one.to_the_last_page() for one in people], connections=CONNECTIONS)
    presses = [one.confirm() if what == "last" else one.take() for one in people]
    return lambda: _sent(port, presses)
