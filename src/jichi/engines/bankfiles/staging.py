"""Reading a file into the database's own memory: a temporary table, weighed against what is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.kernel import clock

from . import crediting, rules, transfers
from .models import Partner
from .rules import Problem

_PIECE: Final = 1 << 20
_TABLE: Final = (
    "CREATE TEMP TABLE bankfiles_incoming (barcode text, paid_on date, paid_at text, shop text, bit int, "
    "is_corrected boolean, amount int, chain text, remit_on date, data_on date) ON COMMIT DROP"
)
_COPY: Final = f"COPY bankfiles_incoming ({', '.join(rules.STAGED)}) FROM STDIN WITH (NULL '00000000')"


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds and what it would do."""

    rows: int
    amount: int
    error_count: int
    problems: list[list[Any]]
    outcome: dict[str, Any] = field(default_factory=dict)
    remittances: tuple[tuple[date, str, int], ...] = ()
    answer: tuple[UUID, rules.ReadFile] | None = None
    credits: tuple[rules.CreditLine, ...] = ()


def look(partner: Partner, purpose: str, data: bytes) -> Look:
    """Read a file by the partner's terms and weigh it, in the open transaction; a right one stays staged there."""
    if purpose == "remittance":
        return _remittance(data)
    if purpose == "results":
        return _results(partner, data)
    if purpose == "settlement":
        return _settlement(partner, data)
    if purpose == "credits":
        return _credits(partner, data)
    terms = rules.store_terms(partner.terms)
    found = rules.staged(data, terms)
    problems = _kept(found.errors, "error") + _kept(found.notes, "note")
    if found.error_count:
        return Look(found.count, found.amount, found.error_count, problems)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.bankfiles_incoming")
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as copy:
            for at in range(0, len(found.lines), _PIECE):
                copy.write(found.lines[at : at + _PIECE])
        cursor.execute("SELECT bankfiles_weigh(%s, %s, %s)", [partner.pk, terms.issuer, terms.prefix])
        outcome = cursor.fetchone()[0]
    if isinstance(outcome, str):
        outcome = json.loads(outcome)
    return Look(found.count, found.amount, 0, problems, {**outcome, "by_meaning": dict(found.counts)})


def _kept(problems: tuple[Problem, ...], level: str) -> list[list[Any]]:
    return [[level, one.line, one.place, one.code, dict(one.params)] for one in problems]


def _remittance(data: bytes) -> Look:
    """Sums by day and chain; two lines of one day and chain are added."""
    found = rules.read_sheet(data, rules.sheet("remittance-csv"))
    sums: dict[tuple[date, str], int] = {}
    for _, row in found.rows if not found.error_count else ():
        key = (row["remit_on"], row["chain"])
        sums[key] = sums.get(key, 0) + row["amount"]
    lines = tuple((day, chain, amount) for (day, chain), amount in sorted(sums.items()))
    return Look(
        len(found.rows), sum(sums.values()), found.error_count,
        _kept(found.errors, "error") + _kept(found.notes, "note"), {"remittances": len(lines)}, lines,
    )  # fmt: skip


def _results(partner: Partner, data: bytes) -> Look:
    """A bank's result: right only where it answers a request line by line."""
    read, request, found = transfers.answer_to(partner, data)
    problems = _kept(tuple(read.errors), "error") + _kept(tuple(read.notes), "note")
    if read.error_count:
        return Look(len(read.data), 0, read.error_count, problems)
    if request is None or found is None or not found.is_right:
        wrong = transfers.told(found)
        return Look(len(read.data), read.total, len(wrong), wrong[: rules.MOST_PROBLEMS] + problems)
    outcome = {f"result_{code}": count for code, (count, _) in found.by_code.items()}
    paid = found.by_code.get("0", (0, 0))
    return Look(
        len(read.data), read.total, 0, problems, {**outcome, "final": paid[0], "final_yen": paid[1]},
        answer=(request, read),
    )  # fmt: skip


def _settlement(partner: Partner, data: bytes) -> Look:
    """An acquirer's lines by its terms, and the sums that a person compares with the firm's own paper."""
    found = rules.read_settlement(data, rules.acquirer_terms(partner.terms))
    problems = _kept(found.errors, "error") + _kept(found.notes, "note")
    sales = [one for one in found.lines if one.kind == "sale"]
    outcome = {
        "settled": len(sales), "settled_back": len(found.lines) - len(sales),
        "settled_yen": sum(one.gross for one in found.lines), "fee_yen": sum(one.fee for one in found.lines),
        "net_yen": sum(one.net for one in found.lines), "fee_off": sum(one.fee_is_off for one in found.lines),
        "remit_days": len({one.remit_on for one in found.lines}),
    }  # fmt: skip
    return Look(
        len(found.lines), outcome["settled_yen"], found.error_count, problems, {} if found.error_count else outcome
    )


def _credits(partner: Partner, data: bytes) -> Look:
    """A bank's list: credits of firms we know; what others paid in is counted and not kept."""
    found = rules.read_bank_credits(data, rules.bank_terms(partner.terms), today=clock.today())
    problems = _kept(found.errors, "error") + _kept(found.notes, "note")
    if found.error_count:
        return Look(0, 0, found.error_count, problems)
    weighed = crediting.weigh(partner, found.lines)
    outcome = {
        "credits": len(weighed.fresh), "credits_repeated": weighed.repeated, "credits_other": weighed.others,
        "credits_back": weighed.back_count,
    }  # fmt: skip
    yen = sum(line.yen for line, _ in weighed.fresh)
    return Look(len(found.lines), yen, 0, problems, outcome, credits=found.lines)
