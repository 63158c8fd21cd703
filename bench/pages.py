"""CPU per request of pages with session, login, permission, audit and row security, against bare Django views."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Final, TextIO

from bench import applicants
from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground

WARD: Final = 20_000
PAGES: Final = {
    "my": ("マイページ", "linked"),
    "home": ("resident start page", "linked"),
    "staff_list": ("staff list of cases, 20 rows", "staff"),
    "staff_work": ("staff work list, 20 rows", "staff"),
    "post": ("form post: save a question page", "filling"),
}
LIMIT: Final = 2.0


@dataclass(slots=True)
class Worker:
    """A side's process."""

    process: subprocess.Popen[str]

    def ask(self, **order: object) -> Any:
        """Send an order, wait for the answer."""
        to, back = self.process.stdin, self.process.stdout
        if to is None or back is None:
            raise RuntimeError("the process has no pipes")
        to.write(json.dumps(order) + "\n")
        to.flush()
        line = back.readline()
        if not line:
            raise RuntimeError("one side ended; what it said stands above")
        return json.loads(line)


def start(ground: Ground, name: str, kind: str, told: dict[str, Any], errors: TextIO | None = None) -> Worker:
    """The process of one side: the house as it runs, or bare Django as superuser and replica."""
    if kind == "full":
        environ = ground.environ(ground.url(name), JICHI_DB_POOL_MAX="1")
    else:
        environ = ground.environ(ground.cluster.url("super", name), DJANGO_SETTINGS_MODULE="bench.bare_settings")
    command = [sys.executable, "-m", "bench.side", kind]
    process = subprocess.Popen(
        command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
    )
    worker = Worker(process)
    if process.stdin is None:
        raise RuntimeError("the process has no pipes")
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.flush()
    return worker


def prepare(ground: Ground, name: str) -> dict[str, Any]:
    """Visitors of the pages: somebody with an application sent, an official, somebody filling in."""
    applicants.applicants(ground, name, 40)
    environ = ground.environ(ground.url(name))
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages"], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout)
    with ground.connect(name) as connection:
        connection.execute("VACUUM ANALYZE")
    return found


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Both sides in turn, several rounds; the median of the rounds counts."""
    rounds, times = (2, 50) if quick else (9, 200)
    ground.static()
    figures = Figures(
        "pages", "CPU per request (web process + its PostgreSQL backend), ms",
        ("page", "house", "of it database", "bare Django", "of it database", "statements", "ratio"),
        sizes={"residents": WARD, "requests a side": rounds * times, "rounds": rounds},
    )  # fmt: skip
    with ground.copied(ground.ward(WARD)) as name:
        told = prepare(ground, name)
        # The post grows the draft's revision: each side has a draft of its own.
        sides = {
            "full": start(ground, name, "full", told),
            "bare": start(ground, name, "bare", {**told, "pages": told["bare_pages"]}),
        }
        try:
            for page, (title, _) in PAGES.items():
                _measure_page(figures, sides, page, title, rounds=rounds, times=times)
        finally:
            for worker in sides.values():
                worker.process.kill()
                worker.process.wait()
    return figures.finish()


def _measure_page(
    figures: Figures, sides: dict[str, Worker], page: str, title: str, *, rounds: int, times: int
) -> None:
    spent: dict[str, list[tuple[float, float]]] = {"full": [], "bare": []}
    asked = {kind: len(worker.ask(page=page, statements=True)) for kind, worker in sides.items()}
    wanted = "302 Found" if page == "post" else "200 OK"
    sizes = {}
    for worker in sides.values():
        worker.ask(page=page, times=max(20, times // 4))
    for at in range(rounds):
        for kind in ("full", "bare") if at % 2 == 0 else ("bare", "full"):
            answer = sides[kind].ask(page=page, times=times)
            if answer["status"] != wanted:
                raise RuntimeError(f"{title}, {kind}: {answer['status']}")
            sizes[kind] = answer["bytes"]
            spent[kind].append((answer["web"] / times * 1000, answer["database"] / times * 1000))
    if page != "post" and abs(sizes["full"] - sizes["bare"]) > 0.02 * sizes["full"]:
        figures.notes.append(f"{title}: the sides drew {sizes['full']} and {sizes['bare']} bytes")
    full, bare = (middle([web + database for web, database in spent[kind]]) for kind in ("full", "bare"))
    of_full, of_bare = (middle([database for _, database in spent[kind]]) for kind in ("full", "bare"))
    figures.rows.append((
        title, f"{full:.2f}", f"{of_full:.2f}", f"{bare:.2f}", f"{of_bare:.2f}", f"{asked['full']} / {asked['bare']}",
        f"{full / bare:.2f}",
    ))  # fmt: skip
    figures.goals.append(Goal(name=title, value=full / bare, sense="at most", limit=LIMIT, unit="× bare Django"))


def timed(figures: Figures, worker: Worker, title: str, times: int, *, limit: float | None) -> None:
    """One page so many times after some to get warm: median, p95, CPU, statements; a limit of p95 or None."""
    worker.ask(page=title, times=6)
    found: list[dict[str, Any]] = [worker.ask(page=title, times=1) for _ in range(times)]
    if any(answer["status"] != "200 OK" for answer in found):
        raise RuntimeError(f"{title}: {found[0]['status']}")
    walls = sorted(answer["wall"] * 1000 for answer in found)
    high = walls[max(0, -(-95 * times // 100) - 1)]
    database = sum(answer["database"] for answer in found) / times * 1000
    cpu = sum(answer["web"] for answer in found) / times * 1000 + database
    asked = len(worker.ask(page=title, statements=True))
    figures.rows.append((title, f"{middle(walls):.1f}", f"{high:.1f}", f"{cpu:.1f}", f"{database:.1f}", asked))
    if limit is not None:
        figures.goals.append(Goal(name=f"p95 {title}", value=high, sense="at most", limit=limit, unit="ms"))


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _inside() -> None:
    import django

    django.setup()

    from django.db import connection

    from jichi.engines.accounts.queries import signed_in, staff_account_id
    from jichi.engines.audit.context import system_actor, unit
    from jichi.services.front.applications.actions import submit_application

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, draft_id, addressee_no FROM bench_applicant WHERE n BETWEEN 1 AND 3 ORDER BY n"
        )
        (linked, sent, number), (filling, draft, _filling_no), (_bare_filling, bare_draft, _) = cursor.fetchall()
        cursor.execute("SELECT revision FROM eng_forms_draft WHERE id = %s", (draft,))
    person = signed_in(account_id=linked)
    official = staff_account_id("sato")
    if person is None or official is None:
        raise RuntimeError("the sample ward lacks its people")
    actor = person.actor("bench", "bench")
    submit_application(actor=actor, draft_id=sent, declared=["own_application"], applicant_no=number)
    with unit(system_actor("bench")):
        cursor = connection.cursor()
        cursor.execute("SELECT revision FROM eng_forms_draft WHERE id = %s", (draft,))
        revision = cursor.fetchone()[0]
        sessions = {
            "linked": applicants.make_session(linked),
            "staff": applicants.make_session(official, staff=True),
            "filling": applicants.make_session(filling),
        }
    pages = {
        "my": ("linked", "/my/"), "home": ("linked", "/"), "staff_list": ("staff", "/staff/cases/"),
        "staff_work": ("staff", "/staff/?scope=division"), "post": ("filling", f"/apply/{draft}/q/contact/"),
    }  # fmt: skip
    sys.stdout.write(json.dumps({
        "pages": pages, "bare_pages": {**pages, "post": ("filling", f"/apply/{bare_draft}/q/contact/")},
        "sessions": sessions, "revision": revision,
        "accounts": {"linked": str(linked), "staff": str(official), "filling": str(filling)},
    }))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    _inside()
