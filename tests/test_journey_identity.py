"""Identification and representation in the browser: by card through the stand-in, back to where one was; mandates."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from . import page_checks as checks
from .browsing import DESK, Person
from .conftest import House
from .house.tree import report

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AI = "sakura@midori.example", "ai@midori.example"
BUTTON = "マイナンバーカードで確認する"


@pytest.fixture(autouse=True)
def provider(house: House) -> None:
    """The stand-in runs."""
    if "identity" not in house.processes:
        house.start("identity")


def look(person: Person, what: str, wrong: list[str]) -> None:
    """Whatever is wrong with the page shown now."""
    found = checks.structure_findings(person.page) + checks.axe_findings(person.page)
    wrong.extend(f"{what}: {text}" for text in found + checks.width_findings(person.page))


def show_card(person: Person, *, keep: bool = True) -> None:
    """On the stand-in's page: choose somebody, enter the number."""
    person.page.wait_for_url(re.compile(r"/authorize\?"))
    assert "これは練習用の画面です" in person.page.content()
    person.page.get_by_label(re.compile("さくら")).check()
    person.page.locator("[name=pin]").fill("1234")
    person.page.get_by_role("button", name="カードを読み取る").click()
    person.page.wait_for_url(re.compile(re.escape(person.house.origin)))
    if keep:  # the session has a new name now
        person.house.signed_in[SAKURA] = person.page.context.storage_state()


@pytest.mark.parametrize("scripts", [True, False])
def test_by_card_and_back_to_the_same_page_and_out_again(arrive: Arrive, scripts: bool) -> None:
    wrong: list[str] = []
    sakura = arrive(as_=SAKURA, scripts=scripts)
    sakura.goto("/sign-in/identity/?next=/my/settings/%3Fx%3D1&level=card")
    if scripts:
        look(sakura, "identification", wrong)
    sakura.press(BUTTON)
    show_card(sakura)
    assert sakura.page.url.endswith("/my/settings/?x=1")
    sakura.goto("/sign-in/identity/?next=/my/&level=card")
    sakura.press(BUTTON)
    sakura.page.get_by_role("button", name="やめる").click()
    sakura.page.wait_for_url(re.compile("problem=identify.cancelled"))
    assert "途中でやめました" in sakura.text
    if scripts:
        look(sakura, "stopped", wrong)
    assert not wrong, report(wrong)


def test_who_is_known_signs_in_with_the_card_and_out_of_both(arrive: Arrive) -> None:
    wrong: list[str] = []
    sakura = arrive(as_=SAKURA)
    sakura.goto("/sign-in/identity/?next=/my/&level=card")
    sakura.press(BUTTON)
    show_card(sakura)
    again = arrive(language="en")
    again.goto("/sign-in/")
    again.follow("Sign in with My Number Card or another service")
    look(again, "other ways", wrong)
    again.press("Confirm with My Number Card")
    show_card(again, keep=False)
    assert again.path == "/"
    again.goto("/my/")
    assert again.path == "/my/"
    again.page.locator("header").get_by_role("button", name="Sign out").first.click()
    again.page.wait_for_url(re.compile("/sign-in/out/done/"))
    look(again, "signed out", wrong)
    again.follow("Sign out of the identification service")
    assert "ログアウトしました" in again.page.content()
    sakura.goto("/my/settings/")
    sakura.follow("ログインの方法を確かめる・外す")
    look(sakura, "outside logins", wrong)
    sakura.page.locator("main a.button", has_text="接続を外す").first.click()
    sakura.page.wait_for_url(re.compile("provider="))
    look(sakura, "take off a login", wrong)
    assert not wrong, report(wrong)


def test_a_mandate_from_giving_to_ending(arrive: Arrive) -> None:
    wrong: list[str] = []
    sakura, ai = arrive(as_=SAKURA), arrive(as_=AI)
    sakura.goto("/my/representation/")
    look(sakura, "representation", wrong)
    sakura.follow("代理を頼む")
    look(sakura, "give", wrong)
    sakura.go_on()
    assert sakura.page.title().startswith("エラー: ")
    look(sakura, "give, nothing entered", wrong)
    year = int(sakura.page.locator("[name=valid_from_y]").input_value())
    sakura.page.locator("[name=valid_until_era]").select_option(index=0)
    sakura.give({
        "principal_name": "山田　さくら", "agent_name": "佐々木　愛", "procedures": ["all"],
        "valid_until_y": str(year + 1), "valid_until_m": "3", "valid_until_d": "31",
    })  # fmt: skip
    sakura.go_on()
    assert sakura.path == "/my/representation/"
    look(sakura, "given", wrong)
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", sakura.text)
    assert code is not None

    ai.goto("/my/representation/accept/")
    look(ai, "accept", wrong)
    ai.give({"code": code[0].lower()})
    ai.go_on()
    assert "山田 さくら" in ai.text.replace("　", " ")
    look(ai, "offer", wrong)
    ai.press("引き受ける")
    look(ai, "accepted", wrong)
    assert "代理を引き受けました" in ai.text
    ai.page.locator("main a.button", has_text="代理を終わらせる").first.click()
    ai.page.wait_for_load_state()
    look(ai, "end", wrong)
    ai.press("代理を終わらせる")
    assert "代理を終わらせました" in ai.text
    for language in ("easy", "en", "zh-hans", "ko"):
        person = arrive(as_=SAKURA, language=language)
        person.goto("/my/representation/")
        look(person, f"representation {language}", wrong)
        wrong.extend(f"{language}: {text}" for text in checks.language_findings(person.page, language))
        wrong.extend(
            f"{language}: {text}" for text in checks.ruby_findings(person.page.content()) if language == "easy"
        )
    assert not wrong, report(wrong)


def test_registering_from_paper_at_the_desk(arrive: Arrive) -> None:
    wrong: list[str] = []
    mori = arrive(width=DESK, as_="mori")
    mori.goto("/staff/representation/")
    look(mori, "desk", wrong)
    mori.follow("代理を登録する")
    look(mori, "register", wrong)
    mori.give({
        "kind": "guardian", "principal_no": "0000000043", "principal_name": "山田　翔太", "agent_name": "山田　健一",
        "basis": "戸籍全部事項証明書",
    })  # fmt: skip
    mori.go_on()
    assert "代理人に渡す番号" in mori.text
    look(mori, "registered", wrong)
    mori.goto("/staff/representation/?number=0000000043")
    look(mori, "found", wrong)
    assert "山田 健一" in mori.text.replace("　", " ")
    assert not wrong, report(wrong)


def test_a_provider_that_says_something_wrong_is_not_believed_and_trying_again_works(
    arrive: Arrive, house: House
) -> None:
    wrong: list[str] = []
    sakura = arrive(as_=SAKURA)
    sakura.page.request.post(f"{stand_in(house)}/faults", data={"mode": "wrong_nonce", "times": 1})
    sakura.goto("/sign-in/identity/?next=/my/settings/&level=card")
    sakura.press(BUTTON)
    show_card(sakura)
    assert "本人確認ができませんでした" in sakura.text
    look(sakura, "not believed", wrong)
    sakura.press(BUTTON)
    show_card(sakura)
    assert sakura.path == "/my/settings/"
    assert not wrong, report(wrong)


def stand_in(house: House) -> str:
    """Where the stand-in answers."""
    return f"http://localhost:{house.peers['identity'][1]}"
