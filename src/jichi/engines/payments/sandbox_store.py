"""What the stand-in payment firm remembers: sessions, refunds, callbacks to send, the fault that is set.

Everything is a file of its own in one folder, written whole before an answer leaves, so that a killed process goes
on where it was. No Django.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jichi.kernel import clock

FAULTS: Final = (
    "", "late", "twice", "before", "lost", "order", "amount", "forged", "down", "refund_fails", "refund_slow",
    "refund_drop",
)  # fmt: skip
LATE: Final = timedelta(seconds=20)
HELD: Final = timedelta(minutes=2)
STORE_LIVES: Final = timedelta(days=3)
KEEP: Final = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, how often (0: until changed), and for "late" after how many seconds."""

    mode: str = ""
    times: int = 0
    seconds: int = 20


class Store:
    """The firm's memory. Methods lock; what they answer is a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        for name in ("sessions", "refunds", "callbacks"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    # -- files -----------------------------------------------------------------------------------

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / kind / f"{name}.json"

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        half = path.with_suffix(f".{secrets.token_hex(4)}.half")
        with half.open("wb") as out:
            out.write(json.dumps(content, ensure_ascii=False).encode())
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)

    @staticmethod
    def _read(path: Path) -> dict[str, Any] | None:
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _all(self, kind: str) -> list[dict[str, Any]]:
        found = [self._read(path) for path in sorted((self.folder / kind).glob("*.json"))]
        return [one for one in found if one is not None]

    # -- faults ----------------------------------------------------------------------------------

    def fault(self) -> Fault:
        """The fault that is set now."""
        found = self._read(self.folder / "faults.json") or {}
        mode = str(found.get("mode", ""))
        if mode not in FAULTS:
            return Fault()
        return Fault(mode, int(found.get("times", 0)), int(found.get("seconds", 20)))

    def set_fault(self, fault: Fault) -> None:
        """Set what goes wrong from now on. Raises ValueError for an unknown one."""
        if fault.mode not in FAULTS:
            raise ValueError(f"no fault {fault.mode!r}")
        with self.lock:
            told = {"mode": fault.mode, "times": max(fault.times, 0), "seconds": max(fault.seconds, 0)}
            self._write(self.folder / "faults.json", told)

    def use_fault(self, *modes: str) -> Fault:
        """The fault that is set, if it is one of these; one set for a number of times is counted down."""
        with self.lock:
            fault = self.fault()
            if fault.mode not in modes:
                return Fault()
            if fault.times:
                left = Fault(fault.mode, fault.times - 1, fault.seconds) if fault.times > 1 else Fault()
                self.set_fault(left)
            return fault

    # -- sessions --------------------------------------------------------------------------------

    def open_session(self, key: str, asked: dict[str, Any], origin: str) -> dict[str, Any]:
        """A new session, or the one this key opened before."""
        with self.lock:
            for one in self._all("sessions"):
                if one["key"] == key:
                    return one
            name = f"cs_{secrets.token_hex(12)}"
            session = {
                **asked, "id": name, "key": key, "status": "open", "url": f"{origin}/pay/{name}", "payment": None,
                "opened_at": clock.now().isoformat(),
            }  # fmt: skip
            self._write(self._path("sessions", name), session)
            return session

    def session(self, name: str) -> dict[str, Any] | None:
        """One session; past its time it is expired."""
        if not name.isascii() or not name.replace("_", "").isalnum():
            return None
        with self.lock:
            found = self._read(self._path("sessions", name))
            is_open = found is not None and found["status"] in ("open", "pending")
            if found and is_open and datetime.fromisoformat(found["expires_at"]) < clock.now():
                return self.end(name, "expired")
            return found

    def sessions(self) -> list[dict[str, Any]]:
        """The newest sessions, newest first."""
        return sorted(self._all("sessions"), key=lambda one: str(one["opened_at"]), reverse=True)[:KEEP]

    def end(self, name: str, status: str, method: str = "") -> dict[str, Any] | None:
        """A session that is still open ends as "paid", "failed", "cancelled" or "expired"; "pending": at a store.

        The callback that follows is put out with it. One that has ended stays as it is.
        """
        with self.lock:
            found = self._read(self._path("sessions", name))
            if found is None or found["status"] not in ("open", "pending") or found["status"] == status:
                return found
            now = clock.now()
            found["status"] = status
            if status == "pending":
                found["expires_at"] = (now + STORE_LIVES).isoformat()
                found["store_number"] = f"{secrets.randbelow(10**11):011d}"
            if status == "paid":
                found["payment"] = {
                    "id": f"pay_{secrets.token_hex(12)}", "method": method or "card", "amount": found["amount"],
                    "accepted_at": now.isoformat(),
                }  # fmt: skip
            self._write(self._path("sessions", name), found)
            if status != "pending":
                self._tell(found, f"session.{status}", {"session": public(found)})
            return found

    # -- refunds ---------------------------------------------------------------------------------

    def refund(self, key: str, asked: dict[str, Any], status: str) -> dict[str, Any] | None:
        """Give a payment back, once per key; None where there is no such payment or not that much money."""
        with self.lock:
            path = self._path("refunds", key)
            if (done := self._read(path)) is not None:
                return done
            paid = next((s for s in self._all("sessions") if (s["payment"] or {}).get("id") == asked["payment"]), None)
            if paid is None or not 1 <= asked["amount"] <= paid["payment"]["amount"] - _given_back(paid):
                return None
            found = {
                "id": f"re_{secrets.token_hex(12)}", "reference": asked["reference"], "session": paid["id"],
                "session_reference": paid["reference"], "amount": asked["amount"], "status": status,
            }  # fmt: skip
            self._write(path, found)
            if status != "failed":
                paid["given_back"] = _given_back(paid) + asked["amount"]
                self._write(self._path("sessions", paid["id"]), paid)
            kind = "refund.failed" if status == "failed" else "refund.done"
            self._tell(paid, kind, {"refund": {**found, "status": "failed" if status == "failed" else "done"}})
            if status == "pending":
                self._write(path, {**found, "status": "done"})
            return found

    def refunds(self) -> list[dict[str, Any]]:
        """All refunds."""
        return self._all("refunds")

    # -- callbacks -------------------------------------------------------------------------------

    def _tell(self, session: dict[str, Any], kind: str, about: dict[str, Any]) -> None:
        """Put a callback out, as the fault of the day wants it."""
        fault = self.use_fault("late", "twice", "before", "lost", "order", "amount", "forged")
        if fault.mode == "lost":
            return
        body = {"id": f"evt_{secrets.token_hex(12)}", "type": kind, "created": int(clock.now().timestamp()), **about}
        if fault.mode == "amount" and kind == "session.paid":
            body["session"] = {**about["session"], "payment": {**session["payment"], "amount": session["amount"] - 1}}
        due = clock.now()
        if fault.mode == "late":
            due += timedelta(seconds=fault.seconds)
        if fault.mode == "order":
            due += HELD
        for copy in range(2 if fault.mode == "twice" else 1):
            name = f"{clock.now().timestamp():018.6f}-{secrets.token_hex(3)}-{copy}"
            told = {
                "name": name, "url": session["callback_url"], "body": body, "due": due.isoformat(), "tries": 0,
                "forged": fault.mode == "forged", "before": fault.mode == "before", "session": session["id"],
                "held": fault.mode == "order",
            }  # fmt: skip
            self._write(self._path("callbacks", name), told)

    def due_callbacks(self) -> list[dict[str, Any]]:
        """Those whose time has come, oldest first."""
        now = clock.now()
        with self.lock:
            return [one for one in self._all("callbacks") if datetime.fromisoformat(one["due"]) <= now]

    def waiting_callbacks(self) -> list[dict[str, Any]]:
        """All that are not delivered yet."""
        return self._all("callbacks")

    def callback_done(self, told: dict[str, Any], *, taken: bool) -> None:
        """Delivered: forget it, and let go what was held back for it. Not taken: again, later and later."""
        with self.lock:
            path = self._path("callbacks", told["name"])
            if taken or told["forged"]:
                path.unlink(missing_ok=True)
                for other in self._all("callbacks"):
                    if other["held"] and other["session"] == told["session"] and not told["held"]:
                        self._write(self._path("callbacks", other["name"]), {**other, "due": clock.now().isoformat()})
                return
            tries = told["tries"] + 1
            wait = timedelta(seconds=min(2 ** min(tries, 12), 3600))
            self._write(path, {**told, "tries": tries, "due": (clock.now() + wait).isoformat()})


def _given_back(session: dict[str, Any]) -> int:
    """Yen of a payment that have gone back; what an older stand-in wrote said only that all had."""
    found = session.get("given_back") or 0
    return int(session["payment"]["amount"]) if found is True else int(found)


def public(session: dict[str, Any]) -> dict[str, Any]:
    """A session as the protocol shows it."""
    return {
        name: session[name]
        for name in ("id", "reference", "amount", "currency", "status", "url", "expires_at", "payment")
    }
