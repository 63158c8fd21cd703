"""代理: both sides are told when one may act for the other, and neither reads what is masked."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.db import connection

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.accounts.tests.test_representation import HANAKO, ask, clerk, register, resident
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.engines.messages.catalogue import templates
from jichi.engines.messages.models import Message
from jichi.engines.messages.writing import written
from jichi.kernel.localized import LANGUAGES

pytestmark = pytest.mark.django_db
SHOTA = "0000000043"


def own(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id


def items(account_id: UUID) -> list[tuple[dict[str, str], str, str]]:
    """Title, number and address of a person's lines in the inbox, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title::text, about, url_path FROM eng_inbox_workitem WHERE account_id = %s ORDER BY id",
            (account_id,),
        )
        return [(json.loads(title), about, path) for title, about, path in cursor.fetchall()]


def told(actor: Actor) -> list[str]:
    """English titles of a person's inbox, oldest first; each came with one message."""
    account_id = own(actor)
    with unit(clerk_of_the_house()):
        titles = [title["en"] for title, _, _ in items(account_id)]
        assert Message.objects.filter(account_id=account_id).count() == len(titles)
    return titles


def clerk_of_the_house() -> Actor:
    return Actor(kind="system", account_id=None, purpose="test")


def test_both_sides_of_a_mandate_are_told_of_its_beginning_and_end() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako)
    assert (told(hanako), told(jiro)) == ([], [])
    accounts.accept_mandate(actor=jiro, code=made.code)
    began = (["Somebody may now act for you"], ["You may now act for somebody else"])
    assert (told(hanako), told(jiro)) == began
    for _ in range(2):
        accounts.end_mandate(actor=hanako, representation_id=made.id)
    assert told(hanako)[1:] == ["Somebody who could act for you no longer may"]
    assert told(jiro)[1:] == ["You may no longer act for somebody else"]


def test_opened_the_page_of_representation_the_news_of_it_is_read() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    accounts.accept_mandate(actor=jiro, code=ask(hanako).code)
    with unit(hanako):
        assert inbox.counts_for_account(own(hanako)).unread == 1
        assert browser(own(hanako)).get("/my/representation/").status_code == 200
        assert inbox.counts_for_account(own(hanako)).unread == 0
    with unit(jiro):
        assert inbox.counts_for_account(own(jiro)).unread == 1


def test_a_request_that_was_declined_is_told_to_who_asked() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    accounts.refuse_mandate(actor=jiro, code=ask(hanako).code)
    assert told(hanako) == ["Your request to be represented was declined"]
    assert told(jiro) == []


def test_the_counterpart_of_a_protected_person_reads_no_name_no_reason_and_no_address() -> None:
    """The parent whose authority ends learns that it ended, by a text that is the same for everybody."""
    parent, child = resident("hanako", HANAKO), resident("shota", SHOTA)
    made = register(clerk(), request_key=uuid4())
    reason = "支援措置のため、児童相談所が申し出た。港区みどり町1番"
    accounts.end_mandate(actor=clerk(), representation_id=made.id, reason=reason)
    assert told(parent) == ["You may now act for somebody else", "You may no longer act for somebody else"]
    assert told(child)[-1] == "Somebody who could act for you no longer may"
    with unit(clerk_of_the_house()):
        lines = items(own(parent))
        sent = list(Message.objects.filter(account_id=own(parent)).values_list("template", "params", "about"))
    template = templates()["representation.changed"]
    letters = [str(written(template, one, about="", params=sent[0][1])) for one in LANGUAGES]
    everything = str((lines, sent, letters))
    hidden = ("翔太", SHOTA, "健一", reason[:4], "みどり町", "児童相談所", str(made.id))
    assert [word for word in hidden if word in everything] == []
