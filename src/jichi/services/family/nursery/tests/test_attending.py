"""What an official looks at first: each kind found in tables where it is, and not where it is not; its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit

from .. import actions, queries
from ..models import Application, Child
from ..rules.attending import Flag, at_a_border, flags
from ..rules.running import Parameters, run
from .exhaustive import Files, files
from .office import Office, family_in
from .test_adversarial import NO_STABLE


def found(given: Files, kind: str) -> list[Flag]:
    return [one for one in flags(given, run(given, Parameters()).files) if one.kind == kind]


def single(name: str, index: int, wishes: str = "A") -> tuple[str, str, list[tuple[str, int, str, str]]]:
    return name, "SINGLE", [("0", index, wishes, "")]


def test_a_place_owed_is_named() -> None:
    assert {one.code for one in found(NO_STABLE, "blocking")} == {"BLOCKING_LEFT"}
    assert found(files([("A", "0", 1)], [single("F", 5)]), "blocking") == []


def test_only_the_drawn_number_makes_a_tie() -> None:
    equal = files([("A", "0", 1)], [single("F", 5), single("G", 5), single("H", 4)])
    assert [(one.child, one.other) for one in found(equal, "tie")] == [("G1", "F1")]
    bonus = files([("A", "0", 1)], [single("F", 4), single("G", 5)], bonus={("F1", "A"): 1})
    assert [(one.child, one.other) for one in found(bonus, "tie")] == [("G1", "F1")]
    bonus = files([("A", "0", 1)], [single("F", 5), single("G", 5)], bonus={("F1", "A"): 1})
    assert found(bonus, "tie") == []


def test_twins_who_share_every_key_are_no_tie() -> None:
    twins = ("F", "PARTIAL EITHER", [("0", 5, "A", ""), ("0", 5, "A", "")])
    assert found(files([("A", "0", 1)], [twins]), "tie") == []


def test_a_seat_left_free_is_told_with_the_reason() -> None:
    pair = ("F", "SAME", [("0", 5, "A", ""), ("1", 5, "A", "")])
    given = files([("A", "0", 2), ("A", "1", 0)], [pair])
    assert [(one.child, one.facility, one.number) for one in found(given, "free")] == [("F1", "A", 2)]
    assert {one.code for one in found(given, "free")} <= {"CONDITION", "SIBLING"}


def test_siblings_apart_are_named_and_siblings_together_are_not() -> None:
    pair = ("F", "TOGETHER", [("0", 5, "A", ""), ("1", 5, "B", "")])
    apart = found(files([("A", "0", 1), ("B", "1", 1)], [pair]), "split")
    assert [(one.child, one.number) for one in apart] == [("F1", 2), ("F2", 2)]
    pair = ("F", "SAME", [("0", 5, "A", ""), ("1", 5, "A", "")])
    assert found(files([("A", "0", 1), ("A", "1", 1)], [pair]), "split") == []


def test_a_pin_names_who_would_have_its_seat() -> None:
    families = [single("F", 1), single("G", 9), single("H", 8)]
    given = files([("A", "0", 1)], families, pins=[["F1", "A"]])
    assert [one.child for one in found(given, "pin")] == ["F1"]
    assert [(one.child, one.other) for one in found(given, "cost")] == [("G1", "F1")], "H1 comes after G1"
    assert found(files([("A", "0", 1)], families), "cost") == []


def test_a_score_far_from_the_others_is_named() -> None:
    usual = [single(f"F{n}", 40) for n in range(5)]
    assert [one.child for one in found(files([("A", "0", 9)], [*usual, single("G", 90)]), "score")] == ["G1"]
    assert found(files([("A", "0", 9)], [*usual, single("G", 45)]), "score") == []
    assert found(files([("A", "0", 9)], [single("F", 1), single("G", 99)]), "score") == [], "too few to say"


def test_one_day_decides_the_class_at_the_border() -> None:
    days = {"a": date(2025, 4, 1), "b": date(2025, 4, 2), "c": date(2025, 3, 31), "d": date(2025, 4, 3)}
    assert at_a_border(days.items()) == ["a", "b"]


def build() -> Office:
    """Three families for two seats, one born on the border; one more without papers; a facility without seats."""
    office = Office()
    one = office.born(1)
    border = date(one.year, 4, 2)
    office.take(family_in("A", one), family_in("B", border), family_in("C", one, full=False))
    office.take(replace(family_in("M", one), missing=("就労証明書",)), confirm=False)
    actions.load_facilities(actor=office.sato, data="園番号,園名\r\nN3,もも園\r\n".encode())
    return office


office = shared_world(build)


def desk(office: Office) -> Client:
    assert office.sato.account_id is not None
    return browser(office.sato.account_id, second_factor=True)


def numbers(office: Office, run_id: UUID) -> dict[str, int]:
    with unit(office.sato):
        return {kind: len(points) for kind, points in queries.attention(run_id).items() if points}


@pytest.mark.django_db
def test_the_runs_page_counts_each_kind_and_leads_to_each_child(office: Office) -> None:
    made = office.run()
    assert numbers(office, made) == {"tie": 1, "missing": 1, "confirm": 1, "seats": 1, "birth": 1}
    page = desk(office).get(f"/staff/nursery/runs/{made}/").content.decode()
    assert "2人目の確認がない児童</a>" in page
    assert "食い違いの残る児童はいません。" in page
    with unit(office.sato):
        child = Child.objects.get(application__code="B")
    listed = desk(office).get(f"/staff/nursery/runs/{made}/check/birth/").content.decode()
    assert f"/staff/nursery/applications/{child.application_id}/#c-{child.pk}" in listed
    assert "もも園" in desk(office).get(f"/staff/nursery/runs/{made}/check/seats/").content.decode()
    empty = desk(office).get(f"/staff/nursery/runs/{made}/check/pin/")
    assert "手で固定した児童はいません。" in empty.content.decode()
    assert desk(office).get(f"/staff/nursery/runs/{made}/check/weather/").status_code == 404
    assert desk(office).get(f"/staff/nursery/runs/{made}/check/birth/?after=-9").status_code == 200
    assert office.other.account_id is not None
    stranger = browser(office.other.account_id, second_factor=True)
    assert stranger.get(f"/staff/nursery/runs/{made}/check/birth/").status_code == 404


@pytest.mark.django_db
def test_what_changed_since_and_pins_are_told(office: Office) -> None:
    with unit(office.sato):
        pinned = Child.objects.get(application__code="C").pk
        gone = Application.objects.get(code="A").pk
    actions.pin_child(actor=office.sato, child_id=pinned, facility="N1", reason="虐待のおそれ")
    made = office.run()
    first = numbers(office, made)
    assert (first["pin"], first["cost"]) == (1, 1)
    assert "changed" not in first
    actions.withdraw(actor=office.sato, application_id=gone)
    actions.set_vacancy(actor=office.sato, round_id=office.round, code="N1", class_id="1", seats="4")
    assert numbers(office, made)["changed"] == 2
    page = desk(office).get(f"/staff/nursery/runs/{made}/check/changed/").content.decode()
    assert "取り下げた" in page
    assert "空き枠が1から4になった" in page
    assert "虐待のおそれ" in desk(office).get(f"/staff/nursery/runs/{made}/check/pin/").content.decode()
