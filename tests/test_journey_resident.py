"""A resident on a phone: from looking for 二十歳のつどい to the ticket that anybody can check."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jichi.engines.messages import mailbox

from .browsing import COMING_OF_AGE, DESK, SHORT, Person, new_mails, wait_for
from .conftest import House

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AOI, ZIHAN = "sakura@midori.example", "aoi@midori.example", "zihan@midori.example"
START = "/procedures/coming-of-age/"


def begin(person: Person) -> None:
    """From the start page to the first question; one's own name is the only one to choose."""
    person.goto(START)
    person.page.locator('main .actions a[href$="/who/"]').click()
    person.go_on()


def apply(person: Person, answers: object = SHORT) -> str:
    """A whole application, quickly; its receipt number."""
    begin(person)
    person.answer_all(answers)  # type: ignore[arg-type] # a mapping
    return person.declare_and_send()


def withdraw(person: Person, number: str) -> None:
    """Take an application back, so that the same person may apply again."""
    person.goto(f"/items/{number}/withdraw/")
    person.go_on()
    assert person.path == f"/items/{number}/"


def rows(house: House, query: str, *values: object) -> list[tuple[object, ...]]:
    """What is really in the database, past row security."""
    with psycopg.connect(house.database.super_url) as there:
        return there.execute(query, values).fetchall()  # type: ignore[arg-type] # constants of these tests


def cases_of(house: House, email: str) -> int:
    """How many applications this account has."""
    found = rows(
        house,
        "SELECT count(*) FROM eng_cases_case c JOIN eng_accounts_account a ON a.id = c.account_id WHERE a.email = %s",
        email,
    )
    return int(str(found[0][0]))


@pytest.fixture
def sakura(arrive: Arrive) -> Iterator[Person]:
    """山田さくら, signed in on her phone; what she began or applied for is thrown away or withdrawn afterwards."""
    person = arrive(as_=SAKURA)
    yield person
    clear(person)


def clear(person: Person) -> None:
    """No drafts, nothing open: the next test begins anew."""
    person.goto("/my/")
    drafts = person.page.locator('main a[href*="/apply/"]')
    for address in {drafts.nth(i).get_attribute("href") for i in range(drafts.count())}:
        person.page.goto(f"{person.house.origin}{address}discard/")
        person.go_on()
    person.goto("/my/")
    links = person.page.locator('main a[href^="/items/"]')
    numbers = {
        re.findall(r"/items/([^/]+)/", links.nth(i).get_attribute("href") or "")[0] for i in range(links.count())
    }
    for number in numbers:
        person.goto(f"/items/{number}/")
        if person.page.locator('main a[href$="/withdraw/"]').count():
            withdraw(person, number)


# -- finding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["成人式", "せいじんしき", "二十歳", "ハタチ", "セイジンシキ"])
def test_plain_words_find_the_procedure(arrive: Arrive, words: str) -> None:
    person = arrive()
    person.goto("/")
    person.page.locator("main form[role=search] input").fill(words)
    person.page.locator("main form[role=search] button").click()
    person.follow(re.compile("二十歳のつどい"))
    assert person.path == START


def test_a_life_event_leads_to_the_procedure(arrive: Arrive) -> None:
    person = arrive()
    person.goto("/")
    person.follow("成人")
    person.follow(re.compile("二十歳のつどい"))
    assert person.path == START


def test_words_that_find_nothing_say_what_else_to_do(arrive: Arrive) -> None:
    person = arrive()
    person.goto("/procedures/?q=ぞうのさんぽ")
    assert (
        "『ぞうのさんぽ』に当てはまる手続は見つかりませんでした。別の言葉で探すか、電話でおたずねください。"
        in person.text
    )


def test_the_start_page_says_who_when_what_and_which_other_ways(arrive: Arrive) -> None:
    person = arrive()
    person.goto(START)
    assert person.heading == "二十歳のつどい 参加申込"
    for words in ("本人が申し込んでください", "2027年3月31日", "0円", "約5分", "メールアドレス", "窓口", "郵送"):
        assert words in person.text


# -- the whole way ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_whole_way_from_a_phone(arrive: Arrive, house: House, scripts: bool) -> None:
    before = len(mailbox.mails(house.mailbox, to=SAKURA, limit=500))
    person = arrive(scripts=scripts)
    person.goto("/procedures/?q=成人式")
    person.follow(re.compile("二十歳のつどい"))
    person.follow("申請を始める")
    assert person.path == "/sign-in/"
    person.sign_in(SAKURA)
    assert person.path == f"{START}who/"
    assert person.page.get_by_label("山田　さくら").is_checked()
    person.press("次へ進む")
    assert "山田　さくら" in person.text  # what the register knows is shown, not asked
    seen = person.answer_all(COMING_OF_AGE)
    assert seen == [
        "register", "reading", "companion", "companion_details", "support", "support_details", "photo", "contact"
    ]  # fmt: skip
    assert person.heading == "申請内容の確認"
    for words in (
        "ヤマダ　サクラ",
        "山田　由美子",
        "車いすの席",
        "中国語",
        "電動車いすを使います。",
        "shorui.jpg",
        SAKURA,
    ):
        assert words in person.text
    number = person.declare_and_send()
    assert person.heading == "申請を受け付けました"
    assert "までにお知らせします" in person.text

    # The inbox has it at once; the mail carries no content.
    person.goto("/inbox/")
    assert number in person.text or "二十歳のつどい" in person.text
    mail = wait_for(
        lambda: [m for m in new_mails(house, SAKURA, before) if number.replace("-", "") in m.body.replace("-", "")],
        "no mail about the application",
    )[0]
    assert "山田" not in mail.body
    assert "電動車いす" not in mail.body

    # The record of it.
    person.goto(f"/items/{number}/")
    assert person.heading == "二十歳のつどい 参加申込"
    assert number in person.text
    assert "受付済" in person.text
    assert "shorui.jpg" in person.text
    person.follow("この申請を取り下げる")
    person.press("取り下げる")
    assert "取り下げました" in person.text
    assert "取下げ" in person.text


def test_leaving_and_going_on_with_another_device(arrive: Arrive, sakura: Person) -> None:
    begin(sakura)
    for answers in ({"register_ok": "yes"}, {}, {"with_companion": "yes"}):
        sakura.give(answers)
        sakura.press("次へ進む")
    sakura.give({"companion_name": "山田　由美子", "companion_relation": "parent"})
    sakura.press("保存して中断する")
    assert sakura.heading == "保存しました"

    tablet = arrive(width=DESK)
    tablet.goto("/my/")
    tablet.sign_in(SAKURA)
    assert "ページまで入力済み" in tablet.text
    tablet.page.locator('main a[href*="/apply/"]').first.click()
    assert tablet.path.endswith("/q/support/")  # the first page with nothing on it
    tablet.page.go_back()
    seen = []
    tablet.page.locator('main a[href*="/apply/"]').first.click()
    seen = tablet.answer_all(SHORT)
    assert seen == ["support", "photo", "contact"]
    assert "山田　由美子" in tablet.text
    tablet.declare_and_send()

    # Back on the phone, the old page leads to what was received.
    sakura.page.reload()
    sakura.page.go_back()
    sakura.page.reload()
    assert sakura.heading == "申請を受け付けました"


def test_nothing_is_lost_by_an_answer_that_does_not_fit(sakura: Person) -> None:
    begin(sakura)
    sakura.give({"register_ok": "yes"})
    sakura.go_on()
    sakura.give({"name_kana": "山田さくら"})
    sakura.go_on()
    assert sakura.page.title().startswith("エラー: ")
    assert sakura.page.locator("main [name=name_kana]").input_value() == "山田さくら"
    assert sakura.page.locator("#error-summary").is_visible()
    summary = sakura.page.locator("#error-summary a").first.inner_text()
    assert summary in sakura.page.locator(".field.wrong .error").first.inner_text()


def test_a_change_from_the_check_page_comes_back_to_it(sakura: Person) -> None:
    begin(sakura)
    sakura.answer_all(SHORT)
    sakura.page.locator('main a[href*="/q/photo/"]').click()
    sakura.give({"photo_ok": "yes"})
    sakura.go_on()
    assert sakura.heading == "申請内容の確認"


# -- once only -------------------------------------------------------------------------------------


def test_a_double_press_sends_once(sakura: Person, house: House) -> None:
    had = cases_of(house, SAKURA)
    begin(sakura)
    sakura.answer_all(SHORT)
    for box in sakura.page.locator("main form input[type=checkbox]").all():
        box.check()
    sakura.page.locator("main form .actions button").first.dblclick(no_wait_after=True)
    sakura.page.wait_for_url("**/done/**")
    assert sakura.heading == "申請を受け付けました"
    assert cases_of(house, SAKURA) == had + 1


def test_the_back_button_and_a_replayed_post_lead_to_the_same_receipt(sakura: Person, house: House) -> None:
    had = cases_of(house, SAKURA)
    begin(sakura)
    sakura.answer_all(SHORT)
    check = sakura.page.url
    form = sakura.page.evaluate(
        "() => [...new FormData(document.querySelector('main form'))].map(([k, v]) => [k, String(v)])"
    )
    number = sakura.declare_and_send()
    replayed = sakura.page.request.post(
        check, form={**dict(form), "declare-own_application": "1"}, headers={"Referer": check}
    )
    assert replayed.ok
    assert number in replayed.text()
    assert "すでに受け付けています" in replayed.text()
    sakura.page.go_back()
    sakura.page.reload()
    assert number in sakura.text
    sakura.page.goto(check)
    assert number in sakura.text
    assert cases_of(house, SAKURA) == had + 1


def test_a_form_sent_from_elsewhere_is_refused(sakura: Person, house: House) -> None:
    had = cases_of(house, SAKURA)
    begin(sakura)
    sakura.answer_all(SHORT)
    answer = sakura.page.request.post(sakura.page.url, form={"declare-own_application": "1"})
    assert answer.status == 403
    assert cases_of(house, SAKURA) == had


def test_a_second_application_of_the_same_person_is_refused_in_words(sakura: Person, house: House) -> None:
    number = apply(sakura)
    had = cases_of(house, SAKURA)
    begin(sakura)
    assert sakura.path == f"/items/{number}/"
    assert "すでに" in sakura.text
    assert cases_of(house, SAKURA) == had


def test_two_windows_overwrite_nothing_silently(sakura: Person) -> None:
    begin(sakura)
    sakura.give({"register_ok": "yes"})
    sakura.go_on()
    address = sakura.page.url
    other = Person(sakura.page.context.new_page(), sakura.house)
    other.page.goto(address)
    sakura.give({"name_kana": "ヤマダ　サクラ"})
    sakura.go_on()
    other.give({"name_kana": "ヤマダ　サクラコ"})
    other.go_on()
    assert "ヤマダ　サクラコ" in other.text
    assert "何も上書きしていません" in other.text
    other.press("いま入力した内容で続ける")
    sakura.page.goto(address)
    assert sakura.page.locator("[name=name_kana]").input_value() == "ヤマダ　サクラコ"


# -- others' things --------------------------------------------------------------------------------


def test_another_household_sees_nothing_by_guessed_addresses(arrive: Arrive, sakura: Person) -> None:
    begin(sakura)
    draft = sakura.path
    sakura.answer_all(SHORT)
    number = sakura.declare_and_send()
    stranger = arrive(as_=AOI)
    for path in (draft, draft.split("/q/")[0] + "/check/", f"/items/{number}/", f"/items/{number}/withdraw/"):
        answer = stranger.goto(path)
        assert answer
        assert answer.status == 404, path
        assert "山田" not in stranger.text


# -- languages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "email"), [("easy", SAKURA), ("en", AOI), ("zh-hans", ZIHAN), ("ko", AOI)])
def test_the_way_in_every_language(arrive: Arrive, language: str, email: str) -> None:
    person = arrive(language=language)
    in_language(person, email)


@pytest.mark.matrix
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [320, DESK])
@pytest.mark.parametrize("language", ["ja", "easy", "en", "zh-hans", "ko"])
def test_the_way_in_every_language_and_width(arrive: Arrive, language: str, width: int, scripts: bool) -> None:
    person = arrive(language=language, width=width, scripts=scripts, as_=AOI)
    in_language(person, AOI)


JAPANESE_ONLY = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]{2,}")
"""Kana: in a Chinese or Korean or English page they can only be names or words of the register."""


def in_language(person: Person, email: str) -> None:
    """Apply and withdraw; every page stays in the language, with its `lang`."""
    html = {"easy": "ja", "zh-hans": "zh-Hans"}.get(person.language, person.language)
    person.goto(START)
    person.page.locator('main .actions a[href$="/who/"]').click()
    if person.path == "/sign-in/":
        person.sign_in(email)
    if not person.page.locator("main input[type=radio]:checked").count():
        person.page.locator("main input[type=radio]").first.check()
    person.go_on()
    prefix = "" if person.language == "ja" else f"/{person.language}"
    for _page in range(12):
        assert person.page.url.startswith(f"{person.house.origin}{prefix}/apply/"), person.page.url
        assert (person.page.locator("html").get_attribute("lang") or "").lower() == html.lower()
        if person.path.endswith("/check/"):
            break
        person.give(SHORT)
        person.go_on()
    number = person.declare_and_send()
    assert person.page.url.startswith(f"{person.house.origin}{prefix}/")
    withdraw(person, number)


# -- the ticket ------------------------------------------------------------------------------------


def test_the_ticket_is_a_pdf_that_anybody_can_check(arrive: Arrive, house: House, tmp_path: Path) -> None:
    person = arrive(as_=ZIHAN)
    number = apply(person)
    official = arrive(width=DESK, as_="sato")
    official.goto(f"/staff/cases/{number}/")
    official.press("審査を始める")
    official.follow("承認する")
    official.page.locator("main form .actions button").first.click()
    official.page.locator("main form .actions button").first.click()
    assert "承認" in official.text

    def ticket() -> str | None:
        person.goto(f"/items/{number}/")
        link = person.page.locator('main a[href*="/documents/"]')
        return link.first.get_attribute("href") if link.count() else None

    address = wait_for(ticket, "no ticket")
    got = person.page.request.get(house.origin + address)
    assert got.headers["content-type"] == "application/pdf"
    pdf = tmp_path / "ticket.pdf"
    pdf.write_bytes(got.body())
    assert got.body().startswith(b"%PDF-")
    words = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\b([2-9A-HJ-NP-Z]{4}(?:[- ][2-9A-HJ-NP-Z]{4}){3})\b", words)
    assert found, words
    code = found[1]
    assert re.search(r"氏名\s+WANG\s+ZIHAN", words), words

    # A stranger with the paper in the hand.
    stranger = arrive()
    stranger.goto("/verify/")
    stranger.page.fill("main input[name=code]", code.lower())
    stranger.press("確かめる")
    assert stranger.heading == "本物です"
    assert number in stranger.text
    last = code[-1]
    altered = code[:-1] + ("2" if last != "2" else "3")
    stranger.goto("/verify/")
    stranger.page.fill("main input[name=code]", altered)
    stranger.press("確かめる")
    assert "本物です" not in stranger.text

    # A code that is well formed, but of nothing.
    from jichi.kernel.receipt_number import new_number

    well_formed = new_number(b"\x01" * 8) + new_number(b"\x02" * 8)
    stranger.goto(f"/verify/{well_formed}/")
    assert stranger.heading == "確認できません"

    # The other person's ticket is nobody else's.
    other = arrive(as_=AOI)
    assert other.page.request.get(house.origin + address).status == 404
