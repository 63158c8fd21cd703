"""An official's day: signing in with two factors, the work list, a case, a correction, decisions, search, file, figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest

from .browsing import COMING_OF_AGE, DESK, PHOTO, SHORT, Person, new_mails, official, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AOI, ZIHAN = "sakura@midori.example", "aoi@midori.example", "zihan@midori.example"


@pytest.fixture
def sato(arrive: Arrive) -> Person:
    """佐藤 真紀 of 子ども若者課, signed in at her desk."""
    return arrive(width=DESK, as_="sato")


def apply(person: Person, answers: object = SHORT, slug: str = "coming-of-age") -> str:
    """Send an application; its receipt number."""
    person.goto(f"/procedures/{slug}/who/")
    if not person.page.locator("main input[type=radio]:checked").count():
        person.page.locator("main input[type=radio]").first.check()
    person.go_on()
    person.answer_all(answers)  # type: ignore[arg-type] # a mapping
    return person.declare_and_send()


def withdraw(person: Person, number: str) -> None:
    """Take it back, for the next test's sake."""
    person.goto(f"/items/{number}/withdraw/")
    person.go_on()


# -- signing in ------------------------------------------------------------------------------------


def test_two_factors_and_no_way_around_the_second(arrive: Arrive) -> None:
    person = arrive(width=DESK)
    demo = official("suzuki")
    person.goto("/staff/")
    assert person.path == "/staff/sign-in/"
    person.page.fill("[name=login]", demo.login)
    person.page.fill("[name=password]", demo.password)
    person.go_on() if person.page.locator("main form .actions button").count() else person.press("次へ進む")
    assert person.path == "/staff/sign-in/second/"
    for path in ("/staff/", "/staff/cases/", "/staff/search/?q=山田", "/staff/figures/", "/staff/cases/export/"):
        person.goto(path)
        assert person.path in {"/staff/sign-in/", "/staff/sign-in/second/"}, path
    person.goto("/staff/sign-in/second/")
    person.page.fill("[name=code]", "000000")
    person.page.locator("main form button").first.click()
    assert "番号が違うか、もう使われています。" in person.text
    assert person.page.title().startswith("エラー: ")


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(arrive: Arrive) -> None:
    person = arrive(width=DESK)
    said = set()
    for login in ("sato", "nobody"):
        person.goto("/staff/sign-in/")
        person.page.fill("[name=login]", login)
        person.page.fill("[name=password]", "wrong wrong wrong")
        person.page.locator("main form button").first.click()
        said.add(person.page.locator("#error-summary").inner_text())
    assert len(said) == 1


# -- a case ----------------------------------------------------------------------------------------


def test_from_the_work_list_through_a_correction_to_the_ticket(arrive: Arrive, sato: Person, house: House) -> None:
    sakura = arrive(as_=SAKURA)
    number = apply(sakura, COMING_OF_AGE)

    # 課の仕事: it waits there, and nobody has it.
    sato.goto("/staff/?scope=division")
    sato.page.locator("main").get_by_role("link", name=number).first.click()
    for words in ("ヤマダ　サクラ", "車いすの席", "住民記録", "点検", "未着手", "経過"):
        assert words in sato.text, words
    sato.press("審査を始める")
    assert "審査中" in sato.text

    # 補正を依頼する: choose, write, look, send.
    mails = len(new_mails(house, SAKURA, 0))
    sato.follow("補正を依頼する")
    sato.page.check('[name=points][value="support_document.0"]')
    sato.go_on()
    assert "ぼやけていて" in sato.page.locator("[name=sentence-support_document]").input_value()
    sato.press("送る前に確かめる")
    assert "まだ送っていません。" in sato.text
    sato.press("依頼を送る")
    assert "補正依頼中" in sato.text

    # The resident reads the same words, and corrects that and nothing else.
    sakura.goto("/inbox/")
    sakura.page.locator(f'main a[href*="/inbox/"], main a[href*="{number}"]').first.click()
    assert "直していただきたいところが1か所あります。" in sakura.text
    sakura.page.locator('main a[href$="/correction/"]').first.click()
    assert "書類の写真がぼやけていて読めません。明るい場所で撮り直してください。" in sakura.text
    sakura.go_on()
    assert sakura.page.locator("main [name=support_text]").count() == 0
    sakura.page.locator("main button[name=remove]").first.click()
    sakura.give({"support_document": {**PHOTO, "name": "akarui.jpg"}})
    sakura.go_on()
    assert sakura.heading == "直した内容の確認"
    assert "shorui.jpg" in sakura.text
    assert "akarui.jpg" in sakura.text
    sakura.go_on()
    assert sakura.heading == "直した内容を受け取りました"
    wait_for(lambda: len(new_mails(house, SAKURA, 0)) >= mails + 1, "no mail about the correction")

    # Back at the desk: what changed, then the decision with its consequences first.
    sato.goto("/staff/")
    sato.page.locator("main").get_by_role("link", name=number).first.click()
    assert "akarui.jpg" in sato.text
    sato.follow("承認する")
    sato.press("決定の前に確かめる")
    assert "まだ決定していません。この操作は取り消せません。" in sato.text
    assert "入場券" in sato.text
    sato.press("承認する")
    assert "承認" in sato.text
    assert re.search(r"文書番号 ?\d+みど子第\d+号", sato.text)

    # The resident has the ticket, and the item leaves the work list.
    def ticket() -> bool:
        sakura.goto(f"/items/{number}/")
        return sakura.page.locator('main a[href*="/documents/"]').count() > 0

    wait_for(ticket, "no ticket")
    sato.goto("/staff/")
    assert number not in sato.text
    assert sato.page.request.post(sato.at(f"/staff/cases/{number}/approve/")).status == 403


def test_a_refusal_says_why_by_which_rule_and_what_to_do(arrive: Arrive, sato: Person) -> None:
    zihan = arrive(as_=ZIHAN)
    number = apply(zihan)
    sato.goto(f"/staff/cases/{number}/")
    sato.press("審査を始める")
    sato.follow("不承認にする")
    sato.press("決定の前に確かめる")
    assert sato.page.title().startswith("エラー: ")  # no refusal without a reason
    sato.page.check("[name=reason_code][value=not_by_person]")
    sato.press("決定の前に確かめる")
    assert "審査請求" in sato.text
    assert "第5条第1項" in sato.text
    sato.press("不承認にする")
    assert "不承認" in sato.text
    zihan.goto(f"/items/{number}/")
    for words in (
        "不承認",
        "本人の申込みであることを確かめられなかったためです。",
        "3か月以内に、区長に審査請求ができます。",
    ):
        assert words in zihan.text, words


def test_two_officials_at_once_the_second_is_told_who_was_first(arrive: Arrive, sato: Person) -> None:
    aoi = arrive(as_=AOI)
    number = apply(aoi)
    suzuki = arrive(width=DESK, as_="suzuki")
    suzuki.goto(f"/staff/cases/{number}/")
    sato.goto(f"/staff/cases/{number}/")
    sato.press("審査を始める")
    suzuki.press("審査を始める")
    assert re.search(
        r"佐藤 真紀さんが\d+時\d+分に.+。あなたの操作は行われていません。最新の内容を表示します。", suzuki.text
    ), suzuki.text
    suzuki.goto(f"/staff/cases/{number}/approve/")
    suzuki.press("決定の前に確かめる")
    sato.goto(f"/staff/cases/{number}/")
    sato.follow("承認する")
    sato.press("決定の前に確かめる")
    form = sato.page.evaluate(
        "() => [...new FormData(document.querySelector('main form'))].map(([k, v]) => [k, String(v)])"
    )
    where = sato.page.url
    sato.press("承認する")
    suzuki.press("承認する")
    assert "あなたの操作は行われていません。" in suzuki.text
    # Sent twice by the same person: the done state, no complaint.
    again = sato.page.request.post(where, form={**dict(form), "act": "decide"}, headers={"Referer": where})
    assert again.ok
    assert again.url.endswith(f"/staff/cases/{number}/")
    assert "あなたの操作は行われていません。" not in again.text()


def test_a_protected_address_is_shown_nowhere_until_asked_for_by_right(arrive: Arrive, sato: Person) -> None:
    sato.goto("/staff/cases/?q=吉田")
    sato.goto("/staff/cases/?q=ヨシダ")
    assert "【閲覧制限】" in sato.text
    sato.page.locator("main tbody a").first.click()
    assert "非表示" in sato.text
    assert sato.page.get_by_role("button", name=re.compile("住所を表示する")).count() == 0
    exported = sato.page.request.get(sato.at("/staff/cases/export/")).text()
    line = next(line for line in exported.splitlines() if "葵" in line)
    assert "非表示" in line


# -- finding, file, figures ------------------------------------------------------------------------


def test_search_finds_by_number_name_and_reading(sato: Person, arrive: Arrive) -> None:
    sakura = arrive(as_=SAKURA)
    sakura.goto("/my/")
    sato.goto("/staff/cases/")
    number = sato.number()
    for words in (number, number.lower().replace("-", "")):
        sato.goto(f"/staff/search/?q={words}")
        assert number in sato.text, words
    sato.goto("/staff/search/?q=やまだ")
    assert "山田" in sato.text


def test_the_list_as_a_file_says_the_same_as_the_list(sato: Person) -> None:
    sato.goto("/staff/cases/?status=approved")
    shown = sato.page.locator("main tbody tr").count()
    assert shown
    link = sato.page.locator('main a[href*="/staff/cases/export/"]').first.get_attribute("href")
    got = sato.page.request.get(sato.house.origin + str(link))
    assert got.body().startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(got.body().decode("utf-8-sig"))))
    assert table[0][:5] == ["受付番号", "手続", "氏名", "フリガナ", "状態"]
    assert len(table) - 1 == shown
    assert {row[4] for row in table[1:]} == {table[1][4]}
    sjis = sato.page.request.get(sato.at("/staff/cases/export/?encoding=sjis"))
    assert "受付番号" in sjis.body().decode("cp932")


def test_the_divisions_figures_count_what_was_decided(sato: Person) -> None:
    sato.goto("/staff/figures/")
    decided = sato.page.locator("main table").filter(has_text="承認").first
    row = decided.locator("tbody tr", has_text="二十歳のつどい")
    received, approved, refused = (int(row.locator("td").nth(i).inner_text()) for i in range(3))
    assert approved >= 1
    assert refused >= 1
    assert received >= approved + refused
    sato.goto("/staff/cases/?status=refused")
    assert sato.page.locator("main tbody tr").count() == refused
    csv_url = sato.page.request.get(sato.at("/staff/figures/csv/"))
    assert csv_url.ok


def test_another_divisions_cases_are_not_there(arrive: Arrive, sato: Person) -> None:
    sato.goto("/staff/cases/")
    number = sato.number()
    takagi = arrive(width=DESK, as_="takagi")
    for path in (f"/staff/cases/{number}/", f"/staff/cases/{number}/approve/", f"/staff/cases/{number}/correction/"):
        answer = takagi.goto(path)
        assert answer
        assert answer.status == 404, path
    takagi.goto(f"/staff/search/?q={number}")
    assert "見つかりませんでした" in takagi.text
    assert number not in takagi.page.request.get(takagi.at("/staff/cases/export/")).text()
