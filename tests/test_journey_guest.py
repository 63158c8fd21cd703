"""Applying without a login, on a phone, with scripts and without: saved, gone on by a mailed link, sent, taken over."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from jichi.engines.messages import mailbox

from . import page_checks as checks
from .browsing import Person, new_mails, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
OPINION = {"subject_line": "歩道の段差", "opinion_text": "駅前の歩道に段差があります。車いすが通れません。"}


def look(person: Person) -> None:
    """The page as it stands is whole, narrow enough and readable."""
    page = person.page
    assert checks.structure_findings(page) + checks.width_findings(page) + checks.axe_findings(page) == []


def mailed_path(house: House, to: str, before: int) -> str:
    """Where the link in the first mail to this address after the `before` that were there leads."""
    mail = wait_for(lambda: new_mails(house, to, before), f"no mail to {to}")[-1]
    found = re.search(r"http://\S+", mail.body)
    assert found, mail.body
    return urlsplit(found[0]).path


def begin(person: Person, *, scripts: bool = True) -> None:
    """From the list of procedures to the first question, without signing in."""
    person.goto("/procedures/?q=意見")
    person.page.locator("main .card a, main a.card").first.click()
    person.page.wait_for_load_state()
    person.page.locator("main .actions a").first.click()
    person.page.wait_for_load_state()
    assert person.path == "/procedures/ward-opinion/begin/"
    if scripts:
        look(person)
    person.go_on()
    assert person.path.endswith("/q/opinion/"), person.text


def test_saved_gone_on_with_elsewhere_sent_and_watched(arrive: Arrive, house: House) -> None:
    hers = "opinion@example.jp"
    first = arrive()
    begin(first)
    look(first)
    assert "ログイン" in first.page.locator("header").inner_text()
    first.give(OPINION)
    first.go_on()
    first.press("保存して中断する")
    assert first.heading == "保存しました"
    look(first)
    first.page.fill("main input[name=email]", "opinion")
    first.press("リンクを受け取る")
    assert first.page.locator("#f-email").get_attribute("aria-invalid") == "true"
    look(first)
    first.page.fill("main input[name=email]", hers)
    first.press("リンクを受け取る")
    assert first.heading == "メールを送りました"
    look(first)
    first.press("この端末での表示を終える")
    first.page.go_back()
    first.page.reload()
    assert "/sign-in/" in first.page.url

    way = mailed_path(house, hers, 0)
    second = arrive()
    second.goto(way)
    look(second)
    assert "歩道の段差" not in second.text
    second.page.fill("main input[name=subject_line]", "車道")
    second.go_on()
    assert "前に入力した内容と違います" in second.text
    look(second)
    second.page.fill("main input[name=subject_line]", "歩道の段差")
    second.go_on()
    assert second.path.endswith("/q/reply/"), second.text
    second.give({"wants_reply": "yes"})
    second.go_on()
    assert second.page.input_value("main input[name=email]") == hers
    look(second)
    second.go_on()
    look(second)
    number = second.declare_and_send()
    assert "申請を受け付けました" in second.heading
    look(second)
    second.follow("申請の記録を見る")
    assert second.path == f"/items/{number}/"
    look(second)

    # Used up: it says so, and another comes. The receipt's mail leads to the case itself.
    third = arrive()
    third.goto(way)
    assert "このリンクは使い終わったか、期限が切れています。" in third.text
    look(third)
    wait_for(lambda: len(mailbox.mails(house.mailbox, to=hers, limit=500)) >= 3, "no receipt, or no new link")
    receipt = next(m for m in mailbox.mails(house.mailbox, to=hers, limit=500) if number in m.body)
    found = re.search(r"http://\S+", receipt.body)
    assert found
    third.goto(urlsplit(found[0]).path)
    third.page.fill("main input[name=subject_line]", "歩道の段差")
    third.go_on()
    assert third.path == f"/items/{number}/"
    third.goto("/my/")
    assert "/sign-in/" in third.page.url


def test_without_scripts_and_who_signs_in_afterwards_finds_it_on_my_page(arrive: Arrive, house: House) -> None:
    hers = "opinion.later@example.jp"
    person = arrive(scripts=False)
    begin(person, scripts=False)
    person.give(OPINION)
    person.go_on()
    person.press("保存して中断する")
    person.page.fill("main input[name=email]", hers)
    person.press("リンクを受け取る")
    other = arrive(scripts=False)
    other.goto("/apply/link/")
    other.page.fill("main input[name=email]", "nobody.at.all@example.jp")
    other.go_on()
    assert "送りました" in other.text
    other.goto(mailed_path(house, hers, 0))
    other.page.fill("main input[name=subject_line]", "歩道の段差")
    other.go_on()
    other.give({"wants_reply": "no"})
    other.go_on()
    number = other.declare_and_send()
    wait_for(lambda: len(mailbox.mails(house.mailbox, to=hers, limit=500)) == 2, "no receipt")
    other.goto("/sign-in/")
    other.sign_in(hers)
    other.page.wait_for_load_state()
    other.goto("/my/")
    assert number in other.text
    other.goto(f"/items/{number}/")
    assert other.path == f"/items/{number}/"
    person.page.reload()
    assert "/sign-in/" in person.page.url


def test_pages_for_guests_in_english(arrive: Arrive) -> None:
    person = arrive(language="en")
    begin(person)
    person.goto("/apply/link/")
    look(person)
    person.page.fill("main input[name=email]", "nobody.at.all@example.jp")
    person.go_on()
    look(person)


def test_a_place_is_set_on_the_map_by_hand_by_key_by_reading_and_by_the_device(arrive: Arrive, house: House) -> None:
    """In a phone's width; the device is asked for its place only when the button is pressed, and may refuse."""
    person = arrive()
    begin(person)
    page = person.page
    page.wait_for_selector(".map:not([hidden]) .map-names text")
    said = page.locator(".map-said p:visible")
    assert (said.inner_text(), page.locator("#f-place__lat").input_value()) == ("印はまだありません。", "")

    page.locator(".map-view").click()
    pressed = [page.locator(f"#f-place__{part}").input_value() for part in ("lat", "lng")]
    assert [35 < float(pressed[0]) < 36, 139 < float(pressed[1]) < 140] == [True, True]
    page.locator(".map-view").press("ArrowUp")
    assert float(page.locator("#f-place__lat").input_value()) > float(pressed[0])
    page.get_by_role("button", name="印を東へ").click()
    assert float(page.locator("#f-place__lng").input_value()) > float(pressed[1])
    look(person)

    page.get_by_label("名前か読みで探す").fill("しろかねだい2")
    page.wait_for_selector(".map-said p:visible [data-map-word=town]:text-is('白金台二丁目')")
    page.get_by_role("button", name="印を消す").click()
    assert page.locator("#f-place__lng").input_value() == ""

    page.get_by_role("button", name="現在地を使う").click()
    page.wait_for_selector("[data-map-say=denied]:visible")
    page.context.grant_permissions(["geolocation"], origin=house.origin)
    page.context.set_geolocation({"latitude": 35.0, "longitude": 135.0})
    page.get_by_role("button", name="現在地を使う").click()
    page.wait_for_selector("[data-map-say=outside]:visible")
    page.context.set_geolocation({"latitude": 35.6586, "longitude": 139.7454, "accuracy": 300})
    page.get_by_role("button", name="現在地を使う").click()
    page.wait_for_selector("[data-map-say=rough]:visible")
    assert page.locator("#f-place__lat").input_value() == "35.658600"
    person.give(OPINION)
    person.go_on()
    person.give({"wants_reply": "no"})
    person.go_on()
    assert "北緯35.658600度 東経139.745400度" in person.text
