"""Pages of operations: an administrator sees how things are and tries failed jobs again; nobody else does."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import ANONYMOUS, system_actor, unit
from jichi.engines.jobs import queries as jobs
from jichi.engines.jobs.tasks import task
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from .. import actions, queries, watching

SYSTEM = system_actor("test")


@task("test.operations", retries=1)
def nothing(object_id: str) -> None:
    """Does nothing."""


def official(login: str, role: str) -> Client:
    if login == "admin":
        accounts.create_division(actor=SYSTEM, code="office", names={"ja": "総務課"})
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=login, password="many plain words 1", roles=(role,),
        division_codes=("office",), starts_on=date(2020, 4, 1),
    )  # fmt: skip
    return browser(account.pk)


@pytest.fixture
def admin(db: None) -> Client:
    return official("admin", "administrator")


def failed_job(name: str) -> int:
    with unit(SYSTEM):
        number = nothing.defer(object_id=name)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", (number,))
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", (number,))
    return number


def text(client: Client, name: str, query: str = "") -> str:
    answer = client.get(reverse(f"office_operations:{name}") + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_health_page_tells_what_was_seen(admin: Client) -> None:
    page = text(admin, "health")
    assert "動いている処理係がありません。メールも書類も出ません。" in page
    assert "まだ点検の記録がありません" in page
    watching.look()
    watching.read_clock()
    with clock.standing_at(clock.now() - timedelta(hours=5)):
        actions.backup_ended(actor=SYSTEM, folder="jichi-1", rows=10, size=5)
    page = text(admin, "health")
    assert "最後に取れたのは5時間前です。" in page
    assert "点検の結果（jichi doctor と同じもの）" in page
    actions.backup_ended(actor=SYSTEM, folder="jichi-2", rows=0, size=0, trouble="No space left on device")
    assert "その後は失敗しています（No space left on device）。" in text(admin, "health")
    found = json.loads(text(admin, "state"))
    assert found["state"] == "red"
    assert {one["key"] for one in found["checks"]} >= {"database", "worker", "outbox", "disk", "backup", "clock"}
    with pytest.raises(Forbidden):
        actions.observe(actor=ANONYMOUS, key="backup", facts={})


def test_failed_jobs_are_looked_at_and_tried_again_in_the_browser(admin: Client) -> None:
    numbers = [failed_job(str(n)) for n in range(3)]
    assert "処理係が途中で止まった" in text(admin, "jobs")
    page = text(admin, "failed", "?task=test.operations")
    assert all(f">{number}</td>" in page for number in numbers)
    assert "失敗した処理はありません。" in text(admin, "failed", "?task=other")
    assert "失敗した処理はありません。" in text(admin, "failed", f"?before={numbers[0]}")
    url = reverse("office_operations:retry")
    assert admin.post(url, {"job": numbers[0], "task": "test.operations"}).status_code == 302
    again = admin.post(url, {"job": numbers[0]})
    assert again.status_code == 409
    assert "もう失敗の状態ではありません" in again.content.decode()
    assert admin.post(url, {"job": "99999999"}).status_code == 404
    assert len(jobs.failed_jobs()) == 2
    assert admin.post(url, {"task": "test.operations"}).status_code == 302
    assert jobs.failed_jobs() == ()


def test_a_periodic_job_is_stopped_and_started_in_the_browser(admin: Client) -> None:
    before = clock.now() - timedelta(days=9)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_jobs_schedule (name, cron, last_slot, missed) VALUES ('jobs.sweep', '40 3 * * *', %s, 0)",
            (before,),
        )
    late = {one.name for one in queries.periodic_states(clock.now()) if one.late}
    assert "jobs.sweep" in late
    assert "遅れ" in text(admin, "jobs")
    url = reverse("office_operations:running")
    assert admin.post(url, {"name": "jobs.sweep", "running": "0"}).status_code == 302
    assert "停止中" in text(admin, "jobs")
    assert "止めてあります: jobs.sweep" in text(admin, "health")
    assert admin.post(url, {"name": "jobs.sweep", "running": "1"}).status_code == 302
    assert "jobs.sweep" not in {one.name for one in queries.periodic_states(clock.now()) if one.stopped}
    unknown = admin.post(url, {"name": "no such job", "running": "1"})
    assert unknown.status_code == 422
    assert "まだ一度も予定されていません" in unknown.content.decode()


def test_nobody_else_sees_or_does_any_of_it(admin: Client) -> None:
    number = failed_job("x")
    clerk = official("sato", "caseworker")
    for name in ("health", "state", "jobs", "failed"):
        assert clerk.get(reverse(f"office_operations:{name}")).status_code == 404
        assert Client().get(reverse(f"office_operations:{name}")).status_code == 302
    assert clerk.post(reverse("office_operations:retry"), {"job": number}).status_code == 404
    assert clerk.post(reverse("office_operations:running"), {"name": "jobs.sweep"}).status_code == 404
    assert [job.id for job in jobs.failed_jobs()] == [number]


def test_pages_ask_the_same_however_much_there_is(admin: Client) -> None:
    counts = []
    for more in (1, 8):
        for n in range(more):
            failed_job(str(n))
        asked = []
        for name in ("health", "jobs", "failed"):
            with CaptureQueriesContext(connection) as caught:
                text(admin, name)
            asked.append(len(caught))
        counts.append(asked)
    assert counts[0] == counts[1]
