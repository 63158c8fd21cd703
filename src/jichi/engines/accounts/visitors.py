"""Who asks, where answers must be quick: session, account and link in one row, judged as the middleware does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from jichi.engines.audit.context import Actor

from . import rules
from .middleware import GENERATION, LEVEL, PROVED_AT, SEEN
from .sessions import SessionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A resident who is signed in now."""

    account_id: UUID
    name: str
    addressee_no: str
    level: rules.Level

    def actor(self, request_id: str, purpose: str) -> Actor:
        """This resident as the actor of a unit of work."""
        return Actor(
            kind="resident", account_id=self.account_id, name=self.name, purpose=purpose, request_id=request_id,
            level=self.level,
        )  # fmt: skip


def visitor_of(row: Sequence[Any]) -> Visitor | None:
    """Whom a row of SQL `accounts_visitor` stands for.

    None for everybody else, whom the ordinary way answers: no resident, a guest, ended elsewhere, unused for half of
    the time after which a session ends (a quick answer does not prolong it), or over.
    """
    data, account_id, kind, name, generation, addressee_no = row
    session = SessionStore().decode(data)
    if kind != "resident" or session.get(SESSION_KEY) != str(account_id) or session.get(GENERATION) != generation:
        return None
    now = int(time.time())
    seen, began = session.get(SEEN, 0), session.get(PROVED_AT, now)
    if rules.session_is_over(
        seen, began, now, idle=settings.JICHI_SESSION_IDLE // 2, absolute=settings.JICHI_SESSION_ABSOLUTE
    ):
        return None
    level: rules.Level = session.get(LEVEL) or "email"
    return None if level == "none" else Visitor(
        account_id=account_id, name=name, addressee_no=addressee_no, level=level
    )  # fmt: skip
