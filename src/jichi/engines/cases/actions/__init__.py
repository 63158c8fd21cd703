"""The use cases of a case, one function each. Every change goes through here."""

from .correcting import MAX_SENTENCE, answer_correction, cancel_correction, expire_case, request_correction
from .deciding import MAX_REASON, attach_document, decide_case
from .opening import NewCase, Opened, open_case
from .reviewing import release_case, take_case
from .withdrawing import withdraw_case

__all__ = [
    "MAX_REASON",
    "MAX_SENTENCE",
    "NewCase",
    "Opened",
    "answer_correction",
    "attach_document",
    "cancel_correction",
    "decide_case",
    "expire_case",
    "open_case",
    "release_case",
    "request_correction",
    "take_case",
    "withdraw_case",
]
