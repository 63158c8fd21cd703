"""One conversation with the mail gateway, step by step, so that we know what a broken line means."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final

from .rules import Answer, answer_of, deliverable

logger = logging.getLogger("jichi.messages")

TIMEOUT: Final = 20.0
"""Seconds for each step."""
Step = Callable[[str], None]


def _dotted(mail: bytes) -> bytes:
    """As DATA wants it (RFC 5321 §4.5.2): lines that begin with a dot get a second one; a lone dot ends."""
    text = re.sub(rb"(?m)^\.", b"..", mail)
    return text + (b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n")


class Gateway:
    """A connection to the mail server, opened at the first mail and reopened when it broke."""

    def __init__(self, smtp: Mapping[str, Any], *, at_step: Step, timeout: float = TIMEOUT) -> None:
        self._smtp, self._at_step, self._timeout = smtp, at_step, timeout
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _open(self) -> smtplib.SMTP:
        if self._line is not None:
            return self._line
        if not self._smtp["host"]:
            raise OSError("no mail server is configured")
        line = smtplib.SMTP(self._smtp["host"], int(self._smtp["port"]), timeout=self._timeout)
        try:
            if self._smtp["tls"]:
                line.starttls(context=ssl.create_default_context())
            if self._smtp["user"]:
                line.login(self._smtp["user"], self._smtp["password"])
            line.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            line.close()
            raise
        self._line = line
        self._at_step("connected")
        return line

    def send(self, *, to: str, mail: bytes) -> Answer:
        """Hand over one mail and say what became of it."""
        if not deliverable(to):
            return Answer("never", "mail.bad_address")
        try:
            line = self._open()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("mail server out of reach: %s", type(error).__name__)
            return Answer("away", "mail.server_away")
        handed_over = False
        try:
            answer = self._envelope(line, to)
            if answer is not None:
                line.rset()
                return answer
            self._at_step("before_data")
            number, _ = line.docmd("DATA")
            if number != 354:
                return answer_of(number, what="refused")
            handed_over = True
            line.send(_dotted(mail))
            self._at_step("data_sent")
            number, _ = line.getreply()
            return answer_of(number, what="refused")
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("the mail server broke off: %s", type(error).__name__)
            self._drop()
            return Answer("unknown", "mail.broken_off") if handed_over else Answer("away", "mail.server_away")

    def _envelope(self, line: smtplib.SMTP, to: str) -> Answer | None:
        number, _ = line.mail(self._smtp["from"])
        if number != 250:
            # About us, not about the reader: our sender or the whole server; never a reason to give up at once.
            return Answer("later", f"mail.sender_refused:{number}")
        number, _ = line.rcpt(to)
        if number not in (250, 251):
            return answer_of(number, what="address_refused")
        return None


def probe(smtp: Mapping[str, Any]) -> str:
    """Connect, greet, sign in, leave; "" when that works, else what went wrong."""
    try:
        with Gateway(smtp, at_step=lambda _step: None, timeout=5) as gateway:
            gateway._open()
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"
    return ""
