"""Sends prepared applications as fast as one process can: `python -m bench.sender FIRST LAST` (last not included).

Says "ready" when warm, waits for a line, then prints what it took. `submit_application` is called as a page does.
"""

from __future__ import annotations

import json
import os
import sys
import time

from bench.meter import cpu_of


def main() -> None:
    """Prepare, wait, send."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    import django

    django.setup()
    from django.db import connection

    from jichi.engines.audit.context import Actor
    from jichi.services.front.applications.actions import submit_application

    first, last = int(sys.argv[1]), int(sys.argv[2])
    connection.settings_dict["CONN_MAX_AGE"] = None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
        cursor.execute(
            "SELECT a.n, a.account_id, a.draft_id, a.addressee_no, s.revision FROM bench_applicant a "
            "JOIN bench_send s USING (n) WHERE n >= %s AND n < %s ORDER BY n",
            (first, last),
        )
        people = cursor.fetchall()

    def send(one: tuple[int, object, object, str, int]) -> None:
        _n, account_id, draft_id, addressee_no, revision = one
        actor = Actor(kind="resident", account_id=account_id, purpose="bench", request_id="bench")  # type: ignore[arg-type]
        opened = submit_application(
            actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=addressee_no,  # type: ignore[arg-type]
            expected_revision=revision,
        )  # fmt: skip
        if not opened.fresh:
            raise RuntimeError(f"{draft_id} was sent before")

    warm = people[:20]
    for one in warm:
        send(one)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    own, other, wall = time.process_time(), cpu_of(backend), time.perf_counter()
    for one in people[len(warm) :]:
        send(one)
    found = {
        "sent": len(people) - len(warm), "seconds": time.perf_counter() - wall,
        "web": time.process_time() - own, "database": cpu_of(backend) - other,
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
