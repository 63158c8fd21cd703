"""Traces (W3C Trace Context): which request caused what. Carried through jobs and outgoing calls, no personal data.

    with trace.span("job cases.bulk", header=traceparent): ...      headers = trace.headers()

Finished spans go to the one exporter that `config` sets; without one nothing is kept.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

_HEADER: Final = re.compile(r"^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$")
INTERNAL: Final = 1
SERVER: Final = 2
CLIENT: Final = 3
CONSUMER: Final = 5
"""Kinds of spans, numbered as OpenTelemetry does."""


@dataclass(slots=True)
class Span:
    """One piece of work. `attributes`: names of views, tasks, states; never of people."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    began_ns: int
    ended_ns: int = 0
    failed: bool = False
    attributes: dict[str, str | int] = field(default_factory=dict)


_current: ContextVar[Span | None] = ContextVar("jichi_span", default=None)
_exporters: list[Callable[[Span], None]] = []


def parse(header: str) -> tuple[str, str] | None:
    """Trace and span of a `traceparent`; None when it is none (then a trace of our own begins)."""
    match = _HEADER.match(header.strip()) if len(header) <= 200 else None
    if match is None or match[1] == "ff" or (match[1] == "00" and match[5]):
        return None
    if set(match[2]) == {"0"} or set(match[3]) == {"0"}:
        return None
    return match[2], match[3]


def current() -> Span | None:
    """The span that runs now."""
    return _current.get()


def traceparent() -> str:
    """The header to hand on; empty outside of any span."""
    span = _current.get()
    return f"00-{span.trace_id}-{span.span_id}-01" if span else ""


def headers() -> Mapping[str, str]:
    """What an outgoing call carries: {"traceparent": …}, or nothing outside of any span."""
    header = traceparent()
    return {"traceparent": header} if header else {}


def export_to(function: Callable[[Span], None] | None) -> None:
    """Hand every finished span to this function; None: to nobody."""
    _exporters[:] = [function] if function else []


@contextmanager
def span(name: str, *, header: str = "", kind: int = INTERNAL) -> Iterator[Span]:
    """Work inside the block belongs together. `header`: the caller's `traceparent`, if there is one."""
    above = _current.get()
    found = parse(header) if header else ((above.trace_id, above.span_id) if above else None)
    trace_id, parent_id = found or (secrets.token_hex(16), "")
    mine = Span(name, trace_id, secrets.token_hex(8), parent_id, kind, time.time_ns())
    began = time.monotonic_ns()
    token = _current.set(mine)
    try:
        yield mine
    except BaseException:
        mine.failed = True
        raise
    finally:
        _current.reset(token)
        mine.ended_ns = mine.began_ns + time.monotonic_ns() - began
        for function in _exporters:
            function(mine)
