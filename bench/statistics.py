"""Statistics over 10,000,000 page events and 1,000,000 cases: every page of figures, and the jobs that add up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any, Final

from bench import lists, pages
from bench.figures import Figures
from bench.ground import ROOT, Ground
from jichi.kernel import clock

EVENTS: Final = 10_000_000
DAYS: Final = 60
CHUNK: Final = 500_000
LIMIT: Final = 300.0
"""Milliseconds, for 95 of 100 requests."""

_PARTITIONS: Final = "SELECT statistics_make_partitions(current_date - %s, current_date + 31)"
# A tenth of the looks are at pages outside of procedures; the busiest procedures have the most.
_EVENTS: Final = """
INSERT INTO eng_statistics_event
SELECT date_trunc('minute', now() - make_interval(secs => ({count} - e.n) * {days} * 86400.0 / {count})), k.kind,
    CASE WHEN k.kind = 'view' AND e.n %% 10 = 0 THEN '' ELSE s.slug END,
    CASE WHEN e.n %% 10 = 0 THEN 0 ELSE s.version END,
    CASE WHEN e.n %% 10 = 0 THEN 'place-' || e.n %% 12 ELSE s.pages[1 + e.h %% cardinality(s.pages)] END,
    (ARRAY['ja', 'ja', 'ja', 'ja', 'ja', 'ja', 'ja', 'easy', 'en', 'ko'])[1 + e.h %% 10],
    (ARRAY['phone', 'phone', 'desktop', 'tablet'])[1 + e.h %% 4], CASE WHEN k.kind = 'saved' THEN e.h %% 90 = 0 END,
    1 + e.h %% 40000, 1 + e.h %% 90000, CASE WHEN k.kind = 'saved' THEN 3 + e.h %% 240 END
FROM (SELECT n, abs(hashint8(n)::bigint) AS h FROM generate_series(%(first)s, %(last)s) n) e
CROSS JOIN LATERAL (SELECT
    (ARRAY['view', 'view', 'view', 'view', 'saved', 'saved', 'saved', 'error', 'started', 'sent'])
    [1 + (e.h / 7) %% 10] AS kind) k
JOIN bench_subject s ON s.at = floor(40 * power((e.h %% 1000) / 1000.0, 2))::int
"""
_SUBJECTS: Final = """
CREATE TABLE bench_subject AS
SELECT n AS at, CASE WHEN n = 0 THEN p.slug ELSE p.slug || '-' || n END AS slug, v.id AS version,
    ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', ':check'] AS pages
FROM generate_series(0, 39) n, eng_forms_procedure p JOIN eng_forms_formversion v ON v.procedure_id = p.id
WHERE p.slug = 'coming-of-age' AND v.state = 'published'
"""
_TIMELINES: Final = """
INSERT INTO eng_cases_caseevent (case_id, at, kind, actor_kind, actor_name, public, detail)
SELECT c.id, e.at, e.kind, 'staff', '', true, e.detail
FROM eng_cases_case c CROSS JOIN LATERAL (VALUES
    (c.received_at, 'received', '{}'::jsonb),
    (c.received_at + interval '1 day', 'taken', '{}'),
    (c.received_at + interval '2 days', CASE abs(hashtext(c.number)) % 12 WHEN 0 THEN 'correction_requested' END,
        '{"points": [{"field": "name", "sentence": "直してください。", "texts": {"ja": "直してください。"}}]}'),
    (c.closed_at, CASE WHEN c.closed_at IS NOT NULL THEN 'approved' END, '{}'),
    (c.closed_at + interval '5 minutes', CASE WHEN c.closed_at IS NOT NULL THEN 'document_issued' END, '{}')
) e (at, kind, detail)
WHERE e.kind IS NOT NULL AND e.at <= now() AND c.received_at > now() - make_interval(days => 730)
ORDER BY e.at
"""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """The jobs first, then each page as the DX office, through the WSGI handler with everything on."""
    events, cases, size, times = (200_000, 20_000, pages.WARD, 20) if quick else (EVENTS, lists.CASES, lists.WARD, 100)
    ground.static()
    figures = Figures(
        "statistics", f"Statistics over {events:,} page events and {cases:,} cases, ms",
        ("page or job", "median", "p95", "CPU", "of it database", "statements"),
        sizes={"page events": events, "days of events": DAYS, "cases": cases, "requests a page": times},
    )  # fmt: skip
    with ground.copied(ground.ward(size)) as name:
        told = pages.prepare(ground, name)
        lists._fill(ground, name, cases, told["accounts"]["staff"])
        _fill(ground, name, events)
        inside = _inside_of(ground, name)
        for title, seconds in inside["jobs"].items():
            figures.rows.append((title, f"{seconds * 1000:,.2f}", "", "", "", ""))
        told["sessions"]["staff"] = inside["session"]
        today = clock.today()
        far, slug = f"from={today.replace(year=today.year - 1).isoformat()}&by=month", "procedure=coming-of-age"
        at = "/staff/statistics"
        addresses = {
            "overview, 28 days": f"{at}/", "overview, a year": f"{at}/?{far}",
            "overview, one procedure": f"{at}/?{slug}&from={today.replace(month=1, day=1).isoformat()}",
            "drop-off, 28 days": f"{at}/pages/?{slug}", "drop-off, a year": f"{at}/pages/?{slug}&{far}",
            "time to decision, 28 days": f"{at}/deciding/",
            "time to decision, two years": f"{at}/deciding/?from=2000-01-01",
            "corrections, 28 days": f"{at}/corrections/", "corrections, a year": f"{at}/corrections/?{far}",
            "ways, 28 days": f"{at}/ways/", "ways, a year": f"{at}/ways/?{far}", "indicators": f"{at}/indicators/",
            "table as CSV": f"{at}/overview/export/by-procedure/?{far}",
            "chart as SVG": f"{at}/overview/picture/visits/svg/?{far}",
        }  # fmt: skip
        worker = pages.start(
            ground, name, "full", {**told, "pages": {title: ("staff", path) for title, path in addresses.items()}}
        )
        try:
            for title in addresses:
                pages.timed(figures, worker, title, times, limit=LIMIT)
        finally:
            worker.process.kill()
            worker.process.wait()
    return figures.finish()


def _fill(ground: Ground, name: str, count: int) -> None:
    with ground.connect(name, quiet=True) as connection:
        connection.execute("DELETE FROM eng_statistics_tally")
        connection.execute("DELETE FROM eng_statistics_day")
        connection.execute(_PARTITIONS, (DAYS + 31,))
        connection.execute(_SUBJECTS)
        statement = _EVENTS.format(days=DAYS, count=count)
        for first in range(1, count + 1, CHUNK):
            connection.execute(statement, {"first": first, "last": min(count, first + CHUNK - 1)})
        connection.execute(
            "INSERT INTO eng_statistics_day (day, changes, rolled) SELECT DISTINCT "
            "(minute AT TIME ZONE 'Asia/Tokyo')::date, 1, 0 FROM eng_statistics_event"
        )
        connection.execute(_TIMELINES)
        connection.execute("VACUUM ANALYZE")


def _inside_of(ground: Ground, name: str) -> dict[str, Any]:
    environ = ground.environ(ground.url(name))
    done = subprocess.run(
        [sys.executable, "-m", "bench.statistics"], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    with ground.connect(name) as connection:
        connection.execute("VACUUM ANALYZE")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _inside() -> None:
    import django

    django.setup()

    from bench import applicants
    from jichi.engines.accounts.queries import staff_account_id
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.cases import actions as cases
    from jichi.engines.statistics import actions as statistics

    actor = system_actor("bench")
    jobs: dict[str, float] = {}
    began = time.perf_counter()
    days = statistics.add_up(actor=actor)
    jobs[f"job: {len(days)} days of events added up"] = time.perf_counter() - began
    jobs["job: one day of events added up"] = jobs[f"job: {len(days)} days of events added up"] / max(1, len(days))
    began = time.perf_counter()
    counted = cases.count_days(actor=actor)
    jobs[f"job: {len(counted)} days of cases added up"] = time.perf_counter() - began
    began = time.perf_counter()
    cases.count_day(actor=actor, day=counted[-2])
    jobs["job: one day of cases added up"] = time.perf_counter() - began
    began = time.perf_counter()
    statistics.observe(actor=actor)
    jobs["job: indicators of two months"] = time.perf_counter() - began
    jobs |= _writing()
    with unit(actor):
        account = staff_account_id("hayashi")
        if account is None:
            raise RuntimeError("the sample ward lacks its DX office")
        session = applicants.make_session(account, staff=True)
    sys.stdout.write(json.dumps({"jobs": jobs, "session": session}))


def _writing() -> dict[str, float]:
    """Seconds that noting costs a page, and that 500 events cost the thread that writes them."""
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.urls import resolve

    from jichi.engines.statistics.middleware import StatisticsMiddleware
    from jichi.engines.statistics.recorder import recorder

    answer = HttpResponse("<p>")
    noting = StatisticsMiddleware(lambda _request: answer)
    request = RequestFactory(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140"}).get("/procedures/")
    request.resolver_match = resolve("/procedures/")
    rounds = 40
    noted = written = 0.0
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(500):
            noting(request)
        noted += time.perf_counter() - began
        began = time.perf_counter()
        recorder.flush()
        written += time.perf_counter() - began
    return {"noting one page": noted / rounds / 500, "writing 500 events": written / rounds}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    _inside()
