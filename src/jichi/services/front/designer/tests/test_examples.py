"""Examples beside a design: what is expected of answers, run at every save and before publishing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.forms import actions as forms
from jichi.engines.forms.errors import BadDefinition
from jichi.engines.forms.rules import DefinitionError, read_definition
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, rules
from .office import SYSTEM, Office, at, seen
from .written import complete

pytestmark = pytest.mark.django_db
office = shared_world(Office)

DAY = date(2026, 11, 21)
FIELDS = [
    {"id": "place", "kind": "choice", "label": "どこのベンチですか",
     "options": [{"value": "park", "label": "公園"}, {"value": "road", "label": "道路"}]},
    {"id": "road_name", "kind": "text", "label": "道路の名前", "show_if": {"field": "place", "equals": "road"}},
    {"id": "count", "kind": "count", "label": "いくつ", "max": 9},
]  # fmt: skip
ITEMS: dict[str, Any] = {
    "pages": [{"id": "page_1", "title": "ベンチ", "fields": FIELDS}],
    "fee": {"items": [{"code": "repair", "title": "修理", "count": "count",
                       "prices": [{"from": "2020-04-01", "until": "2026-11-30", "yen": 300},
                                  {"from": "2026-12-01", "yen": 350}]}]},
    "eligibility": {"text": "住民", "rules": [
        {"id": "grown", "when": {"fact": "subject.age", "at_least": 30}, "reason": "30歳からです"}]},
    "cross_checks": [{"id": "many", "when": {"field": "count", "at_least": 5}, "field": "count",
                      "message": "5つからは、電話でお知らせください"}],
}  # fmt: skip
RAW = {"place": ["road"], "road_name": ["中央通り"], "count": ["2"]}


def definition() -> Any:
    found = rules.definition_of(complete("bench", "youth", **ITEMS))
    assert found is not None
    return found


def example(raw: dict[str, list[str]], who: str = "adult", day: date = DAY) -> rules.Example:
    return rules.recorded(definition(), id="x", who=who, day=day, answers={}, raw=raw)


@pytest.mark.parametrize(("raw", "who", "day", "stops", "shown", "fee"), [
    (RAW, "adult", DAY, (), ("place", "road_name", "count"), 600),
    ({**RAW, "place": ["park"]}, "adult", DAY, (), ("place", "count"), 600),
    (RAW, "adult", date(2026, 12, 1), (), ("place", "road_name", "count"), 700),
    (RAW, "young", DAY, ("rule:grown",), ("place", "road_name", "count"), 600),
    ({**RAW, "count": ["5"]}, "adult", DAY, ("check:many",), ("place", "road_name", "count"), 0),
    ({**RAW, "road_name": [""]}, "adult", DAY, ("field:road_name",), ("place", "road_name", "count"), 600),
    ({}, "unknown", DAY, ("field:place", "field:count"), ("place", "count"), 0),
])  # fmt: skip
def test_what_comes_out_of_answers(
    raw: dict[str, list[str]], who: str, day: date, stops: tuple[str, ...], shown: tuple[str, ...], fee: int
) -> None:
    outcome = rules.outcome_of(definition(), example(raw, who, day))
    assert (outcome.stops, outcome.shown, outcome.fee, outcome.route) == (stops, shown, fee, "-")
    assert set(stops) <= {key for key, _words in rules.possible_stops(definition())}


@pytest.mark.parametrize(("expected", "wrong"), [
    (rules.Expected(), ()),
    (rules.Expected(stop=None), ()),
    (rules.Expected(fee=600, shown=("place", "road_name", "count"), route="-"), ()),
    (rules.Expected(fee=300), ("手数料は300円のはずが、600円です",)),
    (rules.Expected(shown=("place", "gone")), (
        "「gone」が出るはずです", "「道路の名前」は出ないはずです", "「いくつ」は出ないはずです")),
    (rules.Expected(stop="check:many"), (
        "止まるはずです(5つからは、電話でお知らせください)。いまは: 申請できます",)),
    (rules.Expected(route="subsidy"), ("決裁経路は「subsidy」のはずが、担当者だけです",)),
])  # fmt: skip
def test_what_differs_is_told_in_sentences(expected: rules.Expected, wrong: tuple[str, ...]) -> None:
    ran = rules.run_examples(definition(), [{**example(RAW).kept(), "expected": _kept(expected)}])
    assert ran[0].wrong == wrong


def _kept(expected: rules.Expected) -> dict[str, Any]:
    shown = list(expected.shown) if expected.shown is not None else None
    return {"stop": expected.stop, "shown": shown, "fee": expected.fee, "route": expected.route}


def test_examples_travel_in_the_file_and_come_out_as_they_went_in(office: Office) -> None:
    id = begun(office)
    keep(office, id)
    keep(office, id, "公園", {"place": ["park"], "count": ["5"], "note": [" 空白 ", "2行目\n"]})
    text = at(office.sato).get(f"/staff/designer/{id}/export/").content.decode()
    assert "examples:\n" in text
    before = seen(office.sato, id).examples
    actions.give_up(actor=office.sato, id=id)
    again = actions.begin_from_file(actor=office.sato, text=text)
    after = seen(office.sato, again)
    assert after.failing == 0
    assert [{**one, "id": ""} for one in after.examples] == [{**one, "id": ""} for one in before]
    assert "examples" not in after.source
    assert at(office.sato).get(f"/staff/designer/{again}/export/").content.decode() == text


def test_a_failing_example_of_a_file_stops_it_wherever_it_is_published(office: Office) -> None:
    kept = {**example(RAW).kept(), "name": "道路", "expected": _kept(rules.Expected(fee=1))}
    text = rules.file_of(complete("bench", "youth", **ITEMS), [kept])
    with pytest.raises(BadDefinition) as refused:
        forms.publish_definition(actor=SYSTEM, source=text)
    (problem,) = refused.value.problems
    line = text.splitlines().index("examples:") + 2
    assert (problem.code, problem.line, problem.path) == ("definition.example_fails", line, "examples[0]")
    assert "手数料は1円のはずが、600円です" in problem.message
    id = actions.begin_from_file(actor=office.sato, text=text)
    assert seen(office.sato, id).failing == 1
    with pytest.raises(Conflict) as stopped:
        actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    assert stopped.value.code == "designer.example_fails"
    actions.give_up(actor=office.sato, id=id)
    mended = text.replace("fee: 1\n", "fee: 600\n").replace("fee: 1}", "fee: 600}")
    forms.publish_definition(actor=SYSTEM, source=mended)
    taken = actions.begin_new_version(actor=office.sato, slug="bench")
    assert [one["name"] for one in seen(office.sato, taken).examples] == ["道路"]


@pytest.mark.parametrize(("written", "code", "path"), [
    ("examples: 3\n", "tuple_type", "examples"),
    ("examples:\n  - name: a\n    who: adult\n    day: 2026-11-21\n", "missing", "examples[0].expected"),
    ("examples:\n  - {name: a, who: king, day: 2026-11-21, expected: {}}\n", "literal_error", "examples[0].who"),
    ("examples:\n  - {name: a, who: adult, day: 2026-02-30, expected: {}}\n", "day", "examples[0].day"),
    ("examples:\n  - {name: a, who: adult, day: 2026-02-01, expected: {fe: 1}}\n", "extra_forbidden",
     "examples[0].expected.fe"),
    ("examples:\n  - {name: a, who: adult, day: 2026-02-01, answers: {count: {a: 1}}, expected: {}}\n",
     "string_type", "examples[0].answers.count"),
    ('examples:\n  - {name: "a\\0", who: adult, day: 2026-02-01, expected: {}}\n', "nul", "examples[0].name"),
])  # fmt: skip
def test_a_broken_example_is_told_with_its_line(written: str, code: str, path: str) -> None:
    text = rules.to_yaml(complete("bench", "youth", **ITEMS))
    with pytest.raises(DefinitionError) as refused:
        read_definition(text + written)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == (f"definition.{code}", path)
    assert problem.line > len(text.splitlines())
    assert read_definition(text)[0].id == "bench"


def test_an_example_of_a_design_that_cannot_be_read_does_not_hold() -> None:
    ran = rules.run_examples(None, [example(RAW).kept()])
    assert ran[0].wrong == ("設計に誤りがあり、動かせません",)


def begun(office: Office) -> UUID:
    return office.design(**ITEMS)


def keep(office: Office, id: UUID, name: str = "道路", raw: dict[str, list[str]] | None = None) -> str:
    return actions.keep_example(
        actor=office.sato, id=id, name=name, who="adult", day=DAY, answers={}, raw=raw or RAW
    )  # fmt: skip


def test_a_save_runs_the_examples_and_a_failing_one_stops_publication_with_its_reason(office: Office) -> None:
    id = begun(office)
    keep(office, id)
    assert seen(office.sato, id).failing == 0
    actions.save_part(
        actor=office.sato, id=id, place=("pages", "page_1", "fields", "count"), items=["max"],
        raw={"max": ["1"]}, expected_revision=1,
    )  # fmt: skip
    found = seen(office.sato, id)
    assert (found.failing, found.revision) == (1, 2)
    with pytest.raises(Conflict) as refused:
        actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=2)
    assert (refused.value.code, refused.value.params["name"]) == ("designer.example_fails", "道路")
    assert refused.value.params["why"] == "申請できるはずが、止まります: 「いくつ」の答えがないか、正しくありません"
    assert seen(office.sato, id).state == "draft"
    page = at(office.sato).get(f"/staff/designer/{id}/publish/").content.decode()
    assert "1件の例" in page
    actions.accept_outcome(actor=office.sato, id=id, example=found.examples[0]["id"])
    assert seen(office.sato, id).failing == 0
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=2)


def test_examples_go_along_with_the_next_version(office: Office) -> None:
    id = begun(office)
    keep(office, id)
    actions.ask_publication(actor=office.sato, id=id, publish_at=None, expected_revision=1)
    with pytest.raises(Conflict):
        keep(office, id)
    actions.approve(actor=office.suzuki, id=id, expected_revision=1)
    again = actions.begin_new_version(actor=office.sato, slug="bench")
    assert [one["name"] for one in seen(office.sato, again).examples] == ["道路"]
    actions.give_up(actor=office.sato, id=again)
    actions.stop_procedure(actor=office.suzuki, slug="bench")
    after = actions.begin_new_version(actor=office.sato, slug="bench")
    assert [one["name"] for one in seen(office.sato, after).examples] == ["道路"]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    id = begun(office)
    kept = keep(office, id)
    shown = rules.digest_of(seen(office.sato, id).examples[0])
    change: dict[str, Any] = {"id": id, "example": kept, "seen": shown}
    actions.change_example(actor=office.sato, name="道路のベンチ", expected=rules.Expected(fee=600), **change)
    with pytest.raises(Conflict, match=r"designer\.changed_since"):
        actions.change_example(actor=office.suzuki, name="ほか", expected=rules.Expected(fee=1), **change)
    assert seen(office.sato, id).examples[0]["name"] == "道路のベンチ"
    with pytest.raises(Invalid):
        actions.change_example(actor=office.sato, name=" ", expected=rules.Expected(), **change)
    with pytest.raises(NotFound):
        actions.change_example(actor=office.takagi, name="x", expected=rules.Expected(), **change)
    for _twice in range(2):
        actions.remove_example(actor=office.sato, id=id, example=kept)
    assert seen(office.sato, id).examples == ()


def test_examples_are_no_endless_heap(office: Office) -> None:
    id = begun(office)
    keep(office, id)
    with pytest.raises(Invalid, match=r"designer\.too_large"):
        keep(office, id, raw={"road_name": ["長" * 100_000]})
    assert len(seen(office.sato, id).examples) == 1


def test_answers_of_a_test_run_become_an_example_on_pages(office: Office) -> None:
    id = begun(office)
    browser, url = at(office.sato), f"/staff/designer/{id}/try/"

    def state(page: str) -> str:
        return page.split('name="state" value="')[1].split('"', maxsplit=1)[0]

    stopped = browser.post(url, {"act": "begin", "who": "young", "language": "ja"}).content.decode()
    assert "30歳からです" in stopped
    kept = browser.post(url, {"act": "example", "state": state(stopped)})
    assert "止まる: 30歳からです" in browser.get(kept.headers["Location"]).content.decode()
    first = browser.post(url, {"act": "begin", "who": "adult", "language": "ja"}).content.decode()
    typed = {"place": "road", "road_name": "中央通り", "count": "7"}
    wrong = browser.post(url, {"act": "next", "state": state(first), **typed})
    assert wrong.status_code == 422
    made = browser.post(url, {"act": "example", "state": state(wrong.content.decode()), **typed}).headers["Location"]
    page = browser.get(made).content.decode()
    assert "止まる: 5つからは、電話でお知らせください" in page
    assert "期待と合っています" in page
    listed = browser.get(f"/staff/designer/{id}/examples/").content.decode()
    assert listed.count("合っています") == 2
    posted = {"act": "save", "name": "多い", "stop": "", "fee": "abc", "route": "*", "seen": "stale"}
    assert browser.post(made, posted).status_code == 422
    assert browser.post(made, {**posted, "fee": "600"}).status_code == 409
    digest = page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]
    assert browser.post(made, {**posted, "fee": "1,200円", "seen": digest}).status_code == 302
    listed = browser.get(f"/staff/designer/{id}/examples/").content.decode()
    assert "申請できるはずが、止まります: 5つからは、電話でお知らせください" in listed
    assert "手数料は1,200円のはずが、0円です" in listed
    again = browser.post(url, {"act": "from_example", "example": made.rstrip("/").split("/")[-1]}).content.decode()
    assert "中央通り" in again
    assert at(office.takagi).get(made).status_code == 404


def test_the_end_of_a_run_shows_the_officials_half(office: Office) -> None:
    id = office.design(**{**ITEMS, "route": "single", "result": {
        "kind": "notice", "title": "修理のお知らせ", "seal": "omitted", "lead": "次のとおり直します。",
        "shows": [{"label": "場所", "field": "road_name"}, {"label": "申請した人", "fact": "applicant.name"}],
    }})  # fmt: skip
    browser, url = at(office.sato), f"/staff/designer/{id}/try/"
    page = browser.post(url, {"act": "begin", "who": "adult", "language": "ja"}).content.decode()
    for act in ({"act": "next", **{name: one[0] for name, one in RAW.items()}}, {"act": "send"}):
        state = page.split('name="state" value="')[1].split('"', maxsplit=1)[0]
        page = browser.post(url, {"state": state, **act}).content.decode()
    for words in ("最後まで進めました", "審査のページ", "係長", "課長", "修理のお知らせ", "中央通り", "試行 太郎",
                  "(公印省略)", "次のとおり直します。"):  # fmt: skip
        assert words in page, words
