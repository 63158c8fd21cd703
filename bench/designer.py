"""The designer with a procedure of 300 questions: open a page, open a question, save it, look for faults."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from typing import Any, Final

from bench import applicants
from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground

FIELDS: Final = 300
A_PAGE: Final = 10
LIMIT: Final = 1000.0
"""Milliseconds, for each press."""
PROMISED: Final = ("open", "edit", "save")
_REVISION: Final = re.compile(rb'name="revision" value="(\d+)"')


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """One official's presses, through the WSGI handler with everything on."""
    fields, times = (FIELDS, 5) if quick else (FIELDS, 40)
    ground.static()
    figures = Figures(
        "designer", f"The designer with {fields} questions on {fields // A_PAGE} pages, ms",
        ("press", "median", "slowest"), sizes={"questions": fields, "presses": times},
    )  # fmt: skip
    with ground.copied(ground.empty()) as name:
        environ = ground.environ(ground.url(name))
        done = subprocess.run(
            [sys.executable, "-m", "bench.designer", str(fields), str(times)],
            env=environ, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    for press, walls in found.items():
        figures.rows.append((press, f"{middle(walls):.0f}", f"{max(walls):.0f}"))
        if press in PROMISED:
            figures.goals.append(Goal(name=press, value=max(walls), sense="at most", limit=LIMIT, unit="ms"))
    return figures.finish()


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _source(fields: int) -> dict[str, Any]:
    from jichi.services.front.designer import rules

    kinds = ("text", "number", "date", "yesno", "email", "textarea")
    pages = []
    for number in range(fields // A_PAGE):
        asked = [
            {
                "id": f"q_{number}_{n}", "kind": kinds[n % len(kinds)], "noun": f"項目{number}の{n}",
                "label": {"ja": f"{number}ページ目の{n}番目の質問", "en": f"Question {n} of page {number}"},
                **({"show_if": {"field": f"q_{number - 1}_3", "equals": "yes"}} if number and n == 1 else {}),
            }
            for n in range(A_PAGE)
        ]  # fmt: skip
        pages.append({"id": f"page_{number}", "title": f"{number}ページ目", "fields": asked})
    return {**rules.empty_definition("bench", "大きな手続", "bench"), "pages": pages}


def _inside(fields: int, times: int) -> None:
    import django

    django.setup()

    from django.conf import settings
    from django.test import Client

    from jichi.engines.accounts import actions as accounts
    from jichi.engines.audit.context import system_actor, unit
    from jichi.services.front.designer import actions, rules

    system = system_actor("bench")
    accounts.create_division(actor=system, code="bench", names={"ja": "計測課"})
    account = accounts.create_staff_account(
        actor=system, login="bench", name="計測", password="many plain words 1", roles=("procedure_designer",),
        division_codes=("bench",), starts_on=date(2020, 4, 1),
    )  # fmt: skip
    id = actions.begin_from_file(actor=system, text=rules.to_yaml(_source(fields)))
    client = Client(HTTP_HOST="localhost")
    with unit(system):
        client.cookies[settings.SESSION_COOKIE_NAME] = applicants.make_session(account.pk, staff=True)
    base = f"/staff/designer/{id}"
    question = f"{base}/part/pages/page_{fields // A_PAGE // 2}/fields/q_{fields // A_PAGE // 2}_0/"
    gets = {
        "open": f"{base}/part/pages/page_0/", "edit": question, "preview frame": f"{base}/frame/page_0/",
        "check": f"{base}/check/", "settings": f"{base}/settings/", "publish": f"{base}/publish/",
    }  # fmt: skip
    for url in gets.values():  # what a process does once: reading the schema, the templates, the addresses
        _timed(client, url)
    found: dict[str, list[float]] = {press: [_timed(client, url) for _ in range(times)] for press, url in gets.items()}
    found["save"] = [_saved(client, question, number) for number in range(times)]
    sys.stdout.write("\n" + json.dumps(found) + "\n")


def _timed(client: Any, url: str) -> float:
    begun = time.perf_counter()
    answer = client.get(url)
    spent = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: {answer.status_code}")
    return spent


def _saved(client: Any, url: str, number: int) -> float:
    """Milliseconds to save a question and see its page again, as one press does."""
    shown = _REVISION.search(client.get(url).content)
    if shown is None:
        raise RuntimeError(f"{url}: nothing to save")
    posted = {"revision": shown[1].decode(), "label": f"見出し{number}", "id": url.rsplit("/", 2)[1], "required": "1"}
    begun = time.perf_counter()
    answer = client.post(url, posted)
    if answer.status_code != 302:
        raise RuntimeError(f"{url}: {answer.status_code}")
    client.get(answer["Location"])
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    _inside(int(sys.argv[1]), int(sys.argv[2]))
