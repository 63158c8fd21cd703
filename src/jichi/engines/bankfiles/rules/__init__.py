"""Rules of bank files: characters and names, layouts as tables, reading, writing, receipts, results. Pure."""

from .characters import EBCDIC, WRITTEN, Code, from_jis, to_jis
from .framing import LINE_ENDS, MOST_PROBLEMS, Problem
from .intake import STAGED, Staged, staged
from .kana import Written, cut, written
from .layout import Field, Layout, Record, read_layout
from .partners import KIND_WORDS, BankTerms, PartnerKind, StoreTerms, bank_terms, store_terms
from .reading import Columns, Group, ReadFile, is_amount, is_request, read_file, totals
from .receipts import (
    BITS,
    ENTRIES,
    INFORMING,
    KINDS,
    STATES,
    Code44,
    Meaning,
    Receipt,
    State,
    check_digit,
    is_overdue,
    outcome,
    parts,
    reported,
)
from .requests import Judged, Payer, Wrong, is_bank_day, judge
from .results import CODES, Comparison, Line, Result, compare
from .sheets import SHEETS, ReadSheet, Sheet, read_sheet, sheet
from .tables import SOURCES, layout
from .writing import LineEnd, Writing, record_line, write_file
from .yucho import Account, debit_account, transfer_account

__all__ = [
    "BITS",
    "CODES",
    "EBCDIC",
    "ENTRIES",
    "INFORMING",
    "KINDS",
    "KIND_WORDS",
    "LINE_ENDS",
    "MOST_PROBLEMS",
    "SHEETS",
    "SOURCES",
    "STAGED",
    "STATES",
    "WRITTEN",
    "Account",
    "BankTerms",
    "Code",
    "Code44",
    "Columns",
    "Comparison",
    "Field",
    "Group",
    "Judged",
    "Layout",
    "Line",
    "LineEnd",
    "Meaning",
    "PartnerKind",
    "Payer",
    "Problem",
    "ReadFile",
    "ReadSheet",
    "Receipt",
    "Record",
    "Result",
    "Sheet",
    "Staged",
    "State",
    "StoreTerms",
    "Writing",
    "Written",
    "Wrong",
    "bank_terms",
    "check_digit",
    "compare",
    "cut",
    "debit_account",
    "from_jis",
    "is_amount",
    "is_bank_day",
    "is_overdue",
    "is_request",
    "judge",
    "layout",
    "outcome",
    "parts",
    "read_file",
    "read_layout",
    "read_sheet",
    "record_line",
    "reported",
    "sheet",
    "staged",
    "store_terms",
    "to_jis",
    "totals",
    "transfer_account",
    "write_file",
    "written",
]
