"""Pages counted by running web processes: together one visitor is one, killed or locked out nothing else suffers."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from conftest import TestDatabase, drop_database, make_database
from jichi.config.postgres import Cluster

from .conftest import House

ANNA, BEN, ROBOT = "Mozilla/5.0 (X11) Firefox/140", "Mozilla/5.0 (iPhone) Mobile", "Examplebot/1.0"


@pytest.fixture
def houses(cluster: Cluster, database_template: str, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Two web processes on one empty database; no worker, no mail."""
    database = make_database(cluster, database_template)
    running = tuple(House(database, tmp_path / name) for name in ("one", "two"))
    try:
        for house in running:
            house.home.mkdir()
            house.start("web")
        for house in running:
            house.wait()
        yield running[0], running[1]
    finally:
        for house in running:
            house.stop()
        drop_database(database)


def look(house: House, agent: str, times: int = 1) -> None:
    for _ in range(times):
        request = urllib.request.Request(f"{house.origin}/privacy/", headers={"User-Agent": agent})
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200


def counted(database: TestDatabase) -> tuple[int, int]:
    """Looks and visitors, as they are written."""
    with closing(psycopg.connect(database.super_url)) as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT visitor) FROM eng_statistics_event").fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def settled(house: House, looks: int) -> tuple[int, int]:
    """What is written once so many looks are, or after ten seconds."""
    until = time.monotonic() + 10
    while counted(house.database)[0] < looks and time.monotonic() < until:
        time.sleep(0.1)
    return counted(house.database)


def test_visits_are_counted_whatever_happens_to_the_processes(houses: tuple[House, House]) -> None:
    place, other_place = houses
    for agent, times in ((ANNA, 6), (BEN, 4), (ROBOT, 3)):
        look(place, agent, times)
        look(other_place, agent, times)
    assert settled(place, 20) == (20, 2)  # two processes, one salt

    with closing(psycopg.connect(place.database.super_url)) as other:  # the table is out of reach: pages are not
        other.execute("LOCK TABLE eng_statistics_event IN ACCESS EXCLUSIVE MODE")
        look(place, ANNA, 6)
        other.rollback()
    assert settled(place, 26) == (26, 2)

    look(place, BEN, 3)
    place.kill("web")  # with SIGKILL: at most what nobody had written yet is lost
    written = counted(place.database)[0]
    assert 26 <= written <= 29
    place.start("web")
    place.wait()
    look(place, ANNA)
    assert settled(place, written + 1) == (written + 1, 2)  # the day's salt is still the same
