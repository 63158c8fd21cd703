"""Names, relationships, households, masking, matching: by table and by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.registry import rules
from jichi.engines.registry.rules import HIDDEN, ResidentRecord

PERSON = ResidentRecord(
    addressee_no="1000000010", household_no="2000000010", name="𠮷田　葵", kana="ヨシダ　アオイ",
    roman_name="", alias="",
    birth_date=date(2004, 2, 29), birth_text="平成16年2月29日", sex="2", relationship="世帯主", postcode="0000001",
    address="東京都みどり区芝一丁目2番3号", town_key="13103001001", nationality="jp",
    is_foreign=False, is_protected=False,
    state="resident", became_resident_on=date(2004, 2, 29),
)  # fmt: skip


@pytest.mark.parametrize(
    ("others", "kind"),
    [
        ([], "single"),
        (["妻"], "couple"),
        (["夫（未届）"], "couple"),
        (["妻", "子"], "couple_children"),
        (["妻", "子", "子", "子"], "couple_children"),
        (["子", "子"], "single_parent"),
        (["母"], "single_parent"),
        (["父", "弟"], "single_parent"),
        (["父", "母"], "couple_children"),
        (["父", "母", "妹"], "couple_children"),
        (["妻", "子", "母"], "three_generation"),
        (["妻", "子", "子の妻", "子の子"], "three_generation"),
        (["母", "子"], "three_generation"),
        (["弟"], "other"),
        (["妻", "母"], "other"),
        (["妻", "弟"], "other"),
        (["同居人"], "other"),
        (["妻", "子", "縁故者"], "other"),
        (["母の妹"], "other"),
        (["子の子"], "other"),
    ],
)
def test_household_type_is_derived_from_relationships(others: list[str], kind: str) -> None:
    assert rules.household_type(["世帯主", *others]) == kind


@given(
    st.lists(st.sampled_from(["妻", "子", "父", "母", "兄", "子の妻", "子の子", "同居人", "縁故者"]), max_size=6),
    st.randoms(),
)
def test_household_type_does_not_depend_on_order(others: list[str], chance: object) -> None:
    shuffled = ["世帯主", *others]
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # random.Random
    assert rules.household_type(shuffled) == rules.household_type(["世帯主", *others])


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("世帯主", ("世帯主",)),
        ("子の妻", ("子", "妻")),
        ("子（子の妻）", ("子（子の妻）",)),
        ("妻（未届）の子", ("妻（未届）", "子")),
        ("妻の父の兄の子", ("妻", "父", "兄", "子")),
        ("縁故者", ("縁故者",)),
    ],
)
def test_relationship_chain(text: str, chain: tuple[str, ...]) -> None:
    assert rules.relationship_chain(text) == chain


@pytest.mark.parametrize("text", ["孫", "祖父", "おじ", "子の子の子の子の子", "", "の", "同居人の子"])
def test_words_the_register_does_not_allow_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a relationship"):
        rules.relationship_chain(text)


def test_members_stand_in_the_registers_order() -> None:
    def member(number: str, relationship: str, birth: date | None = date(2000, 1, 1)) -> ResidentRecord:
        return replace(PERSON, addressee_no=number, relationship=relationship, birth_date=birth)

    shuffled = [
        member("9", "同居人"), member("8", "母"), member("7", "子の子"), member("6", "子", date(2010, 1, 1)),
        member("5", "子", None), member("4", "子", date(2008, 1, 1)), member("3", "子", date(2010, 1, 1)),
        member("2", "妻"), member("1", "世帯主"), member("85", "弟"), member("86", "父の父"), member("87", "母の妹"),
    ]  # fmt: skip
    assert [m.addressee_no for m in rules.household_order(shuffled)] == [
        "1", "2", "4", "3", "6", "5", "7", "8", "85", "86", "87", "9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("foreign", "alias", "roman", "priority", "shown"),
    [
        (False, "", "", "", "金　英姫"),
        (False, "別名　太郎", "", "alias", "金　英姫"),
        (True, "金子　英子", "KIM　YOUNGHEE", "", "金子　英子"),
        (True, "金子　英子", "KIM　YOUNGHEE", "alias", "金子　英子"),
        (True, "金子　英子", "KIM　YOUNGHEE", "roman", "KIM　YOUNGHEE"),
        (True, "金子　英子", "KIM　YOUNGHEE", "name", "金　英姫"),
        (True, "", "KIM　YOUNGHEE", "alias", "KIM　YOUNGHEE"),
        (True, "", "", "", "金　英姫"),
    ],
)
def test_display_name(foreign: bool, alias: str, roman: str, priority: str, shown: str) -> None:
    assert (
        rules.display_name(name="金　英姫", alias=alias, roman_name=roman, is_foreign=foreign, priority=priority)
        == shown
    )


def test_the_reading_follows_the_name_shown() -> None:
    person = replace(PERSON, is_foreign=True, alias="金子　英子", alias_kana="カネコ　エイコ", name_priority="alias")
    assert person.display_kana == "カネコ　エイコ"
    assert replace(person, name_priority="name").display_kana == "ヨシダ　アオイ"


def test_masking_hides_where_protected_people_live_and_nothing_else() -> None:
    protected = replace(PERSON, is_protected=True)
    masked = protected.masked()
    assert (masked.address, masked.postcode, masked.town_key, masked.address_hidden) == (HIDDEN, "", "", True)
    assert (
        replace(
            masked, address=PERSON.address, postcode=PERSON.postcode, town_key=PERSON.town_key, address_hidden=False
        )
        == protected
    )
    assert PERSON.masked() is PERSON


def test_age_is_unknown_where_the_birth_date_is() -> None:
    assert PERSON.age_on(date(2026, 2, 28)) == 21
    assert PERSON.age_on(date(2026, 3, 1)) == 22
    assert replace(PERSON, birth_date=None).age_on(date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("found", "grade", "number", "reasons"),
    [
        ({}, "none", None, ("no_such_kana_and_birth",)),
        ({"1": "0000001"}, "exact", "1", ("kana", "birth_date", "postcode")),
        ({"1": "0000001", "2": "0000002"}, "exact", "1", ("kana", "birth_date", "postcode", "namesake_elsewhere")),
        ({"1": "0000002"}, "none", None, ("kana", "birth_date", "postcode_differs")),
        ({"1": "0000001", "2": "0000001"}, "several", None, ("same_kana_birth_and_postcode",)),
    ],
)
def test_grade_of_a_match(found: dict[str, str], grade: str, number: str | None, reasons: tuple[str, ...]) -> None:
    match = rules.grade_match(same_kana_and_birth=found, postcode="0000001")
    assert (match.grade, match.addressee_no, match.reasons) == (grade, number, reasons)
