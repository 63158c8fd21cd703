"""What the stand-in bank remembers: registrations, callbacks, the fault that is set. No Django."""

from __future__ import annotations

import json
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jichi.kernel import clock

FAULTS: Final = ("", "late", "twice", "order", "forged", "lost", "closed", "down")
LATE: Final = timedelta(seconds=20)
TRIES: Final = 3
PASSWORD: Final = "midori"  # noqa: S105 - printed on the stand-in's own page
ACCOUNTS: Final[dict[str, dict[str, str]]] = {
    "own": {"words": "普通 1234567 (ご本人の名義)", "account": "1234567", "end": "registered"},
    "family": {"words": "普通 7654321 (ご家族の名義)", "account": "7654321", "end": "name_differs"},
    "gone": {"words": "普通 0000009 (解約済み)", "account": "0000009", "end": "no_account"},
    "known": {"words": "当座 5555555 (口座振替を登録済み)", "account": "5555555", "end": "already"},
}
"""What a customer of the stand-in sees, and how each ends."""


class Store:
    """The bank's memory. Methods lock; what they answer is a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lock = folder, threading.RLock()
        for name in ("registrations", "callbacks"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        half = path.with_suffix(f".{secrets.token_hex(4)}.half")
        half.write_bytes(json.dumps(content, ensure_ascii=False).encode())
        half.replace(path)

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _all(self, kind: str) -> list[dict[str, Any]]:
        found = (self._read(path) for path in sorted((self.folder / kind).glob("*.json")))
        return [one for one in found if one is not None]

    def fault(self) -> str:
        """What goes wrong now."""
        found = str((self._read(self.folder / "fault.json") or {}).get("mode", ""))
        return found if found in FAULTS else ""

    def set_fault(self, mode: str) -> None:
        """Set what goes wrong from now on. Raises ValueError for an unknown one."""
        if mode not in FAULTS:
            raise ValueError(f"no fault {mode!r}")
        self._write(self.folder / "fault.json", {"mode": mode})

    def open(self, asked: dict[str, Any], origin: str) -> dict[str, Any]:
        """A new registration, or the one of this reference."""
        with self.lock:
            for one in self._all("registrations"):
                if one["reference"] == asked["reference"]:
                    return one
            name = f"rg_{secrets.token_hex(12)}"
            row = {**asked, "id": name, "url": f"{origin}/register/{name}", "status": "open", "reason": "",
                   "wrong": 0, "signed_in": False, "account": None, "opened_at": clock.now().isoformat()}  # fmt: skip
            self._write(self.folder / "registrations" / f"{name}.json", row)
            return row

    def one(self, name: str) -> dict[str, Any] | None:
        """One registration; past its time it is expired."""
        if not name.isascii() or not name.replace("_", "").isalnum():
            return None
        with self.lock:
            found = self._read(self.folder / "registrations" / f"{name}.json")
            if found and found["status"] == "open" and datetime.fromisoformat(found["expires_at"]) < clock.now():
                found = self.end(name, "expired")
            return found

    def newest(self) -> list[dict[str, Any]]:
        """All registrations, newest first."""
        return sorted(self._all("registrations"), key=lambda one: str(one["opened_at"]), reverse=True)

    def note(self, name: str, **values: object) -> dict[str, Any] | None:
        """Change what is remembered of an open one."""
        with self.lock:
            found = self._read(self.folder / "registrations" / f"{name}.json")
            if found is None or found["status"] != "open":
                return found
            found |= values
            self._write(self.folder / "registrations" / f"{name}.json", found)
            return found

    def end(
        self, name: str, status: str, reason: str = "", account: dict[str, str] | None = None
    ) -> dict[str, Any] | None:
        """End an open registration and put its callback out; one that has ended stays as it is."""
        with self.lock:
            found = self._read(self.folder / "registrations" / f"{name}.json")
            if found is None or found["status"] != "open":
                return found
            found = self.note(name, status=status, reason=reason, account=account)
            assert found is not None  # noqa: S101 - read above, under the same lock
            self._tell(found)
            return found

    def _tell(self, row: dict[str, Any]) -> None:
        fault = self.fault()
        if fault == "lost":
            return
        words = [public(row)]
        if fault == "order" and row["status"] == "registered":
            words = [{**public(row), "status": "failed", "reason": "other", "account": None}, *words]
        for copy, word in enumerate(words * (2 if fault == "twice" else 1)):
            due = clock.now() + (LATE if fault == "late" else timedelta(0))
            name = f"{clock.now().timestamp():018.6f}-{secrets.token_hex(3)}-{copy}"
            self._write(self.folder / "callbacks" / f"{name}.json", {
                "name": name, "url": row["callback_url"], "body": {"registration": word}, "due": due.isoformat(),
                "forged": fault == "forged", "tries": 0,
            })  # fmt: skip

    def due_callbacks(self) -> list[dict[str, Any]]:
        """Those whose time has come, oldest first."""
        now = clock.now()
        with self.lock:
            return [one for one in self._all("callbacks") if datetime.fromisoformat(one["due"]) <= now]

    def callback_done(self, told: dict[str, Any], *, taken: bool) -> None:
        """Delivered: forget it. Not taken: again, later and later; a forged one is not sent again."""
        with self.lock:
            path = self.folder / "callbacks" / f"{told['name']}.json"
            if taken or told["forged"]:
                path.unlink(missing_ok=True)
                return
            tries = told["tries"] + 1
            due = clock.now() + timedelta(seconds=min(2**tries, 3600))
            self._write(path, {**told, "tries": tries, "due": due.isoformat()})


def public(row: dict[str, Any]) -> dict[str, Any]:
    """A registration as the protocol shows it."""
    return {name: row[name] for name in ("id", "reference", "status", "reason", "url", "account")}
