"""The search box: any writing of a number, folded words, groups in order, never another person's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.inbox import actions, queries
from jichi.engines.inbox.tests.people import SYSTEM, a_division, account_of, official, resident

pytestmark = pytest.mark.django_db
NUMBER = "K7M42QF9"


def put(key: str, title: str, **given: Any) -> None:
    actions.put_search_entry(
        actor=SYSTEM, key=key, title={"ja": title}, url_path=f"/{key}/", **{"kind": "procedure", **given}
    )


def find(actor: Actor, q: str, **more: Any) -> list[tuple[str, int, list[str]]]:
    with unit(actor):
        found = queries.search(actor, q, **more)
    return [(group.kind, group.count, [hit.key for hit in group.hits]) for group in found.groups]


@pytest.fixture
def number() -> str:
    from jichi.kernel.receipt_number import new_number

    return new_number(b"12345")


def test_words_fold_width_case_kana_and_must_all_occur() -> None:
    put("bulky", "粗大ごみの申込み", body="そだいごみ 大型ゴミ Bulky waste")
    put("juminhyo", "住民票の写しの交付", body="じゅうみんひょう Certificate of residence")
    put("slope", "100%_坂道の調査")
    for q in ("粗大", "ソダイ ゴミ", "BULKY", "bulky waste", "粗大ごみ"):
        assert find(ANONYMOUS, q) == [("procedure", 1, ["bulky"])], q
    assert find(ANONYMOUS, "住民 粗大") == []
    assert find(ANONYMOUS, "粗") == [("procedure", 1, ["bulky"])]
    assert find(ANONYMOUS, "大") == []  # one character: beginnings only
    assert find(ANONYMOUS, "0%_坂") == [("procedure", 1, ["slope"])]
    assert find(ANONYMOUS, "0__坂") == []
    assert find(ANONYMOUS, "   ") == []
    assert find(ANONYMOUS, "'; DROP TABLE x; --") == []


def test_groups_stand_in_the_order_of_the_page_with_their_counts() -> None:
    for n in range(7):
        put(f"p{n}", f"ごみの手続 {n}")
    put("f", "ごみの質問", kind="faq")
    put("g", "ごみのページ", kind="page")
    groups = find(ANONYMOUS, "ごみ", per_kind=5)
    assert [(kind, count, len(keys)) for kind, count, keys in groups] == [
        ("procedure", 7, 5), ("faq", 1, 1), ("page", 1, 1),
    ]  # fmt: skip
    assert [kind for kind, _, _ in find(ANONYMOUS, "ごみ", kinds=("faq",))] == ["faq"]


def test_the_exact_number_stands_first_in_any_writing(number: str) -> None:
    me = resident("a@example.jp")
    put("case", "二十歳のつどい 参加申込", kind="item", account_id=account_of(me), about=number)
    put("page", f"お知らせ {number}", kind="procedure")
    shown = f"{number[:4]}-{number[4:]}"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in shown.lower())
    for q in (number, shown, shown.lower(), wide, f" {number[:4]} {number[4:]} "):
        groups = find(me, q)
        assert groups[0] == ("item", 1, ["case"]), q


def test_nobody_finds_what_is_not_theirs(number: str) -> None:
    ours, theirs = a_division("ours"), a_division("theirs")
    one, two = resident("a@example.jp"), resident("b@example.jp")
    put("mine", "参加申込", kind="item", account_id=account_of(one), about=number)
    put("case", "参加申込 山田花子", kind="case", division_id=ours, about=number)
    put("secret", "参加申込 資料", kind="document", permission="documents.read", division_id=ours)
    put("all", "参加申込の手引", kind="page", permission="manuals.read")
    put("open", "参加申込のしかた")
    assert find(one, "参加申込") == [("item", 1, ["mine"]), ("procedure", 1, ["open"])]
    assert find(two, "参加申込") == [("procedure", 1, ["open"])]
    assert find(ANONYMOUS, number) == []
    assert find(two, number) == []
    assert find(official("x", ours), "参加申込") == [("case", 1, ["case"])]
    assert find(official("y", theirs), "参加申込") == []
    assert find(official("z", theirs, permissions=frozenset({"manuals.read"})), "参加申込") == [("page", 1, ["all"])]
    reader = official("w", ours, permissions=frozenset({"documents.read"}))
    assert find(reader, "参加申込") == [("case", 1, ["case"]), ("document", 1, ["secret"])]
    with unit(two), connection.cursor() as cursor:
        cursor.execute("SELECT key FROM eng_inbox_searchentry")
        assert cursor.fetchall() == [("open",)]


def test_an_entry_is_renewed_under_its_key_and_removed() -> None:
    put("p", "古い名前")
    put("p", "新しい名前")
    assert find(ANONYMOUS, "古い") == []
    assert find(ANONYMOUS, "新しい") == [("procedure", 1, ["p"])]
    assert actions.remove_search_entry(actor=SYSTEM, key="p") is True
    assert actions.remove_search_entry(actor=SYSTEM, key="p") is False
    assert find(ANONYMOUS, "新しい") == []


def test_what_was_searched_in_vain_is_counted_without_numbers_or_addresses() -> None:
    for q in ("犬の登録", "イヌの登録", "犬の登録", "K7M4-2QF9", "taro@example.jp"):
        actions.note_search(actor=ANONYMOUS, query=q, found=0)
    actions.note_search(actor=ANONYMOUS, query="粗大ごみ", found=3)
    with unit(SYSTEM):
        found = queries.misses()
    assert {m.typed: m.count for m in found} == {"犬の登録": 2, "イヌの登録": 1}
    assert not any("@" in m.query or any(c.isdigit() for c in m.query) for m in found)


def test_an_officials_search_is_logged() -> None:
    me = official("sato")
    actions.note_search(actor=me, query="山田 花子", found=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_id, detail FROM eng_audit_auditevent WHERE action = 'search'")
        rows = cursor.fetchall()
    assert [row[0] for row in rows] == [me.account_id]


def test_searching_is_one_statement_and_uses_the_word_index(django_assert_num_queries: Any) -> None:
    with unit(ANONYMOUS), django_assert_num_queries(1):
        queries.search(ANONYMOUS, "粗大ごみ")
