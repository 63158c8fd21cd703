"""Server-side sessions in PostgreSQL, each knowing its account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection

from jichi.kernel import clock

from .models import Session

_LOAD = "SELECT session_data FROM eng_accounts_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Django's database store over our table, read with one written statement: every request begins with it."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key, when there is none or it is over."""
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, (self.session_key, clock.now()))
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table: the stubs insist on Django's own."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with the account copied out of the data; it ends by the house's clock, as `load` asks."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - narrows for the type checker
        row.account_id = data.get(SESSION_KEY)
        row.expire_date = clock.now() + timedelta(seconds=self.get_expiry_age())
        return row
