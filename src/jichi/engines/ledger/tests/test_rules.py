"""Where a fact is booked; when a posting is none."""

from __future__ import annotations

from datetime import date

import pytest

from jichi.engines.ledger import rules
from jichi.engines.ledger.rules import Entry, Place, Posting
from jichi.kernel.errors import Invalid

PLACES = [
    (date(2026, 6, 10), 2026, None, (), date(2026, 6, 10), 2026),
    (date(2026, 6, 10), 2026, date(2026, 6, 30), (), date(2026, 7, 1), 2026),
    (date(2027, 4, 20), 2026, None, (), date(2027, 4, 20), 2026),
    (date(2027, 5, 31), 2026, None, (), date(2027, 5, 31), 2026),
    (date(2027, 6, 1), 2026, None, (), date(2027, 6, 1), 2027),
    (date(2027, 4, 20), 2026, date(2027, 5, 31), (2026,), date(2027, 6, 1), 2027),
    (date(2027, 3, 1), 2026, date(2027, 5, 31), (2026,), date(2027, 6, 1), 2027),
    (date(2026, 3, 15), 2026, None, (), date(2026, 4, 1), 2026),
    (date(2026, 2, 1), 2020, date(2026, 1, 31), (2020, 2021, 2022, 2023, 2024), date(2026, 2, 1), 2025),
]
"""Day and year of the fact, closed through, closed years → day and year in the books."""


@pytest.mark.parametrize(("belongs", "year", "through", "closed", "day", "booked"), PLACES)
def test_late_facts_go_to_the_first_open_day(
    belongs: date, year: int, through: date | None, closed: tuple[int, ...], day: date, booked: int
) -> None:
    assert rules.place(belongs, year, closed_through=through, closed_years=closed) == Place(day, booked)


def test_books_of_a_year_end_in_may() -> None:
    assert rules.last_day_of_books(2026) == date(2027, 5, 31)
    assert rules.newest_over(date(2027, 5, 31)) == 2026
    assert rules.newest_over(date(2027, 5, 30)) == 2025


@pytest.mark.parametrize("entries", [(Entry("cash", 1),), (Entry("cash", 5), Entry("claims", -4))])
def test_uneven_postings_are_refused(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check([Posting(key="k", kind="test", division_id=1, fiscal_year=2026, belongs_on=date(2026, 4, 1),
                             entries=entries)])  # fmt: skip
    assert (refused.value.code, refused.value.params) == ("ledger.uneven", {"key": "k"})
