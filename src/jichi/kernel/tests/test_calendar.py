"""Eras, reading dates, fiscal years, periods and wording."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jichi.kernel import calendar
from jichi.kernel.calendar import DateError, DateStyle
from jichi.kernel.clock import TOKYO

days = st.dates(date(1873, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "text", "short"),
    [
        (date(1873, 1, 1), "明治6年1月1日", "M6.1.1"),
        (date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
        (date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
        (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
        (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2026, 4, 1), "令和8年4月1日", "R8.4.1"),
    ],
)
def test_the_first_and_last_days_of_the_eras(day: date, text: str, short: str) -> None:
    assert str(calendar.to_era(day)) == text
    assert calendar.to_era(day).short() == short
    assert calendar.parse_date(text) == day
    assert calendar.parse_date(short) == day


@given(days)
def test_era_and_back_is_the_same_day(day: date) -> None:
    era = calendar.to_era(day)
    assert calendar.from_era(era.era, era.year, era.month, era.day) == day
    assert calendar.from_era(era.era.roman, era.year, era.month, era.day) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("明治45.7.30", date(1912, 7, 30)), ("大正15.12.25", date(1926, 12, 25)), ("M45.7.30", date(1912, 7, 30))],
)
def test_days_with_two_names_are_accepted_under_both(text: str, day: date) -> None:
    assert calendar.parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date.missing"),
        ("　", "date.missing"),
        ("明治45.7.31", "date.after_era"),
        ("昭和64年1月8日", "date.after_era"),
        ("平成31年5月1日", "date.after_era"),
        ("昭和元年12月24日", "date.before_era"),
        ("令和元年4月30日", "date.before_era"),
        ("明治5年12月2日", "date.old_calendar"),
        ("2023-02-29", "date.impossible"),
        ("昭和60年2月29日", "date.impossible"),
        ("2026/13/1", "date.impossible"),
        ("20260431", "date.impossible"),
        ("令和0年1月1日", "date.impossible"),
        ("0000-01-01", "date.impossible"),
        ("99999999", "date.impossible"),
        ("60-1-2", "date.unreadable"),
        ("1985年1/2", "date.unreadable"),
        ("1985/1月2日", "date.unreadable"),
        ("2026-04-01T00:00", "date.unreadable"),
        ("来週", "date.unreadable"),
        ("S100.1.1", "date.after_era"),
        ("1 Brumaire 2026", "date.unreadable"),
        ("2026年4月1日(木)", "date.contradicts"),
        ("令和8年(2025年)4月1日", "date.contradicts"),
        ("Thursday, 1 April 2026", "date.contradicts"),
    ],
)
def test_what_cannot_be_a_date_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$") as refused:
        calendar.parse_date(text)
    assert isinstance(refused.value, DateError)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "S60.1.2",
        "s60.1.2",
        "Ｓ６０．１．２",
        "S60/1/2",
        "S60-01-02",
        "S60・1・2",
        "S600102",
        "昭和60年1月2日",
        "昭和６０年１月２日",
        "昭60.1.2",
        "㍼60年1月2日",
        " 昭和 60年 1月 2日 ",
        "1985-01-02",
        "1985−1−2",
        "1985ー1ー2",
        "1985/1/2",
        "1985.1.2",
        "１９８５年１月２日",
        "1985年1月2日(水)",
        "1985年1月2日（水曜日）",
        "1985年1月2日(星期三)",
        "1985년 1월 2일(수)",
        "昭和60年(1985年)1月2日(水)",
        "19850102",
        "１９８５０１０２",
        "2 January 1985",
        "Wednesday, 2 Jan 1985",
    ],
)
def test_many_ways_of_writing_one_day(text: str) -> None:
    assert calendar.parse_date(text) == date(1985, 1, 2)


def test_a_first_year_and_a_day_printed_beyond_its_era() -> None:
    assert calendar.parse_date("令和元年12月1日") == calendar.parse_date("㋿1.12.1") == date(2019, 12, 1)
    assert calendar.parse_date("平成33年3月31日", beyond_era=True) == date(2021, 3, 31)
    with pytest.raises(DateError, match=r"date\.before_era"):
        calendar.parse_date("平成元年1月7日", beyond_era=True)


@example(date(2118, 1, 1), "ja", "long")
@given(days, st.sampled_from(["ja", "easy", "en", "zh-hans", "ko"]), st.sampled_from(["long", "short", "era"]))
def test_what_we_write_we_can_read(day: date, language: str, style: DateStyle) -> None:
    assert calendar.parse_date(calendar.format_date(day, language, style)) == day


@given(st.text(max_size=20))
def test_any_text_gives_a_date_or_a_date_error(text: str) -> None:
    with suppress(DateError):
        assert isinstance(calendar.parse_date(text), date)


def test_three_fields_with_an_era_select() -> None:
    assert calendar.parse_date_fields("S", "６０", "1", " 2 ") == date(1985, 1, 2)
    assert calendar.parse_date_fields("令和", "元", "5", "1") == date(2019, 5, 1)
    assert calendar.parse_date_fields("", "1985", "01", "02") == date(1985, 1, 2)


@pytest.mark.parametrize(
    ("parts", "code", "field"),
    [
        (("", "", " ", ""), "date.missing", ""),
        (("", "1985", "", "2"), "date.missing", "month"),
        (("", "85", "1", "2"), "date.unreadable", "year"),
        (("S", "60", "x", "2"), "date.unreadable", "month"),
        (("Q", "60", "1", "2"), "date.unreadable", "era"),
        (("S", "60", "2", "29"), "date.impossible", "day"),
        (("S", "60", "13", "1"), "date.impossible", "month"),
        (("S", "65", "1", "1"), "date.after_era", ""),
    ],
)
def test_a_wrong_field_is_named(parts: tuple[str, str, str, str], code: str, field: str) -> None:
    with pytest.raises(DateError) as refused:
        calendar.parse_date_fields(*parts)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2026, 12, 31), 2026), (date(2027, 1, 1), 2026)],
)
def test_fiscal_years_begin_in_april(day: date, year: int) -> None:
    assert calendar.fiscal_year(day) == year
    first, last = calendar.fiscal_year_bounds(year)
    assert first <= day <= last


@pytest.mark.parametrize(
    ("year", "language", "label"),
    [
        (2026, "ja", "令和8年度(2026年度)"),
        (2019, "ja", "令和元年度(2019年度)"),
        (2018, "ja", "平成30年度(2018年度)"),
        (1988, "ja", "昭和63年度(1988年度)"),
        (1989, "ja", "平成元年度(1989年度)"),
        (2026, "easy", "2026年度"),
        (2026, "en", "fiscal year 2026"),
        (2026, "zh-hans", "2026年度"),
        (2026, "ko", "2026년도"),
    ],
)
def test_labels_of_fiscal_years(year: int, language: str, label: str) -> None:
    assert calendar.fiscal_year_label(year, language) == label


def test_the_era_naming_a_fiscal_year_can_be_set() -> None:
    assert calendar.fiscal_year_label(2019, named_by={}) == "平成31年度(2019年度)"


def test_months_later_with_a_missing_day() -> None:
    assert calendar.add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert calendar.add_months(date(2025, 8, 31), 6, missing="next") == date(2026, 3, 1)
    assert calendar.add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert calendar.add_months(date(2026, 1, 15), 12) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("start", "years", "months", "end"),
    [
        (date(2020, 4, 1), 1, 0, date(2021, 3, 31)),
        (date(2025, 8, 31), 0, 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 1, 0, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, 0, date(2028, 2, 28)),
        (date(2026, 1, 1), 0, 1, date(2026, 1, 31)),
    ],
)
def test_a_period_ends_the_day_before(start: date, years: int, months: int, end: date) -> None:
    assert calendar.period_end(start, years=years, months=months) == end


def test_a_period_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError):
        calendar.period_end(date(2026, 1, 1))


@given(days, st.integers(1, 1200))
def test_a_period_never_reaches_its_corresponding_day(start: date, months: int) -> None:
    end = calendar.period_end(start, months=months)
    assert start < end + timedelta(days=1) <= calendar.add_months(start, months, missing="next")


@pytest.mark.parametrize(
    ("language", "style", "text"),
    [
        ("ja", "long", "令和8年(2026年)4月1日(水)"),
        ("ja", "short", "2026年4月1日(水)"),
        ("ja", "era", "令和8年4月1日"),
        ("easy", "long", "2026年4月1日(水曜日)"),
        ("en", "long", "Wednesday, 1 April 2026"),
        ("en", "short", "Wednesday, 1 April 2026"),
        ("zh-hans", "short", "2026年4月1日(星期三)"),
        ("ko", "short", "2026년 4월 1일(수)"),
        ("unknown", "short", "2026年4月1日(水)"),
    ],
)
def test_dates_in_each_language(language: str, style: DateStyle, text: str) -> None:
    assert calendar.format_date(date(2026, 4, 1), language, style) == text


def test_the_short_form_stands_where_there_is_no_era_date() -> None:
    assert calendar.format_date(date(1872, 12, 31), "ja", "long") == "1872年12月31日(火)"
    with pytest.raises(DateError, match=r"date\.old_calendar"):
        calendar.to_era(date(1872, 12, 31))


@pytest.mark.parametrize(
    ("at", "ja", "easy", "en", "zh", "ko"),
    [
        (time(17, 30), "午後5時30分", "午後5時30分", "5:30 p.m.", "下午5点30分", "오후 5시 30분"),
        (time(9, 0), "午前9時", "午前9時", "9 a.m.", "上午9点", "오전 9시"),
        (time(12, 0), "正午", "昼の12時", "noon", "中午12点", "낮 12시"),
        (time(12, 5), "午後0時5分", "昼の12時5分", "12:05 p.m.", "中午12点5分", "낮 12시 5분"),
        (time(0, 0), "午前0時", "午前0時", "midnight", "凌晨0点", "오전 0시"),
        (time(0, 15), "午前0時15分", "午前0時15分", "12:15 a.m.", "凌晨0点15分", "오전 0시 15분"),
        (time(20, 0), "午後8時", "午後8時", "8 p.m.", "晚上8点", "오후 8시"),
    ],
)
def test_times_in_each_language(at: time, ja: str, easy: str, en: str, zh: str, ko: str) -> None:
    languages = ["ja", "easy", "en", "zh-hans", "ko"]
    assert [calendar.format_time(at, language) for language in languages] == [ja, easy, en, zh, ko]


def test_staff_read_the_clock_with_24_hours() -> None:
    assert calendar.format_time(time(17, 30), "ja", "staff") == "17:30"
    assert calendar.format_time(time(9, 5), style="staff") == "09:05"


def test_moments_are_shown_in_tokyo_time() -> None:
    moment = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    assert calendar.format_datetime(moment) == "2026年4月1日(水)午後5時30分"
    assert calendar.format_datetime(moment, "ja", "long") == "令和8年(2026年)4月1日(水)午後5時30分"
    assert calendar.format_datetime(moment, "ja", "staff") == "2026年4月1日(水) 17:30"
    assert calendar.format_datetime(moment, "easy") == "2026年4月1日(水曜日)午後5時30分"
    assert calendar.format_datetime(moment, "en") == "Wednesday, 1 April 2026, 5:30 p.m."
    assert calendar.format_datetime(moment, "zh-hans") == "2026年4月1日(星期三)下午5点30分"
    assert calendar.format_datetime(moment, "ko") == "2026년 4월 1일(수) 오후 5시 30분"
    with pytest.raises(ValueError, match="time zone"):
        calendar.format_datetime(moment.replace(tzinfo=None))


@pytest.mark.parametrize(
    "end",
    [
        date(2026, 3, 31),
        datetime(2026, 4, 1, 0, 0, tzinfo=TOKYO),
        datetime(2026, 3, 31, 23, 59, 59, tzinfo=TOKYO),
        datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
    ],
)
def test_an_end_at_midnight_is_the_end_of_the_day_before(end: date | datetime) -> None:
    assert calendar.format_deadline(end) == "3月31日(火)の終わりまで"
    assert calendar.format_deadline(end, "easy") == "3月31日(火曜日)の終わりまで"
    assert calendar.format_deadline(end, "en") == "until the end of Tuesday, 31 March"
    assert calendar.format_deadline(end, "zh-hans") == "截至3月31日(星期二)当天结束"
    assert calendar.format_deadline(end, "ko") == "3월 31일(화) 밤 12시까지"
    assert calendar.format_deadline(end, today=date(2025, 12, 1)) == "2026年3月31日(火)の終わりまで"


def test_an_end_by_the_hour_names_the_hour() -> None:
    end = datetime(2026, 3, 31, 17, 0, tzinfo=TOKYO)
    assert calendar.format_deadline(end) == "3月31日(火)午後5時まで"
    assert calendar.format_deadline(end, "en") == "until 5 p.m. on Tuesday, 31 March"


def test_relative_words_stand_beside_a_date() -> None:
    last = date(2026, 6, 20)
    assert calendar.format_days_left(last, today=date(2026, 6, 17)) == "あと3日(6月20日(土)まで)"
    assert calendar.format_days_left(last, today=last) == "今日まで(6月20日(土))"
    assert calendar.format_days_left(last, today=date(2026, 6, 22)) == "期限を2日過ぎています(6月20日(土)まででした)"
    assert calendar.format_days_left(last, "en", today=date(2026, 6, 19)) == "1 day left (until Saturday, 20 June)"
