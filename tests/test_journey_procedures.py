"""Procedures in earnest, on a phone without scripts: card, fee, signature and payment; an association with its budget."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from jichi.engines.messages import mailbox

from . import browsing
from . import page_checks as checks
from .browsing import PHOTO, Person, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AI = "sakura@midori.example", "ai@midori.example"
"""Twenty, with a card; treasurer of a neighbourhood association."""


@pytest.fixture(scope="module", autouse=True)
def peers(house: House, chromium: Browser) -> None:
    """The stand-ins for identification and payment beside the house, and Sakura signed in."""
    house.start("identity")
    house.start("payments")
    for login in (SAKURA, AI):
        person = browsing.arrive(chromium, house)
        person.goto("/sign-in/")
        before = len(mailbox.mails(house.mailbox, to=login, limit=500))
        person.page.fill("main input[name=email]", login)
        person.page.locator("main form:has(input[name=email]) button").click()
        person.page.fill("main input[name=code]", browsing.code_from_mail(house, login, before))
        person.page.locator("main form:has(input[name=code]) button").first.click()
        person.page.wait_for_load_state()
        house.signed_in[login] = person.page.context.storage_state()
        person.page.context.close()


def look(person: Person) -> None:
    """The page as it stands is whole, narrow enough and readable."""
    page = person.page
    assert checks.structure_findings(page) + checks.width_findings(page) + checks.axe_findings(page) == []


def with_the_card(person: Person) -> None:
    """From our page that asks for it, over the provider's, and back."""
    look(person)
    person.page.locator("main form button").first.click()
    person.page.locator('input[name="person"][value="sakura"]').check()
    person.page.fill('input[name="pin"]', "1234")
    person.page.locator('button[value="go"]').click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.house.origin)}/"))


def with_a_signature(person: Person) -> None:
    """The page that explains it, ours that leads on, the operator's, and back."""
    person.go_on()
    look(person)
    person.page.locator("main form button").first.click()
    person.page.locator('input[name="person"][value="sakura"]').check()
    person.page.fill('input[name="pin"]', "ABC123")
    person.page.locator('button[value="go"]').click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.house.origin)}/.*sign"))


def test_a_copy_of_the_register_from_the_first_page_to_the_payment(arrive: Arrive) -> None:
    sakura = arrive(as_=SAKURA)
    sakura.goto("/procedures/juminhyo-copy/")
    assert "住民票の写し(1通): 300円" in sakura.text
    look(sakura)
    sakura.follow("申請を始める")
    with_the_card(sakura)
    assert sakura.path == "/procedures/juminhyo-copy/who/"
    look(sakura)
    sakura.page.get_by_label("山田　さくら").check()
    sakura.go_on()
    answers = {
        "person_ok": "yes", "scope": "one", "purpose": "work", "copies": "2", "receive": "post",
        "send_to": "register", "phone": "0312345678",
    }  # fmt: skip
    for _ in range(6):
        if "/check/" in sakura.path:
            break
        look(sakura)
        sakura.give(answers)
        sakura.go_on()
    assert "合計: 710円" in sakura.text
    look(sakura)
    for box in sakura.page.locator("main form input[type=checkbox]").all():
        box.check()
    sakura.go_on()
    assert sakura.heading == "署名"
    look(sakura)
    with_a_signature(sakura)
    assert "署名が済みました" in sakura.text
    look(sakura)
    sakura.go_on()
    number = sakura.number()
    assert "支払いはまだ終わっていません" in sakura.text
    look(sakura)
    sakura.follow("支払う")
    sakura.page.locator('main form[action$="/start/"] button').click()
    sakura.page.locator('button[value="pay"]').click()
    sakura.page.wait_for_url(re.compile(r"/pay/.*back=1"))

    def paid() -> bool:
        sakura.goto(f"/items/{number}/")
        return "支払済" in sakura.text or "支払いを確認" in sakura.text or "支払いを受け取りました" in sakura.text

    wait_for(paid, "the case does not know of the money")
    look(sakura)


def test_an_association_applies_with_a_budget_without_scripts(arrive: Arrive) -> None:
    ai = arrive(as_=AI, scripts=False)
    ai.goto("/procedures/?q=補助金")
    ai.follow("町会等活動補助金の交付申請")
    ai.follow("申請を始める")
    ai.page.locator("main form input[type=radio]").first.check()
    ai.go_on()
    ai.give({"organisation_ok": "yes"})
    ai.go_on()
    day = {"starts_on_y": "2030", "starts_on_m": "3", "starts_on_d": "1"}
    ends = {"ends_on_y": "2030", "ends_on_m": "3", "ends_on_d": "2"}
    ai.give({"project_name": "春の防災訓練", "project_kind": "disaster", "project_text": "訓練", "people": "50"})
    ai.give({**day, **ends})
    ai.go_on()
    assert ai.path.endswith("/budget/")
    ai.give({"income__0__item": "subsidy", "income__0__yen": "100000", "expense__0__item": "会場費"})
    ai.page.locator('button[value="expense:add"]').click()
    ai.give({"expense__0__yen": "60,000", "expense__1__item": "印刷費", "expense__1__yen": "30000"})
    ai.page.locator('button[value="expense:sum"]').click()
    assert "90,000円" in ai.text
    ai.give({"requested": "100000"})
    ai.go_on()
    assert "収入の合計と支出の合計が違います。" in ai.text
    ai.give({"expense__1__yen": "４００００"})
    ai.go_on()
    assert ai.path.endswith("/papers/")
    ai.give({"plan": PHOTO})
    ai.go_on()
    ai.give({"contact_name": "佐々木　愛", "phone": "0312345678"})
    ai.go_on()
    assert "印刷費 / 40,000円" in ai.text
    assert ai.declare_and_send()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_table_on_the_page_is_readable(arrive: Arrive, width: int) -> None:
    ai = arrive(as_=AI, width=width, language="easy" if width == 390 else "en")
    ai.goto("/procedures/neighbourhood-subsidy/who/")
    ai.page.locator("main form input[type=radio]").first.check()
    ai.go_on()
    draft = re.search(r"/apply/([0-9a-f-]{36})/", ai.path)
    assert draft
    for name in ("organisation", "project", "budget", "papers"):
        ai.goto(f"/apply/{draft[1]}/q/{name}/")
        look(ai)
        assert checks.language_findings(ai.page, ai.language) == []
