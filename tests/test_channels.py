"""SMS and LINE in a running house: registered on the pages, used when something happens, lost to no fault."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from jichi.engines.messages import mailbox
from jichi.engines.messages.sandboxes.desk import Box
from jichi.engines.messages.sandboxes.line import befriend, say

from . import page_checks as checks
from .browsing import DESK, SHORT, Person, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AOI, ZIHAN = "sakura@midori.example", "aoi@midori.example", "zihan@midori.example"


@pytest.fixture(scope="module")
def telephones(house: House) -> House:
    """The house, with both stand-ins running."""
    for name in ("sms", "line"):
        house.start(name)
    return house


def box(house: House, name: str) -> Box:
    """What a stand-in keeps."""
    return Box(house.home / "sandbox" / name)


def came(house: House, name: str, word: str) -> list[dict[str, Any]]:
    """Messages on the telephone that say this word."""
    return [one for one in box(house, name).all("messages") if word in one["text"] and not one.get("mine")]


def query(house: House, text: str, **values: object) -> list[tuple[Any, ...]]:
    """What is really there, past row security."""
    with psycopg.connect(house.database.super_url, autocommit=True) as there:
        done = there.execute(text, values)  # type: ignore[arg-type] # constants of these tests
        return done.fetchall() if done.description else []


def good(person: Person, language: str = "ja") -> None:
    """The page as it stands has nothing that shuts anybody out."""
    page = person.page
    found = [
        *checks.structure_findings(page), *checks.axe_findings(page), *checks.width_findings(page),
        *checks.language_findings(page, language),
    ]  # fmt: skip
    assert found == [], person.path


def apply(person: Person) -> str:
    """Sends an application; answers its number."""
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.answer_all(SHORT)
    for tick in person.page.locator("main form input[type=checkbox]").all():
        tick.check()
    person.go_on()
    return person.number()


def register_telephone(person: Person, house: House, number: str) -> None:
    """On the pages, with the code that the telephone shows."""
    person.goto("/my/contact/")
    good(person)
    person.follow("電話番号を登録する")
    good(person)
    person.page.fill("input[name=phone]", number)
    person.press("確認コードを送る")
    good(person)
    (shown,) = wait_for(lambda: came(house, "sms", "確認コード"), "no code came")
    code = re.search(r"\d{6}", shown["text"])
    assert code
    person.page.fill("input[name=code]", code[0])
    person.press("この番号を登録する")
    assert number in person.text
    good(person)


@pytest.mark.parametrize("width", [390])
def test_news_come_to_the_telephone_that_was_registered(arrive: Arrive, telephones: House, width: int) -> None:
    person = arrive(as_=SAKURA, width=width)
    register_telephone(person, telephones, "090-1234-5678")
    number = apply(person)
    (one,) = wait_for(lambda: came(telephones, "sms", number), "no SMS came")
    assert one["to"] == "+819012345678"

    def reported() -> list[tuple[Any, ...]]:
        return query(
            telephones,
            "SELECT d.channel, d.state, d.receipt FROM eng_messages_delivery d "
            "JOIN eng_messages_message m ON m.id = d.message_id WHERE m.about = %(n)s AND d.receipt <> ''",
            n=number.replace("-", ""),
        )

    assert wait_for(reported, "the carrier's report did not come") == [("sms", "sent", "delivered")]
    person.goto("/my/contact/")
    person.press("電話番号を外す")
    assert "登録を外しました。" in person.text


def test_a_chat_is_linked_and_blocked_again(arrive: Arrive, telephones: House) -> None:
    person = arrive(as_=AOI, width=1280)
    person.goto("/my/contact/")
    person.follow("LINEを登録する")
    good(person)
    person.press("コードを出す")
    good(person)
    code = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", person.text)
    assert code
    friends = box(telephones, "line")
    user = befriend(friends)
    say(friends, user, code[0])
    wait_for(lambda: came(telephones, "line", "受け取れるように"), "no answer in the chat")
    person.follow("登録できたか確かめる")
    assert "LINEを登録しました" in person.text
    good(person)
    number = apply(person)
    wait_for(lambda: came(telephones, "line", number), "no message in the chat")


def test_a_worker_killed_after_handing_over_sends_one_message(arrive: Arrive, telephones: House) -> None:
    person = arrive(as_=ZIHAN)
    with_telephone = "090-9876-5432"
    before = len(box(telephones, "sms").all("messages"))
    person.goto("/my/contact/phone/")
    person.page.fill("input[name=phone]", with_telephone)
    box(telephones, "sms").set_fault("slow", 1)
    person.press("確認コードを送る")
    wait_for(lambda: len(box(telephones, "sms").all("messages")) > before, "nothing was handed over")
    telephones.kill("worker", signal.SIGKILL)  # the gateway has it and has not answered yet
    query(telephones, "UPDATE eng_messages_delivery SET lease_until = clock_timestamp() WHERE state = 'sending'")
    telephones.start("worker")

    def settled() -> bool:
        return query(
            telephones,
            "SELECT d.state FROM eng_messages_delivery d JOIN eng_messages_message m ON m.id = d.message_id "
            "WHERE m.address = '+819098765432'",
        ) == [("sent",)]

    wait_for(settled, "the delivery is never settled")
    assert len(box(telephones, "sms").all("messages")) == before + 1


def test_what_neither_sms_nor_mail_brought_is_sent_again_from_the_board(arrive: Arrive, telephones: House) -> None:
    person, admin = arrive(as_=ZIHAN), arrive(width=DESK, as_="admin")
    phones, mine = box(telephones, "sms"), "+819055551234"
    person.goto("/my/contact/phone/")
    person.page.fill("input[name=phone]", "090-5555-1234")
    person.press("確認コードを送る")
    shown = wait_for(lambda: [m for m in phones.all("messages") if m["to"] == mine], "no code came")[0]
    person.page.fill("input[name=code]", re.search(r"\d{6}", shown["text"])[0])  # type: ignore[index] # a test
    before = len(mails(telephones))
    person.press("この番号を登録する")
    wait_for(lambda: len(mails(telephones)) > before, "nobody was told of the new number")
    phones.set_fault("400", 1)
    mailbox.set_fault(telephones.mailbox, mailbox.Fault("550", 1))
    number = apply(person)

    def failed() -> bool:
        admin.goto("/staff/messages/")
        return admin.page.locator("main tbody tr", has_text=number).count() > 0

    wait_for(failed, "the board does not show the failure")
    good(admin)
    admin.page.locator("main tbody tr", has_text=number).locator("a").first.focus()
    admin.page.keyboard.press("Enter")
    admin.page.wait_for_url(re.compile(r"/staff/messages/[0-9a-f-]{36}/"))
    for words in ("SMS", "次の方法へ", "メール", "届けられない"):
        assert words in admin.text, words
    good(admin)
    admin.press("この通知をもう一度送る")
    assert admin.page.title().startswith("エラー: ")
    good(admin)
    admin.page.fill("main textarea[name=reason]", "メールの障害が終わった")
    before = len(mails(telephones))
    admin.press("この通知をもう一度送る")
    assert "もう一度送ります" in admin.text
    wait_for(lambda: len(mails(telephones)) > before, "nothing was sent again")


def mails(house: House) -> tuple[mailbox.Mail, ...]:
    """What came to Zihan by mail."""
    return mailbox.mails(house.mailbox, to=ZIHAN, limit=500)
