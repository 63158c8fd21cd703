"""代理: both sides are told when one may act for the other, and neither reads what is masked."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import representation as room
from jichi.engines.accounts.tests.test_representation import HANAKO, ask, clerk, register, resident
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox.models import WorkItem
from jichi.engines.messages.catalogue import templates
from jichi.engines.messages.models import Message
from jichi.engines.messages.writing import written
from jichi.kernel.localized import LANGUAGES

pytestmark = pytest.mark.django_db
SHOTA = "0000000043"


def told(account_id: UUID | None) -> list[str]:
    """English titles of a person's inbox, oldest first; each came with one message."""
    with unit(clerk_of_the_house()):
        titles = list(WorkItem.objects.filter(account_id=account_id).order_by("id").values_list("title__en", flat=True))
        assert Message.objects.filter(account_id=account_id).count() == len(titles)
    return titles


def clerk_of_the_house() -> Actor:
    return Actor(kind="system", account_id=None, purpose="test")


def test_both_sides_of_a_mandate_are_told_of_its_beginning_and_end() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako)
    assert (told(hanako.account_id), told(jiro.account_id)) == ([], [])
    accounts.accept_mandate(actor=jiro, code=made.code)
    began = (["Somebody may now act for you"], ["You may now act for somebody else"])
    assert (told(hanako.account_id), told(jiro.account_id)) == began
    for _ in range(2):
        accounts.end_mandate(actor=hanako, representation_id=made.id)
    assert told(hanako.account_id)[1:] == ["Somebody who could act for you no longer may"]
    assert told(jiro.account_id)[1:] == ["You may no longer act for somebody else"]


def test_a_request_that_was_declined_is_told_to_who_asked() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    accounts.refuse_mandate(actor=jiro, code=ask(hanako).code)
    assert told(hanako.account_id) == ["Your request to be represented was declined"]
    assert told(jiro.account_id) == []


def test_the_counterpart_of_a_protected_person_reads_no_name_no_reason_and_no_address() -> None:
    """The parent whose authority ends learns that it ended, by a text that is the same for everybody."""
    parent, child = resident("hanako", HANAKO), resident("shota", SHOTA)
    made = register(clerk(), request_key=uuid4())
    reason = "支援措置のため、児童相談所が申し出た。港区みどり町1番"
    accounts.end_mandate(actor=clerk(), representation_id=made.id, reason=reason)
    assert told(parent.account_id) == ["You may now act for somebody else", "You may no longer act for somebody else"]
    assert told(child.account_id)[-1] == "Somebody who could act for you no longer may"
    with unit(clerk_of_the_house()):
        items = list(WorkItem.objects.filter(account_id=parent.account_id).values_list("title", "about", "url_path"))
        sent = list(Message.objects.filter(account_id=parent.account_id).values_list("template", "params", "about"))
    template = templates()["representation.changed"]
    letters = [str(written(template, one, about="", params=sent[0][1])) for one in LANGUAGES]
    everything = str((items, sent, letters))
    hidden = ("翔太", SHOTA, "健一", reason[:4], "みどり町", "児童相談所", str(made.id))
    assert [word for word in hidden if word in everything] == []
    assert room.REGISTER not in everything
