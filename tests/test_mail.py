"""Mail away, processes killed, all of it in the middle of a journey: nothing lost, nothing twice.

Inbox entries exactly once; mail at least once under a stable id. The pump's own crashes are tested beside it.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from jichi.engines.messages import mailbox

from .browsing import SHORT, Person, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AOI, SAKURA, ZIHAN = "aoi@midori.example", "sakura@midori.example", "zihan@midori.example"


def query(house: House, text: str, **values: object) -> list[tuple[Any, ...]]:
    """What is really there, past row security."""
    with psycopg.connect(house.database.super_url, autocommit=True) as there:
        done = there.execute(text, values)  # type: ignore[arg-type] # constants of these tests
        return done.fetchall() if done.description else []


def soon(house: House) -> None:
    """What waits to be tried again is tried now."""
    query(house, "UPDATE eng_messages_delivery SET next_attempt_at = clock_timestamp() WHERE state = 'pending'")


def about(house: House, number: str) -> list[mailbox.Mail]:
    """Mails that name this receipt number."""
    return [m for m in mailbox.mails(house.mailbox, limit=500) if number in m.body]


def ready_to_send(person: Person) -> None:
    """On the check page with the declaration ticked."""
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.answer_all(SHORT)
    for box in person.page.locator("main form input[type=checkbox]").all():
        box.check()


def entries(house: House, number: str) -> dict[tuple[str, bool], int]:
    """Inbox entries about this application: (kind, of a division) → how many."""
    found = query(
        house,
        "SELECT kind, division_id IS NOT NULL, count(*) FROM eng_inbox_workitem WHERE about = %(n)s GROUP BY 1, 2",
        n=number.replace("-", ""),
    )
    return {(kind, of_division): count for kind, of_division, count in found}


def test_the_mail_server_is_away_and_comes_back(arrive: Arrive, house: House) -> None:
    person = arrive(as_=SAKURA)
    ready_to_send(person)
    house.kill("sandbox")
    person.go_on()
    number = person.number()
    assert person.heading == "申請を受け付けました"
    person.goto("/inbox/")
    assert "二十歳のつどい" in person.text  # at once, mail or not

    def tried() -> bool:
        return bool(
            query(
                house,
                "SELECT 1 FROM eng_messages_delivery d JOIN eng_messages_message m ON m.id = d.message_id "
                "WHERE m.about = %(n)s AND d.attempts > 0 AND d.state = 'pending'",
                n=number.replace("-", ""),
            )
        )

    wait_for(tried, "nobody tried to send")
    assert about(house, number) == []
    house.start("sandbox")

    def arrived() -> bool:
        soon(house)
        return bool(about(house, number))

    wait_for(arrived, "the mail did not come")
    assert len(about(house, number)) == 1
    assert set(entries(house, number).values()) == {1}


def test_the_worker_is_killed_between_sending_and_marking(arrive: Arrive, house: House) -> None:
    mailbox.set_fault(house.mailbox, mailbox.Fault("slow", 1))
    person = arrive(as_=ZIHAN)
    ready_to_send(person)
    person.go_on()
    number = person.number()
    wait_for(lambda: about(house, number), "the mail did not come")  # kept, but not yet answered for
    house.kill("worker", signal.SIGKILL)
    query(house, "UPDATE eng_messages_delivery SET lease_until = clock_timestamp() WHERE state = 'sending'")
    house.start("worker")

    def settled() -> bool:
        soon(house)
        return query(
            house,
            "SELECT d.state FROM eng_messages_delivery d JOIN eng_messages_message m ON m.id = d.message_id "
            "WHERE m.about = %(n)s",
            n=number.replace("-", ""),
        ) == [("sent",)]

    wait_for(settled, "the delivery is never settled")
    mails = about(house, number)
    assert len({mail.message_id for mail in mails}) == 1  # sent twice at most, under one id
    assert set(entries(house, number).values()) == {1}


def test_web_and_worker_are_killed_in_the_middle_and_nothing_is_lost(arrive: Arrive, house: House) -> None:
    person = arrive(as_=AOI)
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.answer_all(SHORT, until="/q/support/")
    house.kill("web")
    house.kill("worker")
    house.start("web")
    house.wait()
    person.page.reload()
    assert person.path.endswith("/q/support/")  # still signed in, still there
    assert person.answer_all(SHORT) == ["support", "photo", "contact"]
    for box in person.page.locator("main form input[type=checkbox]").all():
        box.check()
    # Sent; the answer never arrives, for the web process dies; the browser sends it again.
    form = person.page.evaluate(
        "() => [...new FormData(document.querySelector('main form'))].map(([k, v]) => [k, String(v)])"
    )
    check = person.page.url
    person.page.request.post(check, form=dict(form), headers={"Referer": check}, max_redirects=0)
    house.kill("web")
    house.start("web")
    house.wait()
    person.go_on()
    number = person.number()
    assert "すでに受け付けています" in person.text
    assert query(house, "SELECT count(*) FROM eng_cases_case WHERE number = %(n)s", n=number.replace("-", "")) == [(1,)]
    assert set(entries(house, number).values()) == {1}
    assert about(house, number) == []  # no worker yet
    house.start("worker")
    wait_for(lambda: about(house, number), "the mail did not come after the worker was back")
    assert Counter(mail.message_id for mail in about(house, number)).most_common(1)[0][1] == 1
