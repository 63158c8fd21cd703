"""An acquirer's settlement of online payments, line by line: what it took, its fee, what it sends and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jichi.kernel.errors import FieldError, Invalid

from .credits import with_headings
from .framing import Problem, Told
from .sheets import read_sheet, sheet

LAYOUT: Final = "payments-csv"
KINDS_OF_LINES: Final[Mapping[str, str]] = {"売上": "sale", "返金": "refund"}
TOLERANCE: Final = 1
"""Yen that a fee may lie beside ours: how firms round is theirs to say (M)."""


@dataclass(frozen=True, slots=True)
class FeeRate:
    """From a day on: percent of the sale, and percent of tax on the fee (0: the fee is told with its tax)."""

    since: date
    percent: Decimal
    tax_percent: Decimal = Decimal(0)

    def fee(self, gross: int) -> int:
        """The fee in yen with its tax, each cut to yen."""
        fee = int(gross * self.percent / 100)
        return fee + int(fee * self.tax_percent / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquirerTerms:
    """A firm that takes online payments and sends the money.

    `division`: code of the division in whose books its fee and unknown money are booked; `columns`: our column → its
    headings; `kinds`: its words → "sale" or "refund"; `fees`: dated rates, none: not checked; `payers`: how it is named
    in the bank's list; `wait_days`: so many days after the promised day its money may come.
    """

    division: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=lambda: dict(KINDS_OF_LINES))
    fees: tuple[FeeRate, ...] = ()
    payers: tuple[str, ...] = ()
    wait_days: int = 5


def acquirer_terms(given: Mapping[str, Any]) -> AcquirerTerms:
    """Terms of an acquirer. Raises Invalid with fields."""
    wrong: dict[str, FieldError] = {
        name: FieldError("field.unknown_choice") for name in given if name not in AcquirerTerms.__dataclass_fields__
    }
    columns, kinds = given.get("columns", {}), given.get("kinds", dict(KINDS_OF_LINES))
    ours = {column.name for column in sheet(LAYOUT).columns}
    if not isinstance(columns, dict) or not set(columns) <= ours or not all(map(_is_words, columns.values())):
        wrong["columns"] = FieldError("bankfile.terms")
    if not isinstance(kinds, dict) or not kinds or not set(kinds.values()) <= {"sale", "refund"}:
        wrong["kinds"] = FieldError("bankfile.terms")
    payers = given.get("payers", [])
    if payers and not _is_words(payers):
        wrong["payers"] = FieldError("bankfile.terms")
    if not isinstance(given.get("division"), str) or not given["division"]:
        wrong["division"] = FieldError("field.required")
    wait_days = given.get("wait_days", 5)
    if type(wait_days) is not int or not 0 <= wait_days <= 60:
        wrong["wait_days"] = FieldError("bankfile.alarm_days")
    try:
        fees = tuple(sorted((_rate(one) for one in given.get("fees", ())), key=lambda one: one.since))
    except (ValueError, KeyError, TypeError, InvalidOperation):
        wrong["fees"] = FieldError("bankfile.terms")
        fees = ()
    if wrong:
        raise Invalid(fields=wrong)
    return AcquirerTerms(
        division=given["division"], columns={name: tuple(words) for name, words in columns.items()}, kinds=dict(kinds),
        fees=fees, payers=tuple(payers), wait_days=wait_days,
    )  # fmt: skip


def _is_words(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, str) and one for one in value)


def _rate(one: Mapping[str, Any]) -> FeeRate:
    rate = FeeRate(date.fromisoformat(one["from"]), Decimal(str(one["percent"])), Decimal(str(one.get("tax", 0))))
    if not (0 <= rate.percent <= 20 and 0 <= rate.tax_percent <= 20):
        raise ValueError("a percentage that is none")
    return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledLine:
    """One payment or refund that a firm settles; refunds are below 0. `fee` with its tax; net = gross - fee, in yen."""

    line: int
    kind: str
    reference: str
    accepted_on: date
    gross: int
    fee: int
    net: int
    remit_on: date
    expected_fee: int | None = None

    @property
    def fee_is_off(self) -> bool:
        """Is the fee not what was agreed? Where nothing was agreed it is what the firm says."""
        return self.expected_fee is not None and abs(self.expected_fee - self.fee) > TOLERANCE


@dataclass(frozen=True, slots=True)
class ReadSettlement:
    """The lines of a file, or what is wrong with it by line."""

    lines: tuple[SettledLine, ...]
    errors: tuple[Problem, ...]
    error_count: int
    notes: tuple[Problem, ...] = ()


def read_settlement(data: bytes, terms: AcquirerTerms) -> ReadSettlement:
    """An acquirer's file by its terms. A day before the first agreed rate stops the file: no rate is ever guessed."""
    found = read_sheet(data, with_headings(sheet(LAYOUT), terms.columns))
    told = Told(list(found.errors), found.error_count)
    lines = []
    for number, row in found.rows if not told.count else ():
        kind, gross, fee = terms.kinds.get(row["kind"], ""), row["gross"], row["fee"] + (row.get("tax") or 0)
        rate = _rate_of(row["accepted_on"], terms.fees)
        wrong = _wrong(kind, row, fee, needs_rate=bool(terms.fees) and rate is None)
        if wrong:
            told.add(number, *wrong, value=str(row["kind"])[:40])
            continue
        # The fee of what goes back is the firm's own affair: some give it back, some don't.
        expected = rate.fee(gross) if rate is not None and kind == "sale" else None
        lines.append(SettledLine(
            line=number, kind=kind, reference=row["reference"], accepted_on=row["accepted_on"], gross=gross, fee=fee,
            net=row["net"], remit_on=row["remit_on"], expected_fee=expected,
        ))  # fmt: skip
    return ReadSettlement(() if told.count else tuple(lines), tuple(told.kept), told.count, found.notes)


def _rate_of(day: date, fees: Sequence[FeeRate]) -> FeeRate | None:
    return next((one for one in reversed(fees) if one.since <= day), None)


def _wrong(kind: str, row: Mapping[str, Any], fee: int, *, needs_rate: bool) -> tuple[str, str] | None:
    """(place, code) of what is wrong with a line that could be read."""
    if not kind:
        return "区分", "bankfile.kind"
    if not row["reference"]:
        return "決済番号", "field.required"
    if (row["gross"] <= 0) if kind == "sale" else (row["gross"] >= 0):
        return "売上金額", "bankfile.sign"
    if row["net"] != row["gross"] - fee:
        return "振込金額", "bankfile.net"
    if needs_rate:
        return "売上日", "bankfile.no_rate"
    return None
