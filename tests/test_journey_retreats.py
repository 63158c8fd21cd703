"""J6: a resident finds a room, registers and books in one go, changes people, cancels; the desk and the division look at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from jichi.kernel import clock

from .browsing import DESK, Person
from .house.tree import report
from .page_checks import look

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]


def test_a_resident_books_a_room_and_the_house_looks_after_it(arrive: Arrive) -> None:
    wrong: list[str] = []
    day = (clock.today() + timedelta(days=41)).isoformat()  # after what the sample has
    sakura = arrive(as_="sakura@midori.example")
    sakura.goto(f"/retreats/?day={day}&nights=2")
    look(sakura, wrong)
    sakura.goto(f"/retreats/midori-so/?month={day[:7]}")
    look(sakura, wrong)
    sakura.goto(f"/retreats/midori-so/washitsu/{day}/?nights=2")
    look(sakura, wrong)
    sakura.page.locator("main input[name=n-resident_adult]").fill("2")
    sakura.page.locator("main input[name=meals][value=two]").check()
    sakura.go_on()
    look(sakura, wrong)
    sakura.page.locator("main input[name=kind][value=resident]").check()
    sakura.page.locator("main input[name=phone]").fill("03-1234-5678")
    sakura.go_on()
    assert "入湯税" in sakura.text
    look(sakura, wrong)
    sakura.press("予約する")
    assert sakura.heading == "予約しました"
    look(sakura, wrong)
    sakura.follow("予約の記録を見る")
    look(sakura, wrong)
    stay = sakura.path
    sakura.follow("人数と食事を変える")
    sakura.page.locator("main input[name=n-resident_adult]").fill("3")
    sakura.press("新しい料金を見る")
    look(sakura, wrong)
    sakura.press("この内容に変える")
    sakura.follow("宿泊を取り消す")
    look(sakura, wrong)
    sakura.goto("/retreats/mine/")
    look(sakura, wrong)

    okada = arrive(as_="okada", width=DESK)
    house = "/staff/retreats/houses/midori-so/"
    for path in ("/staff/retreats/", f"/staff{stay.replace('/mine/', '/stays/')}", "/staff/retreats/houses/",
                 "/staff/retreats/houses/new/", house, f"{house}change/", f"{house}rooms/", f"{house}closures/",
                 f"{house}day/", f"{house}telephone/", "/staff/retreats/members/", f"{house}lotteries/",
                 "/staff/retreats/figures/", f"{house}tariffs/new/"):  # fmt: skip
        okada.goto(path)
        look(okada, wrong)
    okada.goto(f"{house}tariffs/new/")
    okada.page.locator("main input[name=day]").fill("2030-04-01")
    okada.press("保存する")
    look(okada, wrong)
    okada.goto(okada.path + "file/")
    look(okada, wrong)
    okada.goto("/staff/retreats/houses/umi-no-ie/lotteries/")
    month = okada.page.locator("main ul a").first.get_attribute("href") or ""
    okada.goto(month)
    look(okada, wrong)
    sakura.goto(month.replace("/staff/retreats/houses/umi-no-ie/lotteries/", "/retreats/umi-no-ie/lottery/"))
    look(sakura, wrong)
    assert not wrong, report(wrong)
    assert sakura.problems == okada.problems == []


def test_the_inn_signs_in_and_confirms_a_stay(arrive: Arrive) -> None:
    """A partner inn: the guest asks, the inn says yes on its own pages and sees nobody else's guests."""
    wrong: list[str] = []
    day = (clock.today() + timedelta(days=42)).isoformat()
    sakura = arrive(as_="sakura@midori.example")
    sakura.goto(f"/retreats/kaede/kyakushitsu/{day}/")
    sakura.page.locator("main input[name=n-resident_adult]").fill("2")
    sakura.page.locator("main input[name=meals][value=two]").check()
    sakura.go_on()
    sakura.page.locator("main input[name=kind][value=resident]").check()
    sakura.page.locator("main input[name=phone]").fill("03-1234-5678")
    sakura.go_on()
    sakura.press("予約する")
    look(sakura, wrong)
    sakura.follow("予約の記録を見る")
    assert "宿が確認しています" in sakura.text
    stay = sakura.path

    inn = arrive(as_="kaede", width=DESK)
    inn.goto("/staff/retreats/")
    look(inn, wrong)
    record = f"/staff{stay.replace('/mine/', '/stays/')}"
    assert inn.page.locator(f'main a[href="{record}"]').count() == 1
    inn.goto(record)
    look(inn, wrong)
    assert "宿の返事" in inn.text
    inn.press("お断りする")  # without a reason nothing is refused
    assert "宿の確認待ち" in inn.text
    inn.press("受ける")
    assert "予約済み" in inn.text
    assert "宿の返事" not in inn.text
    look(inn, wrong)

    sakura.goto(stay)
    assert "予約できました" in sakura.text
    look(sakura, wrong)
    assert not wrong, report(wrong)
    assert sakura.problems == []
