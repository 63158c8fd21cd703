"""Charges as rooms above, pages and `jichi doctor` read them. What an actor sees, row security decides."""

from __future__ import annotations

from .board import Trouble, troubles, unsettled_refunds
from .books import Books, books, books_balance, findings
from .links import MoreBills, SubjectPages, link_subjects, more_bills, pages_of, show_more_bills
from .lists import COUNT_CAP, ChargeFilters, ChargeRow, Page, count_charges, export_charges, list_charges
from .record import (
    ChargeView,
    CheckoutInfo,
    EventInfo,
    PaymentInfo,
    Record,
    RefundInfo,
    charge,
    charges_of,
    own_charges,
    record,
)
from .settled import DayMoney, PaymentMoney, money_by_day, money_of_day, money_of_payments

__all__ = [
    "COUNT_CAP",
    "Books",
    "ChargeFilters",
    "ChargeRow",
    "ChargeView",
    "CheckoutInfo",
    "DayMoney",
    "EventInfo",
    "MoreBills",
    "Page",
    "PaymentInfo",
    "PaymentMoney",
    "Record",
    "RefundInfo",
    "SubjectPages",
    "Trouble",
    "books",
    "books_balance",
    "charge",
    "charges_of",
    "count_charges",
    "export_charges",
    "findings",
    "link_subjects",
    "list_charges",
    "money_by_day",
    "money_of_day",
    "money_of_payments",
    "more_bills",
    "own_charges",
    "pages_of",
    "record",
    "show_more_bills",
    "troubles",
    "unsettled_refunds",
]  # fmt: skip
