"""A bank's credits in 全銀 records of 200 bytes: 振込入金通知 and 入出金取引明細.

Places, years and codes are from memory (M): the bank's terms say otherwise where its sheet does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import ERAS

from .credits import CreditLine, ReadCredits, folded
from .framing import Told
from .layout import Layout
from .reading import Columns, ReadFile, read_file

YEARS: Final[Mapping[str, int]] = {"era": ERAS[-1].first_day.year - 1, "western": 2000}
"""How a bank counts years of two digits → what is added to them."""
CODES: Final[Mapping[str, tuple[str, ...]]] = {"in": ("1",), "cancelled": ("1",), "corrected": ("19",)}
"""入払区分 of money that came, 取消区分 and 取引区分 of what the bank takes back."""
NEEDED: Final = ("booked_on", "amount", "payer")
MOST_YEARS: Final = 9
"""So many years beside today a day may lie. 令和 and western years lie 18 apart: the wrong way of counting is told."""
_TEXT: Final = ("number", "booked_on", "payer", "summary", "direction", "dealing", "cancel")


def read_statement(
    data: bytes, layout: Layout, *, years: str, codes: Mapping[str, Sequence[str]], bank: str, today: date
) -> ReadCredits:
    """The credits of a file; what went out is passed over. One wrong line and there are none.

    Args:
        years: "era" or "western". codes: as `CODES`; what is left out is as there.
        bank: four digits that each header must name.
    """
    found = read_file(data, layout)
    told = Told(list(found.errors), found.error_count)
    lines: list[CreditLine] = []
    if not told.count:
        meant = {**CODES, **codes}
        reader = _Reader(meant, YEARS[years], today, told)
        for account, columns in _accounts(found, bank, told):
            lines += reader.lines(account, columns)
    return ReadCredits(() if told.count else tuple(lines), tuple(told.kept), told.count, tuple(found.notes))


def _accounts(found: ReadFile, bank: str, told: Told) -> Iterator[tuple[str, Columns]]:
    """Records by the account of their header. Of another bank: told."""
    data = found.data
    if not found.groups:
        yield "", data
    for group in found.groups:
        if group.header.get("bank", bank) != bank:
            line = int(data.lines[group.begin]) - 1 if group.begin < len(data) else 0
            told.add(line, "銀行番号", "bankfile.other_bank", value=str(group.header["bank"]), expected=bank)
        account = f"{group.header.get('branch', '')}{str(group.header.get('account', '')).lstrip('0')}"
        yield account, Columns(data.record, data.rows[group.begin : group.end], data.lines[group.begin : group.end])


class _Reader:
    """Lines of one file. Numbers of a bank begin anew with an account and a day, so these belong to a line's name."""

    def __init__(self, codes: Mapping[str, Sequence[str]], base: int, today: date, told: Told) -> None:
        self.codes, self.base, self.today, self.told = codes, base, today, told
        self.numbers: dict[tuple[str, date, bool], tuple[int, str]] = {}
        self.alike: dict[tuple[date, int, str, bool], int] = {}

    def lines(self, account: str, columns: Columns) -> Iterator[CreditLine]:
        """Credits of one account, and what the bank takes back of them."""
        names = [name for name in _TEXT if columns.record.has(name)]
        texts = {name: columns.texts(name) for name in names}
        for n, (line, yen) in enumerate(zip(columns.lines.tolist(), columns.ints("amount").tolist(), strict=True)):
            row = {name: texts[name][n] for name in names}
            if "direction" in row and row["direction"] not in self.codes["in"]:
                continue
            day = self._day(row["booked_on"])
            if day is None:
                self.told.add(line, "勘定日", "bankfile.year_far", value=row["booked_on"])
            else:
                yield self._line(line, account, day, yen, row)

    def _day(self, six: str) -> date | None:
        """YYMMDD; None for no day, or one that the wrong way of counting years must have made."""
        try:
            found = date(self.base + int(six[:2]), int(six[2:4]), int(six[4:]))
        except ValueError:
            return None
        return found if abs(found.year - self.today.year) <= MOST_YEARS else None

    def _line(self, line: int, account: str, day: date, yen: int, row: Mapping[str, Any]) -> CreditLine:
        back = row.get("cancel") in self.codes["cancelled"] or row.get("dealing") in self.codes["corrected"]
        payer = row["payer"].strip() or row.get("summary", "").strip()
        plain = row.get("number", "").strip()
        number = f"{account}-{plain}" if plain.strip("0") else ""
        same = (yen, folded(payer))
        if number and self.numbers.setdefault((number, day, back), same) != same:
            self.told.add(line, "照会番号", "bankfile.number_twice", value=plain)
        key = (day, *same, back)
        nth = 0 if number else self.alike.get(key, 0)
        self.alike[key] = nth + 1
        return CreditLine(line, day, yen, payer, number, nth, back)
