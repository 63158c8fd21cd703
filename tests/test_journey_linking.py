"""A login becomes a person of the register: by a letter, or at the desk when nothing fits. The page never tells which."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jichi.sample.accounts import link_hint

from . import page_checks as checks
from .browsing import DESK, Person
from .house.tree import report

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
DAISUKE, NEWCOMER = "daisuke@midori.example", "newcomer@midori.example"


def ask(person: Person, **other: str) -> str:
    """Enter what 鈴木大輔 knows of himself, or something else; what the page says then."""
    known = link_hint()
    told = {
        "kana": known.kana, "postcode": known.postcode, "birth_date_era": "", "birth_date_y": str(known.birth_date.year),
        "birth_date_m": str(known.birth_date.month), "birth_date_d": str(known.birth_date.day), **other,
    }  # fmt: skip
    person.goto("/my/link/")
    person.page.locator("[name=birth_date_era]").select_option(index=0)
    person.give({name: value for name, value in told.items() if name != "birth_date_era"})
    person.go_on()
    return re.sub(r"フリガナ.*?手紙が届いたら", "", person.text)


def test_a_letter_links_a_login_with_the_register(arrive: Arrive, tmp_path: Path) -> None:
    wrong: list[str] = []

    def look(person: Person, what: str) -> None:
        found = checks.structure_findings(person.page) + checks.axe_findings(person.page)
        wrong.extend(f"{what}: {text}" for text in found + checks.width_findings(person.page))

    daisuke = arrive(as_=DAISUKE)
    daisuke.goto("/my/link/")
    daisuke.go_on()
    assert daisuke.page.title().startswith("エラー: ")
    look(daisuke, "link, nothing entered")
    said = ask(daisuke)
    look(daisuke, "waiting for the letter")
    assert daisuke.heading == "確認の手紙を待っています"

    # Somebody whom the register does not know reads the very same.
    newcomer = arrive(as_=NEWCOMER)
    assert ask(newcomer, kana="ダレデモ　ナイ") == said

    mori = arrive(width=DESK, as_="mori")
    mori.goto("/staff/links/")
    look(mori, "requests")
    mori.page.locator("main tbody tr", has_text="手紙を印刷して送る").locator("a").first.click()
    mori.page.wait_for_load_state()
    look(mori, "a request")
    letter = mori.page.locator('form[action$="/letter/"]')
    token = letter.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    answer = mori.page.request.post(
        mori.house.origin + str(letter.get_attribute("action")),
        form={"csrfmiddlewaretoken": str(token)}, headers={"Referer": mori.page.url},
    )  # fmt: skip
    assert answer.headers["content-type"] == "application/pdf"
    pdf = tmp_path / "letter.pdf"
    pdf.write_bytes(answer.body())
    words = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    code = re.search(r"(?<![0-9A-Z-])[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}(?![0-9A-Z-])", words)
    assert code, words
    mori.page.reload()
    assert code[0] not in mori.page.content()

    daisuke.give({"code": "2222-2222"})
    daisuke.press("番号を確かめる")
    assert "番号が違います" in daisuke.text
    look(daisuke, "wrong code")
    daisuke.give({"code": code[0].lower().replace("-", " ")})
    daisuke.press("番号を確かめる")
    assert "結び付けが済みました。" in daisuke.text
    assert "鈴木　大輔" in daisuke.text
    daisuke.goto("/my/family/")
    assert "鈴木　大輔" in daisuke.text

    # The other one is decided at the desk.
    mori.goto("/staff/links/")
    mori.page.locator("main tbody a").first.click()
    mori.page.wait_for_load_state()
    mori.follow("理由を書いて断る")
    look(mori, "refusing")
    mori.page.locator("main textarea").fill("住民登録が見つかりません。")
    mori.press("断る")
    newcomer.goto("/my/link/")
    assert "住民登録が見つかりません。" in newcomer.text
    look(newcomer, "refused")
    assert not wrong, report(wrong)
