"""The classes of instances that every implementation must survive, by name."""

from __future__ import annotations

import pytest

from ..rules.matching import match
from ..rules.running import Parameters, Run, run
from .exhaustive import Files, files
from .small import rows, without_stable
from .test_exact import instance_of

NO_STABLE = without_stable("0")


def ran(given: Files, **parameters: str) -> tuple[Run, dict[str, str]]:
    """A run that passed the verifier, and child → facility."""
    done = run(given, Parameters(policy="most-seated" if parameters.get("policy") == "most" else "stable"))
    assert done.matched is not None, done.problems
    return done, {row["child_id"]: row["facility_id"] for row in rows(done.files["assignments.csv"])}


def test_no_stable_matching_is_proven_and_the_owed_place_is_told() -> None:
    done, places = ran(NO_STABLE)
    assert done.matched is not None
    assert done.matched.verdict == "LEAST_BLOCKING"
    assert done.matched.bound == 1
    codes = {row["code"] for row in rows(done.files["explain.csv"])}
    assert "BLOCKING_LEFT" in codes
    assert sum(bool(place) for place in places.values()) >= 1


def test_two_linked_families_that_evict_each_other() -> None:
    given = files(
        [("A", "0", 1), ("B", "0", 1)],
        [
            ("F", "TOGETHER", [("0", 3, "A", ""), ("0", 1, "B", "")]),
            ("G", "TOGETHER", [("0", 1, "A", ""), ("0", 3, "B", "")]),
        ],
    )
    done, _ = ran(given)
    assert done.matched is not None
    assert done.matched.bound == len(done.matched.result.blocking) == 0  # who has both seats is refused by neither


def test_transfers_swap_at_zero_vacancy() -> None:
    given = files(
        [("A", "1", 0), ("B", "1", 0)],
        [("F", "SINGLE", [("1", 1, "B", "A")]), ("G", "SINGLE", [("1", 2, "A", "B")])],
    )
    done, places = ran(given)
    assert places == {"F1": "B", "G1": "A"}
    assert {row["status"] for row in rows(done.files["assignments.csv"])} == {"TRANSFERRED"}


def test_a_chain_of_transfers_lets_a_newcomer_in() -> None:
    given = files(
        [("A", "1", 1), ("B", "1", 0), ("C", "1", 0)],
        [
            ("F", "SINGLE", [("1", 1, "A", "B")]),
            ("G", "SINGLE", [("1", 1, "B", "C")]),
            ("H", "SINGLE", [("1", 1, "C", "")]),
        ],
    )
    assert ran(given)[1] == {"F1": "A", "G1": "B", "H1": "C"}


def test_the_weakest_transfer_child_keeps_its_seat_against_strong_newcomers() -> None:
    given = files(
        [("A", "1", 0), ("B", "1", 0)],
        [("F", "SINGLE", [("1", 1, "B", "A")]), ("G", "SINGLE", [("1", 40, "A", "")])],
    )
    done, places = ran(given)
    assert places == {"F1": "A", "G1": ""}
    assert [row["status"] for row in rows(done.files["assignments.csv"])] == ["STAYED", "WAITING"]


def test_free_seats_nobody_listed_stay_free() -> None:
    given = files([("A", "0", 1), ("B", "0", 5)], [("F", "SINGLE", [("0", 1, "A", "")])])
    done, _ = ran(given)
    assert [row["remaining"] for row in rows(done.files["cutoffs.csv"])] == ["0", "5"]


def test_zero_quota_refuses_with_its_own_reason() -> None:
    done, places = ran(files([("A", "0", 0)], [("F", "SINGLE", [("0", 40, "A", "")])]))
    assert places == {"F1": ""}
    assert [row["code"] for row in rows(done.files["explain.csv"])] == ["NO_SEAT"]
    assert b"W_ZERO_SLOT" in done.files["warnings.csv"]


def test_twins_in_one_class_need_two_seats() -> None:
    twins = [("0", 5, "A", ""), ("0", 5, "A", "")]
    done, places = ran(files([("A", "0", 1)], [("F", "SAME", twins), ("G", "SINGLE", [("0", 1, "A", "")])]))
    assert places == {"F1": "", "F2": "", "G1": "A"}
    codes = {row["child_id"]: row["code"] for row in rows(done.files["explain.csv"])}
    assert codes == {"F1": "SAME_CLASS", "F2": "CUTOFF", "G1": "GRANTED"} or codes["F1"] == "SAME_CLASS"


def test_a_family_gives_one_child_s_seat_to_another() -> None:
    # F1 moves from A to B; its seat at A goes to its own sibling, whom G would beat if the seat were thrown open.
    given = files(
        [("A", "1", 0), ("B", "1", 1)],
        [
            ("F", "TOGETHER", [("1", 9, "B", "A"), ("1", 2, "A", "")]),
            ("G", "SINGLE", [("1", 1, "A", "")]),
        ],
    )
    assert ran(given)[1] == {"F1": "B", "F2": "A", "G1": ""}


def test_overlapping_conditions_of_three_families() -> None:
    given = files(
        [("A", "0", 1), ("A", "1", 1), ("B", "0", 1), ("B", "1", 1)],
        [
            ("F", "SAME", [("1", 5, "A B", ""), ("0", 5, "B A", "")]),
            ("G", "TOGETHER", [("1", 6, "B", ""), ("0", 4, "A", "")]),
            ("H", "PARTIAL ELDER SAME_FIRST", [("1", 7, "A", ""), ("0", 3, "B", "")]),
        ],
    )
    for policy in ("stable", "most"):
        done, _ = ran(given, policy=policy)
        assert done.matched is not None
        assert len(done.matched.result.blocking) == done.matched.bound


def test_three_siblings_of_whom_one_attends() -> None:
    given = files(
        [("A", "0", 1), ("A", "1", 1), ("A", "3", 0)],
        [("F", "SAME", [("3", 5, "", "A"), ("1", 5, "A", ""), ("0", 5, "A", "")])],
    )
    done, places = ran(given)
    assert places == {"F1": "A", "F2": "A", "F3": "A"}
    assert [row["status"] for row in rows(done.files["assignments.csv"])] == ["STAYED", "ADMITTED", "ADMITTED"]


def test_lists_that_go_on_below_the_current_facility() -> None:
    given = files([("A", "1", 0), ("B", "1", 5)], [("F", "SINGLE", [("1", 1, "A B", "A")])])
    done, places = ran(given)
    assert places == {"F1": "A"}
    assert b"W_BELOW_CURRENT" in done.files["warnings.csv"]


def test_ties_at_every_key_stop_the_run_and_name_slot_and_children() -> None:
    given = files([("A", "0", 1)], [("F", "SINGLE", [("0", 1, "A", "")]), ("G", "SINGLE", [("0", 1, "A", "")])])
    given["children.csv"] = given["children.csv"].replace(b"G1,G,1,0,1,0,1,", b"G1,G,1,0,1,0,0,")
    done = run(given, Parameters())
    assert set(done.files) == {"errors.csv"}
    assert [(one.code, one.id, one.detail) for one in done.problems] == [("E_TIE", "F1", "G1と A:0で")]


def test_twins_of_one_family_may_be_equal() -> None:
    assert ran(files([("A", "0", 2)], [("F", "SAME", [("0", 1, "A", ""), ("0", 1, "A", "")])]))[1] == {
        "F1": "A",
        "F2": "A",
    }


def test_a_condition_can_exclude_a_facility() -> None:
    given = files([("A", "0", 1), ("B", "1", 1)], [("F", "SAME", [("1", 1, "B", ""), ("0", 1, "A", "")])])
    done, _ = ran(given)
    assert [row["code"] for row in rows(done.files["explain.csv"])] == ["CONDITION", "CONDITION"]


def test_the_sibling_who_lacks_the_priority_is_named() -> None:
    given = files(
        [("A", "0", 1), ("B", "1", 1)],
        [("F", "TOGETHER", [("1", 9, "B", ""), ("0", 1, "A", "")]), ("G", "SINGLE", [("0", 5, "A", "")])],
    )
    done, _ = ran(given)
    told = {row["child_id"]: row for row in rows(done.files["explain.csv"])}
    assert (told["F1"]["code"], told["F1"]["blocking_child_of_family"]) == ("SIBLING", "F2")
    assert told["F2"]["code"] == "CUTOFF"
    assert told["F2"]["sentence"] == ("選考順位が内定最終順位に達しなかったため（申込者2人中2番目、内定最終指数5）。")


@pytest.mark.parametrize("pin", ["A", ""])
def test_a_pinned_child_is_where_officials_put_it(pin: str) -> None:
    slots = [("A", "0", 1), ("B", "0", 1)]
    families = [("F", "SINGLE", [("0", 1, "B", "")]), ("G", "SINGLE", [("0", 9, "A B", "")])]
    done, places = ran(files(slots, families, pins=[["F1", pin]]))
    assert places == {"F1": pin, "G1": "B" if pin else "A"}
    assert done.matched is not None
    assert done.matched.result.instance.fixed == {0: (0 if pin else -1,)}


def test_explicit_options_are_taken_as_they_stand() -> None:
    given = files(
        [("A", "0", 1), ("B", "0", 1)],
        [("F", "EXPLICIT", [("0", 1, "", ""), ("0", 1, "", "")])],
        options=[["F", 1, "F1", "B"], ["F", 1, "F2", ""], ["F", 2, "F1", "A"], ["F", 2, "F2", "B"]],
    )
    assert ran(given)[1] == {"F1": "B", "F2": ""}


def test_the_same_input_in_another_order_gives_the_same_result() -> None:
    first = match(instance_of(NO_STABLE)).result.outcome.tolist()
    lines = {name: data.decode("utf-8-sig").splitlines() for name, data in NO_STABLE.items()}
    turned = {name: "\n".join([rows_[0], *reversed(rows_[1:])]).encode() for name, rows_ in lines.items()}
    assert match(instance_of(turned)).result.outcome.tolist() == first
