"""What happened to instalments, receipts and refunds, as pages tell it. What an actor sees, row security decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from django.db import connection

from ..standing import AVAILABLE

Act = Literal["assessed", "changed", "received", "applied", "reversed", "relief", "event", "refund", "refund_paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One fact. `word` is the fact's own key (kind of change, channel, kind of event …), `until` of what lasts."""

    on: date
    act: Act
    word: str
    yen: int = 0
    reason: str = ""
    decision_ref: str = ""
    until: date | None = None
    key: str = ""
    """納付番号 of the instalment, "" where nobody knows it."""
    receipt_no: int = 0


_FACTS: Final = """
SELECT a.assessed_on, 'assessed', '', i.amount_yen, '', a.decision_ref, NULL::date, i.key, 0 AS receipt_no, 1 AS place
    FROM eng_collection_instalment i JOIN eng_collection_assessment a ON a.id = i.assessment_id
    WHERE i.id = ANY (%(ids)s)
UNION ALL SELECT c.decided_on, 'changed', c.kind, c.amount_yen, c.reason, c.decision_ref, NULL, i.key, 0, 2
    FROM eng_collection_change c JOIN eng_collection_instalment i ON i.id = c.instalment_id
    WHERE c.instalment_id = ANY (%(ids)s)
UNION ALL SELECT r.paid_on, CASE WHEN r.source_id IS NULL THEN 'received' ELSE 'applied' END, r.channel, r.amount_yen,
'',
    r.decision_ref, NULL, i.key, r.id, 3
    FROM eng_collection_receipt r JOIN eng_collection_instalment i ON i.id = r.instalment_id
    WHERE r.instalment_id = ANY (%(ids)s)
UNION ALL SELECT (v.recorded_at AT TIME ZONE 'Asia/Tokyo')::date, 'reversed', r.channel, -r.amount_yen, v.reason,
    v.decision_ref, NULL, i.key, r.id, 4 FROM eng_collection_reversal v
    JOIN eng_collection_receipt r ON r.id = v.receipt_id
    JOIN eng_collection_instalment i ON i.id = r.instalment_id WHERE r.instalment_id = ANY (%(ids)s)
UNION ALL SELECT l.first_day, 'relief', l.kind, 0, l.reason, l.decision_ref, l.last_day, i.key, 0, 5
    FROM eng_collection_relief l JOIN eng_collection_instalment i ON i.id = l.instalment_id
    WHERE l.instalment_id = ANY (%(ids)s)
UNION ALL SELECT e.on_day, 'event', e.kind, 0, e.reference, '', e.until_day, i.key, 0, 6
    FROM eng_collection_limitationevent e JOIN eng_collection_instalment i ON i.id = e.instalment_id
    WHERE e.instalment_id = ANY (%(ids)s)
UNION ALL SELECT f.decided_on, 'refund', f.reason, -f.amount_yen - f.interest_yen, '', f.decision_ref, NULL, i.key,
    r.id, 7 FROM eng_collection_refund f JOIN eng_collection_receipt r ON r.id = f.receipt_id
    JOIN eng_collection_instalment i ON i.id = r.instalment_id WHERE r.instalment_id = ANY (%(ids)s)
UNION ALL SELECT p.paid_on, 'refund_paid', f.reason, -f.amount_yen - f.interest_yen, p.slip, '', NULL, i.key, r.id, 8
    FROM eng_collection_refundpaid p JOIN eng_collection_refund f ON f.id = p.refund_id
    JOIN eng_collection_receipt r ON r.id = f.receipt_id
    JOIN eng_collection_instalment i ON i.id = r.instalment_id WHERE r.instalment_id = ANY (%(ids)s)
ORDER BY 1 DESC, place DESC, receipt_no DESC LIMIT %(limit)s
"""


def happenings(*, ids: Collection[int], limit: int = 300) -> list[Happening]:
    """All facts of these instalments, newest first, at most `limit`. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"ids": sorted(set(ids)), "limit": limit})
        return [
            Happening(on=on, act=act, word=word, yen=int(yen), reason=reason, decision_ref=ref, until=until, key=key,
                      receipt_no=int(receipt))
            for on, act, word, yen, reason, ref, until, key, receipt, _ in cursor.fetchall()
        ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """One receipt. `left`: yen of it that count nowhere; `key` is of its instalment, "" where nobody knows it."""

    id: int
    channel: str
    given_key: str
    key: str
    payer_no: str
    kind_title: str
    paid_on: date
    amount_yen: int
    left: int
    principal: int
    late: int
    division_id: int
    is_reversed: bool


_RECEIPTS: Final = (
    f"SELECT r.id, r.channel, r.key, coalesce(i.key, ''), coalesce(a.payer_no, ''), coalesce(k.title, ''), r.paid_on, "  # noqa: S608 - fixed text
    f"r.amount_yen, CASE WHEN v.receipt_id IS NULL THEN {AVAILABLE} - coalesce(s.principal + s.late, 0) ELSE 0 END, "
    "coalesce(s.principal, 0), coalesce(s.late, 0), r.division_id, v.receipt_id IS NOT NULL "
    "FROM eng_collection_receipt r LEFT JOIN eng_collection_instalment i ON i.id = r.instalment_id "
    "LEFT JOIN eng_collection_assessment a ON a.id = i.assessment_id "
    "LEFT JOIN eng_collection_levykind k ON k.code = a.kind_id "
    "LEFT JOIN eng_collection_reversal v ON v.receipt_id = r.id "
    "LEFT JOIN LATERAL (SELECT sum(l.principal_yen)::bigint AS principal, sum(l.late_yen)::bigint AS late "
    "FROM eng_collection_allocation l WHERE l.receipt_id = r.id) s ON true WHERE "
)


def _receipts(where: str, values: tuple[int | str | list[int] | UUID, ...]) -> list[ReceiptView]:
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS + where, values)
        return [
            ReceiptView(
                id=row[0], channel=row[1], given_key=row[2], key=row[3], payer_no=row[4], kind_title=row[5],
                paid_on=row[6], amount_yen=int(row[7]), left=int(row[8]), principal=int(row[9]), late=int(row[10]),
                division_id=row[11], is_reversed=row[12],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def receipt(*, receipt_id: int) -> ReceiptView | None:
    """One receipt that the actor sees. One statement."""
    found = _receipts("r.id = %s", (receipt_id,))
    return found[0] if found else None


def receipts_of(*, ids: Collection[int]) -> list[ReceiptView]:
    """Receipts of these instalments, oldest first. One statement."""
    return _receipts("r.instalment_id = ANY (%s) ORDER BY r.paid_on, r.id", (sorted(set(ids)),))


def receipts_by_id(*, ids: Collection[int]) -> list[ReceiptView]:
    """These receipts, oldest first. One statement."""
    return _receipts("r.id = ANY (%s) ORDER BY r.paid_on, r.id", (sorted(set(ids)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """還付: decided, and paid or not yet."""

    id: UUID
    receipt_id: int
    payer_no: str
    key: str
    reason: str
    amount_yen: int
    interest_yen: int
    interest_from: date
    decided_on: date
    decision_ref: str
    paid_on: date | None


_REFUNDS: Final = (
    "SELECT f.id, f.receipt_id, coalesce(a.payer_no, ''), coalesce(i.key, ''), f.reason, f.amount_yen, f.interest_yen, "
    "f.interest_from, f.decided_on, f.decision_ref, p.paid_on FROM eng_collection_refund f "
    "JOIN eng_collection_receipt r ON r.id = f.receipt_id "
    "LEFT JOIN eng_collection_instalment i ON i.id = r.instalment_id "
    "LEFT JOIN eng_collection_assessment a ON a.id = i.assessment_id "
    "LEFT JOIN eng_collection_refundpaid p ON p.refund_id = f.id WHERE "
)


def _refunds(where: str, values: tuple[int | str | list[int] | UUID, ...]) -> list[RefundView]:
    with connection.cursor() as cursor:
        cursor.execute(_REFUNDS + where, values)
        return [
            RefundView(
                id=row[0], receipt_id=row[1], payer_no=row[2], key=row[3], reason=row[4], amount_yen=int(row[5]),
                interest_yen=int(row[6]), interest_from=row[7], decided_on=row[8], decision_ref=row[9], paid_on=row[10],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def refund(*, refund_id: UUID) -> RefundView | None:
    """One refund that the actor sees. One statement."""
    found = _refunds("f.id = %s", (refund_id,))
    return found[0] if found else None


def refunds_of_payer(*, payer_no: str) -> list[RefundView]:
    """A payer's, newest first. One statement."""
    return _refunds("a.payer_no = %s AND a.payer_no <> '' ORDER BY f.decided_on DESC, f.id", (payer_no,))


def refunds_of_receipts(*, ids: Collection[int]) -> list[RefundView]:
    """Those of these receipts, oldest first. One statement."""
    return _refunds("f.receipt_id = ANY (%s) ORDER BY f.decided_on, f.id", (sorted(set(ids)),))


def refunds_waiting(*, limit: int = 500) -> list[RefundView]:
    """Decided and not paid yet, oldest first. One statement."""
    return _refunds("p.refund_id IS NULL ORDER BY f.decided_on, f.id LIMIT %s", (limit,))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidView:
    """What a receipt paid of one instalment, on the day it came."""

    paid_on: date
    kind_title: str
    levy_year: int
    term: str
    subject: str
    key: str
    principal: int
    late: int


def paid_by(*, payer_no: str, first: date, last: date) -> list[PaidView]:
    """What a payer paid from `first` to `last` and still counts, oldest first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.paid_on, k.title, a.levy_year, a.term, a.subject, i.key, sum(l.principal_yen)::bigint, "
            "sum(l.late_yen)::bigint FROM eng_collection_allocation l "
            "JOIN eng_collection_receipt r ON r.id = l.receipt_id "
            "JOIN eng_collection_instalment i ON i.id = l.instalment_id "
            "JOIN eng_collection_assessment a ON a.id = i.assessment_id "
            "JOIN eng_collection_levykind k ON k.code = a.kind_id "
            "WHERE a.payer_no = %s AND a.payer_no <> '' AND r.paid_on BETWEEN %s AND %s "
            "GROUP BY r.paid_on, r.id, k.title, a.levy_year, a.term, a.subject, i.key "
            "HAVING sum(l.principal_yen) <> 0 OR sum(l.late_yen) <> 0 ORDER BY r.paid_on, i.key",
            (payer_no, first, last),
        )
        return [
            PaidView(paid_on=on, kind_title=title, levy_year=year, term=term, subject=subject, key=key,
                     principal=int(principal), late=int(late))
            for on, title, year, term, subject, key, principal, late in cursor.fetchall()
        ]  # fmt: skip
