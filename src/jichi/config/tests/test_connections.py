"""A pooled connection that the server closed is noticed before anybody gets it, without asking each time."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import connection

from jichi.config.connections import REALLY_EVERY, PooledConnection

pytestmark = pytest.mark.django_db


def _opened() -> PooledConnection:
    found = PooledConnection.connect(**{**connection.get_connection_params(), "autocommit": True})
    assert isinstance(found, PooledConnection)
    return found


def test_who_asks_again_at_once_is_not_kept_waiting_and_the_dead_are_found() -> None:
    with _opened() as one:
        assert one.execute("").pgresult is not None
        assert one.execute("").pgresult is None  # nothing was sent
        one.asked_at = time.monotonic() - REALLY_EVERY
        assert one.execute("").pgresult is not None
        assert one.execute("SELECT 1").fetchone() == (1,)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (one.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            one.execute("")
