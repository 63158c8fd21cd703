"""The register for programs: a purpose, a record of the look, and no place of a protected person."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.api.tests.calling import SYSTEM, Program, refused, told
from jichi.engines.audit import queries as audit
from jichi.engines.registry.rules import HIDDEN

from .people import address_line, fill, measure, resident_line

pytestmark = pytest.mark.django_db
HANA, AOI = "100000018", "100000050"
EVERYTHING = ("eng_registry.resident.search", "eng_registry.resident.view")


def build() -> None:
    """Two people, one of them protected."""
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    people = [
        resident_line(HANA, name="試験　花", kana="シケン　ハナ", household_no="H1"),
        resident_line(AOI, name="試験　葵", kana="シケン　アオイ", household_no="H2"),
    ]
    places = [address_line(HANA, household_no="H1"), address_line(AOI, household_no="H2")]
    fill(people, places, measure(AOI, start_on=date(2026, 1, 1), end_on=date(2027, 12, 31)))


world = shared_world(build)


def test_a_search_and_a_look_are_recorded_and_a_protected_place_stays_hidden(world: None) -> None:
    program = Program.of("youth", EVERYTHING)
    first = told(program.get("/residents", q="シケン", limit=1))
    rest = told(program.get("/residents", q="シケン", limit=1, cursor=first["next"]))
    assert [one["addressee_no"] for one in (*first["items"], *rest["items"])] == [AOI, HANA]
    shown = {number: told(program.get(f"/residents/{number}", purpose="application_review")) for number in (HANA, AOI)}
    assert shown[HANA]["address"] not in {"", HIDDEN}
    assert (shown[AOI]["address"], shown[AOI]["is_protected"]) == (HIDDEN, True)
    assert [event.action for event in audit.looks_at(subject=HANA)] == ["look"]
    assert [(event.detail or {})["q"] for event in audit.acts(action="search")] == ["シケン", "シケン"]


def test_without_a_purpose_or_a_word_nothing_is_shown(world: None) -> None:
    program = Program.of("youth", EVERYTHING)
    refused(program.get(f"/residents/{HANA}"), 422, "api.invalid")
    refused(program.get(f"/residents/{HANA}", purpose="curiosity"), 422, "api.invalid")
    refused(program.get("/residents"), 422, "api.invalid")
    refused(program.get("/residents/999", purpose="application_review"), 404, "registry.unknown_person")
    refused(Program.of("youth", EVERYTHING[:1]).get(f"/residents/{HANA}", purpose="audit"), 403, "api.scope")
    assert list(audit.looks_at(subject=HANA)) == []
