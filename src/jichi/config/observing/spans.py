"""Where finished spans go: a file of JSON lines, or a collector by OTLP over HTTP. Lost rather than waited for."""

from __future__ import annotations

import json
import os
import queue
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jichi.kernel import trace
from jichi.kernel.trace import Span

TO_FILE: Final = "file"
BATCH: Final = 100
WAIT: Final = 1.0
MOST: Final = 5_000
"""Spans that wait; more are thrown away, so that a collector that is away costs nothing."""
FILE_LIMIT: Final = 5 * 1024 * 1024


class Exporter:
    """Takes spans from any thread, hands them on from one of its own."""

    def __init__(self, target: str, service: str, folder: Path) -> None:
        """`target`: "file", or the collector's address, to which /v1/traces is added."""
        self.target = target
        self.service = service
        self.folder = folder
        self._waiting: queue.Queue[Span] = queue.Queue(MOST)
        self._pid = 0

    def __call__(self, span: Span) -> None:
        """Take one span; never waits."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._waiting = queue.Queue(MOST)
            threading.Thread(target=self._run, name="spans", daemon=True).start()
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            return

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            pause = threading.Event()
            pause.wait(WAIT)
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            try:
                self.send(batch)
            except OSError:
                continue  # away: these are lost, the next may get through

    def send(self, spans: Sequence[Span]) -> None:
        """Hand spans on; raises OSError when nobody takes them."""
        if self.target == TO_FILE:
            self._append(spans)
            return
        body = json.dumps(as_otlp(spans, self.service)).encode()
        request = urllib.request.Request(  # noqa: S310 - the operator's own collector
            self.target.rstrip("/") + "/v1/traces", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            answer.read()

    def _append(self, spans: Sequence[Span]) -> None:
        path = self.folder / "traces.jsonl"
        if path.exists() and path.stat().st_size > FILE_LIMIT:
            path.replace(path.with_suffix(".jsonl.1"))
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps({"service": self.service, **as_line(span)}) + "\n" for span in spans)


def as_line(span: Span) -> dict[str, Any]:
    """One span for people and their tools."""
    return {
        "name": span.name, "trace_id": span.trace_id, "span_id": span.span_id, "parent_id": span.parent_id,
        "began_ns": span.began_ns, "ms": round((span.ended_ns - span.began_ns) / 1e6, 3), "failed": span.failed,
        **span.attributes,
    }  # fmt: skip


def as_otlp(spans: Sequence[Span], service: str) -> dict[str, Any]:
    """The body of an OTLP/HTTP request in JSON (OpenTelemetry protocol 1.x)."""
    return {
        "resourceSpans": [{
            "resource": {"attributes": [_attribute("service.name", service)]},
            "scopeSpans": [{"scope": {"name": "jichi"}, "spans": [_one(span) for span in spans]}],
        }]
    }  # fmt: skip


def _one(span: Span) -> dict[str, Any]:
    found = {
        "traceId": span.trace_id, "spanId": span.span_id, "name": span.name, "kind": span.kind,
        "startTimeUnixNano": str(span.began_ns), "endTimeUnixNano": str(span.ended_ns),
        "attributes": [_attribute(key, value) for key, value in span.attributes.items()],
        "status": {"code": 2} if span.failed else {},
    }  # fmt: skip
    return {**found, "parentSpanId": span.parent_id} if span.parent_id else found


def _attribute(key: str, value: str | int) -> dict[str, Any]:
    kind = {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
    return {"key": key, "value": kind}


def install(service: str) -> None:
    """Export this process's spans where JICHI_OTLP_URL says; without it none is kept."""
    from ..environment import environment

    target = os.environ.get("JICHI_OTLP_URL", "")
    trace.export_to(Exporter(target, service, environment().home / "logs") if target else None)
