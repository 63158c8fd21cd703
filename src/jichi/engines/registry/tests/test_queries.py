"""Reading the register: search, looks with a purpose, candidates for a link, facts for forms."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.audit.queries import events_about
from jichi.engines.registry import queries
from jichi.engines.registry.rules import HIDDEN
from jichi.kernel.errors import Forbidden, Invalid, NotFound
from jichi.kernel.text import fold_for_search

from .people import CLERK, LOADER, OFFICIAL, address_line, fill, measure, resident_line

HANAKO, TARO, YOSHIDA, WANG, GONE, BABY = (
    "1000000001",
    "1000000002",
    "1000000003",
    "1000000004",
    "1000000005",
    "1000000006",
)
HOME = {"household_no": "H1"}


def people() -> None:
    """Six people: a family, a protected person with a rare character, a foreigner with an alias, one moved out."""
    alias = {"alias": "青木　静香", "alias_kana": "アオキ　シズカ"}
    wang_names = " ".join(fold_for_search(t) for t in ("WANG ZIHAN", "王子涵", "青木静香", "アオキシズカ"))
    fill(
        [
            resident_line(HANAKO, name="髙橋　花子", kana="タカハシ　ハナコ", **HOME),
            resident_line(
                TARO, name="髙橋　太郎", kana="タカハシ　タロウ", relationship="夫", birth_date="1999-02-28", **HOME
            ),
            resident_line(YOSHIDA, name="𠮷田　さくら", kana="ヨシダ　サクラ", birth_date="1985-01-02"),
            resident_line(
                WANG, name="WANG　ZIHAN", kana="ワン　ズーハン", kind="foreign", nationality="cn",
                roman_name="WANG　ZIHAN", names_folded=wang_names, name_priority="roman",
                family_name="", given_name="", **alias,
            ),
            resident_line(GONE, name="高橋　進", kana="タカハシ　ススム", state="moved_out"),
            resident_line(
                BABY, name="髙橋　湊", kana="タカハシ　ミナト", relationship="子",
                birth_date=None, birth_unknown="t", **HOME
            ),
        ],
        [
            address_line(n, **(HOME if n in (HANAKO, TARO, BABY) else {}))
            for n in (HANAKO, TARO, YOSHIDA, WANG, GONE, BABY)
        ],
        measure(YOSHIDA),
    )  # fmt: skip


register = own_world(people)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("1000000003", [YOSHIDA]),
        ("１０００００００３", []),
        ("１０００００００００３", []),
        ("高橋", [GONE, TARO, HANAKO, BABY]),
        ("髙橋 花子", [HANAKO]),
        ("橋花", [HANAKO]),
        ("花子　髙橋", [HANAKO]),
        ("たかはし", [GONE, TARO, HANAKO, BABY]),
        ("ﾀｶﾊｼ ﾊﾅ", [HANAKO]),
        ("吉田", [YOSHIDA]),
        ("さくら", [YOSHIDA]),
        ("青木", [WANG]),
        ("wang", [WANG]),
        ("王子", [WANG]),
        ("S60.1.2", [YOSHIDA]),
        ("1985-01-02", [YOSHIDA]),
        ("髙", [GONE, TARO, HANAKO, BABY]),
        ("%", []),
        ("100%_", []),
    ],
)
def test_search(register: TestDatabase, q: str, found: list[str]) -> None:
    page = queries.search_residents(actor=OFFICIAL, q=q)
    assert [row.addressee_no for row in page.rows] == found
    assert page.next_after is None


def test_search_goes_on_after_the_last_row(register: TestDatabase) -> None:
    first = queries.search_residents(actor=OFFICIAL, q="高橋", limit=3)
    assert ([r.addressee_no for r in first.rows], first.next_after) == ([GONE, TARO, HANAKO], HANAKO)
    rest = queries.search_residents(actor=OFFICIAL, q="高橋", limit=3, after=HANAKO)
    assert ([r.addressee_no for r in rest.rows], rest.next_after) == ([BABY], None)


@pytest.mark.parametrize("actor", [OFFICIAL, CLERK])
def test_search_shows_the_block_but_never_a_protected_address(register: TestDatabase, actor: Actor) -> None:
    (row,) = queries.search_residents(actor=actor, q="吉田").rows
    assert (row.is_protected, row.address, row.postcode, row.town_key) == (True, HIDDEN, "", "")


def test_a_search_is_logged_with_what_was_asked(register: TestDatabase) -> None:
    queries.search_residents(actor=OFFICIAL, q="高橋", limit=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_kind, detail->>'q', detail->>'by', detail->>'found', detail->>'more' "
            "FROM eng_audit_auditevent WHERE action = 'search'"
        )
        assert cursor.fetchall() == [("staff", "高橋", "name", "3", "true")]


def test_searching_needs_the_permission_and_something_to_search_for(register: TestDatabase) -> None:
    with pytest.raises(Forbidden):
        queries.search_residents(actor=Actor(kind="staff"), q="高橋")
    with pytest.raises(Invalid, match="too_short"):
        queries.search_residents(actor=OFFICIAL, q=" 　")


def test_a_look_is_logged_with_its_purpose(register: TestDatabase) -> None:
    person = queries.look_at_resident(actor=OFFICIAL, addressee_no=HANAKO, purpose="counter_help")
    assert person.name == "髙橋　花子"
    (event,) = events_about(subject=HANAKO)
    assert (event.action, event.purpose, event.object_id) == ("look", "counter_help", HANAKO)


def test_a_look_needs_permission_a_known_purpose_and_a_person(register: TestDatabase) -> None:
    with pytest.raises(Forbidden):
        queries.look_at_resident(actor=Actor(kind="staff"), addressee_no=HANAKO, purpose="counter_help")
    with pytest.raises(Invalid, match=r"registry\.purpose"):
        queries.look_at_resident(actor=OFFICIAL, addressee_no=HANAKO, purpose="curiosity")
    assert list(events_about(subject=HANAKO)) == []
    with pytest.raises(NotFound):
        queries.look_at_resident(actor=OFFICIAL, addressee_no="9999999999", purpose="counter_help")


@pytest.mark.parametrize(
    ("kana", "birth", "postcode", "grade", "number"),
    [
        ("タカハシ　ハナコ", date(2000, 3, 4), "0000001", "exact", HANAKO),
        ("たかはし はなこ", date(2000, 3, 4), "〒000-0001", "exact", HANAKO),
        ("ﾀｶﾊｼﾊﾅｺ", date(2000, 3, 4), "０００－０００１", "exact", HANAKO),
        ("アオキ　シズカ", date(2000, 3, 4), "0000001", "exact", WANG),
        ("ワン　ズーハン", date(2000, 3, 4), "0000001", "exact", WANG),
        ("ヨシダ　サクラ", date(1985, 1, 2), "0000001", "exact", YOSHIDA),
        ("タカハシ　ハナコ", date(2000, 3, 5), "0000001", "none", None),
        ("タカハシ　ハナコ", date(2000, 3, 4), "0000002", "none", None),
        ("タカハシ　ススム", date(2000, 3, 4), "0000001", "none", None),
        ("", date(2000, 3, 4), "0000001", "none", None),
    ],
)
def test_candidates_for_a_login(
    register: TestDatabase, kana: str, birth: date, postcode: str, grade: str, number: str | None
) -> None:
    match = queries.find_candidates(kana, birth, postcode)
    assert (match.grade, match.addressee_no) == (grade, number)


def test_twins_of_the_same_reading_are_not_guessed_at(register: TestDatabase) -> None:
    fill([resident_line("1"), resident_line("2")], [address_line("1"), address_line("2")])
    match = queries.find_candidates("シケン　ハナコ", date(2000, 3, 4), "0000001")
    assert (match.grade, match.addressee_no, match.candidates) == ("several", None, ("1", "2"))


def test_household_and_facts_in_two_statements(register: TestDatabase) -> None:
    with unit(LOADER):
        assert [m.addressee_no for m in queries.household_of(TARO)] == [HANAKO, TARO, BABY]
        assert queries.household_of(GONE) == ()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            facts = queries.facts_for_forms(HANAKO, date(2026, 3, 4))
    assert len(asked) == 2
    keys = ("name", "kana", "age", "birth_date", "postcode", "is_resident", "became_resident_on")
    assert {k: facts[k] for k in keys} == {
        "name": "髙橋　花子", "kana": "タカハシ　ハナコ", "age": 26, "birth_date": "2000-03-04", "postcode": "0000001",
        "is_resident": True, "became_resident_on": "2015-04-01",
    }  # fmt: skip
    household = facts["household"]
    assert isinstance(household, list)
    assert [(m["addressee_no"], m["relationship"], m["age"], m["is_self"]) for m in household] == [
        (HANAKO, "世帯主", 26, True), (TARO, "夫", 27, False), (BABY, "子", None, False),
    ]  # fmt: skip


def test_facts_of_the_protected_hold_no_address_for_officials(register: TestDatabase) -> None:
    with unit(OFFICIAL):
        facts = queries.facts_for_forms(YOSHIDA, date(2026, 3, 4))
    assert (facts["address"], facts["postcode"], facts["town_key"], facts["is_protected"]) == ("", "", "", True)
    with unit(OFFICIAL):
        assert queries.facts_for_forms("9999999999", date(2026, 3, 4)) == {}


def test_state_of_the_register(register: TestDatabase) -> None:
    state = queries.register_state()
    assert (state.kind, state.label, state.residents) == ("sample", "test", 6)
