"""Server-side sessions in PostgreSQL, each knowing its account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from .models import Session


class SessionStore(DatabaseStore):
    """Django's database store over our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table: the stubs insist on Django's own."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with the account copied out of the data."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - narrows for the type checker
        row.account_id = data.get(SESSION_KEY)
        return row
