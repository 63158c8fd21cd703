"""Smartphone classes and help desks, as a resident, the division and an instructor meet them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .browsing import DESK, Person
from .house.tree import report
from .page_checks import look

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]


def _rows(person: Person) -> dict[str, str]:
    """Title and date of each row → where it leads."""
    rows = person.page.eval_on_selector_all(
        "main tbody tr", "all => all.map(a => [a.innerText, a.querySelector('a').getAttribute('href')])"
    )
    return {re.sub(r"\s+", " ", text): href for text, href in rows}


def test_an_association_enters_and_the_class_is_run(arrive: Arrive) -> None:
    wrong: list[str] = []
    sakura = arrive(as_="sakura@midori.example")
    sakura.goto("/smartphone/")
    look(sakura, wrong)
    cards = sakura.page.eval_on_selector_all("main h2 a", "all => all.map(a => a.getAttribute('href'))")
    for path in cards:
        sakura.goto(path)
        if sakura.page.locator("main a[href$='?as=team']").count():
            break
    look(sakura, wrong)
    sakura.goto(f"{sakura.path}apply/")
    look(sakura, wrong)
    sakura.page.go_back()
    sakura.follow("町会などの団体で申し込む")
    sakura.go_on()
    look(sakura, wrong)  # what is missing
    sakura.page.locator("main input[name=team]").fill("さくら町会")
    sakura.page.locator("main input[name=size]").fill("3")
    sakura.page.locator("main input[name=phone]").fill("03-1234-5678")
    sakura.go_on()
    look(sakura, wrong)
    sakura.press("申し込む")
    assert sakura.heading == "申込みを受け付けました"
    look(sakura, wrong)
    sakura.follow("申込みのページを見る")
    look(sakura, wrong)
    sakura.follow("参加する方の氏名を入力する")
    look(sakura, wrong)
    sakura.page.locator("main textarea").fill("山田 一郎\n山田 和子")
    sakura.press("保存する")
    assert "山田 和子" in sakura.text
    sakura.follow("申込みを取り消す")
    look(sakura, wrong)
    sakura.goto("/smartphone/mine/")
    look(sakura, wrong)

    sakura.page.get_by_role("link", name="スマホワンポイント教室").first.click()
    sakura.follow("アンケートに答える")
    look(sakura, wrong)
    sakura.page.get_by_label("わかりやすかった", exact=True).check()
    sakura.press("答えを送る")
    look(sakura, wrong)

    okada = arrive(as_="okada", width=DESK)
    okada.goto("/staff/smartphone/")
    look(okada, wrong)
    rows = _rows(okada)
    drafts = [href for text, href in rows.items() if "下書き" in text]
    lottery = [href for text, href in rows.items() if "抽選" in text]
    for path in (drafts[0], drafts[0] + "change/", "/staff/smartphone/new/", *(one + "draw/" for one in lottery[:2])):
        okada.goto(path)
        look(okada, wrong)
    for part in (
        "",
        "change/",
        "entries/",
        "telephone/",
        "cancel/",
        "sessions/1/",
        "sessions/1/door/",
        "report/",
        "survey/",
    ):
        okada.goto(lottery[0] + part)
        look(okada, wrong)
    okada.goto(lottery[0] + "entries/")
    okada.page.locator("main tbody a").first.click()
    look(okada, wrong)

    tani = arrive(as_="tani", width=DESK)
    tani.goto("/staff/smartphone/teaching/")
    look(tani, wrong)
    tani.goto("/staff/smartphone/ticket/")
    look(tani, wrong)
    tani.goto("/staff/smartphone/teaching/")
    tani.page.get_by_role("link", name="スマホの基本アプリ講座").first.click()  # today; nobody is marked yet
    look(tani, wrong)
    tani.page.locator("main button[value=came]").first.click()
    look(tani, wrong)
    assert tani.page.locator("main button[value=undo]").count() >= 1
    assert not wrong, report(wrong)
    assert sakura.problems == okada.problems == tani.problems == []


def test_a_visit_is_booked_and_the_desk_counts_what_was_asked(arrive: Arrive) -> None:
    wrong: list[str] = []
    sakura = arrive(as_="sakura@midori.example")
    for path in ("/smartphone/figures/", "/smartphone/desks/", "/smartphone/desks/midori/"):
        sakura.goto(path)
        look(sakura, wrong)
    sakura.page.locator("main a[href*='/book/?day=']").first.click()
    look(sakura, wrong)
    sakura.page.locator("main select[name=at]").select_option(index=1)
    sakura.press("予約する")
    look(sakura, wrong)  # no telephone yet
    sakura.page.locator("main input[name=phone]").fill("03-1234-5678")
    sakura.press("予約する")
    assert sakura.heading == "相談の予約"
    look(sakura, wrong)
    sakura.goto("/smartphone/mine/")
    look(sakura, wrong)

    tani = arrive(as_="tani", width=768)
    for path in ("", "midori/", "midori/telephone/", "load/"):
        tani.goto(f"/staff/smartphone/desks/{path}")
        look(tani, wrong)
    tani.goto("/staff/smartphone/desks/midori/")
    tani.press("飛び込みの方が来た")
    look(tani, wrong)
    tani.page.locator("main li a[href*='/visits/']").first.click()
    look(tani, wrong)
    tani.press("相談を終える")
    look(tani, wrong)  # nothing chosen yet
    tani.page.locator("main input[name=topics]").first.check()
    tani.page.locator("main input[name=outcome]").first.check()
    tani.press("相談を終える")
    assert "解決した" in tani.text

    okada = arrive(as_="okada", width=DESK)
    for path in ("desks/midori/hours/", "desks/midori/change/", "desks/new/", "desks/topics/", "figures/"):
        okada.goto(f"/staff/smartphone/{path}")
        look(okada, wrong)
    okada.goto("/staff/smartphone/figures/?year=2025")
    assert "教室31回、延べ174人" in okada.text
    assert not wrong, report(wrong)
    assert sakura.problems == okada.problems == tani.problems == []
