"""J5, J10: a resident enters an event and holds the ticket; the division looks at it, takes a call, draws, lets people in."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
import pytest

from .browsing import DESK, Person
from .conftest import House
from .house.tree import report
from .page_checks import look

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]


def enter_and_pay_later(person: Person, event: str, wrong: list[str]) -> str:
    """Into an event that is paid for when entering; the number of the entry, whose place is held."""
    person.goto(event)
    look(person, wrong)
    person.follow("申し込む")
    person.page.locator("main input[name=class_price1]").fill("1")
    look(person, wrong)
    person.go_on()
    person.page.locator("main input[name=phone]").fill("03-1234-5678")
    person.go_on()
    look(person, wrong)
    person.press("申し込む")
    look(person, wrong)
    person.follow("申込みのページを見る")
    look(person, wrong)
    number = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", person.text)
    assert number
    person.follow("支払いのページに進む")
    assert "1,500円" in person.text
    return number[0]


def answer_afterwards(person: Person, wrong: list[str]) -> None:
    """What it was like, without a name, once."""
    person.goto("/events/mine/")
    person.page.get_by_role("link", name="歴史さんぽ").click()
    person.follow("アンケートに答える")
    look(person, wrong)
    person.press("答えを送る")
    assert "1つ以上の質問に答えてください。" in person.text
    person.page.get_by_label("とてもよかった", exact=True).check()
    person.press("答えを送る")
    assert "答えを受け取りました。" in person.text
    look(person, wrong)


def test_tickets_are_read_while_the_line_is_away_and_come_once(house: House, arrive: Arrive) -> None:
    okada = arrive(as_="okada", width=DESK)
    page = okada.page
    with psycopg.connect(house.database.super_url) as there:
        found = there.execute(
            "SELECT v.code, e.token::text, e.number FROM front_events_event v JOIN eng_booking_entry e USING "
            "(offering_id) WHERE v.title ->> 'ja' = '親子工作教室' AND e.state = 'placed' ORDER BY e.number LIMIT 2"
        ).fetchall()
    code, door = found[0][0], f"/staff/events/{found[0][0]}/door/"

    def came() -> int:
        with psycopg.connect(house.database.super_url) as there:
            row = there.execute(
                "SELECT count(*) FROM eng_booking_ticketread a JOIN eng_booking_entry e ON e.id = a.entry_id "
                "JOIN front_events_event v USING (offering_id) WHERE v.code = %s", (code,),
            ).fetchone()  # fmt: skip
        return int(row[0]) if row else 0

    okada.goto(door)
    page.get_by_text("つながらないときも、このページを開けます。").wait_for()
    page.get_by_text("の名簿: 来た").wait_for()
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.wait_for_function("async () => (await (await caches.open('jichi-offline')).keys()).length > 4")
    page.context.set_offline(True)
    page.goto(house.origin + door)  # as it comes from the device itself
    for text, said in (
        (f"https://x/staff/events/ticket/?token={found[0][1]}", "受け付けました。"),
        (found[0][2], "もう受け付けています"), (found[1][2].lower(), "受け付けました。"), ("AAAA2222", "名簿にない券"),
    ):  # fmt: skip
        page.fill("input[name=ticket]", text)
        page.get_by_role("button", name="受け付ける", exact=True).click()
        page.locator("#door-said", has_text=said).wait_for()
    page.get_by_text("送っていない受付が2件あります。").wait_for()
    assert came() == 0
    page.context.set_offline(False)
    page.get_by_text("全部送りました。").wait_for()
    assert came() == 2


def test_a_resident_enters_and_the_division_runs_the_event(arrive: Arrive) -> None:
    wrong: list[str] = []
    okada = arrive(as_="okada", width=DESK)
    okada.goto("/staff/events/")
    look(okada, wrong)
    found = okada.page.eval_on_selector_all(
        "main tbody a", "all => all.map(a => [a.innerText, a.getAttribute('href')])"
    )
    events = {name.strip(): href for name, href in found}
    crafts, walk = events["親子工作教室"], events["歴史さんぽ"]

    sakura = arrive(as_="sakura@midori.example")
    sakura.goto(crafts.removeprefix("/staff"))
    look(sakura, wrong)
    sakura.follow("キャンセル待ちに申し込む")  # the sample fills it
    look(sakura, wrong)
    sakura.page.locator("main textarea[name=companions]").fill("山田 一郎")
    sakura.go_on()
    look(sakura, wrong)
    sakura.page.locator("main input[name=phone]").fill("03-1234-5678")
    sakura.go_on()
    look(sakura, wrong)
    sakura.press("キャンセル待ちに申し込む")
    assert sakura.heading == "キャンセル待ちに入りました"
    look(sakura, wrong)
    sakura.follow("申込みのページを見る")
    look(sakura, wrong)
    sakura.follow("いっしょに参加する方を変える")
    look(sakura, wrong)
    sakura.page.go_back()
    sakura.follow("申込みを取り消す")
    look(sakura, wrong)
    sakura.goto("/events/mine/")
    look(sakura, wrong)
    paid = enter_and_pay_later(sakura, events["区民ハイキング"].removeprefix("/staff"), wrong)
    for path in (f"/staff/events/entry/{paid}/", f"/staff/events/entry/{paid}/withdraw/"):
        okada.goto(path)
        look(okada, wrong)
    answer_afterwards(sakura, wrong)
    sakura.goto("/events/calendar/")
    look(sakura, wrong)
    sakura.goto("/events/day/2026-11-22/")
    look(sakura, wrong)

    for path in ("", "change/", "picture/", "preview/", "entries/", "attendance/", "door/", "telephone/", "cancel/"):
        okada.goto(crafts + path)
        look(okada, wrong)
    assert "山田 一郎" not in okada.text  # the page of cancelling names nobody
    for path in (events["料理教室 郷土の味"] + "draw/", events["天文台の夜間見学"] + "draw/", events["新春かるた大会"],
                 "/staff/events/new/", "/staff/events/file/", "/staff/events/ticket/", walk + "attendance/",
                 walk + "report/", walk + "survey/",
                 events["区民スタッフの募集"] + "selection/"):  # fmt: skip
        okada.goto(path)
        look(okada, wrong)
    okada.goto(crafts + "telephone/")
    okada.page.locator("main input[name=choice]").first.check()
    okada.page.locator("main input[name=name]").fill("電話 花子")
    okada.page.locator("main input[name=phone]").fill("03-9999-9999")
    okada.press("申し込む")
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", okada.text)
    look(okada, wrong)
    assert not wrong, report(wrong)
    assert sakura.problems == okada.problems == []
