"""Facts of instalments from the tables, for settling and for showing: a fixed number of statements for any number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from django.db import connection

from .rules.accrual import Cuts, Rounding
from .rules.delinquent import Relief, ReliefKind
from .rules.settling import Credit, Facts, Share

_INSTALMENTS: Final = (
    "SELECT i.id, i.key, i.division_id, i.fiscal_year, i.due_on, i.amount_yen + coalesce(c.yen, 0), "
    "coalesce(c.waived, 0), k.is_charged_late, k.rounding FROM eng_collection_instalment i "
    "JOIN eng_collection_levykind k ON k.code = i.kind_code "
    "LEFT JOIN LATERAL (SELECT sum(amount_yen) FILTER (WHERE kind <> 'late_waived') AS yen, "
    "-sum(amount_yen) FILTER (WHERE kind = 'late_waived') AS waived FROM eng_collection_change c "
    "WHERE c.instalment_id = i.id) c ON true WHERE i.id = ANY (%s) ORDER BY i.id"
)
_LOCK: Final = "SELECT id FROM eng_collection_instalment WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
AVAILABLE: Final = (
    "r.amount_yen - coalesce((SELECT sum(c.amount_yen) FROM eng_collection_receipt c WHERE c.source_id = r.id "
    "AND NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = c.id)), 0) "
    "- coalesce((SELECT sum(f.amount_yen) FROM eng_collection_refund f WHERE f.receipt_id = r.id), 0)"
)
"""Of a receipt `r` that counts: what came, less what was put elsewhere or goes back."""
_CREDITS: Final = (
    f"SELECT r.instalment_id, r.id, r.paid_on, {AVAILABLE} FROM eng_collection_receipt r "  # noqa: S608 - fixed text
    "WHERE r.instalment_id = ANY (%s) AND NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = r.id)"
)
_RELIEFS: Final = (
    "SELECT instalment_id, first_day, last_day, kind FROM eng_collection_relief WHERE instalment_id = ANY (%s)"
)
_SHARES: Final = (
    "SELECT instalment_id, receipt_id, sum(principal_yen)::bigint, sum(late_yen)::bigint "
    "FROM eng_collection_allocation WHERE instalment_id = ANY (%s) GROUP BY 1, 2 "
    "HAVING sum(principal_yen) <> 0 OR sum(late_yen) <> 0"
)
_ACCRUED: Final = (
    "SELECT instalment_id, sum(amount_yen)::bigint FROM eng_collection_accrual "
    "WHERE instalment_id = ANY (%s) GROUP BY 1"
)
_STEPS: Final = (
    "SELECT instalment_id, max(step) FROM (SELECT instalment_id, step FROM eng_collection_allocation "
    "WHERE instalment_id = ANY (%s) UNION ALL SELECT instalment_id, step FROM eng_collection_accrual "
    "WHERE instalment_id = ANY (%s)) s GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Known:
    """An instalment as the tables know it: its facts, what is recorded of them, and the last step that was."""

    id: int
    key: str
    division_id: int
    fiscal_year: int
    facts: Facts
    shares: dict[int, Share]
    late: int
    step: int


def _rows(statement: str, *values: list[int]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cast("list[tuple[object, ...]]", cursor.fetchall())


def known(ids: Collection[int], *, locks: bool = False) -> list[Known]:
    """The instalments that the actor sees, by id; with `locks` nobody else settles them until the transaction ends."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    if locks:
        _rows(_LOCK, wanted)
    credits: dict[int, list[Credit]] = {}
    for instalment, receipt, paid_on, yen in cast("list[tuple[int, int, date, int]]", _rows(_CREDITS, wanted)):
        credits.setdefault(instalment, []).append(Credit(receipt, paid_on, int(yen)))
    reliefs: dict[int, list[Relief]] = {}
    for instalment, first, last, kind in cast("list[tuple[int, date, date, ReliefKind]]", _rows(_RELIEFS, wanted)):
        reliefs.setdefault(instalment, []).append(Relief(first, last, kind))
    shares: dict[int, dict[int, Share]] = {}
    for instalment, receipt, principal, late in cast("list[tuple[int, int, int, int]]", _rows(_SHARES, wanted)):
        shares.setdefault(instalment, {})[receipt] = Share(principal, late)
    accrued = dict(cast("list[tuple[int, int]]", _rows(_ACCRUED, wanted)))
    steps = dict(cast("list[tuple[int, int]]", _rows(_STEPS, wanted, wanted)))
    return [
        Known(
            pk, key, division, year,
            Facts(tax=int(tax), due_on=due_on, credits=credits.get(pk, ()), waived=int(waived),
                  reliefs=reliefs.get(pk, ()), is_charged_late=charged, cuts=Cuts(rounding=rounding)),
            shares.get(pk, {}), accrued.get(pk, 0), steps.get(pk, 0),
        )
        for pk, key, division, year, due_on, tax, waived, charged, rounding in cast(
            "list[tuple[int, str, int, int, date, int, int, bool, Rounding]]", _rows(_INSTALMENTS, wanted)
        )
    ]  # fmt: skip
