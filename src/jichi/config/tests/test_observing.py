"""Metrics, log lines and spans: what they tell, to whom, and that they tell of nobody."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory

from jichi.config.logs import JsonFormatter
from jichi.config.observing import away, metrics, middleware, spans
from jichi.config.supervisor import summarise
from jichi.kernel import trace
from jichi.kernel.errors import Unavailable

NOSY = "山田花子 hanako@example.jp"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


# -- metrics ---------------------------------------------------------------------------------


def test_numbers_of_several_workers_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = metrics.Folder(tmp_path)
    for pid, count in ((11, 2), (12, 3)):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        folder.mine = metrics.Counters()
        for _ in range(count):
            folder.mine.add(metrics.REQUESTS, (("view", 'odd "name"\\'),))
            folder.mine.time(metrics.LATENCY, 0.2, (("portal", "staff"),))
        folder.write()
    (tmp_path / "web-13.json").write_text("half a fi")
    text = metrics.text_format(folder.added_up())
    assert '# TYPE jichi_requests_total counter\njichi_requests_total{view="odd \\"name\\"\\\\"} 5\n' in text
    assert 'jichi_request_seconds_bucket{portal="staff",le="0.1"} ' not in text
    assert 'jichi_request_seconds_bucket{portal="staff",le="0.25"} 5\n' in text
    assert 'jichi_request_seconds_bucket{portal="staff",le="+Inf"} 5\n' in text
    assert 'jichi_request_seconds_sum{portal="staff"} 1\n' in text
    assert text.count("# TYPE jichi_request_seconds histogram") == 1
    folder.clear()
    assert metrics.Folder(tmp_path).added_up() == {}


def test_a_disk_that_takes_nothing_stops_no_page(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = metrics.Folder(tmp_path / "file" / "below")
    folder.mine.add(metrics.REQUESTS)
    folder.write()
    assert folder.added_up() == {(metrics.REQUESTS, ()): 1}


@pytest.mark.parametrize(
    ("token", "headers", "allowed"),
    [
        ("", {}, True),
        ("", {"REMOTE_ADDR": "192.0.2.7"}, False),
        ("", {"REMOTE_ADDR": "not an address"}, False),
        ("", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ("", {"HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ("secret-token", {}, False),
        ("secret-token", {"HTTP_AUTHORIZATION": "Bearer secret-toke"}, False),
        ("secret-token", {"HTTP_AUTHORIZATION": "Bearer secret-token", "REMOTE_ADDR": "192.0.2.7"}, True),
    ],
)
def test_who_may_read_the_metrics(
    token: str, headers: dict[str, str], allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JICHI_METRICS_TOKEN", token)
    request = RequestFactory().get("/metrics")
    request.META |= headers
    assert middleware.may(request) is allowed


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_the_state_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "folder", metrics.Folder(tmp_path))
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"email": "hanako@example.jp"})
    client.get(f"/no/such/{NOSY}/")
    text = client.get("/metrics").content.decode()
    assert 'jichi_requests_total{view="eng_accounts:sign_in",method="GET",status="200"} 1' in text
    assert 'jichi_requests_total{view="none",method="GET",status="404"} 1' in text
    assert 'jichi_sign_in_steps_total{step="mail",outcome="passed"} 1' in text
    assert 'jichi_health{check="worker"} 2' in text
    assert "jichi_workers 0" in text
    assert "hanako" not in text
    assert "山田" not in text
    answer = client.get("/health/details/")
    assert (answer.status_code, answer.json()["state"]) == (503, "red")
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/health/details/", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404


# -- logs ------------------------------------------------------------------------------------


def line(message: str, *arguments: object, name: str = "jichi.x", error: BaseException | None = None) -> dict[str, str]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "", 1, message, arguments, info)
    found: dict[str, str] = json.loads(JsonFormatter().format(record))
    return found


def test_a_log_line_tells_class_and_place_and_no_word_of_an_error() -> None:
    try:
        raise Unavailable("mail.away", who=NOSY)
    except Unavailable as error:
        found = line("failed: %s", error, error=error)
    assert (found["message"], found["error"]) == ("failed: Unavailable (mail.away)", "Unavailable (mail.away)")
    assert found["place"].startswith("config/tests/test_observing.py:")
    assert NOSY not in json.dumps(found, ensure_ascii=False)
    assert line("Not Found: %s", "/staff/cases/K7M42QF9/", name="django.request")["message"] == "Not Found: /…"
    assert line("%d of", "one")["message"] == "%d of"
    with trace.span("GET x", header=PARENT) as span:
        assert (line("x")["trace_id"], line("x")["span_id"]) == (PARENT[3:35], span.span_id)
    assert summarise(json.dumps(found)).startswith("1 error")


# -- spans -----------------------------------------------------------------------------------


@pytest.fixture
def collector() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A stand-in for an OTLP collector; what it got."""
    got: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append({"path": self.path, "type": self.headers["Content-Type"], "body": json.loads(body)})
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()
    thread.join()


def test_spans_reach_a_collector_or_a_file(
    collector: tuple[str, list[dict[str, object]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, got = collector
    done: list[trace.Span] = []
    with trace.span("GET front:page", header=PARENT, kind=trace.SERVER) as span:
        span.attributes["http.response.status_code"] = 200
    done.append(span)
    spans.Exporter(address, "jichi-web", tmp_path).send(done)
    assert (got[0]["path"], got[0]["type"]) == ("/v1/traces", "application/json")
    resource = got[0]["body"]["resourceSpans"][0]  # type: ignore[index] # as the protocol has it
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "jichi-web"}}]
    sent = resource["scopeSpans"][0]["spans"][0]
    assert (sent["traceId"], sent["parentSpanId"], sent["kind"]) == (PARENT[3:35], PARENT[36:52], 2)
    assert sent["attributes"] == [{"key": "http.response.status_code", "value": {"intValue": "200"}}]
    spans.Exporter(spans.TO_FILE, "jichi-web", tmp_path).send(done)
    assert json.loads((tmp_path / "traces.jsonl").read_text())["trace_id"] == PARENT[3:35]
    with pytest.raises(OSError, match="refused"):
        spans.Exporter("http://127.0.0.1:9", "jichi-web", tmp_path).send(done)
    monkeypatch.setattr(spans, "MOST", 2)
    exporter = spans.Exporter("http://127.0.0.1:9", "jichi-web", tmp_path)
    for _ in range(50):
        exporter(span)  # more than wait at a time: thrown away, never waited for


# -- away ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("connection refused"), True),
        (InterfaceError("connection already closed"), True),
        (psycopg.OperationalError("no"), True),
        (ValueError("no"), False),
        (None, False),
    ],
)
def test_what_means_that_the_database_is_away(error: BaseException | None, expected: bool) -> None:
    assert away.is_away(error) is expected


@pytest.mark.parametrize(
    ("cause", "is_away", "is_full"),
    [
        (psycopg.errors.AdminShutdown("x"), True, False),
        (psycopg.errors.TooManyConnections("x"), True, False),
        (psycopg.errors.DiskFull("x"), False, True),
        (psycopg.errors.QueryCanceled("x"), False, False),
        (psycopg.errors.LockNotAvailable("x"), False, False),
        (psycopg.errors.DeadlockDetected("x"), False, False),
    ],
)
def test_a_statement_that_was_refused_is_no_database_that_is_away(
    cause: psycopg.Error, is_away: bool, is_full: bool
) -> None:
    error = OperationalError("x")
    error.__cause__ = cause
    assert (away.is_away(error), away.is_full(error)) == (is_away, is_full)
    wrapped = RuntimeError("x")
    wrapped.__cause__ = OSError(28, "No space left on device")
    assert away.is_full(wrapped)


@pytest.mark.parametrize(
    ("path", "accept", "words"),
    [
        ("/", "ja", "ただいま利用できません"),
        ("/easy/", "ja", "使えません"),
        ("/en/my/", "ja", "not available now"),
        ("/zh-hans/", "ja", "无法使用"),
        ("/ko/", "ja", "이용할 수 없습니다"),
        ("/staff/", "en", "利用できません"),
        ("/api/v1/cases", "ja", '"code": "api.away"'),
    ],
)
def test_the_page_of_an_absent_database_speaks_the_visitors_language(
    path: str, accept: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(away, "answers", lambda: False)
    monkeypatch.setattr(away.watch, "away", True)
    answer = Client(raise_request_exception=False).get(path, HTTP_ACCEPT_LANGUAGE=accept)
    assert answer.status_code == 503
    assert words in answer.content.decode()
    assert answer["Retry-After"] == "30"
    assert answer["Cache-Control"] == "no-store"
    monkeypatch.setattr(away, "answers", lambda: True)
    monkeypatch.setattr(away.watch, "_next_look", 0.0)
    assert away.watch.still() is False
