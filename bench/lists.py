"""Officials' lists over a million cases of a ward of 266,000, for an official of one of its divisions."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from bench import pages
from bench.figures import Figures
from bench.ground import Ground
from jichi.kernel import clock
from jichi.kernel.receipt_number import new_number

CASES: Final = 1_000_000
WARD: Final = 266_000
OPEN: Final = 0.15
"""Share of cases that wait for the division."""
DIVISIONS: Final = 8
PROCEDURES: Final = 40
FIGURES: Final = "figures of the division"
LIMIT: Final = 150.0
"""Milliseconds, for 95 of 100 requests."""

_CASES: Final = """
CREATE TABLE bench_person AS
    SELECT (row_number() OVER () - 1)::int AS at, p.* FROM eng_registry_resident p WHERE p.is_current;
ANALYZE bench_person;
INSERT INTO eng_accounts_division (code, names, phone, email, counter, document_prefix, is_active)
    SELECT 'bench-' || n, '{{"ja": "計測課"}}', '', '', '{{}}', '計' || n, true
    FROM generate_series(1, {divisions} - 1) n;
INSERT INTO eng_cases_case (id, number, procedure, form_version_id, submission_id, title, division_id, account_id,
        subject_no, applicant_no, name, kana, name_folded, status, assignee_id, received_at, due_on, closed_at, checks,
        channel, language, version)
    SELECT gen_random_uuid(), n.number, c.procedure || CASE WHEN p.n = 0 THEN '' ELSE '-' || p.n END,
        c.form_version_id, gen_random_uuid(), jsonb_build_object('ja', (c.title ->> 'ja') || p.n), d.id,
        c.account_id, r.addressee_no, r.addressee_no, r.name, r.kana, r.names_folded,
        CASE WHEN n.n %% 100 < {open} THEN 'received' WHEN n.n %% 100 < {reviewing} THEN 'reviewing'
            ELSE 'approved' END,
        CASE WHEN n.n %% 100 >= {open} THEN CASE WHEN n.n %% 7 = 0 THEN %(official)s::uuid ELSE c.account_id END END,
        now() - make_interval(secs => n.n * 95), (now() - make_interval(secs => n.n * 95))::date + 7,
        CASE WHEN n.n %% 100 >= {reviewing} THEN least(now(), now() - make_interval(secs => n.n * 95 - 400000)) END,
        '[]', 'web', 'ja', 1
    FROM bench_number n
    JOIN bench_person r ON r.at = n.n %% (SELECT count(*)::int FROM bench_person)
    CROSS JOIN (SELECT * FROM eng_cases_case ORDER BY received_at LIMIT 1) c
    -- The official's division has its share, the others theirs; the oldest procedures have the most cases.
    CROSS JOIN LATERAL (SELECT abs(hashint4(n.n) %% {divisions}) AS n) which
    CROSS JOIN LATERAL (SELECT CASE WHEN which.n = 0 THEN c.division_id
        ELSE (SELECT id FROM eng_accounts_division WHERE code = 'bench-' || which.n) END AS id) d
    CROSS JOIN LATERAL (SELECT floor({procedures} * power(abs(hashint4(n.n + 7)) / 2147483648.0, 3))::int AS n) p;
INSERT INTO eng_inbox_workitem (account_id, division_id, assignee_id, kind, title, url_path, subject_key, about,
        permission, state, due_on, dedupe_key, created_at)
    SELECT NULL, c.division_id, c.assignee_id, CASE WHEN c.status = 'received' THEN 'check' ELSE 'decide' END, c.title,
        '/staff/cases/' || c.number || '/', 'eng_cases:case:' || c.id, c.number, 'eng_cases.case.view', 'open',
        c.due_on, 'bench:' || c.id, c.received_at
    FROM eng_cases_case c JOIN bench_number USING (number) WHERE c.status IN ('received', 'reviewing');
INSERT INTO eng_inbox_searchentry (key, kind, audience, account_id, division_id, permission, title, summary, url_path,
        about, folded, updated_at)
    SELECT 'eng_cases:case:' || c.id, 'case', 'staff', NULL, c.division_id, 'eng_cases.case.view', c.title,
        '{{"ja": ""}}', '/staff/cases/' || c.number || '/', c.number, c.name_folded, c.received_at
    FROM eng_cases_case c JOIN bench_number USING (number);
"""


_INDEXES: Final = """
SELECT indexname, indexdef FROM pg_indexes i
WHERE schemaname = 'public' AND tablename IN ('eng_cases_case', 'eng_inbox_workitem', 'eng_inbox_searchentry')
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """One official's pages, through the WSGI handler with everything on."""
    count, size, times = (20_000, pages.WARD, 20) if quick else (CASES, WARD, 100)
    ground.static()
    figures = Figures(
        "lists", f"Officials' lists over {count:,} cases, as an official of one of {DIVISIONS} divisions, ms",
        ("page", "median", "p95", "CPU", "of it database", "statements"),
        sizes={"cases": count, "open": round(count * OPEN), "residents": size, "procedures": PROCEDURES,
               "requests a page": times},
    )  # fmt: skip
    with ground.copied(ground.ward(size)) as name:
        told = pages.prepare(ground, name)
        someone = _fill(ground, name, count, told["accounts"]["staff"])
        month = (clock.today().replace(day=1) - timedelta(days=200)).replace(day=1).isoformat()
        edge = (clock.now() - timedelta(days=180)).isoformat()
        deep = f"/staff/cases/?after={quote(f'20001:{edge}~{uuid4()}')}"
        addresses = {
            "work list, 課の仕事": "/staff/?scope=division",
            "work list, 自分の番": "/staff/",
            "case list, newest first": "/staff/cases/",
            "case list, soonest due first": "/staff/cases/?sort=due",
            "case list, overdue": "/staff/cases/?scope=overdue",
            "case list, in review": "/staff/cases/?status=reviewing",
            "case list, my own": "/staff/cases/?scope=mine",
            "case list, one rare procedure": f"/staff/cases/?procedure=coming-of-age-{PROCEDURES - 1}",
            "case list, one frequent procedure, refused": "/staff/cases/?procedure=coming-of-age&status=refused",
            "case list, one month": f"/staff/cases/?from={month}&to={month[:8]}28",
            "case list, a family name": f"/staff/cases/?q={quote(someone[:2])}",
            "case list, name of one person": f"/staff/cases/?q={quote(someone)}",
            "search box, the same name": f"/staff/search/?q={quote(someone)}",
            FIGURES: "/staff/figures/",
            "case list, page 1,000": deep,
        }
        worker = pages.start(
            ground, name, "full", {**told, "pages": {title: ("staff", path) for title, path in addresses.items()}}
        )
        try:
            for title in addresses:
                pages.timed(figures, worker, title, times, limit=None if title == FIGURES else LIMIT)
        finally:
            worker.process.kill()
            worker.process.wait()
    return figures.finish()


def _fill(ground: Ground, name: str, count: int, official: str) -> str:
    """The cases; the name of somebody who has some."""
    with ground.connect(name, quiet=True) as connection:
        connection.execute("CREATE TABLE bench_number (n int PRIMARY KEY, number text)")
        with connection.cursor().copy("COPY bench_number FROM STDIN") as copy:
            numbers: set[str] = set()
            while len(numbers) < count:  # of a million some twenty come twice; sending draws again then
                numbers.add(new_number(secrets.token_bytes(16)))
            for n, number in enumerate(numbers):
                copy.write_row((n, number))
        share = round(OPEN * 100)
        statement = _CASES.format(open=share // 3, reviewing=share, divisions=DIVISIONS, procedures=PROCEDURES)
        # Into tables without their indexes, which are made afterwards: many times as fast.
        indexes = connection.execute(_INDEXES).fetchall()
        for name_of_index, _ in indexes:
            connection.execute(f"DROP INDEX {name_of_index}")
        for one in statement.split(";\n")[:-1]:
            connection.execute(one, {"official": official})
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")
        found = connection.execute(
            "SELECT name FROM eng_cases_case WHERE number = (SELECT max(number) FROM bench_number)"
        )
        return str((found.fetchone() or ("",))[0])
