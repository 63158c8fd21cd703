"""Japanese dates: eras, reading what people write, fiscal years and periods, wording in five languages."""

from jichi.kernel.calendar.eras import (
    DAYS_WITH_TWO_NAMES,
    ERAS,
    FIRST_GREGORIAN_DAY,
    DateError,
    Era,
    EraDate,
    find_era,
    from_era,
    make_date,
    to_era,
)
from jichi.kernel.calendar.formatting import (
    DateStyle,
    TimeStyle,
    format_date,
    format_datetime,
    format_days_left,
    format_deadline,
    format_time,
)
from jichi.kernel.calendar.parsing import parse_date, parse_date_fields
from jichi.kernel.calendar.periods import (
    WHOLE_YEAR_IN_NEW_ERA,
    add_months,
    fiscal_year,
    fiscal_year_bounds,
    fiscal_year_label,
    period_end,
)

__all__ = [
    "DAYS_WITH_TWO_NAMES",
    "ERAS",
    "FIRST_GREGORIAN_DAY",
    "WHOLE_YEAR_IN_NEW_ERA",
    "DateError",
    "DateStyle",
    "Era",
    "EraDate",
    "TimeStyle",
    "add_months",
    "find_era",
    "fiscal_year",
    "fiscal_year_bounds",
    "fiscal_year_label",
    "format_date",
    "format_datetime",
    "format_days_left",
    "format_deadline",
    "format_time",
    "from_era",
    "make_date",
    "parse_date",
    "parse_date_fields",
    "period_end",
    "to_era",
]
