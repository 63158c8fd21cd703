"""Pooled connections whose check costs nothing while the server has not hung up."""

from __future__ import annotations

import select
import time
from typing import Any, Final

import psycopg

REALLY_EVERY: Final = 5.0
"""Seconds after which a connection that lay idle is asked for real."""


class PooledConnection(psycopg.Connection[Any]):
    """Answers the pool's own question, an empty statement, without a round trip where it was used a moment ago.

    A server that went away or ends the session has said so on the socket: then, and after five idle seconds, the
    question is asked in earnest, and the pool replaces what does not answer.
    """

    asked_at = 0.0

    def execute(self, query: Any, *arguments: Any, **more: Any) -> psycopg.Cursor[Any]:
        """As psycopg's; the pool and nobody else asks nothing ("")."""
        if query == "" and not arguments and not more:
            now, before = time.monotonic(), self.asked_at
            self.asked_at = now
            if now - before < REALLY_EVERY and not select.select([self.fileno()], [], [], 0)[0]:
                return self.cursor()
        return super().execute(query, *arguments, **more)
