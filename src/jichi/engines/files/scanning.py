"""The malware scan hook: which backend, and what its answer means for a file. Fails closed.

Setting `JICHI_SCANNER`: {"backend": "null" | "clamd" | "sandbox" | dotted path of a class, …options}.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.conf import settings

BACKENDS = {
    "null": "jichi.engines.files.backends.null.NullScanner",
    "clamd": "jichi.engines.files.backends.clamd.ClamdScanner",
    "sandbox": "jichi.engines.files.backends.sandbox.SandboxScanner",
}


class ScannerAway(Exception):
    """The scanner gave no usable answer: not reachable, timed out, or refused to scan."""


class Scanner(Protocol):
    """What a backend does: one class, made from the options of `JICHI_SCANNER`."""

    name: str

    def scan(self, data: bytes) -> str | None:
        """The name of what was found, None if nothing; ScannerAway if it can't say."""

    def ping(self) -> None:
        """Nothing if it would answer now; ScannerAway otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """State a file gets by the scan, and the words kept beside it."""

    state: Literal["ready", "waiting", "refused"]
    result: str = ""


def scanner() -> Scanner:
    """The configured backend. Its connection is made for each scan, so it needs no care."""
    options: dict[str, Any] = dict(getattr(settings, "JICHI_SCANNER", None) or {"backend": "null"})
    name = options.pop("backend")
    module, _, cls = BACKENDS.get(name, name).rpartition(".")
    made: Scanner = getattr(importlib.import_module(module), cls)(**options)
    return made


def scan(data: bytes) -> Verdict:
    """Ask the scanner. Whatever goes wrong on its side makes the file wait, never pass."""
    backend = scanner()
    try:
        found = backend.scan(data)
    except ScannerAway as away:
        return Verdict(state="waiting", result=f"away:{away}")
    if found is not None:
        return Verdict(state="refused", result=f"found:{found}")
    return Verdict(state="ready", result=f"clean:{backend.name}")
