"""Fees of a counter and their consumption tax; lists of counters and fees as files.

Most fees of the public administration are outside the tax (消費税法別表第二5号イ: 住民票, 証明などの手数料); what a
town sells like a shop is taxed. Prices include the tax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jichi.kernel.check_digits import is_corporate_number
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

TAXES: Final[Mapping[str, str]] = {"none": "非課税", "standard": "標準税率", "reduced": "軽減税率"}
RATES: Final = ((date(2019, 10, 1), {"standard": 10, "reduced": 8}),)
"""Day from which → percent (消費税法29条 with 地方税法72条の83; 軽減税率は令和元年10月から)."""
MOST_FEE: Final = 999_999
MOST_ITEMS: Final = 60
REGISTRATION: Final = re.compile(r"T[0-9]{13}")
"""T and 13 digits; a town's are its 法人番号, whose first is a check digit (消費税法57条の2)."""
_CODE: Final = re.compile(r"[A-Z0-9-]{1,12}")
_TAX_OF: Final = {words: key for key, words in TAXES.items()} | {"不課税": "none", "10%": "standard", "8%": "reduced"}
FEE_COLUMNS: Final = {
    "desk": ("窓口番号", "窓口"), "code": ("項目番号", "番号"), "title": ("項目", "項目名"),
    "unit_yen": ("単価", "金額"), "tax": ("税区分", "税"), "en": ("英語", "英語の項目名"),
    "zh-hans": ("中国語", "中国語の項目名"), "ko": ("韓国語", "韓国語の項目名"),
}  # fmt: skip
NEEDED: Final = ("desk", "code", "title", "unit_yen", "tax")
NAMED_IN: Final = ("en", "zh-hans", "ko")
"""Languages that stand beside the Japanese on a receipt."""
MOST_NAME: Final = 100
DESK_COLUMNS: Final = {
    "code": ("窓口番号", "番号"), "name": ("窓口名", "窓口"), "division": ("課", "所管課"),
    "registration_no": ("登録番号", "適格請求書の登録番号"), "confirm_over_yen": ("2人で確かめる額", "確認の額"),
    "clerks": ("職員", "担当者"),
}  # fmt: skip


def tax_rate(tax: str, day: date) -> int:
    """Percent of a tax class on a day; 0 outside the tax.

    Raises:
        LookupError: a day before the first rate of the table.
    """
    if tax == "none":
        return 0
    for since, rates in reversed(RATES):
        if day >= since:
            return rates[tax]
    raise LookupError(f"no rate of consumption tax for {day}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One thing that a counter takes money for; the price includes the tax. `names`: by language, beside the title."""

    code: str
    title: str
    unit_yen: int
    tax: str = "none"
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """What a receipt says of one rate: yen with tax, and the tax in it (rate 0: outside the tax)."""

    rate: int
    gross_yen: int
    tax_yen: int


def tax_lines(lines: Iterable[tuple[int, int]]) -> tuple[TaxLine, ...]:
    """Sums by rate, highest first; the tax is cut to yen once for each rate of a receipt (消費税法施行令70条の10).

    Args:
        lines: (rate in percent, yen with tax).
    """
    sums: dict[int, int] = {}
    for rate, yen in lines:
        sums[rate] = sums.get(rate, 0) + yen
    return tuple(TaxLine(rate, yen, yen * rate // (100 + rate)) for rate, yen in sorted(sums.items(), reverse=True))


@dataclass(frozen=True, slots=True)
class ReadFees:
    """Counter's code → its fees in the file's order, or what is wrong by line."""

    fees: Mapping[str, tuple[Fee, ...]]
    errors: tuple[LineError, ...] = ()


def read_fees(data: bytes, desks: Iterable[str]) -> ReadFees:
    """Fee lists of one or more counters from a CSV. Each counter named gets the whole of what stands there for it.

    Args:
        desks: codes of the counters there are.
    """
    table = read_table(data, FEE_COLUMNS, NEEDED)
    errors, known = list(table.errors), set(desks)
    found: dict[str, list[Fee]] = {}
    for line, cells in table.rows:
        wrong = _wrong_fee(cells, known, found)
        errors += [LineError(line, table.headings[name], error) for name, error in wrong.items()]
        if not wrong:
            fee = Fee(
                code=cells["code"], title=cells["title"], unit_yen=int(_digits(cells["unit_yen"])),
                tax=_TAX_OF[cells["tax"]], names={name: cells[name] for name in NAMED_IN if cells.get(name)},
            )  # fmt: skip
            found.setdefault(cells["desk"], []).append(fee)
    return ReadFees({} if errors else {desk: tuple(fees) for desk, fees in found.items()}, tuple(errors))


def _digits(cell: str) -> str:
    digits = cell.replace(",", "").removesuffix("円")
    return digits if digits.isascii() and digits.isdecimal() and len(digits) < 8 else "0"


def _wrong_fee(cells: Mapping[str, str], desks: set[str], found: Mapping[str, Sequence[Fee]]) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    here = found.get(cells["desk"], ())
    if cells["desk"] not in desks:
        wrong["desk"] = FieldError("cashless.no_desk", {"code": cells["desk"][:20]})
    if not _CODE.fullmatch(cells["code"]):
        wrong["code"] = FieldError("cashless.code")
    elif any(one.code == cells["code"] for one in here):
        wrong["code"] = FieldError("cashless.code_twice", {"code": cells["code"]})
    elif len(here) >= MOST_ITEMS:
        wrong["code"] = FieldError("cashless.many_items", {"max": MOST_ITEMS})
    if not 0 < len(cells["title"]) <= 60:
        wrong["title"] = FieldError("cashless.title", {"max": 60})
    for name in NAMED_IN:
        if len(cells.get(name, "")) > MOST_NAME:
            wrong[name] = FieldError("cashless.names", {"max": MOST_NAME})
    if not 0 < int(_digits(cells["unit_yen"])) <= MOST_FEE:
        wrong["unit_yen"] = FieldError("cashless.unit", {"max": MOST_FEE})
    if cells["tax"] not in _TAX_OF:
        wrong["tax"] = FieldError("cashless.tax", {"words": "・".join(TAXES.values())})
    return wrong


def write_fees(lists: Mapping[str, Sequence[Fee]]) -> bytes:
    """Fee lists as the CSV that `read_fees` takes."""
    rows = [
        [
            desk, fee.code, fee.title, str(fee.unit_yen), TAXES[fee.tax],
            *(fee.names.get(name, "") for name in NAMED_IN),
        ]
        for desk, fees in lists.items() for fee in fees
    ]  # fmt: skip
    return write_table([names[0] for names in FEE_COLUMNS.values()], rows)


@dataclass(frozen=True, slots=True)
class ReadDesks:
    """Rows of counters as (line, field → text), checked but for what only the house knows; what is wrong by line."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    errors: tuple[LineError, ...]
    headings: Mapping[str, str]


def read_desks(data: bytes) -> ReadDesks:
    """Counters from a CSV."""
    table = read_table(data, DESK_COLUMNS, ("code", "name", "division"))
    errors, seen = list(table.errors), set[str]()
    for line, cells in table.rows:
        wrong: dict[str, FieldError] = {}
        if not _CODE.fullmatch(cells["code"]):
            wrong["code"] = FieldError("cashless.code")
        elif cells["code"] in seen:
            wrong["code"] = FieldError("cashless.code_twice", {"code": cells["code"]})
        seen.add(cells["code"])
        if not 0 < len(cells["name"]) <= 60:
            wrong["name"] = FieldError("cashless.title", {"max": 60})
        if number := cells.get("registration_no"):
            if not REGISTRATION.fullmatch(number):
                wrong["registration_no"] = FieldError("cashless.registration")
            elif not is_corporate_number(number[1:]):
                wrong["registration_no"] = FieldError("cashless.registration_digit")
        limit = cells.get("confirm_over_yen", "").replace(",", "")
        if limit and not (limit.isascii() and limit.isdecimal() and len(limit) < 8):
            wrong["confirm_over_yen"] = FieldError("cashless.limit")
        errors += [LineError(line, table.headings[name], error) for name, error in wrong.items()]
    return ReadDesks(table.rows, tuple(errors), table.headings)


def write_desks(rows: Iterable[Sequence[str]]) -> bytes:
    """Counters as the CSV that `read_desks` takes; cells in the order of its columns."""
    return write_table([names[0] for names in DESK_COLUMNS.values()], rows)
