"""Log lines without what the database says of rows: its details quote names and addresses. Plain, or JSON by line."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TypeAlias

import psycopg
from django.db import Error

from jichi.engines.jobs.rules import error_name, error_place
from jichi.kernel import trace

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


_PATH: Final = re.compile(r"(?<![\w:])/[^\s\"']*")
"""Addresses of pages: they may hold numbers of applications."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: when, what, in which request and trace. Errors by class and place, never by words."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        span = trace.current()
        found: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": self._message(record),
        }  # fmt: skip
        request_id = getattr(record, "request_id", "") or getattr(getattr(record, "request", None), "request_id", "")
        if request_id:
            found["request_id"] = str(request_id)
        if span is not None:
            found |= {"trace_id": span.trace_id, "span_id": span.span_id}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            found["error"] = error_name(error)
            found["place"] = error_place(error.__traceback__)
            state = database_error(error)
            if state is not None:
                found["database"] = told(error)
        return json.dumps(found, ensure_ascii=False)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        arguments = record.args
        if isinstance(arguments, tuple):
            arguments = tuple(error_name(one) if isinstance(one, BaseException) else one for one in arguments)
        try:
            text = str(record.msg) % arguments if arguments else str(record.msg)
        except (TypeError, ValueError):
            text = str(record.msg)
        return _PATH.sub("/…", text) if record.name.startswith("django.") else text
