"""What officials and rooms above can do: levy, change, take money, put it elsewhere, give it back."""

from __future__ import annotations

from .assessing import NewAssessment, open_assessments, set_levy_kind
from .booking_files import Money, take_file, take_money
from .changing import change_instalment, grant_relief, note_event
from .online import MOST_BILLS, ONLINE, ChosenBill, begin_online, end_online, take_online
from .paying_out import make_payout, set_refund_account, settle_payout
from .receiving import NewReceipt, apply_surplus, record_receipts, reverse_receipt
from .refunding import decide_refund, record_refund_paid
from .remitting import expect_remittance

__all__ = [
    "MOST_BILLS", "ONLINE", "ChosenBill", "Money", "NewAssessment", "NewReceipt", "apply_surplus",
    "begin_online", "change_instalment", "decide_refund", "end_online", "expect_remittance",
    "grant_relief", "make_payout",
    "note_event",
    "open_assessments", "record_receipts", "record_refund_paid", "reverse_receipt", "set_levy_kind",
    "set_refund_account", "settle_payout",
    "take_file", "take_money", "take_online",
]  # fmt: skip
