"""Who presses at the same moment is answered together: each with their own answer, whatever befalls the others."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection
from django.test import Client
from django.test.client import ClientHandler

from conftest import TestDatabase, own_world, shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.kernel.turns import turns
from jichi.services.front.events import middleware
from jichi.services.front.events.actions import Application, rushing
from jichi.services.front.events.actions.rushing import Press, answer_all

from . import office as place
from .office import SYSTEM, Office, enter, owner, published

office = shared_world(place.build)
real_office = own_world(place.build)
DONE = 302


def residents(count: int) -> list[UUID]:
    """So many more."""
    made = [
        accounts.create_resident_account(actor=SYSTEM, email=f"{uuid.uuid4()}@example.jp", name="")
        for _ in range(count)
    ]
    return [one.pk for one in made]


def press(code: str, account: UUID | None, key: str = "one", *, companions: Sequence[str] = (), **more: Any) -> Press:
    """As the middleware reads it from a form; of nobody where there is no account."""
    session = browser(account).cookies[settings.SESSION_COOKIE_NAME].value if account else "nobody"
    given = {"choices": ("001",), "name": "予約 花子", "kana": "ヨヤク", "phone": "03-1234-5678", **more}
    return Press(
        session_key=session, code=code, application=Application(companions=tuple(companions), **given), press=key,
        purpose="POST /events/", request_id=f"request-{account}-{key}",
    )  # fmt: skip


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def count(table: str, where: str, *given: Any) -> int:
    return int(rows(f"SELECT count(*) FROM {table} WHERE {where}", *given)[0][0])


@pytest.mark.django_db
def test_many_presses_cost_two_statements(office: Office, django_assert_num_queries: Any) -> None:
    code, people = published(office.division, capacity=20, most_people=4), residents(8)
    presses = [press(code, one, companions=["同伴"] * (n % 3)) for n, one in enumerate(people)]
    assert answer_all([press(code, owner(office.taro))]) != [None]  # the event is read once
    with django_assert_num_queries(2):
        found = answer_all(presses)
    assert [one and one[0] for one in found] == ["taken"] * 8
    numbers = [one[1] for one in found if one]
    for number, account in zip(numbers, people, strict=True):
        ((entry, owner_, state),) = rows(
            "SELECT e.id, e.account_id, p.state FROM eng_booking_entry e JOIN eng_booking_place p ON p.entry_id = e.id"
            " WHERE e.number = %s", number,
        )  # fmt: skip
        assert (owner_, state) == (account, "taken")
        assert count("eng_inbox_workitem", "about = %s", number) == 1
        assert count("eng_messages_message", "about = %s", number) == 1
        assert count("front_events_evententry", "entry_id = %s", entry) == 1
        assert rows(
            "SELECT DISTINCT actor_id, request_id FROM eng_audit_auditevent WHERE object_id = %s"
            " OR (table_name = 'front_events_evententry' AND subject = %s)", str(entry), str(account),
        ) == [(account, f"request-{account}-one")]  # fmt: skip


@pytest.mark.django_db
def test_each_hears_their_own_answer(office: Office) -> None:
    """Open, full, not signed in, in already, an unknown event, a form with something wrong, a date that nobody has."""
    code, full = published(office.division, capacity=9), published(office.division, capacity=1)
    enter(full, office.taro)
    enter(code, office.taro)
    one, two, three, four, five = residents(5)
    found = answer_all([
        press(code, one), press(full, two), press(code, None), press(code, owner(office.taro)), press("no-such", three),
        press(code, four, phone=""), press(code, five, choices=("999",)), press(code, owner(office.hanako)),
    ])  # fmt: skip
    assert [each and each[0] for each in found] == ["taken", "full", None, None, None, None, None, "taken"]


@pytest.mark.django_db
def test_a_press_sent_twice_at_once_enters_once(office: Office) -> None:
    code, (one, other) = published(office.division, capacity=9), residents(2)
    found = answer_all([press(code, one), press(code, one), press(code, one, "two"), press(code, other)])
    assert [each and each[0] for each in found] == ["taken", None, None, "taken"]


def test_what_a_single_press_makes_fail_is_no_harm_to_the_others(
    real_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """What the database can't even read comes through no form; if it did, it would fail alone."""
    code, (one, other) = published(real_office.division, capacity=9), residents(2)
    found = answer_all([press(code, one), press(code, other, "a\0b")])
    assert [each and each[0] for each in found] == ["taken", None]
    assert "2 presses were not answered together" in caplog.text


def test_the_same_person_at_the_same_moment_in_two_processes_keeps_nobody_out(real_office: Office) -> None:
    code, gate = published(real_office.division, capacity=200), threading.Barrier(2)
    for _ in range(6):
        same, one, other = residents(3)
        rushes = [[press(code, same, "first"), press(code, one)], [press(code, other), press(code, same, "second")]]

        def rush(presses: list[Press]) -> list[str | None]:
            gate.wait(20)
            found = answer_all(presses)
            connection.close()
            return [each and each[0] for each in found]

        with ThreadPoolExecutor(2) as threads:
            (first, alone), (neighbour, second) = threads.map(rush, rushes)
        assert (alone, neighbour) == ("taken", "taken")
        assert sorted((str(first), str(second))) == ["None", "taken"]


def test_who_loses_the_database_presses_again(
    real_office: Office, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, people = published(real_office.division, capacity=9), residents(3)
    presses, real = [press(code, one) for one in people], rushing._given

    def killed(*given: Any) -> Any:
        with psycopg.connect(own_db.super_url, autocommit=True) as owner_:
            owner_.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'jichi_app'"
                " AND datname = current_database()"
            )
        return real(*given)

    monkeypatch.setattr(rushing, "_given", killed)
    with pytest.raises(OperationalError):
        answer_all(presses)
    connection.close()
    monkeypatch.setattr(rushing, "_given", real)
    assert count("eng_booking_entry", "true") == 0
    assert [each and each[0] for each in answer_all(presses)] == ["taken"] * 3
    assert answer_all(presses) == [None] * 3  # in already: the ordinary way says so


def test_a_lock_held_too_long_is_waited_for_once_and_not_once_for_each(
    real_office: Office, own_db: TestDatabase, django_assert_num_queries: Any
) -> None:
    code = published(real_office.division, capacity=9)
    presses = [press(code, one) for one in residents(5)]
    answer_all(presses[:1])
    with psycopg.connect(own_db.super_url) as holder, connection.cursor() as cursor:
        holder.execute("SELECT FROM eng_booking_item FOR UPDATE")
        cursor.execute("SET lock_timeout = '100ms'")
        with django_assert_num_queries(2), pytest.raises(OperationalError, match="lock timeout"):
            answer_all(presses[1:])
        holder.rollback()
        assert count("eng_booking_entry", "true") == 1
        assert [each and each[0] for each in answer_all(presses)] == [None] + ["taken"] * 4


def test_threads_that_wait_for_an_answer_let_others_in(real_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns, seven people: the first answer lasts until five more wait behind it."""
    code, people = published(real_office.division, capacity=9), residents(7)
    waiting, sizes, step_aside, guard = threading.Semaphore(0), list[int](), turns.step_aside, threading.Lock()

    def slowly(presses: Sequence[Press]) -> list[Any]:
        with guard:
            sizes.append(len(presses))
        if len(sizes) == 1:
            assert all(waiting.acquire(timeout=20) for _ in range(5))
        try:
            return answer_all(presses)
        finally:
            connection.close()

    def aside() -> None:
        step_aside()
        waiting.release()

    monkeypatch.setattr(turns, "step_aside", aside)
    monkeypatch.setattr(turns, "_free", None)
    turns.limit(2)
    monkeypatch.setattr(middleware, "answer_all", slowly)
    handler = ClientHandler(enforce_csrf_checks=False)
    BaseHandler.load_middleware(handler)  # a chain of its own: tests share one
    body = "step=check&choice1=001&name=A&phone=0300000000&press=p"

    def send(page: Client) -> int:
        page.handler = handler
        answer = page.post(f"/events/{code}/apply/", body, content_type="application/x-www-form-urlencoded")
        connection.close()
        return int(answer.status_code)

    with ThreadPoolExecutor(7) as threads:
        assert list(threads.map(send, [browser(one) for one in people])) == [DONE] * 7
    assert (sizes[0], sum(sizes)) == (1, 7)
    assert len(sizes) <= 3
    assert count("eng_booking_place", "state = 'taken'") == 7
