"""Reports of stores as lines for the database: checked, of one shape whatever the agent's layout.

The shop's guess of the customer's age and sex is read past: it is in no line that leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from .framing import Problem, Told
from .layout import Layout
from .partners import StoreTerms
from .reading import Columns, read_file
from .receipts import BITS, check_digit, parts
from .sheets import read_sheet, sheet
from .tables import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_DAY: Final = "00000000"
"""Stands for a day that is not there, as agents write it."""
STAGED: Final = (
    "barcode",
    "paid_on",
    "paid_at",
    "shop",
    "bit",
    "is_corrected",
    "amount",
    "chain",
    "remit_on",
    "data_on",
)
"""Columns of a staged line, tab between them."""
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PLAIN: Final = re.compile(r"[0-9A-Za-z]{0,20}")


@dataclass(frozen=True, slots=True)
class Staged:
    """Lines for COPY (text format, NULL '00000000') by barcode, how many by meaning, the sum of their yen."""

    lines: bytes
    counts: Mapping[str, int]
    amount: int
    errors: tuple[Problem, ...] = ()
    error_count: int = 0
    notes: tuple[Problem, ...] = ()

    @property
    def count(self) -> int:
        """How many reports."""
        return sum(self.counts.values())


def staged(data: bytes, terms: StoreTerms) -> Staged:
    """The reports of a file, or everything that is wrong with it."""
    return (
        _from_sheet(data, terms) if terms.layout == "stores-csv" else _from_records(data, layout(terms.layout), terms)
    )


def _from_records(data: bytes, shape: Layout, terms: StoreTerms) -> Staged:
    import numpy as np

    found = read_file(data, shape)
    if found.error_count:
        return Staged(b"", {}, 0, tuple(found.errors), found.error_count, tuple(found.notes))
    told, columns = Told(), found.data
    kinds = columns.ints("receipt_kind")
    meaning = {int(kind): name for kind, name in terms.kinds.items()}
    _tell(~np.isin(kinds, list(meaning)), columns, "receipt_kind", "bankfile.kind", told)
    _tell(_wrong_digit(_bytes(columns, "barcode")), columns, "barcode", "bankfile.check_digit", told)
    for name in ("paid_on", "data_on", "remit_on"):
        days = columns.ints(name)
        _tell(_no_day(days) & ((days != 0) | (name != "remit_on")), columns, name, "bankfile.day", told)
    codes = _bytes(columns, "barcode")
    pay_by = _number(codes[:, 30:36])
    _tell(_no_day(20_000_000 + pay_by) & (pay_by != 999_999), columns, "barcode", "bankfile.pay_by", told)
    times = columns.ints("paid_at")
    _tell((times // 100 > 23) | (times % 100 > 59), columns, "paid_at", "bankfile.time", told)
    amounts = _number(codes[:, 37:43])
    _tell(amounts == 0, columns, "barcode", "bankfile.not_positive", told)
    if told.count:
        told.kept.sort(key=lambda problem: problem.line)
        return Staged(b"", {}, 0, tuple(told.kept), told.count, tuple(found.notes))
    totals: dict[str, int] = {}
    for kind, name in meaning.items():
        totals[name] = totals.get(name, 0) + int((kinds == kind).sum())
    return Staged(_lines(columns, kinds, meaning, codes[:, 37:43]), _present(totals), int(amounts.sum()), (), 0,
                  tuple(found.notes))  # fmt: skip


def _lines(columns: Columns, kinds: NDArray[Any], meaning: Mapping[int, str], amounts: NDArray[Any]) -> bytes:
    """Fixed-width lines of the staging table, built by columns, in the order of their barcodes."""
    import numpy as np

    count = len(columns)
    bits, corrected = (np.zeros(100, dtype=np.uint8) for _ in range(2))
    for kind, name in meaning.items():
        bits[kind], corrected[kind] = ord(str(BITS[name])), ord("1" if name == "corrected" else "0")
    pieces = [
        _bytes(columns, "barcode"), _bytes(columns, "paid_on"), _bytes(columns, "paid_at"), _bytes(columns, "shop"),
        bits[kinds][:, None], corrected[kinds][:, None], amounts, _bytes(columns, "chain"),
        _bytes(columns, "remit_on"), _bytes(columns, "data_on"),
    ]  # fmt: skip
    tab, end = (np.full((count, 1), ord(c), dtype=np.uint8) for c in "\t\n")
    parted = [piece for one in pieces for piece in (one, tab)][:-1]
    # Eight digits read as one big-endian number sort as the digits do; issuers before them are alike.
    digits = np.ascontiguousarray(_bytes(columns, "barcode")[:, 8:40]).view(">u8").astype(np.uint64)
    lines: bytes = np.hstack([*parted, end])[np.lexsort(digits.T[::-1])].tobytes()
    return lines


def _bytes(columns: Columns, name: str) -> NDArray[Any]:
    one = columns.record.field(name)
    found: NDArray[Any] = columns.rows[:, one.start : one.end]
    return found


def _number(digits: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    # Floating point is exact to 15 digits, and multiplies many times faster.
    found: NDArray[Any] = (
        (digits - 0x30).astype(np.float64) @ (10.0 ** np.arange(digits.shape[1] - 1, -1, -1))
    ).astype(np.int64)
    return found


def _wrong_digit(codes: NDArray[Any]) -> NDArray[Any]:
    """Barcodes whose 44th digit is not the one that belongs to the others, or that do not begin with 91."""
    import numpy as np

    weights = np.where(np.arange(43) % 2 == 0, 3, 1).astype(np.float32)
    sums = (codes[:, :43].astype(np.float32) @ weights).astype(np.int32) - 0x30 * int(weights.sum())
    wrong: NDArray[Any] = (-sums % 10 != codes[:, 43] - 0x30) | (codes[:, 0] != ord("9")) | (codes[:, 1] != ord("1"))
    return wrong


def _no_day(days: NDArray[Any]) -> NDArray[Any]:
    """Numbers YYYYMMDD that are no day of the calendar."""
    import numpy as np

    years, months, day = days // 10_000, days // 100 % 100, days % 100
    last = np.array((0, *_DAYS, *(0,) * 87))[months]
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    last = np.where((months == 2) & ~leap, 28, last)
    wrong: NDArray[Any] = (years < 2000) | (day < 1) | (day > last)
    return wrong


def _tell(wrong: NDArray[Any], columns: Columns, name: str, code: str, told: Told) -> None:
    import numpy as np

    one = columns.record.field(name)
    places = np.flatnonzero(wrong)
    for at in places[:200]:
        value = columns.rows[at, one.start : one.end].tobytes().decode("ascii", "replace")
        told.add(int(columns.lines[at]), one.title, code, value=value)
    told.more(max(0, len(places) - 200))


def _present(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _from_sheet(data: bytes, terms: StoreTerms) -> Staged:
    """An agent's CSV. There the amount counts, not the barcode's, for postal slips and their corrections."""
    found = read_sheet(data, sheet(terms.layout))
    told = Told(list(found.errors), found.error_count)
    lines, counts, total = [], dict.fromkeys(BITS, 0), 0
    for number, row in found.rows if not told.count else ():
        meaning = terms.kinds.get(row["receipt_kind"], "")
        wrong = _wrong_row(row, meaning)
        if wrong:
            told.add(number, *wrong)
            continue
        counts[meaning] += 1
        total += row["amount"]
        lines.append("\t".join((
            row["barcode"].removeprefix("EAN"), _day(row["paid_on"]), row["paid_at"], row["shop"],
            str(BITS[meaning]), "1" if meaning == "corrected" else "0", str(row["amount"]), row["chain"],
            _day(row["remit_on"]), _day(row["data_on"]),
        )))  # fmt: skip
    if told.count:
        return Staged(b"", {}, 0, tuple(told.kept), told.count, found.notes)
    text = "".join(f"{line}\n" for line in sorted(lines))
    return Staged(text.encode(), _present(counts), total, (), 0, found.notes)


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else NO_DAY


def _wrong_row(row: Mapping[str, Any], meaning: str) -> tuple[str, str] | None:
    """(title, code) of what is wrong with a row that could be read."""
    barcode = row["barcode"].removeprefix("EAN")
    if not meaning:
        return "データ種別", "bankfile.kind"
    if not re.fullmatch(r"91[0-9]{42}", barcode) or check_digit(barcode) != int(barcode[43]):
        return "バーコード", "bankfile.check_digit"
    try:
        amount = parts(barcode).amount
    except ValueError:
        return "バーコード", "bankfile.pay_by"
    if not 0 < row["amount"] < 10**9:
        return "金額", "bankfile.not_positive"
    if row["receipt_kind"] in {"01", "02", "03", "81"} and row["amount"] != amount:
        return "金額", "bankfile.amount_differs"
    if not (_PLAIN.fullmatch(row["shop"]) and _PLAIN.fullmatch(row["chain"])):
        return "店舗コード", "bankfile.plain_code"
    return None
