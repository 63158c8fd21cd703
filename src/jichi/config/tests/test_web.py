"""The web process: request limit, sizes that fit together, health."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from jichi.config.launch import heavy_count
from jichi.config.web import AT_ONCE, DATABASE_CONNECTIONS, pool_size, worker_count
from jichi.config.wsgi import limited
from jichi.kernel.turns import turns


def call(length: str | None, limit: int = 100) -> tuple[str, bytes]:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [b"read"]

    seen: list[str] = []
    environ = {} if length is None else {"CONTENT_LENGTH": length}
    body = limited(application, limit)(environ, lambda status, _headers: seen.append(status))
    return seen[0], b"".join(body)


@pytest.mark.parametrize("length", [None, "", "0", "100"])
def test_request_within_the_limit_is_read(length: str | None) -> None:
    assert call(length) == ("200 OK", b"read")


@pytest.mark.parametrize("length", ["101", "99999999999999999999", "-1", "1e3", "1_0"])
def test_request_above_the_limit_or_without_a_true_length_is_not_read(length: str) -> None:
    status, body = call(length)
    assert status == "413 Content Too Large"
    assert "大きすぎる" in body.decode()


@pytest.mark.parametrize("cores", [1, 2, 8, 16, 96])
def test_workers_and_connections_stay_within_what_the_database_gives(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JICHI_WEB_WORKERS", raising=False)
    workers = worker_count(cores)
    assert workers == min(cores, 16)
    assert pool_size(workers) > AT_ONCE
    assert workers * pool_size(workers) <= DATABASE_CONNECTIONS


def test_number_of_workers_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JICHI_WEB_WORKERS", "3")
    assert worker_count(8) == 3
    monkeypatch.setenv("JICHI_WEB_WORKERS", "0")
    assert worker_count(8) == 8


@pytest.mark.parametrize(
    ("given", "cores", "wanted"),
    [("", 1, 1), ("", 2, 2), ("", 8, 4), ("3", 8, 3), ("0", 2, 2), ("99", 2, 16), ("x", 2, 2)],
)
def test_heavy_jobs_have_a_process_for_each_core(
    given: str, cores: int, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JICHI_WORKERS", given)
    assert heavy_count(cores) == wanted


@pytest.mark.django_db
def test_health_says_that_the_database_answers() -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.json()) == (200, {"ok": True, "database": True})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_health_is_503_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("no connection")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = Client().get("/health/")
    assert (response.status_code, response.json()) == (503, {"ok": False, "database": False})


@pytest.mark.django_db
def test_a_page_takes_a_turn_and_health_waits_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """When all turns are taken the supervisor still hears that the process lives."""
    taken: list[str] = []
    monkeypatch.setattr(turns, "step_back", lambda: taken.append("turn"))
    assert (Client().get("/health/").status_code, taken) == (200, [])
    assert (Client().get("/").status_code, taken) == (200, ["turn"])
