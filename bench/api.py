"""CPU of the interface for programs against the page's own action: a list of 20 cases, and taking a case in charge.

One process, one PostgreSQL backend, pages and calls in turn, straight into the WSGI handler.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from io import BytesIO
from typing import Any, Final

from bench import applicants
from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground
from bench.meter import cpu_of

WARD: Final = 20_000
LIMIT: Final = 1.3
_SECRET: Final = "b" * 32


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Page and call in turn, several rounds; the median of the rounds counts."""
    rounds, times = (2, 40) if quick else (9, 200)
    ground.static()
    figures = Figures(
        "api", "CPU of a call against the page's action (web process + its PostgreSQL backend), ms",
        ("what", "call", "page", "ratio"),
        sizes={"residents": WARD, "requests a side": rounds * times, "rounds": rounds},
    )  # fmt: skip
    with ground.copied(ground.ward(WARD)) as name:
        applicants.applicants(ground, name, 40)
        environ = ground.environ(ground.url(name), JICHI_DB_POOL_MAX="1")
        done = subprocess.run(
            [sys.executable, "-m", "bench.api", str(rounds), str(times)], env=environ, cwd=ROOT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        found: dict[str, dict[str, list[float]]] = json.loads(done.stdout.splitlines()[-1])
    for what, sides in found.items():
        call, page = middle(sides["call"]), middle(sides["page"])
        figures.rows.append((what, f"{call:.2f}", f"{page:.2f}", f"{call / page:.2f}"))
        figures.goals.append(
            Goal(name=what, value=call / page, sense="at most", limit=LIMIT, unit="× the page's action")
        )
    return figures.finish()


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


class Inside:
    """An official with a session and a program with a key, at the same cases."""

    def __init__(self) -> None:
        from datetime import timedelta

        from django.db import connection

        from jichi.config.wsgi import application
        from jichi.engines.accounts import queries as accounts
        from jichi.engines.api import actions
        from jichi.engines.audit.context import system_actor, unit
        from jichi.kernel import clock
        from jichi.services.front.applications.actions import submit_application

        self.application, system = application, system_actor("bench")
        official = accounts.staff_account_id("sato")
        if official is None:
            raise RuntimeError("the sample ward lacks its people")
        self.cookie = f"jichi={applicants.make_session(official, staff=True)}; csrf={_SECRET}"
        client_id = actions.create_client(
            actor=system, title="bench", contact="bench", division_code="youth", ends_on=clock.today() + timedelta(9),
            permissions=["eng_cases.case.view", "eng_cases.case.handle"], per_minute=100_000,
        )  # fmt: skip
        self.key = actions.make_key(actor=system, client_id=client_id).written
        with connection.cursor() as cursor:
            cursor.execute("SELECT account_id, draft_id, addressee_no FROM bench_applicant WHERE n <= 2 ORDER BY n")
            people = cursor.fetchall()
        self.numbers = []
        for account_id, draft_id, number in people:
            person = accounts.signed_in(account_id=account_id)
            if person is None:
                raise RuntimeError("the sample ward lacks its people")
            made = submit_application(
                actor=person.actor("bench", "bench"), draft_id=draft_id, declared=["own_application"],
                applicant_no=number,
            )  # fmt: skip
            self.numbers.append(re.sub(r"\W", "", str(getattr(made, "number", made))))
        with unit(system), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = int(cursor.fetchone()[0])
        self.step = [0, 0]
        self.version = [1, 1]

    def _ask(self, method: str, address: str, body: bytes, more: dict[str, str]) -> tuple[str, bytes]:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_LANGUAGE": "ja", "HTTP_SEC_FETCH_SITE": "same-origin", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr, "wsgi.version": (1, 0), **more,
        }  # fmt: skip
        caught: list[str] = []
        response = self.application(environ, lambda status, _headers, *_: caught.append(status))
        answered = b"".join(response)
        response.close()
        return caught[0], answered

    def list(self, side: str) -> None:
        """Twenty cases."""
        if side == "page":
            status, body = self._ask("GET", "/staff/cases/", b"", {"HTTP_COOKIE": self.cookie})
        else:
            status, body = self._ask("GET", "/api/v1/cases", b"", {"HTTP_AUTHORIZATION": f"Bearer {self.key}"})
        if status != "200 OK":
            raise RuntimeError(f"{side}: {status} {body[:300]!r}")

    def write(self, side: str) -> None:
        """Take a case in charge or put it back, in turn; each side has a case of its own."""
        at = 0 if side == "page" else 1
        act = "release" if self.step[at] % 2 else "take"
        self.step[at] += 1
        number, version = self.numbers[at], self.version[at]
        if side == "page":
            body = f"csrfmiddlewaretoken={_SECRET}&version={version}".encode()
            media = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_COOKIE": self.cookie}
            status, answer = self._ask("POST", f"/staff/cases/{number[:4]}-{number[4:]}/{act}/", body, media)
        else:
            headers = {
                "HTTP_AUTHORIZATION": f"Bearer {self.key}", "HTTP_IF_MATCH": f'"{version}"',
                "HTTP_IDEMPOTENCY_KEY": f"bench-{self.step[at]:08}", "CONTENT_TYPE": "application/json",
            }  # fmt: skip
            status, answer = self._ask("POST", f"/api/v1/cases/{number}/{act}", b"", headers)
        if status not in {"200 OK", "302 Found"}:
            raise RuntimeError(f"{side}: {status} {answer[:600].decode(errors='replace')}")
        self.version[at] += 1

    def spent(self, what: str, side: str, times: int) -> float:
        """Milliseconds of CPU for one request."""
        own, other = time.process_time(), cpu_of(self.backend)
        for _ in range(times):
            getattr(self, what)(side)
        return (time.process_time() - own + cpu_of(self.backend) - other) / times * 1000


def _inside(rounds: int, times: int) -> dict[str, Any]:
    import django

    django.setup()
    inside = Inside()
    found: dict[str, Any] = {}
    for what, title in (("list", "list of 20 cases"), ("write", "take a case in charge")):
        for side in ("page", "call"):
            inside.spent(what, side, max(20, times // 4))
        spent: dict[str, list[float]] = {"page": [], "call": []}
        for at in range(rounds):
            for side in ("page", "call") if at % 2 == 0 else ("call", "page"):
                spent[side].append(inside.spent(what, side, times))
        found[title] = spent
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    sys.stdout.write(json.dumps(_inside(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
