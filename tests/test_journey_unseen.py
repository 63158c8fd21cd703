"""A procedure that nobody here has seen, from its file alone: a guardian applies, somebody else confirms, it is paid."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jichi.engines.messages import mailbox
from jichi.kernel import clock
from jichi.sample.cast import cast_number

from . import page_checks as checks
from .browsing import DESK, Person, new_mails, wait_for
from .conftest import House, environ_for

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AI = "ai@midori.example"
FILE = Path(__file__).parent / "nature_school.yaml"


@pytest.fixture(scope="module", autouse=True)
def published(house: House) -> None:
    """The stand-ins run, and the file was published by the documented command."""
    for name in ("identity", "payments"):
        house.start(name)
    subprocess.run(
        [sys.executable, "-m", "jichi.config.cli", "procedure", "publish", str(FILE)],
        check=True, env=environ_for(house.database.app_url, house.home), stdout=subprocess.DEVNULL,
    )  # fmt: skip


def look(person: Person, *, closely: bool = True) -> None:
    """The page as it stands is whole, narrow enough, reachable and, looked at closely, readable for everybody."""
    page, staff = person.page, person.path.startswith("/staff/")
    found = checks.structure_findings(page) + checks.width_findings(page)
    found += checks.axe_findings(page) if closely else []
    assert found + checks.target_findings(page, checks.POINTER if staff else checks.FINGER) == [], person.path


def become_guardian(arrive: Arrive) -> Person:
    """A certificate is shown at the counter; the number from there makes Ai the guardian of Shota."""
    mori, ai = arrive(width=DESK, as_="mori"), arrive(as_=AI)
    mori.goto("/staff/representation/register/")
    mori.give({
        "kind": "guardian", "principal_no": cast_number("youth", clock.today(), member=3),
        "principal_name": "山田　翔太", "agent_name": "佐々木　愛", "basis": "後見登記事項証明書",
    })  # fmt: skip
    mori.go_on()
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", mori.text)
    assert code
    ai.goto("/my/representation/accept/")
    ai.give({"code": code[0]})
    ai.go_on()
    ai.press("引き受ける")
    return ai


def show_card(person: Person) -> None:
    """Over the provider's page and back."""
    person.page.locator("main form button").first.click()
    person.page.locator('input[name="person"][value="ai"]').check()
    person.page.fill('input[name="pin"]', "1234")
    person.page.locator('button[value="go"]').click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.house.origin)}/"))
    person.house.signed_in[AI] = person.page.context.storage_state()


def in_days(name: str, days: int) -> dict[str, str]:
    """The parts of a date."""
    day = clock.today().fromordinal(clock.today().toordinal() + days)
    return {f"{name}_y": str(day.year), f"{name}_m": str(day.month), f"{name}_d": str(day.day)}


def confirm(arrive: Arrive, house: House, ai: Person) -> None:
    """Ask somebody; they open the mailed link on their phone, type the wrong number, then the right one."""
    mail = "ozawa@example.jp"
    ai.give({"name": "小沢　由美子", "email": mail})
    ai.go_on()
    look(ai)
    code = re.search(r"確認の番号 ?(\d{6})", ai.text)
    assert code
    asked = wait_for(lambda: new_mails(house, mail, 0), "nobody was asked")[0]
    link = re.search(r"/confirm/\S+", asked.body)
    assert link
    assert "翔太" not in asked.body
    second = arrive()
    second.goto(link[0])
    look(second)
    second.give({"code": "000000" if code[1] != "000000" else "000001"})
    second.go_on()
    assert second.page.title().startswith("エラー: ")
    look(second, closely=False)
    assert "山田" not in second.text
    second.give({"code": code[1]})
    with second.page.expect_navigation():
        second.page.keyboard.press("Enter")  # from the field, as people do
    assert "小沢　由美子" in second.text
    look(second)
    second.press("この内容でよい")
    assert second.heading == "回答を受け取りました"
    look(second)
    second.goto(link[0])
    look(second)
    assert second.page.locator("main form").count() == 0


def test_a_guardian_applies_and_somebody_else_confirms(arrive: Arrive, house: House) -> None:
    ai = become_guardian(arrive)
    ai.goto("/procedures/?q=キャンプ")
    ai.follow("自然学校の参加申込み")
    look(ai, closely=False)
    assert "参加費: 4,500円" in ai.text
    assert "もう1人の緊急連絡先の方" in ai.text
    ai.goto("/procedures/nature-school/who/")
    show_card(ai)
    look(ai, closely=False)
    ai.page.get_by_label(re.compile("山田 ?　?翔太")).check()
    ai.go_on()
    answers = {
        "child_ok": "yes", **in_days("begins_on", 40), "wants_lunch": "yes", "support": "no", "lunches": "2",
        "medicine__0__name": "せき止め", "medicine__0__until": "令和12年3月1日", "caller": "小沢　由美子",
        "phone": "0312345678", "rules": "1",
    }  # fmt: skip
    while "/check/" not in ai.path:
        before = ai.path
        look(ai, closely=False)
        ai.give(answers)
        box = ai.page.locator("main form input[type=checkbox][name=rules]")
        box.check() if box.count() else None
        ai.go_on()
        assert ai.path != before, ai.text[:400]
    for words in ("参加費: 4,500円", "弁当: 600円 × 2 = 1,200円", "合計: 5,700円", "せき止め / 令和12年(2030年)3月1日"):
        assert words in ai.text, words
    for box in ai.page.locator("main form input[type=checkbox]").all():
        box.check()
    ai.go_on()
    assert ai.heading == "もう1人の方の確認"
    look(ai)
    confirm(arrive, house, ai)
    ai.page.reload()
    ai.go_on()
    number = ai.number()
    ai.follow("支払う")
    look(ai, closely=False)
    ai.page.locator('main form[action$="/start/"] button').click()
    ai.page.locator('button[value="pay"]').click()
    ai.page.wait_for_url(re.compile(r"/pay/.*back=1"))
    decide(arrive(width=DESK, as_="sato"), number)
    ai.goto(f"/items/{number}/")
    assert "自然学校への参加が決まりました。" in ai.text
    assert len(mailbox.mails(house.mailbox, to=AI, limit=500)) >= 2


def decide(sato: Person, number: str) -> None:
    """Whoever decides sees for whom it is, who asked, and what the register says of each."""

    def paid() -> bool:
        sato.goto(f"/staff/cases/{number}/")
        return "支払済" in sato.text

    wait_for(paid, "the case does not know of the money")
    look(sato)
    for words in ("対象山田　翔太", "申請した人佐々木　愛(法定代理人)", "もう1人の確認小沢　由美子"):
        assert words in sato.text.replace(" ", ""), words
    sato.press("審査を始める")
    sato.goto(f"/staff/cases/{number}/approve/")
    sato.press("決定の前に確かめる")
    sato.press("承認する")
    assert "参加証" in sato.text


def by_keys(person: Person, name: str) -> None:
    """To the button by Tab and press it by Enter, from the top of the page's content."""
    person.page.locator("main").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    for _stop in range(80):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.textContent").strip() == name:
            break
    else:
        raise AssertionError(f"no way to {name} by keys")
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def test_paper_from_its_arrival_to_the_letter_that_came_back(arrive: Arrive) -> None:
    sato = arrive(width=DESK, as_="sato")
    sato.goto("/staff/cases/")
    sato.follow(re.compile("申請を入力する"))
    look(sato)
    sato.give({"procedure": "nature-school", "channel": "paper", "applicant_no": "1"})
    sato.go_on()
    assert sato.page.title().startswith("エラー: ")
    look(sato)
    today = clock.today()
    sato.give({
        "applicant_no": cast_number("parent", today, member=1), "subject_no": cast_number("parent", today, member=2),
    })  # fmt: skip
    sato.go_on()
    assert "紙" in sato.text
    look(sato)
    by_keys(sato, "収受して案件にする")
    assert sato.page.title().startswith("エラー: ")
    look(sato)
    sato.give({
        "child_ok": "yes", **in_days("begins_on", 40), "wants_lunch": "no", "support": "yes", "caller": "佐々木　大樹",
        "phone": "03-1234-5678", "rules": "1",
    })  # fmt: skip
    sato.page.locator("main input[name=rules]").check()
    by_keys(sato, "収受して案件にする")
    assert sato.path.startswith("/staff/cases/"), sato.text[:500]
    number = sato.number()
    look(sato)
    assert "紙(入力 佐藤 真紀)" in sato.text
    sato.goto("/staff/?scope=division")
    sato.page.locator("main").get_by_role("link", name=number).first.click()
    sato.press("審査を始める")
    sato.goto(f"/staff/cases/{number}/approve/")
    sato.give({"dispatch": "post"})
    sato.press("決定の前に確かめる")
    sato.press("承認する")
    sato.follow("発送を記録する")
    look(sato)
    sato.give({"way": "registered", "tracking_number": "123-45-67890-1"})
    by_keys(sato, "発送を記録する")
    sato.follow("戻った郵便を記録する")
    look(sato)
    by_keys(sato, "戻ったことを記録する")
    assert sato.page.title().startswith("エラー: ")
    look(sato)
    sato.give({"because": "宛所に尋ねあたりません"})
    by_keys(sato, "戻ったことを記録する")
    assert "宛所に尋ねあたりません" in sato.text
    look(sato)
    sato.goto("/staff/")
    assert number in sato.text
