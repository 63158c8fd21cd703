"""Proving a telephone, linking a chat, ending both; what is refused changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from jichi.engines.accounts.sign_in import TooManyTries
from jichi.engines.audit.context import Actor, unit
from jichi.engines.messages import contacts, queries, retention
from jichi.engines.messages.actions import set_preference
from jichi.engines.messages.models import ContactPoint, ContactProof, Delivery, Message
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.sandboxes import line as sandbox
from jichi.engines.messages.tests.gateways import PHONE, USER, Gateway, Listener, link
from jichi.engines.messages.tests.post import ACTOR, Post, resident
from jichi.engines.messages.upkeep import sweep
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db
OTHER = "U" + "2b" * 16


def person(email: str = "hanako@example.jp") -> Actor:
    return Actor(kind="resident", account_id=resident(email).pk)


def ask(actor: Actor, number: str = "090-1234-5678") -> UUID:
    return contacts.request_phone_code(actor=actor, number=number, language="ja", client="203.0.113.1")


def code_on(sms: Gateway) -> str:
    pump("sms")
    found = re.search(r"\b(\d{6})\b", sms.came()[-1]["text"])
    assert found
    return found[1]


def mails_out() -> None:
    route()
    pump("mail")


def points(*, ended: bool = False) -> list[tuple[str, str]]:
    with unit(ACTOR):
        found = ContactPoint.objects.filter(ended_at__isnull=not ended)
        return list(found.order_by("linked_at").values_list("channel", "address"))


# -- telephone -------------------------------------------------------------------------------------------------


def test_a_telephone_is_proved_by_the_code_sent_to_it(sms: Gateway, post: Post) -> None:
    actor = person()
    proof = ask(actor)
    code = code_on(sms)
    assert points() == []
    assert contacts.confirm_phone(actor=actor, proof_id=proof, code=f" {code[:3]} {code[3:]}")
    assert points() == [("sms", PHONE)]
    with unit(actor):
        assert actor.account_id is not None
        assert queries.contact_points(actor.account_id)["sms"].shown == "090-1234-5678"
        wanted = {c.topic: c.wanted for c in queries.choices(actor.account_id)}
    assert wanted["cases"] == {"mail", "sms"}
    assert wanted["security"] == {"mail"}
    mails_out()
    assert [mail.subject for mail in post.mails()] == ["みどり区:通知の連絡先が変わりました"]
    with unit(ACTOR):
        assert Message.objects.get(template="contact.phone_code").params == {}  # the code is wiped once it is out
    assert not contacts.confirm_phone(actor=actor, proof_id=proof, code=code)  # and works once


def test_a_code_goes_out_at_night_too_and_not_when_too_old(sms: Gateway, settings: object) -> None:
    settings.JICHI_PEERS = {"sms": {**sms.peer, "kind": "gateway"}}  # type: ignore[attr-defined] # pytest-django's settings
    night = clock.now().astimezone(clock.TOKYO).replace(hour=23, minute=0)
    actor = person()
    with clock.standing_at(night):
        ask(actor)
        pump("sms")
    assert len(sms.came()) == 1
    with clock.standing_at(night + timedelta(minutes=5)):
        ask(actor)
    with clock.standing_at(night + timedelta(minutes=16)):
        pump("sms")
    with unit(ACTOR):
        assert [d.last_error for d in Delivery.objects.order_by("id")] == ["", "sms.too_late"]
    assert len(sms.came()) == 1


def test_five_wrong_tries_end_a_code_and_so_do_ten_minutes(sms: Gateway) -> None:
    actor = person()
    proof = ask(actor)
    code = code_on(sms)
    wrong = "000000" if code != "000000" else "111111"
    assert [contacts.confirm_phone(actor=actor, proof_id=proof, code=wrong) for _ in range(5)] == [False] * 5
    assert not contacts.confirm_phone(actor=actor, proof_id=proof, code=code)
    proof = ask(actor)
    code = code_on(sms)
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        assert not contacts.confirm_phone(actor=actor, proof_id=proof, code=code)
    assert points() == []


def test_nobody_proves_for_another(sms: Gateway) -> None:
    actor, other = person(), person("b@example.jp")
    proof = ask(actor)
    code = code_on(sms)
    assert not contacts.confirm_phone(actor=other, proof_id=proof, code=code)
    for stranger in (Actor(), Actor(kind="staff", account_id=other.account_id)):
        with pytest.raises(Forbidden):
            contacts.confirm_phone(actor=stranger, proof_id=proof, code=code)
        with pytest.raises(Forbidden):
            ask(stranger)
        with pytest.raises(Forbidden):
            contacts.end_contact(actor=stranger, channel="sms")
    assert points() == []


@pytest.mark.parametrize("number", ["03-1234-5678", "", "090", "+1 415 555 0100"])
def test_what_is_no_mobile_number_gets_no_code(sms: Gateway, number: str) -> None:
    with pytest.raises(Invalid):
        ask(person(), number)
    with unit(ACTOR):
        assert (ContactProof.objects.count(), Message.objects.count()) == (0, 0)


def test_codes_to_one_number_are_limited(sms: Gateway) -> None:
    for turn in range(3):
        ask(person(f"p{turn}@example.jp"))
    with pytest.raises(TooManyTries):
        ask(person("p4@example.jp"))
    with unit(ACTOR):
        assert ContactProof.objects.count() == 3


def test_a_new_number_takes_the_place_of_the_old_one(sms: Gateway) -> None:
    actor = person()
    proof = ask(actor)
    contacts.confirm_phone(actor=actor, proof_id=proof, code=code_on(sms))
    proof = ask(actor, "080-1111-2222")
    contacts.confirm_phone(actor=actor, proof_id=proof, code=code_on(sms))
    assert points() == [("sms", "+818011112222")]
    assert points(ended=True) == [("sms", PHONE)]


def test_a_choice_made_before_survives_a_new_link(sms: Gateway) -> None:
    actor = person()
    set_preference(actor=actor, topic="cases", channel="sms", wanted=False)
    proof = ask(actor)
    contacts.confirm_phone(actor=actor, proof_id=proof, code=code_on(sms))
    with unit(actor):
        assert actor.account_id is not None
        wanted = {c.topic: c.wanted for c in queries.choices(actor.account_id)}
    assert wanted["cases"] == {"mail"}
    assert "sms" in wanted["reminders"]


def test_security_notices_can_not_be_moved_off_mail() -> None:
    actor = person()
    with pytest.raises(Invalid):
        set_preference(actor=actor, topic="security", channel="sms", wanted=True)
    with pytest.raises(Invalid):
        set_preference(actor=actor, topic="cases", channel="fax", wanted=True)


def test_whoever_takes_it_off_gets_nothing_there_any_more(sms: Gateway, post: Post) -> None:
    actor = person()
    assert actor.account_id is not None
    link(actor.account_id, "sms")
    for _ in range(2):
        contacts.end_contact(actor=actor, channel="sms")
    assert points() == []
    with pytest.raises(Invalid):
        contacts.end_contact(actor=actor, channel="mail")
    mails_out()
    assert len(post.mails()) == 1  # told once


def test_without_a_gateway_nothing_is_asked() -> None:
    with pytest.raises(NotFound):
        ask(person())
    with pytest.raises(NotFound):
        contacts.issue_chat_code(actor=person())


# -- chat --------------------------------------------------------------------------------------------------------


def typed(line: Gateway, listener: Listener, text: str, user: str = USER) -> None:
    """A friend writes; the report comes to us; what we answer goes out."""
    sandbox.say(line.box, user, text)
    assert listener.hand_on(1) == [200]
    pump("line")


def test_a_chat_is_linked_by_the_code_of_the_persons_own_page(line: Gateway, listener: Listener, post: Post) -> None:
    actor = person()
    code = contacts.issue_chat_code(actor=actor)
    typed(line, listener, f"{code[:4]}-{code[4:]}")
    assert points() == [("line", USER)]
    (answer,) = line.came()
    assert answer["text"].startswith("みどり区の通知を、ここで受け取れるようになりました。")
    mails_out()
    assert [mail.subject for mail in post.mails()] == ["みどり区:通知の連絡先が変わりました"]
    typed(line, listener, code)  # LINE sends an event again; or the person does
    assert len(line.came()) == 1
    assert points() == [("line", USER)]


def test_a_code_that_is_wrong_old_or_replaced_links_nobody(line: Gateway, listener: Listener) -> None:
    actor = person()
    first = contacts.issue_chat_code(actor=actor)
    second = contacts.issue_chat_code(actor=actor)
    typed(line, listener, first)
    typed(line, listener, "ABCDEFGH")
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        typed(line, listener, second)
    assert points() == []
    assert [m["text"][:13] for m in line.came()] == ["このコードは使えません。期"] * 3


def test_other_words_in_the_chat_are_not_read(line: Gateway, listener: Listener) -> None:
    typed(line, listener, "こんにちは。住民税のことで相談です")
    with unit(ACTOR):
        assert Message.objects.count() == 0


def test_guessing_codes_ends_soon(line: Gateway, listener: Listener) -> None:
    code = contacts.issue_chat_code(actor=person())
    for turn in range(5):
        typed(line, listener, f"ABCDEFG{turn + 2}")
    typed(line, listener, code)
    assert points() == []
    assert len(line.came()) == 5


def test_a_chat_belongs_to_one_account_at_a_time(line: Gateway, listener: Listener, post: Post) -> None:
    one, two = person(), person("b@example.jp")
    typed(line, listener, contacts.issue_chat_code(actor=one))
    typed(line, listener, contacts.issue_chat_code(actor=two))
    with unit(ACTOR):
        assert [p.account_id for p in ContactPoint.objects.filter(ended_at=None)] == [two.account_id]
        assert [p.ended_why for p in ContactPoint.objects.exclude(ended_at=None)] == ["replaced"]
    mails_out()
    assert sorted(mail.to for mail in post.mails()) == ["b@example.jp", "hanako@example.jp", "hanako@example.jp"]


# -- the database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        """INSERT INTO eng_messages_contactpoint (id, account_id, channel, address, linked_at, ended_why)
        SELECT gen_random_uuid(), id, 'sms', '+819099999999', now(), '' FROM eng_accounts_account
        WHERE email = 'hanako@example.jp'""",
        """INSERT INTO eng_messages_contactproof (id, account_id, channel, address, code_hash, attempts, created_at,
            expires_at)
        SELECT gen_random_uuid(), id, 'line', '', 'x', 0, now(), now() FROM eng_accounts_account""",
    ],
)
def test_a_person_can_not_write_their_own_proof(statement: str) -> None:
    actor = person()
    with pytest.raises(DatabaseError), transaction.atomic(), unit(actor), connection.cursor() as cursor:
        cursor.execute(statement)
    assert points() == []


def test_contact_points_are_seen_by_their_person_alone() -> None:
    actor, other = person(), person("b@example.jp")
    assert actor.account_id is not None
    link(actor.account_id, "sms")

    def seen(who: Actor) -> int:
        with unit(who):
            return ContactPoint.objects.count()

    board = Actor(kind="staff", permissions=frozenset({"messages.board"}))
    assert [seen(who) for who in (actor, other, board, Actor(), ACTOR)] == [1, 0, 0, 0, 1]
    with unit(actor):
        assert ContactPoint.objects.update(address="+819099999999") == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM eng_audit_auditevent e WHERE table_name LIKE '%contactpoint'")
        trail: list[Any] = cursor.fetchall()
    assert len(trail) == 1
    assert PHONE not in trail[0][0]


def test_ended_contacts_and_old_proofs_are_forgotten(sms: Gateway) -> None:
    actor = person()
    assert actor.account_id is not None
    ask(actor)
    link(actor.account_id, "sms")
    contacts.end_contact(actor=actor, channel="sms")
    with unit(ACTOR):
        sweep()
        assert (ContactPoint.objects.count(), ContactProof.objects.count()) == (1, 1)
        with clock.standing_at(clock.now() + timedelta(days=2)):
            sweep()
        assert (ContactPoint.objects.count(), ContactProof.objects.count()) == (1, 0)
        with clock.standing_at(clock.now() + timedelta(days=401)):
            ended = retention.over("messages.contacts", clock.today(), 10)
            assert [label for _key, label, _day in ended] == [str(actor.account_id)]
            counts, _hashes = retention.erase("messages.contacts", [key for key, _label, _day in ended])
        assert counts == {"eng_messages_contactpoint": 1}
        assert ContactPoint.objects.count() == 0
