"""A key for sealed fields, for tests that keep accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.fernet import Fernet
from django.test import override_settings

from jichi.engines.accounts import sealing


@contextmanager
def sealing_key() -> Iterator[None]:
    """Fields are sealed with a key of this block's own."""
    with override_settings(JICHI_FIELD_KEYS=(Fernet.generate_key().decode(),)):
        sealing._box.cache_clear()
        yield
    sealing._box.cache_clear()
