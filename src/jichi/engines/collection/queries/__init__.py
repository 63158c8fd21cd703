"""What pages, services and `jichi doctor` read of collection. What an actor sees, row security decides."""

from __future__ import annotations

from .bills import (
    Bill,
    KindView,
    bills_by_id,
    bills_by_key,
    bills_of_payer,
    bills_of_subjects,
    due_ids,
    kinds,
    payers_due,
    payers_known,
    term_words,
    unpaid_ids,
    unpaid_sums,
)
from .books import findings, wrong
from .history import (
    Happening,
    PaidView,
    ReceiptView,
    RefundView,
    happenings,
    paid_by,
    receipt,
    receipts_by_id,
    receipts_of,
    refund,
    refunds_of_payer,
    refunds_of_receipts,
    refunds_waiting,
)
from .online import being_paid, shared_bills
from .payouts import PayoutView, payout, payout_file_of, payouts, refund_accounts, refunds_sent
from .preview import Preview, preview_assessments
from .receipts import LeftOver, left_of, unallocated
from .standing import InstalmentView, lapsing, late_as_of, of_payer, standings

__all__ = [
    "Bill",
    "Happening",
    "InstalmentView",
    "KindView",
    "LeftOver",
    "PaidView",
    "PayoutView",
    "Preview",
    "ReceiptView",
    "RefundView",
    "being_paid",
    "bills_by_id",
    "bills_by_key",
    "bills_of_payer",
    "bills_of_subjects",
    "due_ids",
    "findings",
    "happenings",
    "kinds",
    "lapsing",
    "late_as_of",
    "left_of",
    "of_payer",
    "paid_by",
    "payers_due",
    "payers_known",
    "payout",
    "payout_file_of",
    "payouts",
    "preview_assessments",
    "receipt",
    "receipts_by_id",
    "receipts_of",
    "refund",
    "refund_accounts",
    "refunds_of_payer",
    "refunds_of_receipts",
    "refunds_sent",
    "refunds_waiting",
    "shared_bills",
    "standings",
    "term_words",
    "unallocated",
    "unpaid_ids",
    "unpaid_sums",
    "wrong",
]  # fmt: skip
