"""Encryption of single fields with versioned keys held outside the database."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=1)
def _box() -> MultiFernet:
    keys = settings.JICHI_FIELD_KEYS
    if not keys:
        raise ImproperlyConfigured("JICHI_FIELD_KEYS is not set: one Fernet key, newest first (see `jichi doctor`)")
    return MultiFernet([Fernet(key) for key in keys])


def seal(plain: str) -> bytes:
    """Encrypt with the newest key."""
    return _box().encrypt(plain.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt with whichever key sealed it."""
    return _box().decrypt(bytes(sealed)).decode()
