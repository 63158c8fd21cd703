"""Designs kept: begun, changed by two at once, published by a second person, tried out without a trace."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import TestDatabase
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.forms.rules import load_definition
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, rules
from ..errors import BadFile, Stale
from ..models import Design, DesignRevision, PageEdit
from .office import FIELD, PAGE, SYSTEM, Office, add, at, say, seen
from .written import complete, looked


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_an_empty_design_says_what_must_still_be_written(office: Office) -> None:
    id = actions.begin_empty(actor=office.sato, slug="bench", title="ベンチの修理", division="youth")
    page = at(office.sato).get(f"/staff/designer/{id}/check/").content.decode()
    assert "誤り(9か所): 直すまで公開できません" in page
    assert f'href="/staff/designer/{id}/part/{"/".join(FIELD)}/#f-label"' in page
    with pytest.raises(Conflict) as refused:
        actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    assert refused.value.code == "designer.has_errors"


@pytest.mark.parametrize(
    ("slug", "title", "division", "wrong"),
    [("Bench", "題", "youth", {"slug": "designer.slug"}), ("a", " ", "nobody", {"title": "field.required",
      "division": "field.choose_one"}), ("taken", "題", "youth", {"slug": "designer.slug_taken"})],
)  # fmt: skip
def test_a_design_needs_a_name_of_its_own(
    office: Office, slug: str, title: str, division: str, wrong: dict[str, str]
) -> None:
    office.published("taken")
    with pytest.raises(Invalid) as refused:
        actions.begin_empty(actor=office.sato, slug=slug, title=title, division=division)
    assert {name: error.code for name, error in refused.value.fields.items()} == wrong
    assert Design.objects.count() == 0


def test_nobody_designs_for_another_division_but_the_dx_office(office: Office) -> None:
    id = office.design()
    for stranger in (office.takagi, ANONYMOUS):
        with pytest.raises((Forbidden, NotFound)):
            actions.begin_empty(actor=stranger, slug="x", title="題", division="youth")
        with pytest.raises(NotFound):
            say(office, id, "label", "違う", by=stranger)
    assert seen(office.sato, id).revision == 1
    assert at(office.takagi).get(f"/staff/designer/{id}/settings/").status_code == 404
    assert "ベンチの修理" not in at(office.takagi).get("/staff/designer/").content.decode()
    assert say(office, id, "label", "名", by=office.hayashi) == 2
    assert "ベンチの修理" in at(office.hayashi).get("/staff/designer/").content.decode()


def test_a_copy_of_another_division_becomes_ones_own(office: Office) -> None:
    office.published()
    id = actions.begin_copy(actor=office.takagi, of="bench", slug="bench-two", title="二つ目", division="health")
    found = seen(office.takagi, id)
    assert (found.slug, found.title, found.based_on) == ("bench-two", "二つ目", None)
    running = queries.running("bench")
    assert running is not None
    assert load_definition(rules.to_yaml(found.source)).pages == running.definition.pages


def test_a_wrong_file_is_told_line_by_line_and_nothing_is_taken_over(office: Office) -> None:
    text = rules.to_yaml(complete("bench", "youth")).replace("kind: text", "kind: wish").replace("fee", "fees")
    with pytest.raises(BadFile) as refused:
        actions.begin_from_file(actor=office.sato, text=text)
    assert [(one.line > 1, one.path) for one in refused.value.problems] == [(True, "pages[0].fields[0].kind")]
    for hostile in ("a: &x [*x]", "--- \n---\n", "\x00", "{" * 99, "a: " + "x" * 600_000, ""):
        with pytest.raises(BadFile):
            actions.begin_from_file(actor=office.sato, text=hostile)
    assert Design.objects.count() == 0


def test_a_file_and_the_design_are_the_same(office: Office) -> None:
    source = complete("bench", "youth", needs=["印かん", {"ja": "紙", "en": "Paper"}])
    id = actions.begin_from_file(actor=office.sato, text=rules.to_yaml(source))
    answer = at(office.sato).get(f"/staff/designer/{id}/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="bench.yaml"'
    assert answer.content.decode() == rules.to_yaml(source)


def test_two_people_at_different_pages_are_put_together(office: Office) -> None:
    id = office.design()
    actions.add_part(actor=office.suzuki, id=id, place=("pages",), kind="text", label="二ページ目", expected_revision=1)
    actions.move_part(actor=office.suzuki, id=id, place=PAGE, by=1, expected_revision=2)
    assert say(office, id, "label", "新しい見出し", revision=1) == 4
    found = seen(office.sato, id).source
    assert [page["id"] for page in rules.list_at(found, ("pages",))] == ["page_2", "page_1"]  # type: ignore[call-overload,index] # pages are dicts
    assert rules.at(found, (*FIELD, "label")) == "新しい見出し"


def test_the_second_one_at_the_same_question_is_told_and_overwrites_nothing(office: Office) -> None:
    id = office.design()
    say(office, id, "label", "鈴木の見出し", by=office.suzuki)
    with pytest.raises(Stale) as refused:
        say(office, id, "label", "佐藤の見出し")
    assert (refused.value.items, refused.value.who) == (("label",), "鈴木")
    url = f"/staff/designer/{id}/part/{'/'.join(FIELD)}/"
    answer = at(office.sato).post(url, {"revision": "1", "label": "佐藤の見出し", "id": "question_1", "required": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "鈴木さんが先に同じところを変えました" in page
    assert "鈴木の見出し" in page
    assert 'name="revision" value="2"' in page
    assert rules.at(seen(office.sato, id).source, (*FIELD, "label")) == "鈴木の見出し"


def test_two_saves_at_once_are_both_there(committed_db: TestDatabase) -> None:
    office = Office()
    id = office.design()
    place = add(office, id, ("pages",), "二", "text", 1)
    gate, failed = Barrier(2), list[Exception]()

    def change(actor: Actor, where: Any, words: str) -> None:
        try:
            gate.wait(10)
            actions.save_part(actor=actor, id=id, place=where, items=["intro"], raw={"intro": [words]},
                              expected_revision=2)  # fmt: skip
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=change, args=one) for one in ((office.sato, PAGE, "一"), (office.suzuki, place, "二"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    found = seen(office.sato, id)
    assert found.revision == 4
    assert [rules.at(found.source, (*one, "intro")) for one in (PAGE, place)] == ["一", "二"]


def test_who_has_a_page_open_is_told_to_others_and_nobody_is_kept_out(office: Office) -> None:
    id = office.design()
    at(office.suzuki).get(f"/staff/designer/{id}/part/pages/page_1/")
    page = at(office.sato).get(f"/staff/designer/{id}/settings/").content.decode()
    assert "鈴木さんがページ『書いた文』を編集中です。ほかのページは編集できます。" in page
    assert "編集中です" not in at(office.suzuki).get(f"/staff/designer/{id}/settings/").content.decode()
    with unit(SYSTEM):
        PageEdit.objects.update(until=clock.now())
    assert "編集中です" not in at(office.sato).get(f"/staff/designer/{id}/check/").content.decode()


def test_every_save_can_be_had_back(office: Office) -> None:
    id = office.design()
    say(office, id, "label", "二回目")
    say(office, id, "label", "二回目", revision=2)
    assert actions.restore(actor=office.suzuki, id=id, revision=1) == 3
    assert rules.at(seen(office.sato, id).source, (*FIELD, "label")) == "書いた文"
    with unit(office.sato):
        told = [(one.revision, one.what, one.by) for one in queries.history(id)]
    assert [(revision, by) for revision, _what, by in told] == [(3, "鈴木"), (2, "佐藤"), (1, "佐藤")]
    assert (told[0][1], told[2][1]) == ("1回目の保存に戻す", "ファイルから始めました")
    with pytest.raises(IntegrityError), transaction.atomic(), unit(SYSTEM):
        DesignRevision.objects.create(design_id=id, revision=1, source={}, at=clock.now())


def test_a_question_goes_to_another_page_and_an_only_one_stays(office: Office) -> None:
    id = office.design()
    with pytest.raises(Conflict) as refused:
        actions.remove_part(actor=office.sato, id=id, place=FIELD, expected_revision=1)
    assert refused.value.code == "designer.last_one"
    add(office, id, ("pages",), "二", "text", 1)
    add(office, id, (*PAGE, "fields"), "選ぶ", "choice", 2)
    moved = actions.move_part(actor=office.sato, id=id, place=FIELD, page="page_2", expected_revision=3)
    assert moved == ("pages", "page_2", "fields", "question_1")
    assert actions.remove_part(actor=office.sato, id=id, place=FIELD, expected_revision=4) == 4


def test_a_used_question_is_taken_away_only_after_a_second_look(office: Office) -> None:
    id = office.design(cross_checks=[
        {"id": "c", "when": {"field": "question_1", "equals": "x"}, "field": "question_1", "message": "違います"},
    ])  # fmt: skip
    add(office, id, (*PAGE, "fields"), "残る", "text", 1)
    press = {"act": "remove", "at": "/".join(FIELD), "revision": "2"}
    browser, url = at(office.sato), f"/staff/designer/{id}/change/"
    assert "次のところで使っています" in browser.post(url, press).content.decode()
    assert seen(office.sato, id).revision == 2
    assert browser.post(url, {**press, "sure": "1"}).status_code == 302
    assert looked(seen(office.sato, id).source).errors[0].code == "definition.unknown_field"


def test_a_question_gets_another_name_that_nobody_has(office: Office) -> None:
    id = office.design(corrections=[{"field": "question_1", "text": "直してください"}])
    add(office, id, (*PAGE, "fields"), "二", "text")
    with pytest.raises(Invalid) as refused:
        say(office, id, "id", "question_2", revision=2)
    assert refused.value.fields["id"].code == "designer.name_taken"
    assert say(office, id, "id", "name", revision=2) == 3
    source = seen(office.sato, id).source
    assert rules.at(source, ("corrections", "~0", "field")) == "name"
    assert rules.at(source, (*PAGE, "fields", "name", "label")) == "書いた文"
    answer = at(office.sato).post(f"/staff/designer/{id}/part/pages/page_1/", {"revision": "3", "id": "first"})
    assert answer["Location"] == f"/staff/designer/{id}/part/pages/first/?saved=1"


def test_a_condition_is_put_together_from_sentences(office: Office) -> None:
    id = office.design()
    add(office, id, (*PAGE, "fields"), "来ますか", "yesno", 1)
    place = add(office, id, (*PAGE, "fields"), "名", "text", 2)
    url, browser = f"/staff/designer/{id}/condition/{'/'.join(place)}/show_if/", at(office.sato)
    chosen = browser.get(url, {"what": "question_2"}).content.decode()
    assert '<option value="yes"' in chosen
    given = {"act": "add", "what": "question_2", "how": "equals", "value": "yes", "revision": "3"}
    assert browser.post(url, given).status_code == 302
    assert (
        browser.post(
            url, {**given, "what": "台帳:subject.age", "how": "at_least", "value": "20", "revision": "4"}
        ).status_code
        == 302
    )
    page = browser.get(url).content.decode()
    assert "『来ますか』に「はい」と答えた、かつ『対象の人の年齢』が20以上の人だけに『名』をきく" in page
    assert rules.at(seen(office.sato, id).source, (*place, "show_if")) == {
        "all": [{"field": "question_2", "equals": "yes"}, {"fact": "subject.age", "at_least": 20}]
    }
    for wrong in ({"value": "maybe"}, {"how": "contains"}, {"what": "question_9"}, {"what": "台帳:subject.secret"}):
        assert browser.post(url, {**given, "revision": "5", **wrong}).status_code == 422
    assert browser.post(url, {"act": "drop", "row": "0", "revision": "5"}).status_code == 302
    assert rules.at(seen(office.sato, id).source, (*place, "show_if")) == {"fact": "subject.age", "at_least": 20}


def test_pages_are_framed_by_ourselves_alone(office: Office) -> None:
    id = office.design()
    frame = at(office.sato).get(f"/staff/designer/{id}/frame/page_1/?lang=easy")
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
    other = at(office.sato).get(f"/staff/designer/{id}/preview/")
    assert other["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_a_change_stands_in_the_trail(office: Office) -> None:
    id = office.design()
    say(office, id, "label", "新しい")
    events = audit.events_of(table="front_designer_design", object_id=str(id))
    assert [one.action for one in events] in (["insert", "update"], ["update", "insert"])
