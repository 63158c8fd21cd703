"""A subsidy from an association's treasurer over the route of its amount to the notice: five people, one decision."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from . import browsing
from . import page_checks as checks
from .browsing import PHOTO, Person, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AI = "ai@midori.example"
DESK = 1280


@pytest.fixture(scope="module", autouse=True)
def treasurer(house: House, chromium: Browser) -> None:
    """The worker sends and sets documents; the treasurer is signed in."""
    person = browsing.arrive(chromium, house)
    person.goto("/sign-in/")
    person.sign_in(AI)
    house.signed_in[AI] = person.page.context.storage_state()
    person.page.context.close()


def look(person: Person, *, least: float | None = None) -> None:
    """The page as it stands is whole and readable."""
    page = person.page
    assert checks.structure_findings(page) + checks.width_findings(page) + checks.axe_findings(page) == []


def apply(ai: Person, yen: str = "100000") -> str:
    """The association's application; its number."""
    ai.goto("/procedures/neighbourhood-subsidy/who/")
    ai.page.locator("main form input[type=radio]").first.check()
    ai.go_on()
    pages = (
        {"organisation_ok": "yes"},
        {
            "project_name": "春の防災訓練", "project_kind": "disaster", "project_text": "訓練", "people": "50",
            "starts_on_y": "2030", "starts_on_m": "3", "starts_on_d": "1",
            "ends_on_y": "2030", "ends_on_m": "3", "ends_on_d": "2",
        },
        {
            "income__0__item": "subsidy", "income__0__yen": yen, "expense__0__item": "会場費",
            "expense__0__yen": yen, "requested": yen,
        },
        {"plan": PHOTO},
        {"contact_name": "佐々木　愛", "phone": "0312345678"},
    )  # fmt: skip
    for answers in pages:
        ai.give(answers)
        ai.go_on()
    return ai.declare_and_send()


def propose(okada: Person, number: str) -> None:
    """Take the case, write the draft of the decision, put it on its route."""
    okada.goto(f"/staff/cases/{number}/")
    okada.press("審査を始める")
    look(okada)
    okada.goto(f"/staff/cases/{number}/approve/")
    look(okada)
    okada.page.locator('button[value="check"]').click()
    look(okada)
    okada.press("起案する")
    assert okada.path == f"/staff/cases/{number}/"
    look(okada)


def test_a_subsidy_is_decided_by_the_post_its_amount_names(arrive: Arrive, house: House) -> None:
    ai = arrive(as_=AI)
    number = apply(ai)
    okada, watanabe, kato = (arrive(width=DESK, as_=login) for login in ("okada", "watanabe", "kato"))
    propose(okada, number)
    assert "決裁経路" in okada.text

    kato.goto(f"/staff/cases/{number}/")  # it is not yet his turn
    assert kato.page.get_by_role("button", name=re.compile("^決裁する")).count() == 0
    watanabe.goto("/staff/routes/")
    look(watanabe)
    assert number in watanabe.text
    watanabe.page.locator("main table a").first.click()
    look(watanabe)
    okada.goto(f"/staff/cases/{number}/proposal/")
    look(okada)
    watanabe.goto(f"/staff/cases/{number}/")
    look(watanabe)
    watanabe.press("承認する")
    kato.goto(f"/staff/cases/{number}/")
    look(kato)
    kato.press("決裁する")
    look(kato)

    ai.goto(f"/items/{number}/")
    assert "承認" in ai.text
    look(ai)

    def notice() -> bool:
        ai.goto(f"/items/{number}/")
        return ai.page.locator('main a[href*="/documents/"]').count() > 0

    wait_for(notice, "the notice of the decision is not there")
    pdf = ai.page.request.get(ai.at(ai.page.locator('main a[href*="/documents/"]').first.get_attribute("href") or ""))
    assert pdf.body().startswith(b"%PDF")
    okada.goto(f"/staff/cases/{number}/")
    assert "加藤 恵" in okada.text
    okada.goto(f"/staff/cases/{number}/dispatch/")
    look(okada)


def test_the_drafter_does_not_decide_and_a_sent_back_draft_comes_again(arrive: Arrive) -> None:
    ai = arrive(as_=AI)
    number = apply(ai)
    okada, watanabe = (arrive(width=DESK, as_=login) for login in ("okada", "watanabe"))
    propose(okada, number)
    for words in ("承認する", "決裁する"):
        assert okada.page.get_by_role("button", name=re.compile(f"^{words}$")).count() == 0
    watanabe.goto(f"/staff/cases/{number}/")
    watanabe.page.locator("main summary", has_text="照会する").click()
    watanabe.page.locator("main textarea[name=route_question]").fill("計画書の日付はいつですか。")
    look(watanabe)
    watanabe.press("照会する")
    okada.goto(f"/staff/cases/{number}/")
    okada.page.locator("main textarea[name^=route_reply_]").fill("3月1日です。")
    look(okada)
    okada.press("回答する")
    watanabe.goto(f"/staff/cases/{number}/")
    assert "3月1日です。" in watanabe.text
    watanabe.follow("差し戻す") if watanabe.page.get_by_role("link", name="差し戻す").count() else None
    back = watanabe.page.locator("main form", has=watanabe.page.get_by_role("button", name=re.compile("差し戻")))
    if not back.first.is_visible():
        watanabe.page.locator("main summary", has_text="差し戻").first.click()
    back.locator("textarea, input[type=text]").first.fill("添付の計画書の日付が違います。")
    back.get_by_role("button", name=re.compile("差し戻")).first.click()
    look(watanabe)
    okada.goto(f"/staff/cases/{number}/")
    assert "添付の計画書の日付が違います。" in okada.text
    okada.goto(f"/staff/cases/{number}/approve/")
    okada.page.locator("main textarea[name=question]").fill("日付を直した計画書で伺います。")
    okada.page.get_by_label("重要なもの").check()
    okada.page.locator('button[value="check"]').click()
    assert "課長の専決ではなく、部長が決裁します。" in okada.text
    look(okada)
    okada.press("起案する")
    watanabe.goto(f"/staff/cases/{number}/")
    assert "前に承認・差戻しされたときから変わったところ" in watanabe.text
    look(watanabe)
