"""Sending once, however often it is pressed: replayed, in two windows, at the same moment; and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import Incomplete, StaleDraft
from jichi.engines.forms.tests.ward import HANA
from jichi.engines.messages import actions as messages
from jichi.engines.messages.tests.gateways import link
from jichi.kernel.clock import TOKYO, standing_at
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.receipt_number import format_number

from ..actions import submit_application
from .people import DAY, SYSTEM, People, answered, build, client_of, main_of, page, revision_of

DECLARED = ("own_application",)


@pytest.fixture
def people(committed_db: TestDatabase, settings: Any, tmp_path: Path) -> Iterator[People]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield build()


def rows(database: TestDatabase) -> dict[str, int]:
    """What really is in the tables, past row security."""
    counted = {
        "cases": "SELECT count(*) FROM eng_cases_case",
        "submissions": "SELECT count(*) FROM eng_forms_submission",
        "inbox of the person": "SELECT count(*) FROM eng_inbox_workitem WHERE account_id IS NOT NULL",
        "inbox of the division": "SELECT count(*) FROM eng_inbox_workitem WHERE division_id IS NOT NULL",
        "mails": "SELECT count(*) FROM eng_messages_message WHERE template = 'case.received'",
    }
    with psycopg.connect(database.super_url) as sight:
        return {name: sight.execute(sql).fetchone()[0] for name, sql in counted.items()}  # type: ignore[index] # one row each


ONE = {"cases": 1, "submissions": 1, "inbox of the person": 1, "inbox of the division": 1, "mails": 1}
NONE = dict.fromkeys(ONE, 0)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each on a connection of its own; results or errors, in order."""
    results: list[object] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            with standing_at(DAY):
                gate.wait(10)
                results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def press(people: People, draft_id: Any) -> Callable[[], cases.Opened]:
    revision = revision_of(people.hana, draft_id)
    return lambda: submit_application(
        actor=people.hana, draft_id=draft_id, declared=DECLARED, applicant_no=HANA, expected_revision=revision
    )


def test_pressed_four_times_at_the_same_moment_it_is_one_application(
    people: People, committed_db: TestDatabase
) -> None:
    call = press(people, answered(people.hana))
    results = at_once(call, call, call, call)
    opened = [one for one in results if isinstance(one, cases.Opened)]
    assert len(opened) == 4, results
    assert len({one.number for one in opened}) == 1
    assert [one.fresh for one in opened].count(True) == 1
    assert rows(committed_db) == ONE


def test_a_replayed_post_leads_to_the_same_receipt(people: People, committed_db: TestDatabase) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana)
    form = {"revision": revision_of(people.hana, draft_id), "declare-own_application": "1"}
    first = client.post(f"/apply/{draft_id}/check/", form)
    again = client.post(f"/apply/{draft_id}/check/", form)
    assert first.headers["Location"] == f"/apply/{draft_id}/done/"
    assert again.headers["Location"] == f"/apply/{draft_id}/done/?again=1"
    assert "この申請は、すでに受け付けています。" in page(client, again.headers["Location"])
    assert client.get(f"/apply/{draft_id}/check/").headers["Location"] == f"/apply/{draft_id}/done/"
    assert client.get(f"/apply/{draft_id}/q/photo/").headers["Location"] == f"/apply/{draft_id}/check/"
    assert rows(committed_db) == ONE


def test_the_receipt_says_by_which_way_news_comes(people: People, committed_db: TestDatabase, settings: Any) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana)
    form = {"revision": revision_of(people.hana, draft_id), "declare-own_application": "1"}
    done = client.post(f"/apply/{draft_id}/check/", form).headers["Location"]
    words = ["受け付けたことをお知らせするメールを送ります。", "SMSでお知らせします。", "期限があるときはメールで"]

    def said() -> list[bool]:
        shown = page(client, done)
        return [one in shown for one in words]

    assert said() == [True, False, False]
    account_id = people.hana.account_id
    assert account_id is not None
    with transaction.atomic():
        link(account_id, "sms")
    assert said() == [True, False, False]  # no gateway here
    settings.JICHI_PEERS = {"sms": {"kind": "sandbox", "url": "http://localhost:9", "secret": "x"}}
    assert said() == [False, True, False]
    settings.JICHI_PEERS = {}
    with transaction.atomic():
        messages.set_preference(actor=people.hana, topic="cases", wanted=False)
    assert said() == [False, False, True]


def test_another_window_that_saved_after_the_check_page_is_looked_at_first(
    people: People, committed_db: TestDatabase
) -> None:
    client = client_of(people.hana)
    draft_id = answered(people.hana)
    shown = revision_of(people.hana, draft_id)
    forms.save_page(
        actor=people.hana, draft_id=draft_id, page="photo", raw={"photo_ok": ["yes"]}, expected_revision=shown,
        applicant_no=HANA,
    )  # fmt: skip
    response = client.post(f"/apply/{draft_id}/check/", {"revision": shown, "declare-own_application": "1"})
    assert response.status_code == 409
    assert "別の画面で内容が変わりました。" in response.content.decode()
    assert rows(committed_db) == NONE
    with pytest.raises(StaleDraft):
        submit_application(
            actor=people.hana, draft_id=draft_id, declared=DECLARED, applicant_no=HANA, expected_revision=shown
        )


def test_without_the_declaration_nothing_is_sent(people: People, committed_db: TestDatabase) -> None:
    with pytest.raises(Incomplete):
        submit_application(actor=people.hana, draft_id=answered(people.hana), applicant_no=HANA)
    assert rows(committed_db) == NONE


def test_nobody_sends_another_persons_draft(people: People, committed_db: TestDatabase) -> None:
    draft_id = answered(people.hana)
    with pytest.raises(NotFound):
        submit_application(actor=people.ward.neighbour, draft_id=draft_id, declared=DECLARED, applicant_no="100000042")
    assert rows(committed_db) == NONE


def test_a_second_application_for_the_same_person_leads_to_the_first(
    people: People, committed_db: TestDatabase
) -> None:
    press(people, answered(people.hana))()
    client = client_of(people.hana)
    draft_id = answered(people.hana)
    response = client.post(
        f"/apply/{draft_id}/check/",
        {"revision": revision_of(people.hana, draft_id), "declare-own_application": "1"},
    )
    html = main_of(response.content.decode())
    assert response.status_code == 409
    assert "同じ申請をすでに受け付けています。" in html
    assert "受け付けた申請を見る" in html
    assert rows(committed_db) == ONE
    with unit(people.hana):
        assert queries.draft(draft_id).submitted_at is None


def test_whoever_begins_again_is_led_to_what_was_sent(people: People, committed_db: TestDatabase) -> None:
    opened = press(people, answered(people.hana))()
    client = client_of(people.hana)
    begun = client.post("/procedures/coming-of-age/who/", {"subject": HANA})
    assert begun.headers["Location"] == f"/items/{format_number(opened.number)}/?there=1"
    assert "この申請は、すでに受け付けています。" in page(client, begun.headers["Location"])


def test_after_withdrawing_one_may_apply_again(people: People, committed_db: TestDatabase) -> None:
    opened = press(people, answered(people.hana))()
    cases.withdraw_case(actor=people.hana, case_id=opened.case_id)
    assert press(people, answered(people.hana))().fresh
    assert rows(committed_db)["cases"] == 2


def test_sent_in_the_last_minute_it_counts_and_a_minute_later_it_does_not(
    people: People, committed_db: TestDatabase
) -> None:
    draft_id = answered(people.hana)
    call = press(people, draft_id)
    with standing_at(datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO)), pytest.raises(Conflict):
        call()  # the draft's own thirty days are over as well
    assert rows(committed_db) == NONE
    assert press(people, draft_id)().fresh


def test_the_ticket_comes_into_being_with_the_decision(people: People, committed_db: TestDatabase) -> None:
    opened = press(people, answered(people.hana))()
    with unit(SYSTEM):
        case = case_queries.case_by_id(opened.case_id)
    assert case.documents == ()
