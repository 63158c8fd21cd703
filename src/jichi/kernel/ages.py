"""Ages as Japanese law counts them: an age is reached at the end of the day before the birthday.

年齢計算ニ関する法律 (明治35年法律第50号) with 民法143条: the day of birth counts in full, so a year of
life is complete when the day before the birthday ends; that day is the one on which the law says
the age is reached (達する, 至る). A child born on 1 April reaches every age on 31 March and goes to
school with the older year; one born on 29 February reaches it on 28 February in every year.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jichi.kernel.calendar.periods import fiscal_year, period_end

FIRST_GRADE_AGE: Final = 6


def reaches_age_on(birth: date, years: int) -> date:
    """The day on which n歳に達する: the day before the n-th birthday; `years` is at least 1.

    Lower bounds (n歳以上, 達した日から) and upper bounds (n歳に至るまで, n歳未満) both include it.
    """
    return period_end(birth, years=years)


def reaches_months_on(birth: date, months: int) -> date:
    """The day on which 生後n月に至る: as for years; the last day of a month without the birthday's number.

    Rule of the vaccination order (予防接種法施行令), MHLW Q&A on rotavirus Q5: born 31 July, 2 months on
    30 September; born 31 December 2018, 2 months on 28 February 2019.
    """
    return period_end(birth, months=months)


def age_on(birth: date, day: date) -> int:
    """The age in whole years that the person has throughout the day: it changes on the birthday.

    This is the age people say and pages show. Where a law asks whether an age is reached *on* a
    day, use `age_reached_by` or compare with `reaches_age_on`. Born on 29 February: in common years
    the age changes on 1 March.

    Raises:
        ValueError: the day lies before the birth.
    """
    return _completed(birth, day, months_each=12)


def age_reached_by(birth: date, day: date) -> int:
    """The age in whole years that is reached by the end of the day: one higher the day before the birthday.

    The age at the end of a fiscal year, on a day of election (公職選挙法 reads it so), at 65 for
    pensions and care insurance.
    """
    return _completed(birth, day + timedelta(days=1), months_each=12)


def age_in_months_on(birth: date, day: date) -> int:
    """Whole months of life completed before the day begins (月齢); see `age_on`."""
    return _completed(birth, day, months_each=1)


def _completed(birth: date, day: date, *, months_each: int) -> int:
    """How many periods of `months_each` from the birth have ended before `day`."""
    if day < birth:
        raise ValueError("the day lies before the birth")
    upper = ((day.year - birth.year) * 12 + day.month - birth.month) // months_each
    while upper > 0 and period_end(birth, months=upper * months_each) >= day:
        upper -= 1
    return upper


def day_of_life(birth: date, *, weeks: int = 0, days: int = 0) -> date:
    """出生n週m日後: the day of birth is day 0; bounds of this kind include the day."""
    return birth + timedelta(weeks=weeks, days=days)


def after_interval_of_days(previous: date, days: int) -> date:
    """First day after an interval of k日以上: k full days lie between, so previous + k + 1.

    標準 k日まで uses the same day as its last.
    """
    return previous + timedelta(days=days + 1)


def after_interval_of_months(previous: date, months: int) -> date:
    """First day after an interval of n月以上: the day after the interval is complete (08-31 + 6 → 03-01)."""
    return period_end(previous, months=months) + timedelta(days=1)


def fiscal_year_reaching(birth: date, years: int) -> int:
    """n歳となる日の属する年度: the fiscal year in which the age is reached.

    A child born on 1 April is with the older year (reached on 31 March).
    """
    return fiscal_year(reaches_age_on(birth, years))


def age_at_fiscal_year_end(birth: date, year: int) -> int:
    """年度末年齢: the age reached by 31 March of fiscal year `year`; 66 for 1961-04-01 in FY2026.

    Raises:
        ValueError: born after that day.
    """
    return age_reached_by(birth, date(year + 1, 3, 31))


def class_age(birth: date, year: int) -> int:
    """The age class of a nursery (n歳児クラス) in fiscal year `year`: the age on 1 April; 0 for those born later."""
    first_day = date(year, 4, 1)
    return 0 if birth > first_day else age_on(birth, first_day)


def school_entry(birth: date) -> date:
    """小学校就学の始期: the first 1 April after the day on which 6 is reached (学校教育法17条1項).

    Born 2020-04-01 → 2026-04-01; born 2020-04-02 → 2027-04-01.
    """
    return date(fiscal_year_reaching(birth, FIRST_GRADE_AGE) + 1, 4, 1)


def school_grade(birth: date, year: int) -> int:
    """The school year by age in fiscal year `year`: 1–6 小学校, 7–9 中学校, 10–12 by age 高校.

    0 is the year before school (年長), negative numbers the years before that. It knows of no early
    or deferred entry (就学猶予) and no repeated year.
    """
    return year - school_entry(birth).year + 1
