"""How long a round's persons are kept (保存年限): five years from the end of the fiscal year of entry."""

from __future__ import annotations

from datetime import date
from typing import Final

from jichi.kernel.calendar import fiscal_year

YEARS: Final = 5
"""As declared in the manifest; a ward's own rule for documents (文書管理規程) may say another number."""
DRAFT_DAYS: Final = 30


def last_day_kept(entry: date) -> date:
    """31 March, five years after the end of the fiscal year that holds the day of entry."""
    return date(fiscal_year(entry) + 1 + YEARS, 3, 31)


def entries_over(day: date) -> date:
    """Rounds with an entry before this day are over on `day`."""
    return date(fiscal_year(day) - YEARS, 4, 1)
