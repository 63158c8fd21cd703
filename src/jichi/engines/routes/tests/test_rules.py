"""Route files and what they decide, by tables: shape, lint, 専決, conditions, 合議, chain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import queries
from ..rules import (
    START,
    Act,
    Condition,
    Office,
    RouteFileError,
    Seat,
    Step,
    StepState,
    act_body,
    act_from_body,
    advance,
    broken_at,
    json_schema,
    link,
    load_spec,
    opening_state,
    read_spec,
    refusal,
    spec_data,
    spec_from_data,
    spec_hash,
)

GOOD = """\
format: jichi/route/1
id: one
title: 例
steps:
  - {id: chief, kind: line, seats: [{rank: chief}]}
  - {id: decision, kind: decision}
decides:
  - seat: {rank: manager}
"""
NOW = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
DRAFTER, CHIEF, TAX, LAW, BOSS = (UUID(int=number) for number in range(1, 6))


@pytest.mark.parametrize(
    ("change", "line", "code", "fix"),
    [
        (("title: 例\n", ""), 1, "route.missing", "「title:」を書き加える"),
        (("kind: line", "knd: line"), 5, "route.unknown_item", "「kind」ではありませんか"),
        (("rank: chief", "rank: boss"), 5, "route.literal_error", None),
        (("id: one", "id: One"), 2, "route.string_pattern_mismatch", None),
        (("id: one", "id: one\nid: two"), 3, "route.key_twice", "片方を消す"),
        (("title: 例", "title: &a 例"), 3, "route.not_plain", "同じ内容を書き写す"),
        (("title: 例", "title: !x 例"), 3, "route.not_plain", "同じ内容を書き写す"),
        (("title: 例", "title: [例"), 4, "route.not_yaml", None),
        (("jichi/route/1", "jichi/route/2"), 1, "route.literal_error", None),
        (("title: 例", "title: 例\ndrafter_decides: yes"), 4, "route.bool_type", "true か false にする"),
        (("seats: [{rank: chief}]", "seats: [{rank: chief}], need: two"), 5, "route.int_type", None),
        # what has the shape of a route, and can't work
        (("id: decision", "id: chief"), 6, "route.id_twice", "別の名前にする"),
        (("id: chief", "id: drafter"), 5, "route.id_reserved", None),
        (("seats: [{rank: chief}]", "seats: []"), 5, "route.no_seat", "「seats:」に職を書く"),
        (("{rank: chief}]", "{rank: chief}, {rank: chief}]"), 5, "route.seat_twice", "片方を消す"),
        (("{rank: chief}]", "{rank: chief}], need: 2"), 5, "route.need_too_many", "need を1以下にする"),
        (("{rank: chief}]", "{rank: chief}], disagreement: stop"), 5, "route.not_here", "消す"),
        (("kind: line, seats: [{rank: chief}]", "kind: decision"), 6, "route.two_decisions", "1つにする"),
        (("kind: decision}", "kind: line, seats: [{rank: clerk}]}"), 4, "route.no_decision", None),
        (("kind: decision}", "kind: decision, seats: [{rank: mayor}]}"), 6, "route.decision_seats", None),
        (("rank: chief", "rank: manager"), 5, "route.step_unreachable", "消すか、下の職にする"),
        (
            ("{rank: chief}]", "{rank: chief}], when: [{fact: amount, over: 5, up_to: 5}]"), 5,
            "route.step_unreachable", "over と up_to を確かめる",
        ),
        (
            ("  - seat: {rank: manager}\n", "  - {seat: {rank: manager}, when: [{fact: amount, up_to: 5}]}\n"), 8,
            "route.nobody_decides", "最後に条件のない行を書く",
        ),
        (("  - seat: {rank: manager}\n", "  - seat: {rank: manager}\n" * 2), 9, "route.row_unreachable", None),
        (("id: one", "id: one\ndeputies: [{rank: manager, by: [manager]}]"), 3, "route.own_deputy", None),
        (
            ("id: one", "id: one\nlifts: [{rank: manager, to: chief, when: [{fact: important, over: 0}]}]"), 3,
            "route.lift_down", "「rank」より上の職にする",
        ),
        (
            ("id: one", "id: one\nlifts: [{rank: director, to: mayor, when: [{fact: important, over: 0}]}]"), 3,
            "route.row_unreachable", None,
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(change: tuple[str, str], line: int, code: str, fix: str | None) -> None:
    assert change[0] in GOOD
    with pytest.raises(RouteFileError) as refused:
        load_spec(GOOD.replace(*change, 1))
    found = [(p.line, p.code, p.fix) for p in refused.value.problems if p.level == "error"]
    assert (line, code) in [problem[:2] for problem in found], found
    assert fix is None or (line, code, fix) in found


def test_a_row_that_an_earlier_one_covers_is_never_reached() -> None:
    rows = "".join(
        f"  - {{seat: {{rank: manager}}, when: [{{fact: amount, up_to: {limit}}}]}}\n" for limit in (500, 300)
    )
    _, problems = read_spec(GOOD.replace("decides:\n", "decides:\n" + rows))
    assert [(p.code, p.path) for p in problems] == [("route.row_unreachable", "decides[1]")]


def test_nothing_at_all_is_no_route() -> None:
    for text in ("", "[]", "x"):
        with pytest.raises(RouteFileError, match=r"route\.empty"):
            load_spec(text)


def test_the_shipped_routes_are_right_and_survive_being_kept() -> None:
    assert sorted(queries.specs()) == ["consent", "single", "subsidy"]
    for spec in queries.specs().values():
        kept = json.loads(json.dumps(spec_data(spec)))
        assert spec_from_data(kept) == spec
        assert spec_hash(spec_from_data(kept)) == spec_hash(spec)


def test_the_schema_beside_the_files_is_the_one_that_is_read_by() -> None:
    shipped = json.loads((files("jichi.engines.routes") / "specs" / "route.schema.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        (Condition(fact="amount", up_to=300_000), {"amount": 300_000}, True),
        (Condition(fact="amount", up_to=300_000), {"amount": 300_001}, False),
        (Condition(fact="amount", over=300_000), {"amount": 300_000}, False),
        (Condition(fact="amount", over=300_000), {"amount": 300_001}, True),
        (Condition(fact="amount", over=1, up_to=2), {"amount": 2}, True),
        (Condition(fact="amount", over=1), {"amount": "many"}, False),
        (Condition(fact="amount", over=1), {}, False),
        (Condition(fact="matter", one_of=("a", "b")), {"matter": "b"}, True),
        (Condition(fact="matter", one_of=("a", "b")), {"matter": "c"}, False),
        (Condition(fact="matter"), {"matter": "c"}, True),
    ],
)
def test_conditions(condition: Condition, facts: dict[str, int | str], holds: bool) -> None:
    assert condition.holds(facts) is holds


@given(st.integers(0, 5_000_000))
def test_every_amount_has_one_decider_and_nobody_above_is_asked(amount: int) -> None:
    spec = queries.specs()["subsidy"]
    state = opening_state(spec, division="youth", facts={"amount": amount}, drafter=DRAFTER)
    wanted = "manager" if amount <= 300_000 else "director" if amount <= 1_000_000 else "vice_mayor"
    asked = [s.step.id for s in state.steps if not s.left_out]
    assert state.decider == Seat(wanted, "youth")  # type: ignore[arg-type]  # one of three ranks
    line = ["chief", "manager", "director"]
    assert asked == [*line[: ["manager", "director", "vice_mayor"].index(wanted) + 1], "decision"]


# -- 合議 ------------------------------------------------------------------------------------------


def consenting(answers: list[str], **how: Any) -> StepState:
    """A 合議 of three sections after these answers, in the order of the sections."""
    seats = tuple(Seat("manager", code) for code in ("a", "b", "c"))
    spec = load_spec(GOOD)
    spec = replace(spec, steps=(Step(id="consent", kind="consent", seats=seats, **how), *spec.steps[1:]))
    state = opening_state(spec, division="youth", facts={}, drafter=DRAFTER)
    state = advance(state, Act(kind="submit", by=DRAFTER, at=NOW, how="drafter", content_hash="c"))
    for seat, answer in zip(seats, answers, strict=False):
        kind: Any = answer
        state = advance(state, Act(kind=kind, by=CHIEF, at=NOW, step="consent", seat=seat))
    if state.status == "returned":
        return replace(state.steps[0], left_out="returned")
    return state.steps[0]


YES, NO = "agree", "disagree"


@pytest.mark.parametrize(
    ("how", "answers", "done", "stopped", "waiting"),
    [
        ({"need": "all"}, [YES, YES], False, False, ["c"]),
        ({"need": "all"}, [YES, "agree_comment", YES], True, False, []),
        ({"need": "all"}, [YES, NO], False, False, ["c"]),
        ({"need": "all"}, [YES, NO, YES], True, False, []),
        ({"need": "all", "disagreement": "stop"}, [YES, NO], False, True, ["b"]),
        ({"need": "any"}, [NO, YES], True, False, []),
        ({"need": "any", "disagreement": "stop"}, [NO, NO], False, False, ["c"]),
        ({"need": "any", "disagreement": "stop"}, [NO, NO, NO], False, True, ["a", "b", "c"]),
        ({"need": 2, "disagreement": "stop"}, [NO, YES], False, False, ["c"]),
        ({"need": 2, "disagreement": "stop"}, [YES, YES], True, False, []),
        ({"need": 2, "disagreement": "stop"}, [NO, NO], False, True, ["a", "b"]),
        ({"need": "all", "order": "in_order"}, [], False, False, ["a"]),
        ({"need": "all", "order": "in_order"}, [YES], False, False, ["b"]),
    ],
)
def test_consent_goes_by_the_rule_of_the_route(
    how: dict[str, Any], answers: list[str], done: bool, stopped: bool, waiting: list[str]
) -> None:
    step = consenting(answers, **how)
    assert (step.is_done, step.is_stopped, [seat.division for seat in step.waiting]) == (done, stopped, waiting)


@pytest.mark.parametrize(("need", "answers", "back"), [("all", [NO], True), (2, [NO], False), (2, [NO, NO], True)])
def test_a_disagreement_may_send_back_to_the_drafter(need: Any, answers: list[str], back: bool) -> None:
    assert (consenting(answers, need=need, disagreement="back").left_out == "returned") is back


def test_one_person_with_two_posts_counts_once_of_m() -> None:
    seats = (Seat("manager", "a"), Seat("manager", "b"), Seat("manager", "c"))
    spec = load_spec(GOOD)
    spec = replace(spec, steps=(Step(id="consent", kind="consent", seats=seats, need=2), *spec.steps[1:]))
    state = opening_state(spec, division="youth", facts={}, drafter=DRAFTER)
    state = advance(state, Act(kind="submit", by=DRAFTER, at=NOW, how="drafter", content_hash="c"))
    office = Office(holders={seats[0]: (TAX,), seats[1]: (TAX,), seats[2]: (LAW,)})
    state = advance(state, Act(kind="agree", by=TAX, at=NOW, step="consent", seat=seats[0]))
    again = refusal(state, Act(kind="agree", by=TAX, at=NOW, step="consent", seat=seats[1]), office)
    assert again is not None
    assert again.code == "route.once"
    assert refusal(state, Act(kind="agree", by=LAW, at=NOW, step="consent", seat=seats[2]), office) is None


# -- chain ----------------------------------------------------------------------------------------


def chained(number: int) -> list[tuple[int, str, str, str]]:
    rows, before = [], START
    for place in range(1, number + 1):
        body = act_body(Act(kind="approve", by=CHIEF, at=NOW, reason=f"第{place}回"))
        rows.append((place, before, link(before, body), body))
        before = rows[-1][2]
    return rows


@given(st.integers(1, 6), st.data())
def test_whatever_is_changed_in_a_chain_shows(number: int, data: st.DataObject) -> None:
    rows = chained(number)
    assert broken_at(rows, rows[-1][2]) is None
    place = data.draw(st.integers(0, number - 1))
    one = rows[place]
    changed = data.draw(st.sampled_from(["body", "hash", "previous", "number", "missing"]))
    if changed == "missing":
        assert broken_at(rows[:place] + rows[place + 1 :], rows[-1][2]) == place + 1
        return
    new = {
        "body": (*one[:3], one[3].replace("第", "弟")), "hash": (one[0], one[1], "f" * 64, one[3]),
        "previous": (one[0], "f" * 64, *one[2:]), "number": (9, *one[1:]),
    }[changed]  # fmt: skip
    assert broken_at([*rows[:place], new, *rows[place + 1 :]], rows[-1][2]) == place + 1


def test_an_act_is_read_back_as_it_was() -> None:
    act = Act(
        kind="insert", by=BOSS, by_name="部長", at=NOW, how="deputy", step="consent", seat=Seat("manager", "a"),
        on_behalf_of=LAW, on_behalf_name="課長", reason="\u2028改行", passed=("a",),
        added=Step(id="extra-1", kind="consent", seats=(Seat("chief", "b"),), need=1),
    )  # fmt: skip
    assert act_from_body(act_body(act)) == act
    assert act_body(act_from_body(act_body(act))) == act_body(act)
