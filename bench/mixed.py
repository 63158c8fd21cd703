"""200 residents and 40 officials at once, over HTTP, each with pauses as people make them.

Residents read, fill in a page, send, look again, some withdraw; officials list, open, take, decide. Afterwards the
counts must be right: one case for each application sent, a gapless series of document numbers, one decision and one
notice each.
"""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from bench.applicants import applicants, make_session_in, session_keys
from bench.figures import Figures, Goal
from bench.ground import Ground

WARD: Final = 60_000
RESIDENTS: Final = 200
OFFICIALS: Final = 40
MINUTES: Final = 10
THINK_RESIDENT: Final = 6.0
THINK_OFFICIAL: Final = 5.0
LIMIT: Final = 300.0
"""Milliseconds, for 95 of 100 requests."""
SECRET: Final = "b" * 32
_VERSION: Final = re.compile(r'name="version" value="(\d+)"')
_NUMBER: Final = re.compile(r"/staff/cases/([0-9A-Z]{4}-[0-9A-Z]{4})/")
_DONE: Final = re.compile(r"/items/([0-9A-Z]{4}-[0-9A-Z]{4})/")


@dataclass(slots=True)
class Log:
    """What all visitors saw."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    """Refusals that are right: somebody else was first."""
    done: Counter[str] = field(default_factory=Counter)
    decided: set[str] = field(default_factory=set)
    reopened: int = 0
    """Connections that lay idle longer than the server keeps them."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Visitor:
    """A browser with one session: keeps its connection, follows no redirects by itself."""

    def __init__(self, port: int, key: str, log: Log, until: float, seed: int, think: float) -> None:
        self.port, self.log, self.until, self.think = port, log, until, think
        self.random = random.Random(seed)
        self.cookie = f"jichi={key}; csrf={SECRET}"
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    @property
    def over(self) -> bool:
        """Is the time up?"""
        return time.monotonic() >= self.until

    def pause(self) -> None:
        """Read, think, type."""
        time.sleep(self.random.expovariate(1 / self.think))

    def ask(self, kind: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """One request: status, place it leads to, body."""
        headers = {"Cookie": self.cookie, "Host": f"localhost:{self.port}", "Accept-Language": "ja"}
        body = None
        if form is not None:
            fields = {"csrfmiddlewaretoken": SECRET, **form}
            body = urlencode(fields).encode()
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}",
            }  # fmt: skip
        began = time.perf_counter()
        try:
            answer = self._answer("GET" if body is None else "POST", path, body, headers)
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            with self.log.lock:
                self.log.wrong[f"{kind}: {type(error).__name__}"] += 1
            return 0, "", ""
        waited = (time.perf_counter() - began) * 1000
        with self.log.lock:
            self.log.waits[kind].append(waited)
            if answer.status == 409:
                self.log.late[kind] += 1
            elif answer.status >= 400:
                self.log.wrong[f"{kind}: {answer.status}"] += 1
        return answer.status, answer.getheader("Location") or "", text

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The answer. A connection that the server closed while it lay idle is opened anew, as browsers do."""
        used = self.line.sock is not None
        try:
            self.line.request(method, path, body, headers)
            return self.line.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.line.close()
            if not used:
                raise
            with self.log.lock:
                self.log.reopened += 1
            self.line.request(method, path, body, headers)
            return self.line.getresponse()

    def note_decided(self, number: str) -> None:
        """Once for a case: all officials here are one account, and a second press finds it decided."""
        with self.log.lock:
            self.log.decided.add(number)
            self.log.done["decided"] = len(self.log.decided)

    def count(self, what: str) -> None:
        """Something was done that must be found in the database afterwards."""
        with self.log.lock:
            self.log.done[what] += 1


def resident(visitor: Visitor, draft: str, revision: int) -> None:
    """Finds the procedure, fills a page, sends, watches; some withdraw; then reads on until the time is up."""
    time.sleep(visitor.random.random() * visitor.think)
    for kind, path in (
        ("home", "/"), ("find", "/procedures/?q=%E6%88%90%E4%BA%BA%E5%BC%8F"), ("start", "/procedures/coming-of-age/"),
        ("my", "/my/"), ("question", f"/apply/{draft}/q/contact/"),
    ):  # fmt: skip
        visitor.ask(kind, path)
        visitor.pause()
    form = {"revision": str(revision), "email": "bench@midori.example", "phone": "03-1234-5678"}
    if visitor.ask("save", f"/apply/{draft}/q/contact/", form)[0] == 302:
        revision += 1
    visitor.pause()
    visitor.ask("check", f"/apply/{draft}/check/")
    visitor.pause()
    sent = {"revision": str(revision), "declare-own_application": "1"}
    status, place, _ = visitor.ask("send", f"/apply/{draft}/check/", sent)
    number = ""
    if status == 302 and "/done/" in place:
        visitor.count("sent")
        found = _DONE.search(visitor.ask("done", place)[2])
        number = found[1] if found else ""
    withdraws = visitor.random.random() < 0.1
    while not visitor.over:
        visitor.pause()
        if number and withdraws:
            withdraws = False
            if visitor.ask("withdraw", f"/items/{number}/withdraw/", {})[0] == 302:
                visitor.count("withdrawn")
            continue
        kind, path = visitor.random.choice(
            [("inbox", "/inbox/"), ("my", "/my/"), ("home", "/"), ("item", f"/items/{number}/" if number else "/my/")]
        )
        visitor.ask(kind, path)


def official(visitor: Visitor) -> None:
    """Works through the list: takes a case that nobody took, decides it, looks at figures and search now and then."""
    while not visitor.over:
        visitor.pause()
        roll = visitor.random.random()
        if roll < 0.1:
            visitor.ask("search", "/staff/search/?q=%E4%BD%90%E8%97%A4")
            continue
        if roll < 0.2:
            visitor.ask("work list", "/staff/?scope=division")
            continue
        listed = visitor.ask("case list", "/staff/cases/?status=received&sort=received")[2]
        numbers = list(dict.fromkeys(_NUMBER.findall(listed)))
        if not numbers:
            continue
        number = visitor.random.choice(numbers)
        version = _VERSION.search(visitor.ask("case", f"/staff/cases/{number}/")[2])
        visitor.pause()
        if version is None or visitor.ask("take", f"/staff/cases/{number}/take/", {"version": version[1]})[0] != 302:
            continue
        asked = visitor.ask("decision page", f"/staff/cases/{number}/approve/")[2]
        version = _VERSION.search(asked)
        if version is None:
            continue
        visitor.pause()
        form = {"version": version[1], "act": "decide", "reason": "", "reason_code": ""}
        if visitor.ask("decide", f"/staff/cases/{number}/approve/", form)[0] == 302:
            visitor.note_decided(number)


_BOOKS: Final = {
    "one case for each application sent": "SELECT count(*) FROM eng_cases_case c WHERE {mine}",
    "withdrawn": "SELECT count(*) FROM eng_cases_case c WHERE {mine} AND status = 'withdrawn'",
    "decided": "SELECT count(*) FROM eng_cases_decision WHERE decided_at >= '{began}'",
}
_MINE: Final = "c.id IN (SELECT id FROM eng_cases_case WHERE received_at >= '{began}')"
_NUMBERS: Final = "SELECT coalesce(sum(last), 0) FROM eng_cases_numberseries WHERE kind = 'document'"


def _verify(ground: Ground, name: str, log: Log, began: object, numbers: int) -> list[str]:
    """What does not agree with what the visitors did; empty when the books are right."""
    wrong = []
    with ground.connect(name) as connection:
        expected = {"one case for each application sent": "sent", "withdrawn": "withdrawn", "decided": "decided"}
        for what, statement in _BOOKS.items():
            found = (
                connection.execute(statement.format(mine=_MINE.format(began=began), began=began)).fetchone() or (0,)
            )[0]
            if found != log.done[expected[what]]:
                wrong.append(f"{what}: {found} found, {log.done[expected[what]]} done")
        for what, statement in {
            "a decision has its ticket": "SELECT count(*) FROM eng_cases_decision d JOIN eng_cases_case c "
            "ON c.id = d.case_id WHERE d.decided_at >= '{began}' AND NOT EXISTS "
            "(SELECT FROM eng_cases_issueddocument i WHERE i.case_id = c.id)",
            "one notice each": "SELECT count(*) FROM eng_cases_case c WHERE {mine} AND (SELECT count(*) FROM "
            "eng_messages_message m WHERE m.about = c.number) <> 1 + (c.status IN ('approved', 'withdrawn'))::int",
        }.items():
            found = (
                connection.execute(statement.format(mine=_MINE.format(began=began), began=began)).fetchone() or (0,)
            )[0]
            if found:
                wrong.append(f"{what}: {found} do not")
        given = (connection.execute(_NUMBERS).fetchone() or (0,))[0] - numbers
        if given != log.done["decided"]:
            wrong.append(f"document numbers: {given} given for {log.done['decided']} decisions")
    return wrong


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """One run; quotes p95 of all requests and of each kind."""
    residents, officials, minutes = (40, 8, 1) if quick else (RESIDENTS, OFFICIALS, MINUTES)
    figures = Figures(
        "mixed", f"{residents} residents and {officials} officials at once, ms",
        ("request", "count", "median", "p95", "slowest"),
        sizes={"residents of the ward": WARD, "minutes": minutes, "pause of residents, s": THINK_RESIDENT,
               "pause of officials, s": THINK_OFFICIAL, "web processes": 2},
    )  # fmt: skip
    log = Log()
    with ground.copied(ground.ward(WARD)) as name:
        applicants(ground, name, residents + 1)
        people = [one for one in session_keys(ground, name) if one[0] > 0]
        staff = make_session_in(ground, name, "sato", officials)
        with ground.connect(name) as connection:
            revisions = dict(connection.execute("SELECT n, revision FROM bench_send").fetchall())
            began = (connection.execute("SELECT clock_timestamp()").fetchone() or (None,))[0]
            numbers = (connection.execute(_NUMBERS).fetchone() or (0,))[0]
        with ground.web(name, workers=2) as (port, _pid):
            until = time.monotonic() + minutes * 60
            pace = 0.25 if quick else 1.0
            crowd = []
            for n, key, draft in people:
                visitor = Visitor(port, key, log, until, n, THINK_RESIDENT * pace)
                crowd.append(threading.Thread(target=resident, args=(visitor, draft, revisions[n])))
            for n, key in enumerate(staff):
                visitor = Visitor(port, key, log, until, 10_000 + n, THINK_OFFICIAL * pace)
                crowd.append(threading.Thread(target=official, args=(visitor,)))
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()
        wrong = _verify(ground, name, log, began, numbers)
    _rows(figures, log, wrong, quick=quick)
    return figures.finish()


def _rows(figures: Figures, log: Log, wrong: list[str], *, quick: bool) -> None:
    everything = sorted(wait for waits in log.waits.values() for wait in waits)
    for kind, taken in [("all", everything), *sorted(log.waits.items())]:
        waits = sorted(taken)
        figures.rows.append(
            (kind, len(waits), f"{waits[len(waits) // 2]:.0f}", f"{_high(waits):.0f}", f"{waits[-1]:.0f}")
        )
    if not quick:
        figures.goals.append(
            Goal(name="p95 of all requests", value=_high(everything), sense="at most", limit=LIMIT, unit="ms")
        )
    errors = sum(log.wrong.values())
    figures.goals.append(Goal(name="errors", value=errors, sense="at most", limit=0, unit=""))
    figures.goals.append(Goal(name="books that do not agree", value=len(wrong), sense="at most", limit=0, unit=""))
    figures.notes.append(
        f"{dict(log.done)}; told that somebody else was first: {sum(log.late.values())}; errors: {dict(log.wrong)}; "
        f"connections opened anew after lying idle: {log.reopened}"
    )
    figures.notes += wrong


def _high(waits: list[float]) -> float:
    return waits[max(0, -(-95 * len(waits) // 100) - 1)]
