"""A browser with somebody's session, for tests of every room's pages."""

from __future__ import annotations

import time
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from jichi.engines.accounts.middleware import GENERATION, MFA, PROVED_AT, SEEN
from jichi.engines.accounts.sessions import SessionStore


class CheapArgon2(Argon2PasswordHasher):
    """The real hash with the least work: a password costs a test no tenth of a second."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


CHEAP_HASHERS = [f"{CheapArgon2.__module__}.{CheapArgon2.__qualname__}"]
"""What every test runs with (conftest.py); the house as a process of its own has the real ones."""


def browser(
    account_id: UUID, *, proved_ago: int = 0, second_factor: bool = True, seen_ago: int = 0, generation: int = 0
) -> Client:  # fmt: skip
    """Signed in as this account; so many seconds have gone by since it proved who it is, and since its last page.

    Another `generation` than the account's: the session was ended elsewhere.
    """
    client = Client()
    session, now = SessionStore(), int(time.time())
    session.update(
        {SESSION_KEY: str(account_id), GENERATION: generation, SEEN: now - seen_ago, PROVED_AT: now - proved_ago}
    )
    session[MFA] = second_factor
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client
