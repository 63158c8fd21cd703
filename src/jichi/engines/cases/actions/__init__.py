"""The use cases of a case, one function each. Every change goes through here."""

from .afterwards import tell_overdue
from .bulk import cancel_bulk, start_bulk, verdicts, work_off
from .charging import charge_case
from .condemning import file_condemned
from .correcting import MAX_SENTENCE, answer_correction, cancel_correction, expire_case, request_correction
from .counting import count_day, count_days
from .deciding import MAX_REASON, attach_document, decide_case
from .dispatching import record_dispatch, record_return
from .entering import Entry, begin_entry, entering, finish_entry, save_entry
from .handing_over import HandedOver, hand_over
from .numbering import branch_number, reserve_number, set_series_year, void_number
from .opening import Entered, NewCase, Opened, open_case
from .paying import charge_part_refunded, charge_refunded, charge_reopened, charge_settled, mark_payment_due
from .proposing import (
    change_proposal,
    propose_decision,
    route_decided,
    route_resubmitted,
    route_sent_back,
    take_back_proposal,
)
from .relating import link_cases, unlink_cases
from .reminding import person_left, remind
from .reviewing import release_case, take_case
from .several import AT_ONCE, OneResult, decide_several
from .taking_over import take_over
from .talking import MAX_FILES, MAX_MESSAGE, mark_messages_read, send_message
from .withdrawing import withdraw_case

__all__ = [
    "AT_ONCE",
    "MAX_FILES",
    "MAX_MESSAGE",
    "MAX_REASON",
    "MAX_SENTENCE",
    "Entered",
    "Entry",
    "HandedOver",
    "NewCase",
    "OneResult",
    "Opened",
    "answer_correction",
    "attach_document",
    "begin_entry",
    "branch_number",
    "cancel_bulk",
    "cancel_correction",
    "change_proposal",
    "charge_case",
    "charge_part_refunded",
    "charge_refunded",
    "charge_reopened",
    "charge_settled",
    "count_day",
    "count_days",
    "decide_case",
    "decide_several",
    "entering",
    "expire_case",
    "file_condemned",
    "finish_entry",
    "hand_over",
    "link_cases",
    "mark_messages_read",
    "mark_payment_due",
    "open_case",
    "person_left",
    "propose_decision",
    "record_dispatch",
    "record_return",
    "release_case",
    "remind",
    "request_correction",
    "reserve_number",
    "route_decided",
    "route_resubmitted",
    "route_sent_back",
    "save_entry",
    "send_message",
    "set_series_year",
    "start_bulk",
    "take_back_proposal",
    "take_case",
    "take_over",
    "tell_overdue",
    "unlink_cases",
    "verdicts",
    "void_number",
    "withdraw_case",
    "work_off",
]
