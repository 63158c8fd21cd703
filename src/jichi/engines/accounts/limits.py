"""Limits on tries, counted in a place that all web processes share."""

from __future__ import annotations

from django.db import connection

from jichi.kernel.errors import JichiError


class TooManyTries(JichiError):
    """Too many tries; `params["seconds"]` says how long to wait."""

    code = "rate_limited"


def limit(key: str, *, tries: int, seconds: int) -> None:
    """Count a try under `key`.

    Raises:
        TooManyTries: more than `tries` within `seconds`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_rate_hit(%s, %s, %s)", (key, tries, seconds))
        wait = int(cursor.fetchone()[0])
    if wait:
        raise TooManyTries(seconds=wait)
