"""J5, J10: a resident enters an event and holds the ticket; the division looks at it, takes a call, draws, lets people in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from . import page_checks as checks
from .browsing import DESK, Person
from .house.tree import report

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]


def look(person: Person, wrong: list[str]) -> None:
    """All findings of the page the person stands on."""
    page = person.page
    staff = person.path.startswith("/staff/")
    found = checks.structure_findings(page) + checks.axe_findings(page) + checks.width_findings(page)
    found += checks.language_findings(page, "ja") + checks.target_findings(
        page, checks.POINTER if staff else checks.FINGER
    )
    wrong += [f"{person.path}: {text}" for text in found]


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
    sakura.follow("申込みを取り消す")
    look(sakura, wrong)
    sakura.goto("/events/mine/")
    look(sakura, wrong)
    paid = enter_and_pay_later(sakura, events["区民ハイキング"].removeprefix("/staff"), wrong)
    for path in (f"/staff/events/entry/{paid}/", f"/staff/events/entry/{paid}/withdraw/"):
        okada.goto(path)
        look(okada, wrong)
    sakura.goto("/events/calendar/")
    look(sakura, wrong)
    sakura.goto("/events/day/2026-11-22/")
    look(sakura, wrong)

    for path in ("", "change/", "picture/", "preview/", "entries/", "attendance/", "telephone/", "cancel/"):
        okada.goto(crafts + path)
        look(okada, wrong)
    assert "山田 一郎" not in okada.text  # the page of cancelling names nobody
    for path in (events["料理教室 郷土の味"] + "draw/", events["天文台の夜間見学"] + "draw/", events["新春かるた大会"],
                 "/staff/events/new/", "/staff/events/file/", "/staff/events/ticket/", walk + "attendance/"):  # fmt: skip
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
