"""What changed since a reader looked, and 照会: rules by tables, then through the actions and the page."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, queries
from ..rules import Act, Change, changed_for, differences, joined
from .hall import HASH_2, HASH_3, Hall, build, draft, view, waits_for
from .test_actions import everything, titles

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)


_hall = shared_world(build)


@pytest.fixture
def hall(db: None, _hall: Hall) -> Hall:
    return _hall


texts = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", "z"]), max_size=4)


@given(st.lists(texts, min_size=2, max_size=5))
def test_changes_one_after_the_other_are_the_change_of_the_whole(contents: list[dict[str, str]]) -> None:
    steps = [differences(before, after) for before, after in pairwise(contents)]
    whole = {c.label: (c.before, c.after) for c in differences(contents[0], contents[-1])}
    assert {c.label: (c.before, c.after) for c in joined(steps)} == whole


def test_long_texts_and_many_changes_are_cut() -> None:
    (one,) = differences({}, {"理由": "あ" * 2000})
    assert (one.before, len(one.after)) == ("", 1001)
    assert len(differences({}, {str(n): "x" for n in range(60)})) == 50


@pytest.mark.parametrize(
    ("person", "after"),
    [(1, "4"), (2, "34"), (3, "4"), (None, "4")],
)
def test_a_reader_sees_what_changed_since_they_looked(person: int | None, after: str) -> None:
    """1 approved twice, 2 sent back before the third change, 3 never acted: since anybody looked last."""

    def act(kind: Any, by: int | None = None, changed: str = "") -> Act:
        changes = (Change(label="額", before=str(int(changed) - 1), after=changed),) if changed else ()
        return Act(kind=kind, by=None if by is None else UUID(int=by), at=NOON, changes=changes)

    acts = [
        act("submit"), act("approve", 1), act("content", None, "2"), act("send_back", 2), act("content", None, "3"),
        act("submit"), act("approve", 1), act("content", None, "4"),
    ]  # fmt: skip
    who = None if person is None else UUID(int=person)
    (seen,) = changed_for(acts, who)
    assert (seen.before, seen.after) == ({"4": "3", "34": "2"}[after], "4")
    assert changed_for(acts[:2], who) == ()


def change(hall: Hall, content: str, *changes: tuple[str, str, str]) -> None:
    actions.content_changed(
        actor=hall.sato, subject="test:1", content_hash=content, minor=False, reason="直した",
        changes=[Change(label=label, before=before, after=after) for label, before, after in changes],
    )  # fmt: skip


def test_a_decider_sees_before_and_after(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    change(hall, HASH_2, ("理由", "あ", "い"), ("金額", "1円", "2円"))
    change(hall, HASH_3, ("理由", "い", "う"), ("金額", "2円", "1円"))
    found = view(hall, route_id)
    panel = queries.panel(actor=hall.suzuki, route=found)
    assert [(c.label, c.before, c.after) for c in panel.changes] == [("理由", "あ", "う")]
    shown = browser(hall.id("suzuki")).get(f"/staff/routes/{route_id}/").content.decode()
    assert "前に承認・差戻しされたときから変わったところ" in shown
    other = queries.panel(actor=hall.abe, route=found)  # of another division: what the case says stays there
    assert (other.changes, other.changed) == ((), "理由")
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    assert queries.panel(actor=hall.suzuki, route=view(hall, route_id)).changes == ()


def press(hall: Hall, who: str, route_id: UUID, kind: str, **more: object) -> Any:
    url = reverse("eng_routes:act", args=[route_id])
    return browser(hall.id(who)).post(url, {"kind": kind, "version": view(hall, route_id).version, **more})


def test_a_question_is_answered_and_holds_nobody_up(hall: Hall) -> None:
    route_id = draft(hall)
    page = f"/staff/routes/{route_id}/"
    assert press(hall, "suzuki", route_id, "ask", route_asked=hall.id("sato")).status_code == 422
    nobody = press(hall, "suzuki", route_id, "ask", route_asked=hall.id("mori"), route_question="会場は")
    assert (nobody.status_code, view(hall, route_id).version) == (422, 1)
    assert (
        press(hall, "suzuki", route_id, "ask", route_asked=hall.id("sato"), route_question="会場は").status_code == 302
    )
    assert waits_for(hall, "sato", "asked") == ["asked:holder"]
    assert titles(hall.sato) == ["照会: はたちのつどいの開催"]
    assert "回答を待っています。" in browser(hall.id("kato")).get(page).content.decode()
    assert "鈴木 聡からの照会への回答" in browser(hall.id("sato")).get(page).content.decode()
    assert press(hall, "sato", route_id, "answer", question=2).status_code == 422
    assert press(hall, "sato", route_id, "answer", question=2, route_reply_2="みどり会館です。").status_code == 302
    assert (waits_for(hall, "sato", "asked"), titles(hall.sato)) == ([], [])
    assert "照会に回答がありました: はたちのつどいの開催" in titles(hall.suzuki)
    shown = browser(hall.id("kato")).get(page).content.decode()
    assert "みどり会館です。" in shown
    assert "佐藤 真紀に照会しました" in shown
    actions.pull_back(actor=hall.sato, route_id=route_id)  # nobody has decided anything yet
    actions.resubmit_route(actor=hall.sato, route_id=route_id)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    actions.ask_about(actor=hall.kato, route_id=route_id, asked=hall.id("suzuki"), text="急ぎですか")
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert waits_for(hall, "suzuki", "asked") == []
    assert "回答はありませんでした。" in browser(hall.id("sato")).get(page).content.decode()


def test_who_may_ask_and_answer(hall: Hall) -> None:
    route_id = draft(hall)
    actions.ask_about(actor=hall.suzuki, route_id=route_id, asked=hall.id("kato"), text="会場は")
    before = everything()
    for who, asked, code in (("kato", "sato", "route.not_yours"), ("sato", "kato", "route.own")):
        with pytest.raises(Forbidden) as refused:
            actions.ask_about(actor=hall.people[who], route_id=route_id, asked=hall.id(asked), text="x")
        assert refused.value.code == code
    with pytest.raises(Conflict, match=r"route\.ask_whom"):
        actions.ask_about(actor=hall.suzuki, route_id=route_id, asked=hall.id("suzuki"), text="x")
    with pytest.raises(Invalid):
        actions.ask_about(actor=hall.suzuki, route_id=route_id, asked=hall.id("sato"), text=" ")
    with pytest.raises(Forbidden, match=r"route\.not_yours"):
        actions.answer_question(actor=hall.sato, route_id=route_id, question=2, text="x")
    with pytest.raises(Conflict, match=r"route\.no_question"):
        actions.answer_question(actor=hall.kato, route_id=route_id, question=1, text="x")
    assert everything() == before
    actions.answer_question(actor=hall.kato, route_id=route_id, question=2, text="x")
    with pytest.raises(Conflict, match=r"route\.no_question"):
        actions.answer_question(actor=hall.kato, route_id=route_id, question=2, text="y")
