"""Prices line by line, charges by date, free rooms, tariffs as files: tables and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from ..rules import (
    NORMAL,
    Band,
    Season,
    Taken,
    Tariff,
    charge_on,
    charge_table,
    free_rooms,
    left_by_night,
    mark,
    month_state,
    plans_of,
    priced,
    problems,
    read_tariff,
    tariff_from,
    tariff_to,
    write_tariff,
    wrong_dates,
    wrong_party,
)
from .inn import tariff


def test_a_stay_over_new_year_is_priced_night_by_night() -> None:
    found = priced(
        tariff(), party={"resident_adult": 2, "resident_child": 1, "infant": 1}, check_in=date(2026, 12, 28), nights=2,
        meals="two",
    )  # fmt: skip
    shown = [(one.kind, one.what, one.person, one.persons, one.nights, one.unit_yen, one.yen) for one in found.lines]
    assert shown == [
        ("night", NORMAL, "resident_adult", 2, 1, 5000, 10000), ("night", NORMAL, "resident_child", 1, 1, 3000, 3000),
        ("night", "年末年始", "resident_adult", 2, 1, 7000, 14000),
        ("night", "年末年始", "resident_child", 1, 1, 5000, 5000),
        ("meal", "dinner", "resident_adult", 2, 2, 2500, 10000), ("meal", "dinner", "resident_child", 1, 2, 2500, 5000),
        ("meal", "dinner", "infant", 1, 2, 2500, 5000), ("meal", "breakfast", "resident_adult", 2, 2, 800, 3200),
        ("meal", "breakfast", "resident_child", 1, 2, 800, 1600), ("meal", "breakfast", "infant", 1, 2, 800, 1600),
        ("tax", "入湯税", "resident_adult", 2, 2, 150, 600),
    ]  # fmt: skip
    assert (found.total_yen, found.before_tax_yen) == (59000, 58400)


def test_a_missing_price_stops_and_nothing_is_guessed() -> None:
    holes = replace(tariff(), prices={NORMAL: tariff().prices[NORMAL], "年末年始": {"resident_adult": 7000}})
    assert [one.params["kind"] for one in problems(holes)] == ["区民の子ども", "在勤・在学の大人", "幼児(寝具なし)"]
    with pytest.raises(Invalid, match=r"retreats\.price_missing"):
        priced(holes, party={"works_adult": 1}, check_in=date(2026, 12, 30), nights=1, meals="none")
    assert problems(tariff()) == ()
    assert [one.code for one in problems(Tariff())] == ["retreats.no_prices", "retreats.no_bands"]
    assert [one.code for one in problems(replace(tariff(), bands=(Band(14, 50), Band(0, 30))))] == [
        "retreats.bands_fall"
    ]
    more = Season(key="x", title={"ja": "正月"}, first=date(2027, 1, 3), last=date(2027, 1, 5))
    doubled = replace(
        tariff(), seasons=(*tariff().seasons, more), prices={**tariff().prices, "x": tariff().prices[NORMAL]}
    )
    assert [one.code for one in problems(doubled)] == ["retreats.seasons_overlap"]


@pytest.mark.parametrize(
    ("day", "percent", "yen"),
    [
        (date(2026, 8, 5), 0, 0), (date(2026, 8, 6), 30, 3000), (date(2026, 8, 18), 30, 3000),
        (date(2026, 8, 19), 50, 5000), (date(2026, 8, 20), 100, 10001), (date(2026, 8, 25), 100, 10001),
    ],
)  # fmt: skip
def test_what_cancelling_costs_depends_on_the_day(day: date, percent: int, yen: int) -> None:
    row = charge_on(tariff(), before_tax_yen=10001, check_in=date(2026, 8, 20), day=day)
    assert (row.percent, row.yen) == (percent, yen)
    assert [one.first for one in charge_table(tariff(), before_tax_yen=1, check_in=date(2026, 8, 20))] == [
        None, date(2026, 8, 6), date(2026, 8, 19), date(2026, 8, 20),
    ]  # fmt: skip


def test_who_comes_and_when_is_looked_at() -> None:
    plans = plans_of(tariff())
    assert plans == ("none", "breakfast", "two")

    def wrong(**party: int) -> list[str]:
        found = wrong_party(tariff(), party, least=2, most=4, meals="none", plans=plans)
        return [one.code for one in found.values()]

    assert wrong(resident_adult=2, infant=2) == []
    assert wrong(resident_child=3) == ["retreats.no_adult"]
    assert wrong(resident_adult=1, infant=3) == ["retreats.beds"]
    assert wrong(resident_adult=5) == ["retreats.beds"]
    assert wrong(resident_adult=-1) == ["retreats.party"]
    assert wrong(other_adult=2) == ["retreats.party"]
    today = date(2026, 11, 1)
    for day, nights, code in (
        (today, 1, "retreats.too_soon"), (date(2027, 12, 1), 1, "retreats.too_far"),
        (today + timedelta(3), 4, "retreats.nights"),
        (None, 1, "field.required"),
    ):  # fmt: skip
        found = wrong_dates(day, nights, today=today, lead_days=1, most=3)
        assert [one.code for one in found.values()] == [code]
    assert wrong_dates(date(2027, 11, 30), 3, today=today, lead_days=1, most=3) == {}


def test_months_open_by_date_and_after_their_draw() -> None:
    march, today = date(2027, 3, 1), date(2026, 11, 30)
    assert month_state(march, today=today, months_ahead=3, first_come_on=None).day == date(2026, 12, 1)
    assert month_state(march, today=date(2026, 12, 1), months_ahead=3, first_come_on=None).state == "open"
    drawn = date(2026, 12, 20)
    assert month_state(march, today=date(2026, 12, 19), months_ahead=6, first_come_on=drawn).state == "lottery"
    assert month_state(march, today=drawn, months_ahead=3, first_come_on=drawn).state == "open"


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9), st.integers(1, 5)), max_size=12), st.integers(0, 9),
    st.integers(1, 4),
)  # fmt: skip
def test_a_room_is_free_when_nobody_has_it_in_any_night(
    taken: list[tuple[int, int, int]], start: int, nights: int
) -> None:
    first = date(2026, 12, 25)
    busy = [Taken(room, first + timedelta(n), first + timedelta(n + length)) for room, n, length in taken]
    rooms, asked = [1, 2, 3, 4], first + timedelta(start)
    stay = {asked + timedelta(n) for n in range(nights)}
    has = {
        room: {first + timedelta(n + k) for r, n, length in taken if r == room for k in range(length)} for room in rooms
    }
    assert free_rooms(rooms, busy, asked, nights) == [room for room in rooms if not has[room] & stay]


def test_nights_are_marked_by_what_is_left() -> None:
    day = date(2028, 2, 28)  # a leap year
    busy = [Taken(1, day, day + timedelta(2)), Taken(2, day + timedelta(1), day + timedelta(2)), Taken(9, day, day)]
    assert list(left_by_night([1, 2, 3], busy, day, date(2028, 3, 1)).values()) == [2, 1, 3]
    assert [mark(left, 10) for left in (0, 1, 2, 3)] == ["full", "few", "few", "free"]
    assert mark(1, 1) == "free"


def test_a_tariff_goes_out_and_in_as_it_was() -> None:
    assert read_tariff(write_tariff(tariff())).tariff == tariff_from(tariff_to(tariff())) == tariff()


def test_errors_of_a_file_name_line_and_column() -> None:
    lines = (
        "種類,項目,人の区分,始まり,終わり,円,割合,日前", "期間,通常期間,,,,,,", "期間,夏,,2026-08-31,2026-07-18,,,",
        "料金,通常期間,区民の大人,,,5000,,", "料金,冬,区民の大人,,,5000,,", "料金,通常期間,宇宙人,,,5000,,",
        "料金,通常期間,区民の子ども,,,高い,,", "料金,通常期間,区民の大人,,,5000,,", "取消料,,,,,,120,14",
        "なにか,,,,,,,",
    )  # fmt: skip
    read = read_tariff("\r\n".join(lines).encode("cp932"))
    assert [(one.line, one.column, one.error.code) for one in read.errors] == [
        (3, "終わり", "retreats.days"), (5, "項目", "retreats.season"), (6, "人の区分", "retreats.person"),
        (7, "円", "retreats.number"), (8, "種類", "retreats.twice"), (9, "割合", "retreats.number"),
        (10, "種類", "retreats.kind"),
    ]  # fmt: skip
    assert read.tariff == Tariff()
