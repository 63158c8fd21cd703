"""Nothing is wired to the first procedure: a second from its file alone, and a third that nobody foresaw."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

from . import page_checks as checks
from .browsing import DESK, PHOTO, Person, wait_for
from .conftest import House, environ_for

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AI, SAKURA = "ai@midori.example", "sakura@midori.example"

REISSUE: dict[str, Any] = {
    "child_ok": "yes",
    "vaccines": ["varicella"],
    "reason": "lost",
    "handbook": PHOTO,
    "delivery": "register",
    "phone": "0312345678",
}

BICYCLE = Path(__file__).parent / "tiny_procedure.yaml"


def decide(official: Person, number: str) -> None:
    """Take and approve."""
    official.goto(f"/staff/cases/{number}/")
    official.press("審査を始める")
    official.follow("承認する")
    official.press("決定の前に確かめる")
    official.press("承認する")


def test_a_parent_applies_for_a_child_of_the_household(arrive: Arrive) -> None:
    ai = arrive(as_=AI)
    ai.goto("/procedures/?q=予診票 なくした")
    ai.follow("予防接種予診票の再発行")
    ai.follow("申請を始める")
    children = ai.page.locator("main label").all_inner_texts()
    assert [name for name in children if "律" in name]
    assert not [name for name in children if "大樹" in name]  # the husband is no child
    ai.page.get_by_label("佐々木　律").check()
    ai.go_on()
    assert "佐々木　律" in ai.text
    ai.give(REISSUE)
    ai.go_on()

    # The photo is asked for and can't be left out.
    ai.answer_all({k: v for k, v in REISSUE.items() if k != "handbook"}, until="/handbook/")
    ai.go_on()
    assert ai.page.title().startswith("エラー: ")
    assert ai.path.endswith("/handbook/")
    seen = ai.answer_all(REISSUE)
    assert seen[0] == "handbook"
    number = ai.declare_and_send()

    takagi = arrive(width=DESK, as_="takagi")
    decide(takagi, number)
    assert "承認" in takagi.text
    assert "みど保" in takagi.text  # its own division's document numbers

    def notice() -> bool:
        ai.goto(f"/items/{number}/")
        return ai.page.locator('main a[href*="/documents/"]').count() > 0

    wait_for(notice, "no notice")


def test_it_was_the_file_alone() -> None:
    """No program of the house knows the name of a procedure that came after the first; its sample ward may."""
    names = ("vaccination-form-reissue", "vaccination_form", "juminhyo-copy", "neighbourhood-subsidy")
    named = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src" / "jichi").rglob("*.py")
        if "/tests/" not in path.as_posix()
        and not path.name.startswith("sample")
        and any(name in path.read_text(encoding="utf-8") for name in names)
    ]
    assert named == []


@pytest.fixture(scope="module")
def bicycle(house: House) -> None:
    """The third procedure, published by its command."""
    subprocess.run(
        [sys.executable, "-m", "jichi.config.cli", "procedure", "publish", str(BICYCLE)],
        check=True, env=environ_for(house.database.app_url, house.home), stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.usefixtures("bicycle")
def test_a_third_procedure_goes_from_a_phone_to_a_decision_without_code(arrive: Arrive) -> None:
    sakura = arrive(as_=SAKURA)
    sakura.goto("/procedures/?q=ヘルメット")
    sakura.follow("自転車用ヘルメットの貸出し")
    sakura.follow("申請を始める")
    sakura.go_on()
    sakura.give({"size": "large"})
    sakura.go_on()
    sakura.give({"days": "8"})
    sakura.go_on()
    assert sakura.page.title().startswith("エラー: ")
    sakura.give({"days": "3"})  # full width is understood
    sakura.go_on()
    assert "3日" in sakura.text
    number = sakura.declare_and_send()
    takagi = arrive(width=DESK, as_="takagi")
    decide(takagi, number)
    sakura.goto(f"/items/{number}/")
    assert "ヘルメットを貸し出します。" in sakura.text


# -- many at once ----------------------------------------------------------------------------------


def look(person: Person) -> None:
    """The page as it stands is whole, narrow enough, readable and reachable."""
    page = person.page
    found = checks.structure_findings(page) + checks.width_findings(page) + checks.axe_findings(page)
    assert found + checks.target_findings(page, checks.POINTER) == [], person.path


def borrow(person: Person) -> str:
    """One more application for a helmet; its number."""
    person.goto("/procedures/bicycle-helmet/who/")
    person.go_on()
    person.answer_all({"size": "small", "days": "2"})
    return person.declare_and_send()


@pytest.mark.usefixtures("bicycle")
def test_many_are_decided_with_a_preview_and_a_page_of_progress(arrive: Arrive) -> None:
    sakura, takagi = arrive(as_=SAKURA), arrive(width=DESK, as_="takagi")
    numbers = [borrow(sakura) for _n in range(3)]
    takagi.goto("/staff/cases/?status=received&procedure=bicycle-helmet")
    marks = takagi.page.locator("main input[name=row]")
    assert marks.count() == 3
    for place in range(3):
        marks.nth(place).focus()
        takagi.page.keyboard.press("Space")
    takagi.press("選んだ案件をまとめて決定する")
    assert "選んだ案件は3件です。" in takagi.text
    look(takagi)
    takagi.give({"outcome": "refused"})
    takagi.press("始める前に確かめる")
    assert takagi.page.title().startswith("エラー: ")  # nobody is refused without a reason
    takagi.give({"outcome": "approved"})
    sakura.goto(f"/items/{numbers[0]}/withdraw/")  # meanwhile one takes it back
    sakura.go_on()
    takagi.press("始める前に確かめる")
    assert takagi.heading == "2件を承認しますか"
    assert "決定しないもの(1件)" in takagi.text
    look(takagi)
    takagi.press("2件を承認する")
    progress = takagi.path
    look(takagi)

    def ended() -> bool:
        takagi.goto(progress)
        return "決定 2件、決定しなかったもの 1件" in takagi.text

    wait_for(ended, "the run does not end")
    look(takagi)
    assert numbers[0] in takagi.text
    assert takagi.page.locator("main form").count() == 0  # nothing to stop any more
    sakura.goto(f"/items/{numbers[1]}/")
    assert "ヘルメットを貸し出します。" in sakura.text
