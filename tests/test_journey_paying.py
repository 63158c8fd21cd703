"""Paying on a phone at the stand-in firm: the redirect proves nothing, the receipt is a PDF, an official gives it back."""

from __future__ import annotations

import json
import random
import re
import urllib.request
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Browser

from jichi.engines.messages import mailbox

from . import browsing
from . import page_checks as checks
from .browsing import DESK, Person, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, OFFICIAL, CHIEF, TREASURER = "sakura@midori.example", "sato", "suzuki", "ota"
LINES = [
    {"code": "copy", "title": {"ja": "住民票の写し", "easy": "住民票の写し", "en": "Copy of the resident record",
     "zh-hans": "住民票副本", "ko": "주민표 등본"}, "unit_yen": 300, "count": 2},
    {"code": "postage", "title": {"ja": "郵送料", "easy": "送るお金", "en": "Postage", "zh-hans": "邮费", "ko": "우편 요금"},
     "unit_yen": 110, "count": 1},
]  # fmt: skip
TITLE = {
    "ja": "住民票の写しの手数料", "easy": "住民票の写しのお金", "en": "Fee for copies of the resident record",
    "zh-hans": "住民票副本手续费", "ko": "주민표 등본 수수료",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def payment_firm(house: House, chromium: Browser) -> None:
    """The stand-in firm beside the house, and Sakura signed in."""
    house.start("payments")
    wait_for(lambda: _control(house, "/sandbox/state") is not None, "the stand-in does not answer")
    sakura = browsing.arrive(chromium, house)
    sakura.goto("/sign-in/")
    before = len(mailbox.mails(house.mailbox, to=SAKURA, limit=500))
    sakura.page.fill("main input[name=email]", SAKURA)
    sakura.page.locator("main form:has(input[name=email]) button").click()
    sakura.page.fill("main input[name=code]", browsing.code_from_mail(house, SAKURA, before))
    sakura.page.locator("main form:has(input[name=code]) button").first.click()
    sakura.page.wait_for_load_state()
    house.signed_in[SAKURA] = sakura.page.context.storage_state()
    sakura.page.context.close()


def _control(house: House, path: str, content: object = None) -> object:
    """One of the stand-in's controls."""
    address = f"http://localhost:{house.peers['payments'][1]}{path}"
    data = json.dumps(content).encode() if content is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=data), timeout=5) as answer:
            found: object = json.load(answer)
    except OSError:
        return None
    return found


def owed(house: House, subject: str = "") -> UUID:
    """A charge of 710 yen that Sakura owes to the official's division."""
    with psycopg.connect(house.database.super_url) as there:
        account = there.execute("SELECT id FROM eng_accounts_account WHERE email = %s", (SAKURA,)).fetchone()
        division = there.execute(
            "SELECT p.division_id FROM eng_accounts_post p JOIN eng_accounts_postholding h ON h.post_id = p.id "
            "JOIN eng_accounts_account a ON a.id = h.account_id WHERE a.login = %s LIMIT 1", (OFFICIAL,),
        ).fetchone()  # fmt: skip
        assert account is not None
        assert division is not None
        key = str(uuid4())
        number = "".join(random.choices("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=8))
        found = there.execute(
            "SELECT charge_id FROM payments_open(%s, %s, %s, '', %s, %s::jsonb, %s::jsonb, current_date + 14, %s, now(), "
            "current_date, false)",
            (key, subject or key, account[0], division[0], json.dumps(TITLE), json.dumps(LINES), number),
        ).fetchone()
    assert found is not None
    charge_id: UUID = found[0]
    return charge_id


def look(person: Person) -> None:
    """The page as it stands is whole, narrow enough and readable."""
    page = person.page
    found = checks.structure_findings(page) + checks.axe_findings(page) + checks.width_findings(page)
    assert found + checks.language_findings(page, person.language) == []


def to_the_firm(person: Person, charge_id: UUID) -> None:
    """From the charge's page to the firm's."""
    person.goto(f"/pay/{charge_id}/")
    look(person)
    person.page.locator('main form[action$="/start/"] button').click()
    person.page.wait_for_url(re.compile(r"/pay/cs_"))


def press_there(person: Person, act: str) -> None:
    """A button of the firm's page, and back."""
    person.page.locator(f'button[value="{act}"]').click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.house.origin)}/.*pay/"))


@pytest.mark.parametrize("language", ["ja", "easy", "en", "zh-hans", "ko"])
def test_paying_on_a_phone_in_every_language(house: House, arrive: Arrive, language: str) -> None:
    charge_id = owed(house)
    person = arrive(as_=SAKURA, language=language)
    to_the_firm(person, charge_id)
    assert ("練習用" if language in ("ja", "easy") else "practice") in person.page.locator("main").inner_text()
    press_there(person, "pay")
    person.page.wait_for_url(re.compile(rf"/pay/{charge_id}/\?back=1"))
    look(person)
    assert "card" in person.text.lower() or "カード" in person.text or "银行卡" in person.text or "카드" in person.text
    with person.page.expect_download() as saved:
        person.page.locator('main form[action$="/receipt/"] button').click()
    assert re.fullmatch(r"receipt-\d{4}-\d{6}\.pdf", saved.value.suggested_filename)
    person.goto("/pay/")
    look(person)


def test_without_scripts_and_with_a_lost_callback_the_page_looks_again(house: House, arrive: Arrive) -> None:
    charge_id = owed(house)
    person = arrive(as_=SAKURA, scripts=False)
    _control(house, "/sandbox/faults", {"mode": "lost", "times": 1})
    person.goto(f"/pay/{charge_id}/")
    person.press(re.compile("支払う"))
    person.page.locator('button[value="pay"]').click()
    person.page.wait_for_url(re.compile(rf"/pay/{charge_id}/\?back=1"))
    assert "支払済" in person.text


def test_coming_back_without_paying(house: House, arrive: Arrive) -> None:
    charge_id = owed(house)
    person = arrive(as_=SAKURA)
    to_the_firm(person, charge_id)
    press_there(person, "cancel")
    person.page.wait_for_url(re.compile(rf"/pay/{charge_id}/\?back=1"))
    assert "お金は引き落とされていません" in person.text
    look(person)


def test_while_the_result_is_not_known_nobody_pays_twice(house: House, arrive: Arrive) -> None:
    charge_id = owed(house)
    person = arrive(as_=SAKURA)
    to_the_firm(person, charge_id)
    _control(house, "/sandbox/faults", {"mode": "down"})
    person.goto(f"/pay/{charge_id}/return/")
    assert person.heading == "支払いの結果を確認しています"
    look(person)
    person.goto(f"/pay/{charge_id}/")
    assert "もう一度支払わないでください" in person.text
    assert person.page.locator('main form[action$="/start/"]').count() == 0
    look(person)
    _control(house, "/sandbox/faults", {"mode": ""})


def test_an_official_gives_it_back_after_a_second_look(house: House, arrive: Arrive) -> None:
    charge_id = owed(house)
    person = arrive(as_=SAKURA)
    to_the_firm(person, charge_id)
    press_there(person, "pay")
    person.page.wait_for_url(re.compile(rf"/pay/{charge_id}/\?back=1"))
    official = arrive(as_=OFFICIAL, width=DESK)
    official.goto("/staff/payments/")
    look(official)
    official.goto(f"/staff/payments/{charge_id}/")
    look(official)
    official.follow("還付する")
    official.page.locator('textarea[name="reason"]').fill("二重に申請されたため")
    official.press("還付の前に確かめる")
    assert "この操作は取り消せません" in official.text
    look(official)
    official.press("還付する")

    def given_back() -> bool:
        official.goto(f"/staff/payments/{charge_id}/")
        return "還付済" in official.text

    wait_for(given_back, "the money did not go back")
    look(official)
    official.goto("/staff/payments/check/")
    look(official)
    treasurer = arrive(as_=TREASURER, width=DESK)
    treasurer.goto("/staff/payments/settled/")
    look(treasurer)
    treasurer.page.locator("main tbody a").first.click()
    assert "収納した" in treasurer.text
    look(treasurer)
    person.goto(f"/pay/{charge_id}/")
    assert "還付済" in person.text
    look(person)


def test_money_over_the_counter(house: House, arrive: Arrive) -> None:
    charge_id = owed(house)
    official = arrive(as_=OFFICIAL, width=DESK)
    official.goto(f"/staff/payments/{charge_id}/")
    official.follow("窓口の収納を記録する")
    official.press("この金額の収納を記録する")
    assert "入力" in official.text
    look(official)
    official.page.locator('input[value="cash"]').check()
    official.page.locator('input[name="slip"]').fill("R-17")
    official.press("この金額の収納を記録する")
    assert "支払済" in official.text
    assert "窓口(現金)" in official.text
    look(official)
    official.follow("今日の収納を取り消す")
    look(official)
    official.press("収納を取り消す")
    assert official.page.title().startswith("エラー: ")
    official.page.locator('main [name="reason"]').fill("別の人の申請に記録したため")
    official.press("収納を取り消す")
    assert "未払い" in official.text or "支払待ち" in official.text
    look(official)


def _counter(house: House) -> str:
    """The id of the official's counter in the sample ward."""
    with psycopg.connect(house.database.super_url) as there:
        found = there.execute("SELECT id FROM front_cashless_desk WHERE code = 'KODOMO-1'").fetchone()
    assert found is not None
    return str(found[0])


def _booked(house: House, desk: str) -> list[tuple[int, str]]:
    """Sales of tablets at a counter: yen and number."""
    with psycopg.connect(house.database.super_url) as there:
        return there.execute(
            "SELECT s.total_yen, s.number FROM front_cashless_sale s JOIN front_cashless_deskday d ON d.id = s.day_id "
            "WHERE d.desk_id = %s AND s.device_at IS NOT NULL ORDER BY s.serial", (desk,),
        ).fetchall()  # fmt: skip


def test_what_is_sold_while_the_line_is_away_comes_once(house: House, arrive: Arrive) -> None:
    desk = _counter(house)
    clerk = arrive(as_=OFFICIAL, width=browsing.DESK)
    page = clerk.page
    clerk.goto(f"/staff/desks/{desk}/tablet/")
    chief = arrive(as_=CHIEF, width=browsing.DESK)
    chief.goto(f"/staff/desks/{desk}/tablets/")
    chief.page.fill("input[name=name]", "左の端末")
    look(chief)
    chief.press("登録の番号を出す")
    look(chief)
    page.fill("input[name=code]", chief.page.locator(".lead strong").inner_text())
    page.get_by_role("button", name="この端末を登録する").click()
    page.get_by_role("button", name="受け取りを記録する").wait_for()
    page.get_by_text("つながらないときも、このページを開けます。").wait_for()
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.wait_for_function("async () => (await (await caches.open('jichi-offline')).keys()).length > 4")
    page.context.set_offline(True)
    for count in ("1", "2"):
        page.goto(house.origin + f"/staff/desks/{desk}/tablet/")  # as it comes from the tablet itself
        page.fill("input[name=n_IKU]", count)
        page.fill("input[name=tendered]", "1000")
        page.get_by_role("button", name="受け取りを記録する").click()
        page.get_by_text("記録しました。おつりは").wait_for()
    page.get_by_text("送っていない売上が2件あります。").wait_for()
    assert _booked(house, desk) == []
    page.context.set_offline(False)
    page.get_by_text("全部送りました。").wait_for()
    page.get_by_role("button", name="売上を今すぐ送る").click()
    page.get_by_text("つながっています。").wait_for()
    assert [yen for yen, _number in _booked(house, desk)] == [200, 400]
    assert {number for _yen, number in _booked(house, desk)} <= set(page.locator("#tablet-kept a").all_inner_texts())
