"""A parent applies for a nursery on the phone, the employer certifies, the division takes it up, wishes change."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from .browsing import DESK, Person
from .house.tree import report
from .page_checks import look

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
CERTIFICATE = {
    "employer": "みどり商店", "address": "みどり1丁目1番", "writer": "店長 緑", "phone": "03-0000-0001", "days": "5",
    "hours": "40", "term": "open", "true": "1",
}  # fmt: skip
GUARDIAN = {"reason": "就労", "days": "5", "hours": "40"}


def chosen(person: Person) -> list[str]:
    """The nurseries chosen so far, in their order."""
    return [one.inner_text() for one in person.page.locator("ol.nursery-chosen strong").all()]


def add(person: Person, place: int) -> str:
    """Press 加える of the n-th nursery of the list that is not chosen yet; its name."""
    row = person.page.locator("ul.nursery-places > li", has=person.page.locator("button[value=add]")).nth(place)
    name: str = row.locator("h3 span[lang=ja]").inner_text()
    row.locator("button[value=add]").click()
    person.page.wait_for_load_state()
    return name


def test_a_parent_applies_the_employer_certifies_and_wishes_change_afterwards(arrive: Arrive) -> None:
    wrong: list[str] = []
    sakura = arrive(as_="sakura@midori.example")
    sakura.goto("/nursery/")
    assert "まだありません" in sakura.text
    look(sakura, wrong)
    sakura.follow("保育園を申し込む")
    sakura.press("申込みを始める")
    steps = sakura.path

    sakura.follow("申し込む子ども")
    sakura.press("保存して次へ")  # nobody named
    assert sakura.page.title().startswith("エラー")
    look(sakura, wrong)
    sakura.give({"name": "山田 花", "kana": "ヤマダ ハナ", "birth_y": "2025", "birth_m": "5", "birth_d": "5"})
    sakura.press("保存して次へ")
    sakura.follow(re.compile("山田 花さんのこと"))
    look(sakura, wrong)
    sakura.press("保存して次へ")
    sakura.follow("保護者1のこと")
    sakura.give(GUARDIAN)
    sakura.press("保存して次へ")
    sakura.follow("保護者2のこと")
    sakura.press("保存して次へ")  # nothing answered
    assert sakura.page.title().startswith("エラー")
    look(sakura, wrong)
    sakura.give({**GUARDIAN, "alone": "no", "name": "山田 太郎"})
    sakura.press("保存して次へ")
    sakura.follow("世帯のこと")
    sakura.give({"welfare": "no"})
    sakura.press("保存して次へ")

    assert sakura.path == steps
    sakura.follow(re.compile("山田 花さんの希望の園"))
    first, second = add(sakura, 0), add(sakura, 0)
    assert chosen(sakura) == [first, second]
    look(sakura, wrong)
    sakura.page.locator("ol.nursery-chosen button[value=up]").first.click()
    assert chosen(sakura) == [second, first]
    sakura.follow("これで決める")
    look(sakura, wrong)
    sakura.follow("内容を確かめて送る")
    assert second in sakura.text
    look(sakura, wrong)
    sakura.press("申込みを送る")
    number = sakura.number()
    look(sakura, wrong)

    sakura.follow(re.compile("書類の出し方"))
    sakura.page.locator("main form button").first.click()
    sakura.page.wait_for_load_state()
    look(sakura, wrong)
    link = sakura.page.locator("main code").first.inner_text()
    employer = arrive(as_="", width=DESK)
    employer.goto(urlsplit(link).path)
    look(employer, wrong)
    employer.press("証明書を送る")  # nothing filled in
    assert employer.page.title().startswith("エラー")
    look(employer, wrong)
    employer.give(CERTIFICATE)
    employer.press("証明書を送る")
    look(employer, wrong)
    employer.goto(urlsplit(link).path)
    assert "証明書を送る" not in employer.text  # once

    sato = arrive(as_="sato", width=DESK)
    sato.goto("/staff/nursery/")
    look(sato, wrong)
    sato.follow("2027年1月入園")
    look(sato, wrong)
    sato.goto(f"{sato.path}entries/")
    look(sato, wrong)
    sato.follow(number)
    assert "みどり商店" in sato.text
    look(sato, wrong)
    sato.press("受け付ける")  # without the income tier
    assert sato.page.title().startswith("エラー")
    look(sato, wrong)
    sato.give({"income": "7"})
    sato.press("受け付ける")
    look(sato, wrong)

    sakura.goto("/nursery/")
    look(sakura, wrong)
    sakura.follow("2027年1月入園")
    application = sakura.path
    assert "/apply/" not in application
    assert sakura.text.index(second) < sakura.text.index(first)
    sakura.follow(re.compile("希望の園を変える"))
    assert chosen(sakura) == [second, first]
    third = add(sakura, 0)
    sakura.page.locator("ol.nursery-chosen button[value=up]").last.click()
    assert chosen(sakura) == [second, third, first]
    assert "まだ保存していません" in sakura.text
    look(sakura, wrong)
    sakura.goto(application)
    assert third not in sakura.text  # only a proposal so far
    sakura.page.go_back()
    sakura.press("希望を保存する")
    assert sakura.path == application
    assert sakura.text.index(third) < sakura.text.index(first)
    look(sakura, wrong)
    sato.page.reload()
    look(sato, wrong)
    assert sato.text.index(second) < sato.text.index(third) < sato.text.index(first)
    wrong += [*sakura.problems, *employer.problems, *sato.problems]
    assert not wrong, report(wrong)
