"""Officials' lists over 100,000 cases: a first look, no promise. The million is measured when it is promised."""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import quote

from bench import pages
from bench.figures import Figures, middle
from bench.ground import Ground
from jichi.kernel.receipt_number import new_number

CASES: Final = 100_000
OPEN: Final = 0.15
"""Share of cases that wait for the division."""

_CASES: Final = """
INSERT INTO eng_cases_case (id, number, procedure, form_version_id, submission_id, title, division_id, account_id,
        subject_no, applicant_no, name, kana, name_folded, status, assignee_id, received_at, due_on, closed_at, checks,
        channel, language, version)
    SELECT gen_random_uuid(), n.number, c.procedure, c.form_version_id, gen_random_uuid(), c.title, c.division_id,
        c.account_id, r.addressee_no, r.addressee_no, r.name, r.kana, r.names_folded,
        CASE WHEN n.n %% 100 < {open} THEN 'received' WHEN n.n %% 100 < {reviewing} THEN 'reviewing'
            ELSE 'approved' END,
        CASE WHEN n.n %% 100 >= {open} THEN %(official)s::uuid END,
        now() - make_interval(mins => n.n * 15), (now() - make_interval(mins => n.n * 15))::date + 7,
        CASE WHEN n.n %% 100 >= {reviewing} THEN now() END, '[]', 'web', 'ja', 1
    FROM bench_number n
    JOIN (SELECT row_number() OVER () - 1 AS at, count(*) OVER () AS count, p.* FROM eng_registry_resident p
          WHERE p.is_current) r ON r.at = n.n %% r.count
    CROSS JOIN (SELECT * FROM eng_cases_case ORDER BY received_at LIMIT 1) c;
INSERT INTO eng_inbox_workitem (account_id, division_id, assignee_id, kind, title, url_path, subject_key, about,
        permission, state, due_on, dedupe_key, created_at)
    SELECT NULL, c.division_id, c.assignee_id, CASE WHEN c.status = 'received' THEN 'check' ELSE 'decide' END, c.title,
        '/staff/cases/' || c.number || '/', 'eng_cases:case:' || c.id, c.number, 'eng_cases.case.view', 'open',
        c.due_on, 'bench:' || c.id, c.received_at
    FROM eng_cases_case c JOIN bench_number USING (number) WHERE c.status IN ('received', 'reviewing');
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """One official's pages, through the WSGI handler with everything on."""
    count, times, rounds = (5_000, 5, 1) if quick else (CASES, 20, 3)
    ground.static()
    figures = Figures(
        "lists", f"Officials' lists over {count:,} cases of one division, ms for each page",
        ("page", "time", "CPU", "of it database", "statements"),
        sizes={"cases": count, "open": round(count * OPEN), "residents": pages.WARD, "requests": times * rounds},
    )  # fmt: skip
    with ground.copied(ground.ward(pages.WARD)) as name:
        told = pages.prepare(ground, name)
        someone = _fill(ground, name, count, told["accounts"]["staff"])
        addresses = {
            "work list, 課の仕事": "/staff/?scope=division",
            "work list, 自分の番": "/staff/",
            "case list, newest first": "/staff/cases/",
            "case list, soonest due first": "/staff/cases/?sort=due",
            "case list, overdue": "/staff/cases/?scope=overdue",
            "case list, in review": "/staff/cases/?status=reviewing",
            "case list, name of one person": f"/staff/cases/?q={quote(someone)}",
            "search box, the same name": f"/staff/search/?q={quote(someone)}",
            "figures of the division": "/staff/figures/",
        }
        worker = pages.start(
            ground, name, "full", {**told, "pages": {title: ("staff", path) for title, path in addresses.items()}}
        )
        try:
            for title in addresses:
                figures.rows.append(_page(worker, title, times, rounds))
        finally:
            worker.process.kill()
            worker.process.wait()
    return figures.finish()


def _page(worker: pages.Worker, title: str, times: int, rounds: int) -> tuple[object, ...]:
    worker.ask(page=title, times=3)
    found: list[dict[str, Any]] = [worker.ask(page=title, times=times) for _ in range(rounds)]
    if any(answer["status"] != "200 OK" for answer in found):
        raise RuntimeError(f"{title}: {found[0]['status']}")
    wall, database = (middle([answer[key] / times * 1000 for answer in found]) for key in ("wall", "database"))
    cpu = middle([(answer["web"] + answer["database"]) / times * 1000 for answer in found])
    return title, f"{wall:.1f}", f"{cpu:.1f}", f"{database:.1f}", len(worker.ask(page=title, statements=True))


def _fill(ground: Ground, name: str, count: int, official: str) -> str:
    """The cases; the name of somebody who has some."""
    with ground.connect(name, quiet=True) as connection:
        connection.execute("CREATE TABLE bench_number (n int PRIMARY KEY, number text)")
        with connection.cursor().copy("COPY bench_number FROM STDIN") as copy:
            for n in range(count):
                copy.write_row((n, new_number(secrets.token_bytes(16))))
        share = round(OPEN * 100)
        statement = _CASES.format(open=share // 3, reviewing=share)
        for one in statement.split(";\n")[:2]:
            connection.execute(one, {"official": official})
        connection.execute("VACUUM ANALYZE")
        found = connection.execute(
            "SELECT name FROM eng_cases_case WHERE number = (SELECT max(number) FROM bench_number)"
        )
        return str((found.fetchone() or ("",))[0])
