"""The search box: pages by the words people use, and all of a kind where it found more than it shows."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jichi.engines.audit.context import system_actor
from jichi.engines.inbox import actions as inbox
from jichi.engines.inbox import queries

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


def found(client: Client, q: str, **more: str) -> str:
    response = client.get("/search/", {"q": q, **more})
    assert response.status_code == 200
    return re.split(r"</?main[ >]", response.content.decode())[1]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("保育園", "/nursery/facilities/"), ("ほいくえん", "/nursery/"),
        ("保育園の申し込み方", "/nursery/"), ("待機児童", "/nursery/facilities/"),
        ("口座振替", "/debit/"), ("引き落とし", "/debit/"), ("支払い", "/pay/"), ("しはらい", "/pay/"),
        ("納付書", "/pay/"),
        ("宿", "/retreats/"), ("イベント", "/events/"), ("hotel", "/retreats/"),
        ("ｽﾏｰﾄﾌｫﾝ 相談会", "/smartphone/desks/"),
    ],
)  # fmt: skip
def test_pages_are_found_by_the_words_people_use(client: Client, words: str, path: str) -> None:
    assert f'href="{path}"' in found(client, words)


def test_what_the_menu_has_for_officials_or_for_signing_in_is_not_found(client: Client) -> None:
    assert "/staff/" not in found(client, "納付の一覧")
    assert "sign-in" not in found(client, "ログイン")
    assert "ページ (" not in found(client, " ")
    assert "ページ (" not in found(client, "園児の名前ではない言葉xyz")


def test_more_than_five_of_a_kind_are_a_press_away(client: Client) -> None:
    for n in range(7):
        inbox.put_search_entry(
            actor=SYSTEM, key=f"test:{n}", kind="bookable", title={"ja": f"苔玉づくり{n}"}, url_path=f"/events/{n}/"
        )
    html = found(client, "苔玉")
    assert html.count("苔玉づくり") == 5
    more = re.search(r'href="(/search/\?[^"]+)"[^>]*>予約・申込みを7件すべて見る', html)
    assert more
    whole = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert whole.count("苔玉づくり") == 7
    assert "すべて見る" not in whole
    assert found(client, "苔玉", kind="person").count("苔玉づくり") == 5


def test_only_what_finds_nothing_is_kept_as_a_miss(client: Client) -> None:
    found(client, "保育園")
    found(client, "どこにもない言葉")
    found(client, "どこにもない言葉", kind="bookable")
    assert [(one.typed, one.count) for one in queries.misses()] == [("どこにもない言葉", 1)]


def test_the_box_of_the_start_page_asks_for_everything(client: Client) -> None:
    assert re.search(r'<form[^>]*action="/search/"', client.get("/").content.decode())
