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
from .table import MOST_BYTES, MOST_ROWS, LineError, Table, read_table, write_table

__all__ = [
    "MOST_BYTES", "MOST_ROWS", "Change", "Columns", "LineError", "Row", "Table", "Words", "differences",
    "mapping_from", "read_people", "read_table", "words_of", "write_people", "write_table",
]  # fmt: skip
