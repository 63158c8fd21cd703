"""The sandbox town's bank: a card firm's settlement in, the bank's list of credits out, faults included. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

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
HEAD: Final = "勘定日,金額,振込依頼人名,照会番号"


def credit_list(data: bytes, how: str, fault: str, stamp: str) -> bytes:
    """The bank's list (CSV, CP932) of what a settlement says is sent.

    Args:
        stamp: makes the bank's numbers, so that two lists don't share them.

    Raises:
        ValueError: no settlement that can be read, or nothing is sent.
    """
    layout, sums = _sums(data)
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
    rows = [f"{day},{yen},{PAYERS[layout]},{stamp}{n:03}" for n, (day, yen) in enumerate(days, start=1)]
    rows.append(f"{days[0][0]},5000,ヤマダ タロウ,{stamp}000")
    return "".join(f"{row}\r\n" for row in (HEAD, *rows)).encode("cp932")


def _sums(data: bytes) -> tuple[str, dict[date, int]]:
    for layout in PAYERS:
        found = rules.read_sheet(data, rules.sheet(layout))
        if not found.error_count:
            sums: dict[date, int] = {}
            for _, row in found.rows:
                sums[row["remit_on"]] = sums.get(row["remit_on"], 0) + row["net"]
            return layout, sums
    raise ValueError("no settlement")
