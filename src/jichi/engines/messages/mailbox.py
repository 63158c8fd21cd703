"""The files that the sandbox mail server and its page share: a folder, a file per mail, one for faults. No Django."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

FAULTS: Final[dict[str, str]] = {
    "": "ふつうに受け取る",
    "refuse": "接続を断る",
    "451": "あとでもう一度と答える(451)",
    "550": "宛先がないと答える(550)",
    "drop": "受け取ったあと、返事をせずに切る",
    "die": "受け取ったあと、返事をせずに止まる",
    "slow": "返事を5秒待たせる",
}
"""Fault → what the page calls it."""
SLOW_SECONDS: Final = 5.0
KEEP: Final = 500
_NAME: Final = re.compile(r"[0-9]{19}-[0-9a-f]{8}\Z")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server does wrong, and for how many mails (0: until it is changed)."""

    mode: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Mail:
    """One stored mail, decoded."""

    name: str
    sender: str
    to: str
    subject: str
    date: str
    message_id: str
    body: str


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def store(folder: Path, content: bytes) -> Path:
    """Keep one mail; it is on disk, whole, when this returns. Only the newest KEEP stay."""
    path = folder / f"{time.time_ns():019d}-{secrets.token_hex(4)}.eml"
    _replace(path, content)
    for old in sorted(folder.glob("*.eml"))[:-KEEP]:
        old.unlink(missing_ok=True)
    return path


def read_fault(folder: Path) -> Fault:
    """The fault that is set now."""
    try:
        given = json.loads((folder / "faults.json").read_bytes())
        mode, times = str(given.get("mode", "")), int(given.get("times", 0))
    except (OSError, ValueError, AttributeError):
        return Fault()
    return Fault(mode, max(times, 0)) if mode in FAULTS else Fault()


def set_fault(folder: Path, fault: Fault) -> None:
    """Set what goes wrong from now on.

    Raises:
        ValueError: no such fault.
    """
    if fault.mode not in FAULTS:
        raise ValueError(f"no fault {fault.mode!r}")
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "faults.json", json.dumps({"mode": fault.mode, "times": fault.times}).encode())


def use_fault(folder: Path) -> str:
    """The fault for the mail that comes now; one that is set for a number of mails is counted down."""
    fault = read_fault(folder)
    if fault.mode and fault.times:
        set_fault(folder, Fault(fault.mode, fault.times - 1) if fault.times > 1 else Fault())
    return fault.mode


def _decoded(name: str, content: bytes) -> Mail:
    mail = message_from_bytes(content, policy=default)
    text = mail.get_body(("plain",))
    return Mail(
        name=name,
        sender=str(mail["From"] or ""), to=str(mail["To"] or ""), subject=str(mail["Subject"] or ""),
        date=str(mail["Date"] or ""), message_id=str(mail["Message-ID"] or ""),
        body=text.get_content() if text is not None else "",
    )  # fmt: skip


def mails(folder: Path, *, to: str = "", limit: int = 50) -> tuple[Mail, ...]:
    """The newest mails, newest first; `to`: only those to this address."""
    found: list[Mail] = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        try:
            mail = _decoded(path.stem, path.read_bytes())
        except OSError:
            continue
        if not to or mail.to.lower() == to.lower():
            found.append(mail)
        if len(found) == limit:
            break
    return tuple(found)


def mail(folder: Path, name: str) -> Mail | None:
    """One mail by its name, or None."""
    if not _NAME.match(name):
        return None
    try:
        return _decoded(name, (folder / f"{name}.eml").read_bytes())
    except OSError:
        return None


def empty(folder: Path) -> int:
    """Delete all mails; answer how many."""
    found = list(folder.glob("*.eml"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
