"""The sandbox town's bank: a card firm's settlement in, the bank's list of credits out, faults included. No Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from . import rules

HOWS: Final[Mapping[str, str]] = {
    "": "振込の日ごとに1件", "joined": "全部の日をまとめて1件", "split": "最初の日を2件に分ける",
}  # fmt: skip
FAULTS: Final[Mapping[str, str]] = {
    "": "ふつうに入金する", "lost": "最後の日の入金がない", "amount": "最初の入金が110円少ない(振込手数料)",
    "unknown": "予定にない入金が1件ある",
}  # fmt: skip
PAYERS: Final[Mapping[str, str]] = {"payments-csv": "オタメシケツサイ(カ", "settlement-csv": "ミドリペイメント(カ"}
"""Layout of the settlement → how the firm is named in the list: of online payments, of counters."""
AGENT: Final = "オタメシダイコウ(カ"
AGENT_FEE: Final = rules.AgentFee(date(2026, 1, 1), 60, Decimal(10))
"""What the town's agent keeps of each receipt that it finally reported."""
HEAD: Final = "勘定日,金額,振込依頼人名,照会番号"
FORMS: Final[Mapping[str, str]] = {
    "": "CSV", "zengin-01": "振込入金通知(全銀200バイト)", "zengin-03": "入出金取引明細(全銀200バイト)",
    "zengin-01-ebcdic": "振込入金通知(全銀200バイト、EBCDIC)",
}  # fmt: skip
_ACCOUNT: Final = {
    "bank": "0001", "branch": "001", "type": "1", "account": "1234567", "account_name": "ﾐﾄﾞﾘｸ",
}  # fmt: skip
Row: TypeAlias = tuple[date, int, str, str]
"""A credit: day, yen, payer, the bank's number."""


def credit_list(data: bytes, how: str, fault: str, stamp: str, form: str = "") -> bytes:
    """The bank's list of what a settlement says is sent.

    Args:
        stamp: digits that make the bank's numbers, so that two lists don't share them.
        form: a key of `FORMS`.

    Raises:
        ValueError: no settlement that can be read, or nothing is sent.
    """
    sender, sums = _sums(data)
    days = [(day, yen) for day, yen in sorted(sums.items()) if yen]
    if fault == "lost":
        days = days[:-1]
    if how == "joined" and days:
        days = [(days[-1][0], sum(yen for _, yen in days))]
    if how == "split" and days and days[0][1] > 1:
        (day, yen), rest = days[0], days[1:]
        days = [(day, yen // 2), (day, yen - yen // 2), *rest]
    if fault == "amount" and days:
        days[0] = (days[0][0], days[0][1] - 110)
    if fault == "unknown" and days:
        days.append((days[-1][0], 1_234))
    if not days or any(yen <= 0 for _, yen in days):
        raise ValueError("nothing is sent")
    rows: list[Row] = [(day, yen, sender, f"{stamp}{n:03}") for n, (day, yen) in enumerate(days, start=1)]
    rows.append((days[0][0], 5_000, "ヤマダ タロウ", f"{stamp}000"))
    return _records(rows, form) if form else _csv(rows)


def _csv(rows: Sequence[Row]) -> bytes:
    lines = [f"{day},{yen},{payer},{number}" for day, yen, payer, number in rows]
    return "".join(f"{line}\r\n" for line in (HEAD, *lines)).encode("cp932")


def _records(rows: Sequence[Row], form: str) -> bytes:
    name = form.removesuffix("-ebcdic")
    layout = rules.layout(name)
    days = sorted(_six(day) for day, _, _, _ in rows)
    header = {**_ACCOUNT, "made_on": days[-1], "from_day": days[0], "to_day": days[-1]}
    kept = []
    for day, yen, payer, number in rows:
        known: Mapping[str, object] = {
            "number": number[-6:],
            "booked_on": _six(day),
            "value_on": _six(day),
            "amount": yen,
            "direction": "1",
            "dealing": "11",
            "payer": rules.written(payer).text,
        }
        kept.append(tuple(known.get(one.name, "" if one.kind == "C" else "0") for one in layout.data.given))
    used: rules.Code = "jis" if form == name else "ebcdic"
    made = rules.write_file(layout, header, kept, code=used, results=True)
    if made.errors:
        raise ValueError(f"{made.errors[0]}")
    return made.data


def _six(day: date) -> str:
    """A day of this era as the 全銀 records have it: YYMMDD."""
    return f"{day.year - rules.YEARS['era']:02}{day:%m%d}"


def _sums(data: bytes) -> tuple[str, dict[date, int]]:
    for layout in PAYERS:
        found = rules.read_sheet(data, rules.sheet(layout))
        if not found.error_count:
            sums: dict[date, int] = {}
            for _, row in found.rows:
                sums[row["remit_on"]] = sums.get(row["remit_on"], 0) + row["net"]
            return PAYERS[layout], sums
    return AGENT, _of_agent(data)


def _of_agent(data: bytes) -> dict[date, int]:
    """What the agent sends for a file of final reports."""
    found = rules.read_file(data, rules.layout("stores-120"))
    if found.error_count:
        raise ValueError("no settlement")
    yen: dict[date, list[int]] = {}
    for kind, remit, barcode in found.data.tuples("receipt_kind", "remit_on", "barcode"):
        if kind == "02":
            yen.setdefault(datetime.strptime(remit, "%Y%m%d").date(), []).append(rules.parts(barcode).amount)  # noqa: DTZ007 - a day
    return {day: sum(of) - AGENT_FEE.of(len(of)) for day, of in yen.items()}
