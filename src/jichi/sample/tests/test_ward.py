"""The invented ward: the same again from the same seed, and believable in every household."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import lru_cache

import pytest

from jichi.engines.registry.rules import (
    ADDRESS_COLUMNS,
    HOUSEHOLD_COLUMNS,
    RESIDENT_COLUMNS,
    generation_of,
    household_type,
)
from jichi.kernel.ages import age_on
from jichi.kernel.calendar import to_era
from jichi.kernel.check_digits import has_addressee_check_digit
from jichi.kernel.sampling import SampleContext
from jichi.kernel.text import can_write_sjis, fold_for_search, is_katakana_name
from jichi.sample.cast import cast, cast_number
from jichi.sample.towns import kanji_number, register_name, towns_of
from jichi.sample.ward import Ward

TODAY = date(2026, 11, 21)
Row = dict[str, str]


def parse(line: str, columns: tuple[str, ...]) -> Row:
    return dict(zip(columns, line.rstrip("\n").split("\t"), strict=True))


class Drawn:
    """A ward as drawn, without a database."""

    def __init__(self, *, seed: int = 1, size: int = 6000, today: date = TODAY, city: str = "13103") -> None:
        ward = Ward(SampleContext(seed=seed, size=size, today=today), city)
        digest = hashlib.sha256()
        self.rows: list[Row] = []
        self.addresses: dict[tuple[str, str], Row] = {}
        self.households: list[Row] = []
        self.persons = 0
        for batch in ward.batches():
            digest.update("".join((*batch.residents, *batch.addresses, *batch.households)).encode())
            self.rows += [parse(line, RESIDENT_COLUMNS) for line in batch.residents]
            for line in batch.addresses:
                row = parse(line, ADDRESS_COLUMNS)
                self.addresses[row["addressee_no"], row["history_no"]] = row
            self.households += [parse(line, HOUSEHOLD_COLUMNS) for line in batch.households]
            self.persons += batch.persons
        self.digest = digest.hexdigest()
        self.reference = ward.reference
        self.current = [r for r in self.rows if r["is_current"] == "t"]
        self.present = [r for r in self.current if r["state"] == "resident"]
        self.members: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.present:
            self.members[row["household_no"]].append(row)


@lru_cache(maxsize=1)
def drawn() -> Drawn:
    return Drawn()


@pytest.fixture
def ward() -> Drawn:
    return drawn()


def birth(row: Row) -> date | None:
    return None if row["birth_date"] == r"\N" else date.fromisoformat(row["birth_date"])


def test_the_same_seed_gives_the_same_ward_and_another_seed_another(ward: Drawn) -> None:
    assert Drawn().digest == ward.digest
    assert Drawn(seed=2).digest != ward.digest
    assert Drawn(today=TODAY + timedelta(days=1)).digest != ward.digest
    assert Drawn(city="13109").digest != ward.digest


@pytest.mark.parametrize("size", [40, 999, 6000])
def test_there_are_exactly_as_many_present_residents_as_asked(size: int) -> None:
    made = drawn() if size == 6000 else Drawn(size=size)
    assert made.persons == size == len(made.present)
    assert sum(int(h["size"]) for h in made.households) == size


def test_the_cast_is_the_same_whatever_seed_and_size(ward: Drawn) -> None:
    stars = sum(len(h.family.members) for h in cast(TODAY))
    small = Drawn(seed=9, size=40)
    keep = ("addressee_no", "name", "birth_date", "relationship", "household_no")
    assert [[r[k] for k in keep] for r in small.present[:stars]] == [[r[k] for k in keep] for r in ward.present[:stars]]
    assert next(r["name"] for r in small.present if r["addressee_no"] == cast_number("youth", TODAY)) == "山田　さくら"
    assert (
        small.addresses[cast_number("unlinked", TODAY), "1"]["postcode"]
        == ward.addresses[cast_number("unlinked", TODAY), "1"]["postcode"]
    )


def test_histories_are_whole_and_end_in_one_current_row(ward: Drawn) -> None:
    histories: defaultdict[str, list[Row]] = defaultdict(list)
    for row in ward.rows:
        histories[row["addressee_no"]].append(row)
    for number, rows in histories.items():
        assert [int(r["history_no"]) for r in rows] == list(range(1, len(rows) + 1))
        real = [r for r in rows if r["is_provisional"] == "f"]
        assert [r["is_current"] for r in real] == ["f"] * (len(real) - 1) + ["t"]
        assert [r["movement_on"] for r in real] == sorted(r["movement_on"] for r in real)
        assert all((number, r["history_no"]) in ward.addresses for r in rows)
    assert 0.1 < sum(len(rows) > 1 for rows in histories.values()) / len(histories) < 0.35


def test_every_household_has_one_head_at_its_beginning(ward: Drawn) -> None:
    assert len(ward.households) == len(ward.members)
    for household in ward.households:
        members = ward.members[household["household_no"]]
        assert [m["relationship"] for m in members].count("世帯主") == 1
        assert household["head_addressee_no"] == members[0]["addressee_no"]
        assert int(household["size"]) == len(members)
        assert household["type"] == household_type([m["relationship"] for m in members])
        assert {m["head_name"] for m in members} == {members[0]["name"]}


def test_parents_are_older_than_children_and_children_do_not_head(ward: Drawn) -> None:
    for members in ward.members.values():
        head = birth(members[0])
        if head is None:
            continue
        assert age_on(head, TODAY) >= 18
        for member in members[1:]:
            born, generation = birth(member), generation_of(member["relationship"])
            if born is None or generation is None:
                continue
            years = (born - head).days / 365.2425
            if generation > 0 and member["relationship"] in ("子", "子の子"):
                assert 15 * generation < years < 75 * generation, (members[0], member)
            if member["relationship"] in ("父", "母"):
                assert years < -15
            if member["relationship"][0] in "夫妻":
                assert abs(years) < 30
                assert age_on(born, TODAY) >= 18


def test_ages_and_household_sizes_look_like_a_tokyo_ward(ward: Drawn) -> None:
    ages = [age_on(b, TODAY) for r in ward.present if (b := birth(r)) is not None]
    share = Counter("child" if a < 15 else "old" if a >= 65 else "middle" for a in ages)
    assert 0.09 < share["child"] / len(ages) < 0.18
    assert 0.14 < share["old"] / len(ages) < 0.26
    assert min(ages) >= 0
    assert 95 < max(ages) < 113
    sizes = Counter(int(h["size"]) for h in ward.households)
    assert 0.42 < sizes[1] / len(ward.households) < 0.58
    assert 1.8 < len(ward.present) / len(ward.households) < 2.2
    women = sum(r["sex"] == "2" for r in ward.present) / len(ward.present)
    assert 0.46 < women < 0.56


def test_a_cohort_turns_twenty_in_the_fiscal_year(ward: Drawn) -> None:
    cohort = [r for r in ward.present if (b := birth(r)) and date(2006, 4, 2) <= b <= date(2007, 4, 1)]
    assert 20 < len(cohort) < 200
    names = {r["name"] for r in cohort}
    assert {"山田　さくら", "髙橋　蓮"} <= names
    assert "髙橋　七海" not in names


def test_numbers_carry_their_check_digit_and_are_used_once(ward: Drawn) -> None:
    numbers = [r["addressee_no"] for r in ward.current]
    assert len(numbers) == len(set(numbers))
    bodies = [str(o["addressee_no"]) for o in ward.reference.organizations]
    for number in (*numbers, *(h["household_no"] for h in ward.households), *bodies):
        assert len(number) == 10
        assert has_addressee_check_digit(number)
    assert set(numbers).isdisjoint(bodies)


def test_birthdays_are_written_as_the_register_writes_them(ward: Drawn) -> None:
    for row in ward.present:
        born = birth(row)
        if row["birth_unknown"] == "t":
            assert born is None
            assert "不詳" in row["birth_text"] or "頃" in row["birth_text"]
        elif born is not None and not row["birth_date_rule"]:
            western = f"{born.year}年{born.month}月{born.day}日"
            assert row["birth_text"] == (str(to_era(born)) if row["kind"] == "japanese" else western)
    by_name = {r["name"]: r for r in reversed(ward.present)}  # the cast comes first
    assert by_name["一　キヨ"]["birth_text"] == "昭和8年月日不詳"
    assert by_name["渡邉\U000e0100　清"]["birth_text"] == "昭和27年2月29日"
    odd = by_name["KIM　YOUNGHEE"]
    assert (odd["birth_text"], odd["birth_date"], odd["birth_date_rule"]) == (
        "1951年2月29日",
        "1951-02-28",
        "day_before",
    )


def test_names_have_readings_and_search_words(ward: Drawn) -> None:
    for row in ward.current:
        assert is_katakana_name(row["kana"].replace("　", " ")) or is_katakana_name(row["kana"].replace("　", "")), row[
            "kana"
        ]
        assert row["kana_folded"] == fold_for_search(row["kana"])
        assert fold_for_search(row["name"]) in row["names_folded"].split(" ")
        if row["kind"] == "japanese":
            assert row["name"] == f"{row['family_name']}　{row['given_name']}"
        if row["alias"]:
            assert {fold_for_search(row["alias"]), fold_for_search(row["alias_kana"])} <= set(
                row["names_folded"].split(" ")
            )


def test_the_hard_names_are_there(ward: Drawn) -> None:
    names = [r["name"] for r in ward.present]
    japanese = [r for r in ward.present if r["kind"] == "japanese"]
    assert any(not can_write_sjis(n) for n in names)
    assert any("𠮷" in n for n in names)
    assert any("\U000e0100" in n for n in names)
    assert any("﨑" in n for n in names)
    assert max(map(len, names)) > 60
    assert "SUHARTONO" in names
    assert 0.005 < sum(not can_write_sjis(r["name"]) for r in japanese) / len(japanese) < 0.05


def test_twins_are_born_on_one_day_and_named_apart(ward: Drawn) -> None:
    twins = 0
    for members in ward.members.values():
        children = [m for m in members if m["relationship"] == "子"]
        assert len({m["given_name"] or m["name"] for m in children}) == len(children)
        twins += len(children) - len({m["birth_date"] for m in children})
    assert twins >= 1


def test_foreign_residents_of_many_countries(ward: Drawn) -> None:
    foreign = [r for r in ward.present if r["kind"] == "foreign"]
    assert 0.05 < len(foreign) / len(ward.present) < 0.12
    nations = Counter(r["nationality"] for r in foreign)
    assert nations.most_common(1)[0][0] == "cn"
    assert {"cn", "kr", "np", "vn", "us"} <= set(nations)
    assert any(r["alias"] for r in foreign)
    assert all(r["is_voter"] == "f" and r["residence_status"] for r in foreign)


def test_some_left_and_some_are_protected(ward: Drawn) -> None:
    states = Counter(r["state"] for r in ward.current)
    assert states["moved_out"] > 50
    assert states["deceased"] > 20
    protections = ward.reference.protections
    assert len(protections) > 4
    covered = {n for p in protections for n in (*p.addressee_nos, *p.household_nos)}
    assert cast_number("protected", TODAY, member=0) in covered
    assert all(p.end_on > p.start_on and p.blocks for p in protections)


def test_addresses_lie_in_real_towns_written_with_kanji_numerals(ward: Drawn) -> None:
    towns = {t.key: t.name for t in towns_of("13103").towns}
    for row in ward.addresses.values():
        assert (row["prefecture"], row["city"], row["town"]) == ("東京都", "みどり区", towns[row["town_key"]])
        assert row["postcode"].startswith("000")
    assert "芝一丁目" in towns.values()
    used = Counter(row["town_key"] for row in ward.addresses.values())
    assert len(used) > 100


@pytest.mark.parametrize(("n", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_kanji_numerals(n: int, text: str) -> None:
    assert kanji_number(n) == text


def test_town_names_of_the_census_and_of_the_register() -> None:
    assert register_name("芝１丁目") == "芝一丁目"
    assert register_name("八潮１０丁目") == "八潮十丁目"
    assert register_name("麻布狸穴町") == "麻布狸穴町"
    with pytest.raises(ValueError, match="no towns"):
        towns_of("99999")
