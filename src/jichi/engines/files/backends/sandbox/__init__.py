"""A scanner for the demo and tests: knows the EICAR test file, and can be told to be away."""

from __future__ import annotations

from pathlib import Path

from jichi.engines.files.scanning import ScannerAway

# In two parts, so that no scanner takes this source for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class SandboxScanner:
    """Finds EICAR anywhere in the content. Away while the file `away_while` exists."""

    name = "sandbox"

    def __init__(self, *, away_while: str = "") -> None:
        self._away_while = away_while

    def scan(self, data: bytes) -> str | None:
        """ "Eicar-Test-Signature" or None."""
        self.ping()
        return "Eicar-Test-Signature" if EICAR in data else None

    def ping(self) -> None:
        """ScannerAway while told to be away."""
        if self._away_while and Path(self._away_while).exists():
            raise ScannerAway("sandbox")
