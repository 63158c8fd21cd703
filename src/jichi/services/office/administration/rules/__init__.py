"""Decisions of administration without a database: files, plans of personnel change, marks of looks."""

from .people import (
    Change,
    Columns,
    Row,
    Words,
    differences,
    mapping_from,
    read_people,
    words_of,
    write_people,
)
from .plans import (
    ACCEPT,
    QUEUE,
    REST_TITLE,
    TO,
    After,
    Effect,
    Move,
    Orphan,
    after,
    case_orphan,
    effects,
    handlers,
    moves_from,
    posts_on,
    read_moves,
    seat_orphans,
    unanswered,
)
from .plans import COLUMNS as PLAN_COLUMNS
from .plans import KINDS as PLAN_KINDS
from .table import MOST_BYTES, MOST_ROWS, LineError, Table, read_table, write_table

__all__ = [
    "ACCEPT", "MOST_BYTES", "MOST_ROWS", "PLAN_COLUMNS", "PLAN_KINDS", "QUEUE", "REST_TITLE", "TO", "After", "Change",
    "Columns", "Effect", "LineError", "Move", "Orphan", "Row", "Table", "Words", "after", "case_orphan",
    "differences", "effects", "handlers", "mapping_from", "moves_from", "posts_on", "read_moves", "read_people",
    "read_table", "seat_orphans", "unanswered", "words_of", "write_people", "write_table",
]  # fmt: skip
