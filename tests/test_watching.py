"""A running house that is watched: its logs, traces and metrics name nobody; the database goes away and comes back."""

from __future__ import annotations

import http.cookiejar
import itertools
import json
import re
import resource
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from conftest import drop_database, make_database
from jichi.config.postgres import Cluster

from .browsing import COMING_OF_AGE, Person, jpeg
from .conftest import House, open_house

pytestmark = pytest.mark.browser
AWAY = {
    "/": "ただいま利用できません",
    "/en/": "not available now",
    "/zh-hans/": "目前无法使用",
    "/ko/": "이용할 수 없습니다",
}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def house(django_db_setup: object, cluster: Cluster, ward_template: str, ward_home: Path) -> Iterator[House]:
    """A house that logs for programs and writes its spans to a file."""
    database = make_database(cluster, ward_template)
    running = open_house(database, ward_home, JICHI_LOG_FORMAT="json", JICHI_OTLP_URL="file")
    (running.home / "logs").mkdir()
    for name in ("sandbox", "worker", "web"):
        running.start(name)
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        drop_database(database)


def told(house: House, statement: str) -> list[str]:
    """One column of texts, past row security."""
    with psycopg.connect(house.database.super_url) as connection:
        return [str(row[0]) for row in connection.execute(statement)]  # type: ignore[call-overload] # constants here


def get(house: House, path: str, **headers: str) -> tuple[int, str, float]:
    """Status, body, seconds."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(urllib.request.Request(house.origin + path, headers=headers), timeout=40) as answer:
            return answer.status, answer.read().decode(), time.monotonic() - began
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), time.monotonic() - began


def test_nobody_is_named_in_logs_traces_and_metrics(house: House, arrive: Callable[..., Person]) -> None:
    resident = arrive(as_="sakura@midori.example")
    for path in ("/my/", "/inbox/", "/procedures/coming-of-age/who/", "/?q=山田花子"):
        resident.goto(path)
    clerk = arrive(as_="mori", width=1280)
    clerk.goto("/staff/people/?q=" + urllib.parse.quote("ヤマダ"))
    clerk.goto("/staff/search/?q=" + urllib.parse.quote("山田"))
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert get(house, "/sign-in/", traceparent=parent)[0] == 200
    status, metrics, _ = get(house, "/metrics")
    assert status == 200
    assert re.search(r'jichi_requests_total\{view="eng_accounts:sign_in",method="GET",status="200"\} [1-9]', metrics)
    spans = house.home / "logs" / "traces.jsonl"
    until = time.monotonic() + 10
    while parent[3:35] not in (spans.read_text() if spans.exists() else "") and time.monotonic() < until:
        time.sleep(0.2)
    traced = [json.loads(one) for one in spans.read_text().splitlines()]
    assert [one["name"] for one in traced if one["trace_id"] == parent[3:35]] == ["GET eng_accounts:sign_in"]
    kept = "\n".join(path.read_text() for path in [*house.home.glob("*.log"), spans]) + metrics
    lines = [json.loads(one) for one in (house.home / "web.log").read_text().splitlines() if one.startswith("{")]
    access = [one for one in lines if one["logger"] == "jichi.access"]
    assert len(access) >= 8
    assert all(one["request_id"] and len(one["trace_id"]) == 32 for one in access)
    people = told(house, "SELECT name FROM eng_registry_resident UNION SELECT name FROM eng_accounts_account")
    private = [
        *people, *(part for name in people for part in name.split() if len(part) > (4 if part.isascii() else 1)), "ヤマダ", "山田",
        *told(house, "SELECT email FROM eng_accounts_account WHERE email <> ''"),
        *told(house, "SELECT addressee_no FROM eng_registry_resident"),
        *told(house, "SELECT number FROM eng_cases_case"),
    ]  # fmt: skip
    assert len(private) > 500
    assert [word for word in set(private) if word and word in kept] == []


def limit_files(house: House, size: int) -> None:
    """No process of the web server may write a file beyond so many bytes: as on a full disk, logs included."""
    first = house.processes["web"].pid
    group = [int(one.name) for one in Path("/proc").glob("[0-9]*") if _group(one) == first]
    for pid in group:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _group(process: Path) -> int:
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    return 0


def test_a_full_disk_refuses_an_upload_and_keeps_nothing_of_it(house: House, arrive: Callable[..., Person]) -> None:
    person = arrive(as_="aoi@midori.example")
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.page.goto(f"{house.origin}/apply/{person.path.split('/')[2]}/q/support_details/")
    if "support_details" not in person.path:
        person.answer_all(COMING_OF_AGE, until="/q/support_details/")
    script = (
        "Object.fromEntries(Array.from(new FormData(document.querySelector('main form'))).filter(e => e[1].length))"
    )
    given = person.page.evaluate(script)
    given["interpreter_language"] = "korean"
    given["support_text"] = "手話通訳をお願いします。"
    given["support_document"] = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900)}
    before = (
        told(house, "SELECT id FROM eng_files_storedfile"),
        told(house, "SELECT answers::text FROM eng_forms_draft"),
    )
    send = {"multipart": given, "headers": {"Referer": person.page.url}, "max_redirects": 0}
    limit_files(house, 2048)
    try:
        refused = person.page.request.post(person.page.url, **send)
        assert refused.status == 503
        assert "ただいま利用できません" in refused.text()
        assert get(house, "/en/")[0] == 200
    finally:
        limit_files(house, resource.RLIM_INFINITY)
    after = told(house, "SELECT id FROM eng_files_storedfile"), told(house, "SELECT answers::text FROM eng_forms_draft")
    assert after == before
    assert list((house.home / "files" / "incoming").glob("*")) == []
    assert person.page.request.post(person.page.url, **send).status == 302
    assert len(told(house, "SELECT id FROM eng_files_storedfile")) == len(before[0]) + 1


def press(house: House, email: str) -> int:
    """Ask for a code to sign in: counters, a code and a message in one unit of work. Status of the answer."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    try:
        with opener.open(house.origin + "/sign-in/", timeout=40) as page:
            token = _TOKEN.search(page.read().decode())
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1] if token else "", "email": email}).encode()
        request = urllib.request.Request(house.origin + "/sign-in/", body, {"Referer": house.origin + "/sign-in/"})
        with opener.open(request, timeout=40) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def let_in(house: House, *, allowed: bool) -> None:
    """As when PostgreSQL is stopped: every connection is cut and no new one is let in."""
    with psycopg.connect(house.database.cluster.url("super", "postgres"), autocommit=True) as connection:
        name = sql.Identifier(house.database.name)
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.SQL(str(allowed).lower()))
        )
        if not allowed:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (house.database.name,)
            )


def keep_pressing(house: House, emails: Sequence[str], until: threading.Event) -> set[int]:
    """One impatient visitor after the other; the statuses they met."""
    found = set()
    for email in itertools.cycle(emails):
        found.add(press(house, email))
        if until.is_set():
            return found
    return found


def test_the_database_goes_away_under_load_and_comes_back(house: House) -> None:
    emails = [one for one in told(house, "SELECT email FROM eng_accounts_account WHERE kind = 'resident'") if one]
    ending = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        pressed = [pool.submit(keep_pressing, house, emails[n::3], ending) for n in range(3)]
        time.sleep(0.5)
        let_in(house, allowed=False)
        try:
            time.sleep(0.5)
            while get(house, "/")[0] != 503:  # a page that asks nothing may still come
                time.sleep(0.1)
            for path, words in AWAY.items():
                status, page, seconds = get(house, path)
                assert status == 503
                assert words in page
                assert seconds < 3.5  # at once, but for the one that looks
            assert get(house, "/health/")[0] == 503
        finally:
            let_in(house, allowed=True)
            ending.set()
        statuses = set().union(*(one.result() for one in pressed))
        assert 503 in statuses
        assert statuses <= {200, 429, 503}  # who presses this often is told to wait, too
        until = time.monotonic() + 15
        while get(house, "/")[0] != 200 and time.monotonic() < until:
            time.sleep(0.2)
    assert press(house, emails[0]) in {200, 429}
    # A code without its message, or a message without its code, would be half of it.
    assert len(told(house, "SELECT id FROM eng_accounts_signincode")) == len(told(house, _MAILS)) > 0
    log = (house.home / "web.log").read_text()
    assert '"message": "the database is away; pages say so until it is back"' in log
    assert '"message": "the database is back"' in log


_MAILS = "SELECT id FROM eng_messages_message WHERE template = 'sign_in.code'"
