"""What people and rooms above can do with charges. Who may cause a charge or cancel one, the opening room decides."""

from __future__ import annotations

from .carrying import give_up
from .checkout import CheckoutPage, note_return, start_checkout
from .desk import record_counter_payment, settle_event, void_counter_payment
from .opening import cancel_charge, open_charge
from .printing import note_printing
from .refunding import record_refund_by_hand, refund_charge, refund_part, retry_refund
from .reminding import remind
from .taking import take_notice

__all__ = [
    "CheckoutPage", "cancel_charge", "give_up", "note_printing", "note_return", "open_charge", "record_counter_payment",
    "record_refund_by_hand", "refund_charge", "refund_part", "remind", "retry_refund", "settle_event",
    "start_checkout", "take_notice", "void_counter_payment",
]  # fmt: skip
