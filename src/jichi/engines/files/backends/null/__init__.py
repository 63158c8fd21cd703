"""No scanner: for wards that scan elsewhere. `jichi doctor` says so."""

from __future__ import annotations


class NullScanner:
    """Finds nothing."""

    name = "null"

    def scan(self, data: bytes) -> str | None:
        """Always clean."""
        return None

    def ping(self) -> None:
        """Always there."""
