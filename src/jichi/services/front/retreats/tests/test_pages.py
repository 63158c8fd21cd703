"""Pages of retreats as people press them: booking by steps, the five languages, the division's and the desk's pages."""

from __future__ import annotations

import io
import re
import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from pypdf import PdfReader

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.calendar import add_months

from .. import actions
from . import inn as place
from .inn import SYSTEM, Inn, book

inn = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _owner(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id


def _clerk() -> UUID:
    return accounts.create_staff_account(
        actor=SYSTEM, login="clerk", name="担当 一郎", password=secrets.token_urlsafe(16), roles=("section_chief",),
        division_codes=("RETREAT",),
    ).pk  # fmt: skip


@pytest.mark.parametrize("language", ["", "/easy", "/en", "/zh-hans", "/ko"])
def test_a_stay_is_booked_page_by_page_in_every_language(inn: Inn, language: str) -> None:
    page, day = browser(_owner(inn.hanako)), clock.today() + timedelta(days=9)
    address = f"{language}/retreats/minato/washitsu/{day}/"

    def shown(path: str, status: int = 200, posted: dict[str, str] | None = None) -> str:
        answer = page.post(path, posted) if posted else page.get(path)
        assert answer.status_code == status, path
        html = answer.content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        if language == "/easy":
            assert not missing_readings(main), path
        plain = re.sub(r"<(\w+)[^>]*data-noruby[^>]*>.*?</\1>|<[a-z]+ lang=\"ja\".*?</\w+>|<input[^>]*>", "", main,
                       flags=re.DOTALL)  # fmt: skip
        assert language in ("", "/easy") or not re.search("[\u3041-\u3096]{2}", plain), path
        return main

    for path in ("", f"?day={day}&nights=2&people=2", f"minato/?month={day:%Y-%m}", "minato/?month=x&room=y", "mine/"):
        shown(f"{language}/retreats/{path}")
    shown(f"{language}/retreats/?day=x", 422)
    given = {"step": "stay", "nights": "2", "n-works_adult": "5", "meals": "two", "press": "p"}
    shown(address)
    shown(address, 422, given)
    given["n-works_adult"] = "2"
    shown(address, posted=given)
    given |= {"step": "who", "kind": "works", "name": "Hanako", "phone": ""}
    shown(address, 422, given)
    given |= {"phone": "03-1234-5678", "workplace": "Midori"}
    assert "37" in shown(address, posted=given)  # 24,000 + 4 × 3,300 + 600
    given |= {"step": "check", "shown": "1"}
    shown(address, 409, given)
    given["shown"] = "37800"
    done = page.post(address, given)["Location"]
    assert page.post(address, given)["Location"] == done
    stay = done.removesuffix("done/")
    assert f'href="{stay}"' in page.get(f"{language}/my/").content.decode()
    for path in (done, stay, f"{stay}people/", f"{stay}cancel/", f"{language}/retreats/mine/"):
        shown(path)
    assert browser(_owner(inn.taro)).get(stay).status_code == 404
    shown(f"{stay}people/", posted={"n-works_adult": "1", "meals": "none", "act": "look"})
    changed = page.post(f"{stay}people/", {"n-works_adult": "1", "meals": "none", "act": "change", "shown": "12300"})
    assert changed.status_code == 302
    shown(f"{stay}cancel/", 409, {"shown": "0"})
    assert page.post(f"{stay}cancel/", {"shown": "3600"}).status_code == 302  # nine days before: 30 %
    shown(stay)


def test_the_division_works_on_its_pages(inn: Inn) -> None:
    page, day = browser(_clerk()), clock.today() + timedelta(days=9)
    book(inn.hanako, "a", day=day)
    number = book(inn.taro, "b", code="kaede", day=day).number
    base = "/staff/retreats/"
    house = f"{base}houses/minato/"
    for path in (base, f"{base}?q=x&house=minato&state=booked&first=2020-01-01", f"{base}stays.csv", f"{base}houses/",
                 f"{base}houses/new/", house, f"{house}change/", f"{house}rooms/", f"{house}closures/",
                 f"{house}day/?day={day}", f"{house}telephone/", f"{house}tariffs/new/", f"{house}lotteries/",
                 f"{base}figures/", f"{base}figures.csv?year=2026", f"{base}members/"):  # fmt: skip
        assert page.get(path).status_code == 200, path
    stay = f"{base}stays/{number[:4]}-{number[4:]}/"
    assert "宿の返事" in page.get(stay).content.decode()
    assert page.post(stay, {"act": "refuse", "reason": ""}).status_code == 422
    assert page.post(stay, {"act": "accept"}).status_code == 302
    assert page.post(stay, {"act": "arrive"}).status_code == 409
    later = clock.today() + timedelta(days=200)
    tariff = page.post(f"{house}tariffs/new/", {"day": later.isoformat()})["Location"]
    assert page.get(tariff).status_code == page.get(f"{tariff}file/").status_code == 200
    assert page.post(tariff, {"act": "save", "seasons": "夏 | x", "bands": "0 | 50"}).status_code == 422
    saved = page.post(tariff, {"act": "save", "seasons": "通常期間", "bands": "0 | 50", "p-0-resident_adult": "4000"})
    assert saved.status_code == 302
    assert page.get(f"{tariff}tariff.csv").content.decode("utf-8-sig").count("料金,通常期間,区民の大人") == 1
    assert page.post(tariff, {"act": "publish"}).status_code == 302
    call = {"check_in": day.isoformat(), "nights": "1", "room": "washitsu", "n-works_adult": "2", "meals": "none",
            "name": "電話 花子", "phone": "03-1", "kind": "works", "workplace": "店", "vouched": "1",
            "press": "p"}  # fmt: skip
    assert "12,300円" in page.post(f"{house}telephone/", {**call, "act": "look"}).content.decode()
    assert "予約しました" in page.post(f"{house}telephone/", {**call, "act": "book"}).content.decode()
    closed = {"first": later.isoformat(), "last": later.isoformat(), "reason": "点検"}
    assert page.post(f"{house}closures/", closed).status_code == 302
    rooms = page.post(f"{house}rooms/", {"rooms": "washitsu | 和室 | 1 | 4 | 松 竹 梅\nbad"})
    assert (rooms.status_code, "2行目" in rooms.content.decode()) == (422, True)
    what = f"house=minato&month={day.replace(day=1)}&rooms=1&share=50"
    assert page.get(f"{base}figures/?{what}").status_code == 200
    assert page.get(f"{base}figures/?{what}x").status_code == 422


def test_the_draw_of_a_month_has_its_pages(inn: Inn) -> None:
    page, clerk = browser(_owner(inn.hanako)), browser(_clerk())
    month, today = add_months(clock.today().replace(day=1), 6), clock.today()
    lots = "/staff/retreats/houses/minato/lotteries/"

    def at(days: int) -> str:
        return f"{today + timedelta(days=days)} 12:00"

    given = {"month": month.isoformat(), "opens_at": at(-1), "closes_at": at(5), "draw_at": at(6),
             "confirm_until": at(9), "first_come_on": (today + timedelta(days=12)).isoformat()}  # fmt: skip
    assert clerk.post(lots, given | {"draw_at": "x"}).status_code == 422
    assert clerk.post(lots, given).status_code == 302
    assert clerk.get(f"{lots}{month:%Y-%m}/").status_code == 200
    address = f"/en/retreats/minato/lottery/{month:%Y-%m}/"
    assert page.get(address).status_code == 200
    assert "lottery" in page.get(f"/en/retreats/minato/?month={month:%Y-%m}").content.decode()
    wish = {"choice1": f"{month}.washitsu", "n-works_adult": "2", "meals": "none", "kind": "works", "workplace": "M",
            "name": "Hanako", "phone": "03-1", "press": "p"}  # fmt: skip
    assert page.post(address, wish | {"choice1": ""}).status_code == 422
    done = page.post(address, wish)
    assert done.status_code == 302
    stay = done["Location"].removesuffix("done/")
    assert page.get(stay).status_code == page.get(done["Location"]).status_code == 200
    assert page.post(address, wish | {"press": "q"}).status_code == 422
    assert page.post(f"{stay}cancel/", {"shown": "0"}).status_code == 302


def test_a_stay_is_taken_along_as_paper_and_as_a_date(inn: Inn) -> None:
    day = clock.today() + timedelta(days=9)
    number = book(inn.hanako, "a", day=day, nights=2).number
    page = browser(_owner(inn.hanako))
    for language, word in (("", "予約の確認書"), ("/en", "Confirmation")):
        answer = page.get(f"{language}/retreats/mine/{number}/stay.pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
        assert word in text
        assert f"{number[:4]}-{number[4:]}" in text
    dates = page.get(f"/retreats/mine/{number}/stay.ics").content.decode()
    assert f"DTSTART:{day:%Y%m%d}T060000Z" in dates  # 15:00 in Japan
    assert f"DTEND:{day + timedelta(2):%Y%m%d}T010000Z" in dates
    actions.cancel_stay(actor=inn.hanako, number=number)
    assert page.get(f"/retreats/mine/{number}/stay.pdf").status_code == 404
    assert browser(_owner(inn.taro)).get(f"/retreats/mine/{number}/stay.ics").status_code == 404
