"""Do the figures that pages show equal the ledger? For `jichi doctor` and tests."""

from __future__ import annotations

from typing import Final

from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.errors import Finding

from ..standing import AVAILABLE

SYSTEM: Final = system_actor("collection")
_LEDGER: Final = (
    "SELECT item, sum(amount_yen) AS yen FROM eng_ledger_entry WHERE account = '{}' AND item <> '' "
    "AND item NOT LIKE 'pay:%' GROUP BY 1"
)
"""What is about charges of `payments` is compared there."""
_CHECKS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "what is owed is not what the books say",
        "claims",
        (
            "SELECT i.key AS item, i.amount_yen + (SELECT coalesce(sum(c.amount_yen), 0) FROM eng_collection_change c "
            "WHERE c.instalment_id = i.id AND c.kind <> 'late_waived') - (SELECT coalesce(sum(a.principal_yen), 0) "
            "FROM eng_collection_allocation a WHERE a.instalment_id = i.id) AS yen FROM eng_collection_instalment i"
        ),
    ),
    (
        "what is owed for lateness is not what the books say",
        "claims_late",
        (
            "SELECT i.key AS item, (SELECT coalesce(sum(x.amount_yen), 0) FROM eng_collection_accrual x "
            "WHERE x.instalment_id = i.id) - (SELECT coalesce(sum(a.late_yen), 0) FROM eng_collection_allocation a "
            "WHERE a.instalment_id = i.id) AS yen FROM eng_collection_instalment i"
        ),
    ),
    (
        "what is left over of receipts is not what the books say",
        "unallocated",
        (
            f"SELECT 'r' || r.id AS item, -({AVAILABLE} - (SELECT coalesce(sum(a.principal_yen + a.late_yen), 0) "  # noqa: S608 - fixed text
            "FROM eng_collection_allocation a WHERE a.receipt_id = r.id)) AS yen FROM eng_collection_receipt r "
            "WHERE NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = r.id)"
        ),
    ),
    (
        "what goes back is not what the books say",
        "refunds_due",
        (
            "SELECT 'f' || f.id AS item, -(f.amount_yen + f.interest_yen) AS yen FROM eng_collection_refund f "
            "WHERE NOT EXISTS (SELECT FROM eng_collection_refundpaid p WHERE p.refund_id = f.id)"
        ),
    ),
)
_COMPARE: Final = (
    "SELECT count(*) FROM ({}) ours FULL JOIN ({}) books USING (item) "
    "WHERE coalesce(ours.yen, 0) <> coalesce(books.yen, 0)"
)


def wrong() -> tuple[str, ...]:
    """What differs between collection and ledger, () where nothing does; four statements over all rows."""
    found = []
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a million receipts take longer than a page may
        for what, account, ours in _CHECKS:
            cursor.execute(_COMPARE.format(ours, _LEDGER.format(account)))
            if off := int(cursor.fetchone()[0]):
                found.append(f"{what} ({off})")
    return tuple(found)


def findings() -> list[Finding]:
    """For `jichi doctor`."""
    if found := wrong():
        return [Finding("collection", "wrong", "; ".join(found), "see docs/collection.md, When figures differ")]
    return [Finding("collection", "ok", "what is owed, paid and left over equals the ledger")]
