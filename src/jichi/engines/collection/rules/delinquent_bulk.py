"""延滞金 of very many instalments at once: the sums of `delinquent.charge` in whole-number vectors, without reliefs.

A deferral or an exemption is rare: those instalments are reckoned one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .accrual import DAYS, POINTS, USUAL, Cuts
from .rates import PUBLISHED, RateTable, need_years

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]
    Yen = NDArray[np.int64]


class Payments(NamedTuple):
    """Payments on the tax itself: row of the instalment, day, yen; in any order."""

    rows: Yen
    days: Days
    yen: Yen


class _Spans(NamedTuple):
    """Stretches of an unchanged base: row, first and last day, base."""

    rows: Yen
    first: Days
    last: Days
    base: Yen


def first_month_ends(due: Days) -> Days:
    """The last day of the first rate of each due day, as `delinquent.first_month_end`."""
    import numpy as np

    start = due + np.timedelta64(1, "D")
    month = start.astype("datetime64[M]")
    day = (start - month.astype("datetime64[D]")).astype(np.int64)
    following = (month + 1).astype("datetime64[D]")
    length = ((month + 2).astype("datetime64[D]") - following).astype(np.int64)
    reached: Days = following + np.where(day < length, day - 1, length - 1).astype("timedelta64[D]")
    return reached


def charges(
    tax: Yen, due: Days, until: Days, *, payments: Payments | None = None, rates: RateTable = PUBLISHED,
    cuts: Cuts = USUAL,
) -> Yen:  # fmt: skip
    """The charge of each instalment in yen, equal to `delinquent.charge(…).yen` of each.

    Args:
        tax, due, until: one value an instalment: yen (int64), due day and day of reckoning (datetime64[D]).

    Raises:
        Invalid: "collection.rate_missing" where an instalment needs a year without rates.
    """
    import numpy as np

    raw = np.zeros(len(tax), dtype=np.int64)
    spans = _spans(tax, due, until, payments, cuts)
    if len(spans.rows):
        need_years(rates, _year(spans.first.min()), _year(spans.last.max()))
        np.add.at(raw, spans.rows, _accrued(spans, first_month_ends(due)[spans.rows], rates, cuts))
    if cuts.rounding == "exact":
        raw //= DAYS * POINTS
    result: Yen = np.where(raw < cuts.least, 0, raw - raw % cuts.unit)
    return result


def _year(day: np.datetime64) -> int:
    return int(day.astype("datetime64[Y]").astype(int)) + 1970


def _spans(tax: Yen, due: Days, until: Days, payments: Payments | None, cuts: Cuts) -> _Spans:
    """Where the base of each instalment stays the same; stretches without a base or a day are left out."""
    import numpy as np

    one = np.timedelta64(1, "D")
    rows = np.arange(len(tax), dtype=np.int64)
    if payments is None or not len(payments.rows):
        found = _Spans(rows, due + one, until, _bases(tax, cuts))
    else:
        kept = payments.days <= until[payments.rows]
        order = np.lexsort((payments.days[kept], payments.rows[kept]))
        paid = Payments(payments.rows[kept][order], payments.days[kept][order], payments.yen[kept][order])
        found = _after_payments(rows, paid, tax, due, until, cuts)
    there = (found.base > 0) & (found.first <= found.last)
    return _Spans(found.rows[there], found.first[there], found.last[there], found.base[there])


def _after_payments(rows: Yen, paid: Payments, tax: Yen, due: Days, until: Days, cuts: Cuts) -> _Spans:
    """One stretch before the first payment and one after each; stretches of the same base are one."""
    import numpy as np

    one = np.timedelta64(1, "D")
    running = np.cumsum(paid.yen)
    starts = np.searchsorted(paid.rows, paid.rows)
    before = np.where(starts > 0, running[starts - 1], 0)
    balance = np.maximum(tax[paid.rows] - (running - before), 0)
    all_rows = np.concatenate([rows, paid.rows])
    first = np.concatenate([due + one, np.maximum(paid.days, due[paid.rows]) + one])
    base = np.concatenate([_bases(tax, cuts), _bases(balance, cuts)])
    place = np.concatenate([np.zeros(len(rows), dtype=np.int64), np.arange(1, len(paid.rows) + 1)])
    order = np.lexsort((place, all_rows))
    all_rows, first, base = all_rows[order], first[order], base[order]
    fresh = np.ones(len(all_rows), dtype=bool)
    fresh[1:] = (all_rows[1:] != all_rows[:-1]) | (base[1:] != base[:-1])
    all_rows, first, base = all_rows[fresh], first[fresh], base[fresh]
    last = until[all_rows].copy()
    same = all_rows[1:] == all_rows[:-1]
    last[:-1][same] = first[1:][same] - one
    return _Spans(all_rows, first, last, base)


def _bases(yen: Yen, cuts: Cuts) -> Yen:
    import numpy as np

    found: Yen = np.where(yen < cuts.least_base, 0, yen - yen % cuts.base_unit)
    return found


def _accrued(spans: _Spans, month_end: Days, rates: RateTable, cuts: Cuts) -> Yen:
    """What each stretch comes to: cut yen, or the undivided share where yen are cut once on the sum."""
    import numpy as np

    one = np.timedelta64(1, "D")
    years = range(_year(spans.first.min()), _year(spans.last.max()) + 1)
    total = np.zeros(len(spans.rows), dtype=np.int64)
    for which, begin, end in (
        ("first", spans.first, np.minimum(spans.last, month_end)),
        ("second", np.maximum(spans.first, month_end + one), spans.last),
    ):
        for first_year, last_year, rate in _runs(years, which, rates, cuts):
            lower = np.maximum(begin, np.datetime64(f"{first_year}-01-01"))
            upper = np.minimum(end, np.datetime64(f"{last_year}-12-31"))
            share = spans.base * rate * np.maximum((upper - lower).astype(np.int64) + 1, 0)
            total += share if cuts.rounding == "exact" else share // (DAYS * POINTS)
    return total


def _runs(years: range, which: str, rates: RateTable, cuts: Cuts) -> list[tuple[int, int, int]]:
    """(first year, last year, rate) of each stretch of years with the same rate."""
    found: list[tuple[int, int, int]] = []
    for year in years:
        rate = int(getattr(rates[year], which))
        if found and found[-1][2] == rate and cuts.rounding != "split":
            found[-1] = (found[-1][0], year, rate)
        else:
            found.append((year, year, rate))
    return found
