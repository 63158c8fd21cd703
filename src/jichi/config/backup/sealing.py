"""Secrets in a backup: sealed by a passphrase, or not there at all."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .shape import BackupError

LEAST: Final = 12
"""Characters of a passphrase."""
OF_THE_CLUSTER: Final = "database.json"
"""Passwords of the embedded server: made anew where a backup is put back."""
_SALT: Final = 16


def _box(passphrase: str, salt: bytes) -> Fernet:
    key = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def require_passphrase(passphrase: str) -> str:
    """The passphrase, if it is one.

    Raises:
        BackupError: too short, or none.
    """
    if len(passphrase) < LEAST:
        raise BackupError(
            f"secrets are saved only under a passphrase of at least {LEAST} characters: set JICHI_BACKUP_PASSPHRASE"
        )
    return passphrase


def seal(folder: Path, passphrase: str) -> bytes:
    """All secrets of an instance, as one sealed text."""
    held = {
        path.name: base64.b64encode(path.read_bytes()).decode()
        for path in sorted(folder.glob("*"))
        if path.is_file() and path.name != OF_THE_CLUSTER and path.suffix != ".new"
    }
    salt = os.urandom(_SALT)
    return base64.b64encode(salt) + b"\n" + _box(passphrase, salt).encrypt(json.dumps(held).encode()) + b"\n"


def unseal(data: bytes, passphrase: str) -> dict[str, bytes]:
    """Name → content.

    Raises:
        BackupError: another passphrase, or not ours.
    """
    salt, _, token = data.partition(b"\n")
    try:
        held = json.loads(_box(passphrase, base64.b64decode(salt)).decrypt(token.strip()))
    except (InvalidToken, ValueError):
        raise BackupError("the passphrase does not open the secrets of this backup") from None
    return {name: base64.b64decode(content) for name, content in held.items()}


def fingerprint(key: str) -> str:
    """Tells which field key is meant without saying it."""
    return hashlib.sha256(b"jichi field key " + key.encode()).hexdigest()[:16]
