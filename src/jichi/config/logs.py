"""Log lines without what the database says of rows: its details quote names and addresses."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

import psycopg
from django.db import Error

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def database_error(error: BaseException) -> psycopg.Error | None:
    """The driver's error behind this one, if it is one of the database."""
    if isinstance(error, psycopg.Error):
        return error
    if isinstance(error, Error) and isinstance(error.__cause__, psycopg.Error):
        return error.__cause__
    return None


def told(error: BaseException) -> str:
    """What a log may say of an error: of the database's, number and place, never the values."""
    found = database_error(error)
    if found is None:
        return str(error)
    place = found.diag.constraint_name or found.diag.table_name or ""
    return f"SQLSTATE {found.sqlstate or 'none'} {place}".strip()


class PlainFormatter(logging.Formatter):
    """Time, level, name, message; tracebacks by where, with messages of the database left out."""

    def format(self, record: logging.LogRecord) -> str:
        """One record; errors among its arguments are told likewise."""
        if isinstance(record.args, tuple) and any(isinstance(one, BaseException) for one in record.args):
            record = logging.makeLogRecord(record.__dict__)
            record.args = tuple(told(one) if isinstance(one, BaseException) else one for one in record.args or ())
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the standard library's name
        """The chain of errors, first cause first, as the standard formatter shows it."""
        error = ei[1]
        lines: list[str] = []
        while error is not None and len(lines) < 8:
            where = "".join(traceback.format_tb(error.__traceback__))
            lines.append(f"{where}{type(error).__module__}.{type(error).__qualname__}: {told(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\n".join(reversed(lines))
