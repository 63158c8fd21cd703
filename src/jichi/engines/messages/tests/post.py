"""A sandbox mail server as a process of its own, and people to write to, for the tests of this room."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.messages import mailbox
from jichi.engines.messages.actions import send_message
from jichi.engines.messages.models import Delivery

ROOT = Path(__file__).resolve().parents[5]
ACTOR = system_actor("test")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


@dataclass
class Post:
    """The mail server's address, its folder, its process."""

    port: int
    folder: Path
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jichi.engines.messages.sandbox", "--port", str(self.port),
                "--dir", str(self.folder), *self.arguments,
            ],
            cwd=ROOT,
        )  # fmt: skip
        until = time.monotonic() + 20
        while not answers(self.port):
            assert time.monotonic() < until, "the sandbox mail server did not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
            self.process.wait(10)
            self.process = None

    def fault(self, mode: str, times: int = 0) -> None:
        mailbox.set_fault(self.folder, mailbox.Fault(mode, times))
        if mode == "refuse":
            until = time.monotonic() + 10
            while answers(self.port):
                assert time.monotonic() < until
                time.sleep(0.05)

    def mails(self) -> tuple[mailbox.Mail, ...]:
        return mailbox.mails(self.folder)


class HasKey(Protocol):
    """An account or a division, as far as these tests care."""

    pk: Any


def resident(email: str = "hanako@example.jp", language: str = "ja") -> HasKey:
    return accounts.create_resident_account(actor=ACTOR, email=email, language=language)


def a_division(code: str = "test-1") -> HasKey:
    return accounts.create_division(actor=ACTOR, code=code, names={"ja": "試験課"})


def send(account: HasKey | None, key: str = "", **more: object) -> uuid.UUID:
    given: dict[str, object] = {
        "template": "notice.arrived", "about": "K7M42QF9", "params": {"url_path": "/items/K7M4-2QF9/"}, **more,
    }  # fmt: skip
    return send_message(
        actor=ACTOR,
        account_id=account.pk if account else None,
        dedupe_key=key or str(uuid.uuid4()),
        **given,  # type: ignore[arg-type] # test data
    )


def only() -> Delivery:
    with unit(ACTOR):
        return Delivery.objects.select_related("message").get()
