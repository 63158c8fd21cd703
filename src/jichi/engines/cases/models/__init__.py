"""Tables of cases. Private to this room."""

from .bulk import BulkItem, BulkRun
from .case import Case, CaseEvent, Correction, IssuedDocument
from .deciding import Decision, Proposal
from .exchange import CaseFile, CaseLink, CaseMessage, Dispatch, FollowUp
from .numbers import IssuedNumber, NumberSeries, SeriesRule

__all__ = [
    "BulkItem",
    "BulkRun",
    "Case",
    "CaseEvent",
    "CaseFile",
    "CaseLink",
    "CaseMessage",
    "Correction",
    "Decision",
    "Dispatch",
    "FollowUp",
    "IssuedDocument",
    "IssuedNumber",
    "NumberSeries",
    "Proposal",
    "SeriesRule",
]
