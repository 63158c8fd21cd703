"""Officials' pages of routes: what they offer to whom, what a press does, what a refused one says and keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.kernel import clock

from .. import actions, queries
from .hall import HASH_2, SYSTEM, Hall, appoint, build, draft, view, waits_for

_hall = shared_world(build)


@pytest.fixture
def hall(db: None, _hall: Hall) -> Hall:
    return _hall


def at(hall: Hall, who: str) -> Client:
    return browser(hall.id(who))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def press(hall: Hall, who: str, route_id: Any, kind: str, **more: object) -> Any:
    version = more.pop("version", view(hall, route_id).version)
    url = reverse("eng_routes:act", args=[route_id])
    return at(hall, who).post(url, {"kind": kind, "version": version, **more})


def test_what_waits_is_listed_and_leads_to_the_route(hall: Hall) -> None:
    route_id = draft(hall)
    shown = text(at(hall, "suzuki").get(reverse("eng_routes:waiting")))
    assert "はたちのつどいの開催" in shown
    assert reverse("eng_routes:route", args=[route_id]) in shown
    empty = text(at(hall, "kato").get(reverse("eng_routes:waiting")))
    assert "今、あなたの決裁を待っているものはありません。" in empty


@pytest.mark.parametrize(
    ("who", "there", "missing"),
    [
        ("suzuki", ["承認する", "差し戻す", "合議を追加する"], ["決裁する", "引き戻す"]),
        ("sato", ["引き戻す", "自分の起案は決裁できません。"], ["承認する"]),
        ("kato", ["引き上げる"], ["承認する", "決裁する"]),
    ],
)
def test_everybody_is_offered_what_they_may_do(hall: Hall, who: str, there: list[str], missing: list[str]) -> None:
    route_id = draft(hall)
    shown = text(at(hall, who).get(reverse("eng_routes:route", args=[route_id])))
    assert [word for word in there if word not in shown] == []
    assert [word for word in missing if f"<span>{word}" in shown] == []
    assert "次は回議です: 係長 鈴木 聡" in shown
    assert "1件すべて、書かれたときのままです。" in shown


def test_approving_and_deciding_on_the_page(hall: Hall) -> None:
    route_id = draft(hall)
    answer = press(hall, "suzuki", route_id, "approve", route_comment="よいと思います。")
    assert (answer.status_code, answer.url) == (302, f"/staff/routes/{route_id}/?done=approve")
    shown = text(at(hall, "suzuki").get(answer.url))
    assert "承認しました。" in shown
    assert "意見: よいと思います。" in shown
    answer = press(hall, "kato", route_id, "decide", back="matter")
    assert (answer.status_code, answer.url) == (302, "/staff/")
    assert "決裁されました。" in text(at(hall, "sato").get(f"/staff/routes/{route_id}/"))


def test_a_missing_reason_is_asked_for_and_what_was_typed_stays(hall: Hall) -> None:
    route_id = draft(hall)
    answer = press(hall, "suzuki", route_id, "send_back", route_to="drafter", route_comment="書きかけ")
    assert answer.status_code == 422
    assert "理由を入力してください。" in text(answer)
    assert "書きかけ" in text(answer)
    assert view(hall, route_id).version == 1


def test_what_changed_meanwhile_is_told_and_nothing_was_done(hall: Hall) -> None:
    route_id = draft(hall)
    actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="誤り")
    answer = press(hall, "suzuki", route_id, "approve", version=1, route_comment="読みました")
    assert answer.status_code == 409
    assert "佐藤 真紀さんが" in text(answer)
    assert "内容を変えました。あなたの操作は行われていません。" in text(answer)
    assert "あなたの入力: 読みました" in text(answer)
    assert view(hall, route_id).version == 2


def test_one_s_own_draft_can_not_be_decided_by_hand_made_posts(hall: Hall) -> None:
    route_id = draft(hall)
    answer = press(hall, "sato", route_id, "approve")
    assert answer.status_code == 409
    assert "自分の起案は決裁できません。" in text(answer)
    assert press(hall, "suzuki", route_id, "nonsense").status_code == 422
    assert view(hall, route_id).version == 1


def test_a_deputy_reads_for_whom_and_the_holder_reads_afterwards(hall: Hall) -> None:
    route_id = draft(hall)
    press(hall, "suzuki", route_id, "approve")
    today = clock.today()
    span = (("starts_on", today), ("ends_on", today + timedelta(days=4)))
    parts = {f"{n}_{p}": str(v) for n, d in span for p, v in (("y", d.year), ("m", d.month), ("d", d.day))}
    told = at(hall, "kato").post(reverse("eng_routes:absence"), {**parts, "deputy": "", "reason": "出張"})
    assert told.status_code == 302
    assert "代決する" in text(at(hall, "suzuki").get(f"/staff/routes/{route_id}/"))
    assert "加藤 恵課長の不在" in text(at(hall, "suzuki").get(f"/staff/routes/{route_id}/"))
    assert press(hall, "suzuki", route_id, "decide", as_deputy="1").status_code == 302
    assert "はたちのつどいの開催" in text(at(hall, "kato").get(reverse("eng_routes:after")))
    assert press(hall, "kato", route_id, "read_afterwards").status_code == 302
    assert "後閲するものはありません。" in text(at(hall, "kato").get(reverse("eng_routes:after")))


def test_an_absence_is_shown_and_can_be_cancelled(hall: Hall) -> None:
    with unit(hall.kato):
        absence_id = actions.declare_absence(actor=hall.kato, starts_on=clock.today(), ends_on=clock.today())
    at(hall, "suzuki").post(reverse("eng_routes:cancel_absence", args=[absence_id]))
    assert "この不在を取り消す" in text(at(hall, "kato").get(reverse("eng_routes:absence")))
    at(hall, "kato").post(reverse("eng_routes:cancel_absence", args=[absence_id]))
    assert "届け出ている不在はありません。" in text(at(hall, "kato").get(reverse("eng_routes:absence")))


def test_an_absence_without_days_is_not_taken(hall: Hall) -> None:
    answer = at(hall, "kato").post(reverse("eng_routes:absence"), {"ends_on_y": "2026", "ends_on_m": "13"})
    assert answer.status_code == 422
    assert "不在の始めの日の年・月・日を入力してください。" in text(answer)
    with unit(SYSTEM):
        assert queries.absences_of(hall.id("kato")) == ()


def test_an_extra_consent_is_chosen_by_division(hall: Hall) -> None:
    route_id = draft(hall)
    assert "residents課 課長" in text(at(hall, "suzuki").get(f"/staff/routes/{route_id}/"))
    assert press(hall, "suzuki", route_id, "insert", route_extra_reason="会場のため").status_code == 422
    answer = press(
        hall, "suzuki", route_id, "insert", route_extra_reason="会場のため", route_extra_seats="manager:residents"
    )
    assert answer.status_code == 302
    assert waits_for(hall, "mori") == ["act:holder"]


def test_the_table_says_who_decides_how_much(hall: Hall) -> None:
    shown = text(at(hall, "sato").get(reverse("eng_routes:table")))
    for words in ("金額が300,000円以下", "金額が1,000,000円以下", "副区長が決裁", "重要なもの", "residents課 課長"):
        assert words in shown


def test_an_administrator_gives_ranks(hall: Hall) -> None:
    from jichi.engines.accounts import actions as accounts

    from .hall import actor_of, post_of

    accounts.give_post(
        actor=SYSTEM, account_id=hall.id("kanri"), division_code="information", title="管理者", roles=("administrator",)
    )
    appoint("ono", "小野 明", "youth", "課長補佐", None, None)
    people = Hall({**hall.people, "kanri": actor_of(hall.id("kanri"))}, hall.youth)
    client = at(people, "kanri")
    assert client.post(reverse("eng_routes:posts"), {"rank": "manager"}).status_code == 422
    with unit(SYSTEM):
        post = next(p for p in queries.posts() if p.title == "課長補佐")
    answer = client.post(reverse("eng_routes:posts"), {"post": post.id, "rank": "assistant_manager", "serves": "youth"})
    assert answer.status_code == 302
    assert "小野 明" in text(client.get(reverse("eng_routes:posts")))
    assert post_of(hall.id("sato")) != post.id


def test_another_room_s_page_shows_the_panel(hall: Hall, django_assert_num_queries: Any) -> None:
    draft(hall)
    with unit(hall.suzuki), django_assert_num_queries(4):
        panel = queries.panel_of(actor=hall.suzuki, subject="test:1")
    shown = render_to_string("eng_routes/_panel.html", {"panel": panel})
    assert "承認する" in shown
    assert 'name="back" value="matter"' in shown
    with unit(hall.suzuki):
        assert queries.panel_of(actor=hall.suzuki, subject="test:none") is None
