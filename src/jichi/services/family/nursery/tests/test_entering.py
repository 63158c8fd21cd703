"""Applying online: steps read, sent once under one number, taken over or asked back, closed to the minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from jichi.kernel.receipt_number import parse_number

from .. import actions, queries
from ..models import Application, Child, Entry, Round
from ..rules.entering import (
    absent,
    begun,
    content_mark,
    family_of,
    is_open,
    moved,
    new_child,
    papers_of,
    read_guardian,
    read_new_child,
    read_siblings,
    steps_open,
    with_children,
)  # fmt: skip
from ..rules.mapping import drawn, metres
from .office import SYSTEM, Office, family_in, resident

WORKER = {"name": "緑 太郎", "reason": "就労", "days": "5", "hours": "40"}


def written(office: Office, *, children: int = 1) -> dict[str, Any]:
    """Everything answered, of so many children of the class of one-year-olds."""
    content = begun()
    added = [new_child(f"緑 子{n}", "ミドリ コ", office.born(1), key=f"k{n}") for n in range(children)]
    for one in added:
        one["answers"] = {"認可外の利用": "なし", "児童の障害": "なし", "年齢上限の卒園": "なし", "転園": "なし"}
        one["wishes"] = ["N1", "N2"]
    guardian, wrong = read_guardian(WORKER)
    assert wrong == {}
    return {
        **content, "children": added, "guardians": [guardian, absent()], "alone": True,
        "answers": {"生活保護": "なし"}, "condition": "TOGETHER" if children > 1 else "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("posted", "wrong"),
    [
        (WORKER, {}),
        ({**WORKER, "days": "５", "hours": "40"}, {}),
        ({**WORKER, "days": ""}, {"days": "field.required"}),
        ({**WORKER, "days": "8"}, {"days": "field.number_too_large"}),
        ({**WORKER, "hours": "たくさん"}, {"hours": "field.number"}),
        ({**WORKER, "reason": "不存在"}, {"reason": "field.choose_one"}),
        ({"name": "", "reason": ""}, {"name": "field.required", "reason": "field.choose_one"}),
        ({"name": "緑 花", "reason": "求職"}, {}),
    ],
)
def test_a_guardians_answers_are_read(posted: dict[str, str], wrong: dict[str, str]) -> None:
    assert {name: error.code for name, error in read_guardian(posted)[1].items()} == wrong


def test_a_typed_child_needs_a_reading_and_a_class() -> None:
    entry = date(2027, 4, 1)
    today = date(2026, 11, 1)
    found, wrong = read_new_child({"name": " 緑  花 ", "kana": "みどり はな"}, date(2025, 5, 1), entry, today)
    assert (found, wrong) == (("緑 花", "ミドリ ハナ", date(2025, 5, 1)), {})
    _, wrong = read_new_child({"name": "", "kana": "x"}, date(2015, 5, 1), entry, today)
    assert {name: error.code for name, error in wrong.items()} == {
        "name": "field.required", "kana": "field.kana", "birth": "nursery.too_old",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("birth", "due", "code"),
    [
        (date(2027, 1, 10), True, ""), (date(2026, 11, 1), True, ""), (date(2027, 4, 1), True, ""),
        (date(2026, 10, 31), True, "nursery.due_past"), (date(2027, 4, 2), True, "nursery.due_late"),
        (None, True, "field.date_required"), (date(2027, 1, 10), False, "nursery.not_born"),
    ],
)  # fmt: skip
def test_a_child_not_yet_born_needs_its_day_and_no_name(birth: date | None, due: bool, code: str) -> None:
    posted = {"due": "1"} if due else {"name": "緑 花", "kana": "ミドリ ハナ"}
    found, wrong = read_new_child(posted, birth, date(2027, 4, 1), date(2026, 11, 1))
    assert [error.code for error in wrong.values()] == ([code] if code else [])
    assert found == (("出生前", "", birth) if not code else None)


@pytest.mark.parametrize(
    ("act", "code", "after"),
    [
        ("add", "C", ["A", "B", "C"]), ("add", "A", ["A", "B"]), ("add", "Z", ["A", "B"]), ("up", "B", ["B", "A"]),
        ("up", "A", ["A", "B"]), ("down", "A", ["B", "A"]), ("down", "B", ["A", "B"]), ("remove", "A", ["B"]),
        ("remove", "C", ["A", "B"]), ("", "A", ["A", "B"]),
    ],
)  # fmt: skip
def test_the_ranked_list_moves_by_presses(act: str, code: str, after: list[str]) -> None:
    assert moved(["A", "B"], act, code, {"A", "B", "C"}) == after


def test_siblings_conditions_need_what_they_need() -> None:
    assert read_siblings({"condition": "SAME"}) == ({"condition": "SAME", "solo": "EITHER", "split": ""}, {})
    assert set(read_siblings({"condition": "PARTIAL", "split": ""})[1]) == {"solo"}
    assert set(read_siblings({})[1]) == {"condition"}
    found, wrong = read_siblings({"condition": "PARTIAL", "solo": "ELDER", "split": "SAME_FIRST"})
    assert (found["solo"], found["split"], wrong) == ("ELDER", "SAME_FIRST", {})


def test_open_ends_at_the_minute() -> None:
    since, until = datetime(2026, 11, 1, tzinfo=clock.TOKYO), datetime(2026, 11, 30, 17, tzinfo=clock.TOKYO)
    assert is_open(since, until, until - timedelta(seconds=1))
    assert not is_open(since, until, until)
    assert not is_open(None, None, since)


def test_distances_and_the_picture() -> None:
    station, tower = (35.6812, 139.7671), (35.6586, 139.7454)
    assert round(metres(station, tower)) == 3187
    picture = drawn([("A", station), ("B", tower)], None, [[[139.75, 35.67], [139.76, 35.67], [139.76, 35.68]]])
    assert picture is not None
    assert [one.number for one in picture.markers] == [1, 2]
    assert all(0 <= one.x <= picture.width and 0 <= one.y <= picture.height for one in picture.markers)
    assert len(picture.paths) == 1
    assert drawn([], station, []) is None


def build() -> Office:
    office = Office()
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(
            opens_at=clock.now() - timedelta(days=1), closes_at=clock.now() + timedelta(days=1)
        )
    return office


office = shared_world(build)
needs_rows = pytest.mark.django_db


def sent(office: Office, parent: Actor, content: dict[str, Any] | None = None) -> UUID:
    """An application written and sent."""
    entry = actions.begin_entry(actor=parent, round_id=office.round)
    content = content or written(office)
    actions.save_entry(actor=parent, entry_id=entry, content=content)
    actions.send_entry(actor=parent, entry_id=entry, expected=content_mark(content))
    return entry


def accept(office: Office, entry: UUID, **more: Any) -> UUID:
    with unit(office.sato):
        found = queries.entry(entry)
    assert found is not None
    values = {"income": 5, "missing": (), "expected": found.sent_mark, **more}
    return actions.accept_entry(actor=office.sato, entry_id=entry, **values)


def test_what_is_written_becomes_an_application_of_the_matching(office: Office) -> None:
    content = written(office, children=2)
    found = family_of(
        content, number="K7M42QF9", addressee_no="1", income=7, missing=("就労証明書(保護者1)",), entry=date(2090, 4, 1)
    )
    assert papers_of(content) == ("就労証明書(保護者1)",)
    assert (found.code, found.condition, found.answers["ひとり親"], found.answers["同時申込み"]) == (
        "K7M42QF9", "TOGETHER", "あり", "あり",
    )  # fmt: skip
    assert [one.code for one in found.children] == ["K7M42QF9-k0", "K7M42QF9-k1"]
    assert found.guardians[1]["理由"] == "不存在"
    assert steps_open(begun()) == ("children", "first", "second", "family", "wishes")
    assert steps_open(content) == ()
    kept, wrong = with_children(content, content["children"][:1])
    assert (len(kept["children"]), wrong) == (1, {})


@needs_rows
def test_one_number_from_sending_to_the_confirmed_score(office: Office) -> None:
    parent = resident("900000000000011")
    entry = sent(office, parent)
    number = actions.send_entry(actor=parent, entry_id=entry, expected=content_mark(written(office)))
    assert parse_number(number) == number
    assert actions.begin_entry(actor=parent, round_id=office.round) == entry
    made = accept(office, entry, missing=("就労証明書(保護者1)",))
    with unit(office.sato):
        row = Application.objects.get(pk=made)
        child = Child.objects.get(application=row)
        assert (row.code, row.account_id, row.missing, row.answers["所得階層"]) == (
            number, parent.account_id, ["就労証明書(保護者1)"], 5,
        )  # fmt: skip
        assert child.score is not None
        assert (child.code, child.wishes, child.score["base"]) == (f"{number}-k0", ["N1", "N2"], 40)
        assert queries.entries(office.round, state="accepted").total == 1
    assert parent.account_id is not None
    with unit(parent):
        assert len(inbox.items_for_account(parent.account_id, kinds=("notice",), state="open", limit=5).items) == 1


@needs_rows
def test_a_family_is_in_a_round_once(office: Office) -> None:
    parent = resident("900000000000018")
    office.take(family_in("Z", office.born(1), number="900000000000018"), confirm=False)
    entry = sent(office, parent)
    with pytest.raises(Conflict, match="already_there"):
        accept(office, entry)
    with unit(office.sato):
        assert Entry.objects.get(pk=entry).state == "sent"
        other = Application.objects.get(code="Z")
    actions.withdraw(actor=office.sato, application_id=other.pk)
    accept(office, entry)


@needs_rows
def test_a_correction_waits_again_and_takes_the_confirmation_back(office: Office) -> None:
    parent = resident("900000000000012")
    entry = sent(office, parent)
    made = accept(office, entry)
    with unit(office.sato):
        child = Child.objects.get(application_id=made)
    for person in (office.sato, office.suzuki):
        actions.confirm_score(actor=person, child_id=child.pk, expected=child.score_sha256)
    content = written(office)
    content["guardians"][0], _ = read_guardian({**WORKER, "days": "4", "hours": "24"})
    with pytest.raises(Invalid, match="invalid"):
        actions.save_entry(actor=parent, entry_id=entry, content={**content, "children": []})
    sent(office, parent, content)
    with unit(office.sato):
        assert Child.objects.get(pk=child.pk).second_by_id is not None
        waiting = queries.entries(office.round, state="sent").rows
    assert [(one.id, one.accepted != one.sent) for one in waiting] == [(entry, True)]
    accept(office, entry)
    with unit(office.sato):
        child = Child.objects.get(pk=child.pk)
        assert child.score is not None
        assert (child.second_by_id, child.score["base"]) == (None, 36)
    actions.change_wishes(actor=parent, child_id=child.pk, wishes=["N2"])
    with unit(office.sato):
        assert Entry.objects.get(pk=entry).sent["children"][0]["wishes"] == ["N2"]  # type: ignore[index] # JSON


@needs_rows
def test_the_office_asks_for_corrections_and_never_sees_a_draft(office: Office) -> None:
    parent = resident("900000000000013")
    entry = actions.begin_entry(actor=parent, round_id=office.round)
    with unit(office.sato):
        assert queries.entry(entry) is None
    sent(office, parent)
    mark = content_mark(written(office))
    with pytest.raises(Invalid):
        actions.return_entry(actor=office.sato, entry_id=entry, expected=mark, remark=" ")
    actions.return_entry(actor=office.sato, entry_id=entry, expected=mark, remark="名前を確かめてください")
    with pytest.raises(Conflict, match="not_sent"):
        accept(office, entry)
    with unit(parent):
        assert (Entry.objects.get(pk=entry).state, Application.objects.count()) == ("returned", 0)
    sent(office, parent)
    with pytest.raises(Conflict, match="changed_since"):
        accept(office, entry, expected="0" * 64)
    with pytest.raises(Invalid):
        accept(office, entry, income=100)


@needs_rows
def test_nothing_is_sent_at_the_closing_moment_or_unfinished(office: Office) -> None:
    parent = resident("900000000000014")
    entry = actions.begin_entry(actor=parent, round_id=office.round)
    with pytest.raises(Conflict, match="incomplete"):
        actions.send_entry(actor=parent, entry_id=entry, expected=content_mark(begun()))
    actions.save_entry(actor=parent, entry_id=entry, content=written(office))
    with pytest.raises(Conflict, match="own_changed"):
        actions.send_entry(actor=parent, entry_id=entry, expected=content_mark(begun()))
    with unit(SYSTEM):
        closes = Round.objects.get(pk=office.round).closes_at
    assert closes is not None
    mark = content_mark(written(office))
    with clock.standing_at(closes), pytest.raises(Conflict, match="not_open"):
        actions.send_entry(actor=parent, entry_id=entry, expected=mark)
    with unit(parent):
        assert Entry.objects.get(pk=entry).state == "draft"
    with clock.standing_at(closes - timedelta(seconds=1)):
        actions.send_entry(actor=parent, entry_id=entry, expected=mark)


@needs_rows
def test_taking_back_deletes_a_draft_and_withdraws_what_was_accepted(office: Office) -> None:
    parent = resident("900000000000015")
    draft = actions.begin_entry(actor=parent, round_id=office.round)
    assert actions.withdraw_entry(actor=parent, entry_id=draft) is False
    entry = sent(office, parent)
    made = accept(office, entry)
    assert actions.withdraw_entry(actor=parent, entry_id=entry) is True
    with unit(office.sato):
        assert Application.objects.get(pk=made).withdrawn_at is not None
    with pytest.raises(Conflict, match="withdrawn"):
        actions.save_entry(actor=parent, entry_id=entry, content=written(office))


@needs_rows
def test_another_family_and_another_division_see_and_do_nothing(office: Office) -> None:
    parent, stranger = resident("900000000000016"), resident("900000000000017")
    entry = sent(office, parent)
    mark = content_mark(written(office))
    for actor in (stranger, office.other):
        with unit(actor):
            assert (queries.entry(entry), Entry.objects.count()) == (None, 0)
    acts: list[tuple[type[Exception], Callable[[], object]]] = [
        (NotFound, lambda: actions.save_entry(actor=stranger, entry_id=entry, content=begun())),
        (NotFound, lambda: actions.send_entry(actor=stranger, entry_id=entry, expected=mark)),
        (NotFound, lambda: actions.withdraw_entry(actor=stranger, entry_id=entry)),
        (NotFound, lambda: actions.return_entry(actor=office.other, entry_id=entry, expected=mark, remark="x")),
        (Forbidden, lambda: actions.begin_entry(actor=office.sato, round_id=office.round)),
        (Forbidden, lambda: actions.accept_entry(actor=parent, entry_id=entry, expected=mark, income=1, missing=())),
    ]
    for refusal, act in acts:
        with pytest.raises(refusal):
            act()
    with unit(parent):
        assert Entry.objects.get(pk=entry).state == "sent"
